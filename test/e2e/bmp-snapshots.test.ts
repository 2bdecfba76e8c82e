import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { IPV4_UNICAST } from '../../src/bgp/family.ts';
import { encodeUpdates } from '../../src/bgp/update.ts';
import { encodeBmp } from '../../src/bmp/index.ts';
import { peerDownReason } from '../../src/bmp/peer-down.ts';
import { parsePrefix } from '../../src/wire/prefix.ts';
import { address, header, initiation, monitoring, peerUp, update } from '../bmp/samples.ts';
import { processConf } from '../support/conf.ts';
import { Driven, type JsonEvent } from '../support/driven.ts';
import { Daemon, eventually, freePort, sleep, workspace } from '../support/e2e.ts';
import { hasReached, replay } from '../support/replay.ts';

const FIRST = header();
const SECOND = header({ address: address('198.51.100.9'), as: 65009 });
const up = (peer: typeof FIRST) => encodeBmp({ type: 'peer-up', peer, up: peerUp() });
const down = (peer: typeof FIRST) => encodeBmp({ type: 'peer-down', peer, reason: peerDownReason(4) });
const START = Buffer.concat([encodeBmp(initiation('edge1')), up(FIRST)]);
const route = (...prefixes: string[]) => encodeBmp(monitoring(update(prefixes)));

function withdrawal(prefix: string): Uint8Array {
  const nlri = [{ family: IPV4_UNICAST, value: parsePrefix(prefix) }];
  const [octets] = encodeUpdates(
    { attributes: {}, withdrawn: { family: IPV4_UNICAST, nlri } },
    DEFAULT_CONTEXT,
  );
  return encodeBmp(monitoring(octets as Uint8Array));
}

async function running({ process = '', select = '', receive = 'parsed; update; snapshot;' } = {}) {
  const dir = workspace();
  const port = await freePort('127.0.0.1');
  const [handler, other] = [new Driven(dir), new Driven(dir, 'other')];
  const daemon = await Daemon.run(
    dir,
    processConf(handler.run, 'driven', `encoder json; respawn { limit unlimited; max-delay 0; } ${process}`) +
      processConf(other.run, 'other') +
      `bmp {
        listen 127.0.0.1:${port};
        rib { adj-rib-in; }
        api { processes [ driven ]; neighbor-changes; negotiated; receive { ${receive} } ${select} }
        api { processes [ other ]; receive { parsed; update; } }
      }\n`,
  );
  await daemon.logged('process started', {}, 2);
  const router = connect(port, '127.0.0.1');
  onTestFinished(() => void router.destroy());
  await new Promise((resolve) => router.once('connect', resolve));
  return { daemon, router, handler, other };
}

const has = (text: string) => (event: object) => JSON.stringify(event).includes(text);

/** The lines of the life that begins after the kill, up to the end of its snapshot. */
async function nextLife({ daemon, handler }: { daemon: Daemon; handler: Driven }): Promise<JsonEvent[]> {
  const before = handler.events().length;
  process.kill(await daemon.pidOf('driven'), 'SIGKILL');
  return eventually(() => {
    const events = handler.events().slice(before);
    return events.some(({ type, bmp }) => type === 'bmp' && bmp.snapshot === 'end') && events;
  });
}

const short = ({ type, bmp, neighbor }: JsonEvent) =>
  [type, bmp.message, bmp.snapshot, neighbor?.snapshot, neighbor?.state]
    .filter((word) => word !== undefined)
    .join(' ');

/** Announces and withdraws without order; `table` has what stands in the end. */
function churn(router: Socket, table: Set<string>, count: number): void {
  for (let i = 0; i < count; i++) {
    const n = Math.floor(Math.random() * 300);
    const prefix = `10.0.${n >> 8}.${n & 255}/32`;
    const gone = table.delete(prefix);
    if (!gone) table.add(prefix);
    router.write(gone ? withdrawal(prefix) : route(prefix));
  }
}

describe('a snapshot of BMP', () => {
  it('is told at the start: routers, peers with their state, routes that are kept; then numbers go on', async () => {
    const lab = await running();
    const { router, handler } = lab;
    router.write(Buffer.concat([START, up(SECOND), down(SECOND), route('10.0.0.0/8', '10.1.0.0/16')]));
    await handler.event('update');
    const events = await nextLife(lab);
    expect(events.map(short)).toEqual([
      'bmp snapshot begin',
      'bmp connected',
      'bmp initiation',
      'snapshot begin',
      'state up',
      'negotiated',
      'update',
      'snapshot end',
      'snapshot begin',
      'state down',
      'snapshot end',
      'bmp snapshot end',
    ]);
    expect(events[0]?.bmp).toMatchObject({ name: 'edge1' });
    expect(events[7]?.neighbor.routes).toBe(2);
    expect(events[6]?.bmp.view).toBe('adj-rib-in-pre-policy');
    expect(events[9]?.neighbor.reason).toBe('the peer closed the session');
    expect(events.every((event) => event.sequence === undefined)).toBe(true);
    router.write(withdrawal('10.0.0.0/8'));
    const live = await handler.event('update', has('withdraw'));
    expect(live.sequence).toBe(events.at(-1)?.bmp.sequence + 1);
  });

  it('has what `select` leaves of it, and routers that are away with what is remembered of them', async () => {
    const lab = await running({ select: 'select { prefix 10.1.0.0/16; peer-as 65002; }' });
    const { router, handler } = lab;
    router.write(Buffer.concat([START, up(SECOND), route('10.0.0.0/8', '10.1.0.0/16')]));
    await handler.event('update');
    router.destroy();
    await handler.event('bmp', ({ bmp }) => bmp.message === 'disconnected');
    const events = await nextLife(lab);
    expect(events.map(short)).toEqual([
      'bmp snapshot begin',
      'snapshot begin',
      'state up',
      'update',
      'snapshot end',
      'bmp disconnected',
      'bmp snapshot end',
    ]);
    expect(events[4]?.neighbor.routes).toBe(1);
    expect(JSON.stringify(events)).not.toContain('10.0.0.0/8');
    expect(events[5]?.bmp.stale).toEqual({ peers: 2, routes: 2 });
  });

  // acceptance case 9, with seconds for minutes
  it('makes up for what a stopped handler missed, and costs nobody else anything', async () => {
    const { daemon, router, handler, other } = await running({ process: 'queue { limit-bytes 65536; }' });
    router.write(START);
    await handler.event('state');
    const table = new Set<string>();
    await daemon.signal('driven', 'SIGSTOP');
    for (let i = 0; i < 20; i++) {
      churn(router, table, 300);
      await sleep(5);
    }
    await daemon.logged('process does not read: lines dropped');
    router.write(route('203.0.113.1/32'));
    await other.event('update', has('203.0.113.1/32'));
    await daemon.signal('driven', 'SIGCONT');
    await eventually(() => handler.lines.some((line) => line.includes('"gap"')));
    router.write(route('203.0.113.2/32'));
    table.add('203.0.113.1/32').add('203.0.113.2/32');
    const lines = await eventually(() => hasReached(handler.lines, '203.0.113.2/32') && handler.lines, {
      ms: 30_000,
      why: () => handler.lines.slice(-3).join('\n'),
    });
    const { routes, gaps, snapshots, missing } = replay(lines);
    expect([...routes].sort()).toEqual([...table].sort());
    expect(gaps).toBeGreaterThan(0);
    expect(missing).toBeGreaterThan(1000);
    expect(snapshots).toBe(gaps);
    expect(daemon.running).toBe(true);
  });
});
