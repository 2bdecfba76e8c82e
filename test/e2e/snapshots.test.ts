import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { Driven } from '../support/driven.ts';
import { Daemon, eventually, freePort, sleep, workspace } from '../support/e2e.ts';
import { hex, RawPeer, raw, rawUpdate, TYPE } from '../support/raw-peer.ts';
import { hasReached, replay } from '../support/replay.ts';

const PREFIXES = 300;
/** `npm run soak` kills it a hundred times. */
const LONG = process.env.PEERLINE_SOAK === '1';
const LIVES = LONG ? 100 : 8;
const patient = { timeout: LONG ? 900_000 : 60_000 };
const prefix = (n: number) => `10.0.${n >> 8}.${n & 255}/32`;
const octets = (n: number) => `20${hex(0x0a000000 + n, 4)}`;

async function running(more: string) {
  const dir = workspace();
  const port = await freePort();
  const handler = new Driven(dir);
  const conf =
    processConf(handler.run, 'driven', `encoder json; respawn { limit unlimited; max-delay 0; } ${more}`) +
    neighborConf({ port, receive: 'parsed; update; snapshot;', more: 'adj-rib-in true;' });
  const daemon = await Daemon.run(dir, conf);
  const peer = await RawPeer.established({ port });
  await handler.up();
  await daemon.logged('process started');
  return { daemon, peer, handler };
}

/** Announces and withdraws without order; gives what the neighbor announces in the end. */
function churn(peer: RawPeer, table: Set<string>, count: number): void {
  let text = '';
  for (let i = 0; i < count; i++) {
    const n = Math.floor(Math.random() * PREFIXES);
    const gone = table.delete(prefix(n));
    if (!gone) table.add(prefix(n));
    text += gone ? rawUpdate({ withdrawn: octets(n), attributes: '' }) : rawUpdate({ nlri: octets(n) });
  }
  peer.send(text);
}

/** The lines of the life that began last, once it knows the marker. */
async function lastLife(handler: Driven, marker: string): Promise<string[]> {
  return eventually(() => hasReached(handler.lines, marker) && handler.lines, {
    ms: 30_000,
    why: () => `${marker} in\n${handler.lines.slice(-3).join('\n')}`,
  });
}

describe('a snapshot', () => {
  it('is told at the start: state and routes between begin and end, and numbers after it', async () => {
    const { peer, handler, daemon } = await running('');
    peer.send(rawUpdate({ nlri: octets(1) + octets(2) }));
    await handler.event('update');
    process.kill(await daemon.pidOf('driven'), 'SIGKILL');
    await eventually(
      () => handler.events('snapshot').filter(({ neighbor }) => neighbor.snapshot === 'end')[1],
    );
    const events = handler.events();
    const begin = events.findLastIndex(
      ({ type, neighbor }) => type === 'snapshot' && neighbor.snapshot === 'begin',
    );
    expect(events.slice(begin).map(({ type }) => type)).toEqual(['snapshot', 'state', 'update', 'snapshot']);
    expect(events[begin + 1]?.neighbor.state).toBe('up');
    expect(events.at(-1)?.neighbor.routes).toBe(2);
    expect(events[begin + 1]?.sequence).toBeUndefined();
    peer.send(rawUpdate({ withdrawn: octets(1), attributes: '' }));
    const update = await handler.event('update', ({ neighbor }) =>
      JSON.stringify(neighbor).includes('withdraw'),
    );
    expect(update.sequence).toBe(events.at(-1)?.neighbor.sequence + 1);
    expect([...replay(handler.lines).routes]).toEqual([prefix(2)]);
  });

  it(
    'loses nothing though the neighbor never rests and the handler is killed again and again',
    patient,
    async () => {
      const { daemon, peer, handler } = await running('');
      const table = new Set<string>();
      for (let life = 1; life <= LIVES; life++) {
        for (let i = 0; i < 10; i++) {
          churn(peer, table, 200);
          if (i === 3) process.kill(await daemon.pidOf('driven'), 'SIGKILL');
          await sleep(5);
        }
        await daemon.logged('process started', {}, life + 1);
        churn(peer, table, 200);
        const marker = `203.0.113.${life}/32`;
        peer.send(rawUpdate({ nlri: `20cb0071${hex(life, 1)}` }));
        table.add(marker);
        const lines = await lastLife(handler, marker);
        const { routes, snapshots } = replay(lines);
        expect(snapshots).toBe(life + 1);
        expect([...routes].sort()).toEqual([...table].sort());
      }
    },
  );

  it('makes up for what a handler missed that did not read', async () => {
    const { daemon, peer, handler } = await running('queue { limit-bytes 65536; }');
    const table = new Set<string>();
    await daemon.signal('driven', 'SIGSTOP');
    for (let i = 0; i < 20; i++) {
      churn(peer, table, 300);
      await sleep(5);
    }
    await daemon.logged('process does not read: lines dropped');
    await eventually(() => daemon.running && peer.messages.length > 0);
    await daemon.signal('driven', 'SIGCONT');
    await eventually(() => handler.lines.some((line) => line.includes('"gap"')));
    await sleep(200);
    peer.send(rawUpdate({ nlri: '20cb007101' }));
    table.add('203.0.113.1/32');
    const { routes, gaps, snapshots, missing } = replay(await lastLife(handler, '203.0.113.1/32'));
    expect([...routes].sort()).toEqual([...table].sort());
    expect(gaps).toBeGreaterThan(0);
    expect(missing).toBeGreaterThan(1000);
    expect(snapshots).toBe(gaps + 1);
    expect(peer.of(TYPE.notification)).toEqual([]);
    peer.send(raw(TYPE.keepalive));
  });
});
