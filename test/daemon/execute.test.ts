import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Peer } from '../../src/daemon/peer.ts';
import { holds } from '../support/holds.ts';
import { neighbor, rig } from './rig.ts';

it('does not answer its own replies: cat and tee give back what they read', () => {
  const { replies, say } = rig();
  say('{ "type": "update" }');
  for (let at = 0; at < replies.length && at < 100; at++) say(replies[at] as string);
  expect(replies).toHaveLength(2);
  say('done');
  expect(replies).toHaveLength(2);
});

it('answers in JSON what was meant as JSON, with its id, and anything else in braces as ExaBGP does', () => {
  const { replies, say } = rig([], 5, { reasons: false });
  say('{"id":7,"command":"version","syncc":true}');
  say('{"command":"version"');
  say('{ "type": "update" }');
  expect(replies).toEqual([
    '{"type": "reply", "id": 7, "status": "error", "column": 1, "reason": "unknown member \'syncc\'"}',
    expect.stringMatching(/^\{"type": "reply", "status": "error", .*JSON that cannot be read/),
    'error',
  ]);
});

it('changes nothing about answers, and fails no group, in a dry run', () => {
  const { replies, say } = rig([], 5, { reasons: false });
  for (const line of ['disable-ack', 'silence-ack']) say(`dry-run ${line}`);
  say('version');
  expect(replies.splice(0)).toEqual(['done', 'done', 'peerline 1', 'done']);
  for (const line of ['group start', 'dry-run announce route 10.0.0.0/33 next-hop self', 'group end'])
    say(line);
  expect(replies).toEqual(['done', 'error', 'done']);
});

it('answers a command that meets a bug with an error, and logs where it is', () => {
  const { replies, logged, say } = rig([], 5, {
    takers: () => {
      throw new TypeError('no such neighbor of mine');
    },
  });
  say('announce route 192.0.2.0/24 next-hop self');
  expect(replies).toEqual([expect.stringMatching(/^error: column 1: .*a bug of this program/), 'error']);
  const entry = JSON.parse(logged[0] ?? '');
  expect(entry).toMatchObject({ level: 50, process: 'cat', err: { message: 'no such neighbor of mine' } });
  expect(entry.err.stack).toContain('execute.test.ts');
});

it('logs a flood of refused commands by its count', () => {
  const { replies, logged, say } = rig();
  for (let i = 0; i < 1000; i++) say(`garbage ${i}`);
  expect(logged).toHaveLength(50);
  expect(replies).toHaveLength(2000);
});

it('says that received routes are not kept, and does not say that there are none', () => {
  const forgetful = { config: { adjRibIn: false }, name: { peer: '192.0.2.1' } } as unknown as Peer;
  const { replies, say } = rig([forgetful]);
  say('show adj-rib in');
  expect(replies.splice(0)).toEqual([
    "error: column 1: received routes are not kept: 'adj-rib-in true;' in the neighbor keeps them",
    'error',
  ]);
  say('show adj-rib in 192.0.2.2');
  expect(replies).toEqual(['done']);
});

/** A neighbor that counts what it is announced, each route taking some time. */
function slowNeighbor() {
  const counts = { routes: 0, changed: 0 };
  const peer = {
    config: { api: [{ processes: ['cat'], processesMatch: [] }] },
    adjRibOut: {
      announcePrefix() {
        counts.routes++;
        for (const end = performance.now() + 0.005; performance.now() < end; );
      },
    },
    changed: () => void counts.changed++,
  } as unknown as Peer;
  return { peer, counts };
}

describe('a line of prefixes that has more words than others may', () => {
  const prefixes = Array.from({ length: 20_000 }, (_, n) => `10.${n >> 8}.${n & 255}.0/24`).join(' ');

  it('is taken a little at a time, and answered once', async () => {
    const { peer, counts } = slowNeighbor();
    const { replies, say, process } = rig([peer]);
    say(`announce attributes next-hop 192.0.2.1 med 5 nlri ${prefixes}`);
    let turns = 0;
    for (; replies.length === 0 && turns < 10_000; turns++) await setImmediate();
    expect(replies).toEqual(['done']);
    expect(counts).toEqual({ routes: 20_000, changed: 1 });
    expect(process.commands).toBe(1);
    // 100 ms of work, 8 in a turn
    expect(turns).toBeGreaterThan(5);
  });

  it('is carried out whole or not at all', async () => {
    const { peer, counts } = slowNeighbor();
    const { replies, say } = rig([peer]);
    say(`announce attributes next-hop 192.0.2.1 med 5 nlri ${prefixes} 10.0.0.0/33`);
    await holds(() => expect(replies).toHaveLength(2));
    expect(replies[1]).toBe('error');
    expect(counts).toEqual({ routes: 0, changed: 0 });
  });

  it('is for neighbors that came while it was carried out, too', async () => {
    const [one, other] = [slowNeighbor(), slowNeighbor()];
    const peers: { now: readonly Peer[] } = { now: [one.peer] };
    const { replies, say } = rig([], 5, { takers: () => peers.now });
    say(`announce attributes next-hop 192.0.2.1 med 5 nlri ${prefixes}`);
    await holds(() => expect(one.counts.routes).toBeGreaterThan(0));
    peers.now = [one.peer, other.peer];
    await holds(() => expect(replies).toEqual(['done']));
    expect(other.counts).toEqual({ routes: 20_000, changed: 1 });
  });

  it('is refused where it is not usual, as any other', async () => {
    const { replies, say } = rig([slowNeighbor().peer]);
    say(`announce attributes next-hop 192.0.2.1 label 5 nlri ${prefixes}`);
    await holds(() => expect(replies).toHaveLength(2));
    expect(replies).toEqual([expect.stringMatching(/^error: column \d+: more than 16384 words/), 'error']);
  });
});

describe.each([5, 6] as const)('a group, version %s', (version) => {
  it.each(['group end sync', '@1 group end sync', '{"command":"group end","sync":true}', 'enable-sync'])(
    '%s is answered when the neighbors have it',
    async (how) => {
      const { peer } = neighbor();
      let taken = () => {};
      const sent = new Promise<void>((resolve) => {
        taken = resolve;
      });
      const { replies, say } = rig([Object.assign(peer, { sent: () => sent })], version);
      const end = how === 'enable-sync' ? 'group end' : how;
      if (how === 'enable-sync') say(how);
      for (const line of ['group start', 'announce route 10.0.0.0/24 next-hop 192.0.2.9']) say(line);
      const before = replies.length;
      say(end);
      await setImmediate();
      expect(replies).toHaveLength(before);
      taken();
      await holds(() => expect(replies.length).toBeGreaterThan(before));
      expect(replies.at(-1)).toContain('done');
    },
  );
});
