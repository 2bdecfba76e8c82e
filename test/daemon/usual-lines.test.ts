import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Peer } from '../../src/daemon/peer.ts';
import { LineReader } from '../../src/hooks/lines.ts';
import { AdjRibOut } from '../../src/rib/adj-rib-out.ts';
import { toHex } from '../../src/wire/hex.ts';
import { usualLine } from '../commands/lines.ts';
import { OPTIONS, session } from '../rib/neighbor.ts';
import { rig } from './rig.ts';

function peerAt(address: string): Peer {
  const adjRibOut = new AdjRibOut({ ...OPTIONS, manualEor: true });
  adjRibOut.sessionUp(session());
  return {
    name: { peer: address },
    config: { peer: { address: new Uint8Array(4) }, api: [{ processes: ['cat'], processesMatch: [] }] },
    adjRibOut,
    changed: () => undefined,
    sent: () => Promise.resolve(),
  } as unknown as Peer;
}

/** Everything that comes of lines, read in these pieces. */
async function outcome(pieces: readonly Buffer[], { usual, owns }: { usual: boolean; owns: boolean }) {
  const peers = ['192.0.2.1', '192.0.2.3'].map(peerAt);
  const moved: string[] = [];
  let ended = () => {};
  const { replies, executor, process } = rig(peers, 5, {
    noted: () => owns,
    moved: (_, peer, command) => {
      if (owns) moved.push(`${peer.name.peer} ${command.type} ${command.routes.length}`);
    },
  });
  const input = new PassThrough();
  const read = new Promise<void>((resolve) => {
    ended = resolve;
  });
  new LineReader(input, {
    onLine: (line) => executor.execute(process, line),
    onChunk: usual ? (chunk, from) => executor.usual(process, chunk, from) : undefined,
    onEnd: () => ended(),
  });
  for (const piece of pieces) input.write(piece);
  input.end();
  await read;
  // answers that wait for what was sent
  await new Promise((resolve) => setImmediate(resolve));
  return {
    replies: replies.flatMap((text) => text.split('\n')),
    counts: [process.commands, process.refused],
    moved,
    peers: peers.map(({ adjRibOut }) => ({
      routes: [...adjRibOut.routes()],
      sent: adjRibOut.take().map(toHex),
    })),
  };
}

const other = fc.constantFrom(
  'done',
  '',
  '# why',
  'announce route 10.0.0.0/8 next-hop 192.0.2.1 color blue',
  'announce route 10.0.0.0/8 med 5',
  'neighbor 192.0.2.9 announce route 10.0.0.0/8 next-hop 192.0.2.1',
  '@7 announce route 10.1.0.0/16 next-hop self',
  'dry-run announce route 10.2.0.0/16 next-hop self',
  '{"id": 1, "command": "withdraw route 10.0.0.0/8"}',
  'announce route 10.3.0.0/16 next-hop 192.0.2.1 sync',
  'announce route 10.4.0.0/16 next-hop 192.0.2.1 split /18',
  'announce route 10.4.0.0/18 next-hop 192.0.2.1 watchdog dog',
  'withdraw watchdog dog',
  'announce watchdog dog',
  'announce flow route { match { source 10.0.0.0/8; } then { discard; } }',
  'group start',
  'group end',
  'enable-ack',
  'disable-ack',
  'session sync enable',
  'session sync disable',
  'announce route 10.5.0.0/16 next-hop 192.0.2.1 med 5\r',
  '\u00e9',
);

it('come to the same as all others, in whatever pieces they are read', async () => {
  const stream = fc.tuple(
    fc.array(fc.oneof({ weight: 6, arbitrary: usualLine }, other), { maxLength: 25 }),
    fc.array(fc.nat(400), { maxLength: 4 }),
    fc.boolean(),
  );
  await fc.assert(
    fc.asyncProperty(stream, async ([lines, cuts, owns]) => {
      const octets = Buffer.from(`${lines.join('\n')}\n`);
      const at = [0, ...cuts.filter((cut) => cut < octets.length).sort((a, b) => a - b), octets.length];
      const pieces = at.slice(1).map((end, i) => octets.subarray(at[i], end));
      expect(await outcome(pieces, { usual: true, owns })).toEqual(
        await outcome([octets], { usual: false, owns }),
      );
    }),
    { numRuns: 150 },
  );
}, 30_000);

it('without memory announcements are refused, whichever way they are read, and withdrawals are not', () => {
  let memory: string | undefined;
  const peer = peerAt('192.0.2.1');
  const { replies, say, executor, process } = rig([peer], 5, { full: () => memory });
  const line = (verb: string) => Buffer.from(`${verb} route 10.0.0.0/24 next-hop 192.0.2.9\n`);
  expect(executor.usual(process, line('announce'), 0)).toBeGreaterThan(0);
  expect(replies.splice(0)).toEqual(['done']);
  memory = 'there is none';
  for (const verb of ['announce', 'withdraw']) {
    expect(executor.usual(process, line(verb), 0)).toBe(0);
    say(line(verb).toString().trim());
  }
  const refused = ['error: column 1: there is none', 'error'];
  expect(replies.splice(0)).toEqual([...refused, 'done']);
  // a group that waits would take memory, too
  for (const text of ['group start', line('announce').toString().trim(), 'group end']) say(text);
  expect(replies).toEqual([
    'done',
    ...refused,
    'error: column 1: nothing of the group is done: there is none',
    'error',
  ]);
  expect(process.refused).toBe(3);
});

it('routes list refuses what no client could be given in one line', () => {
  const { replies, say } = rig([peerAt('192.0.2.1')], 6);
  const announce = (second: number) => {
    const prefixes = Array.from({ length: 1000 }, (_, n) => `10.${second}.${n >> 8}.${n & 0xff}/32`);
    say(`announce attributes next-hop 192.0.2.9 nlri ${prefixes.join(' ')}`);
  };
  const list = () => {
    replies.length = 0;
    say('routes list');
    return replies;
  };
  for (let second = 0; second < 3; second++) announce(second);
  expect(JSON.parse(list()[0] ?? '')).toHaveLength(3000);
  for (let second = 3; second < 15; second++) announce(second);
  expect(list()[0]?.slice(0, 100)).toMatch(/^error: column 1: there are too many routes/);
  expect(replies.slice(1)).toEqual(['error']);
});

it('a group that ends without memory does nothing, not even its withdrawals', () => {
  let memory: string | undefined;
  const peer = peerAt('192.0.2.1');
  const { replies, say } = rig([peer], 5, { full: () => memory });
  say('announce route 10.0.0.0/24 next-hop 192.0.2.9');
  say('group start');
  say('withdraw route 10.0.0.0/24');
  say('announce route 10.0.1.0/24 next-hop 192.0.2.9');
  memory = 'there is none';
  replies.length = 0;
  say('group end');
  expect(replies).toEqual(['error: column 1: there is none', 'error']);
  expect([...peer.adjRibOut.routes()]).toHaveLength(1);
});
