import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { Driven } from '../support/driven.ts';
import { Daemon, eventually, freePort, script, sleep, workspace } from '../support/e2e.ts';
import { ATTRIBUTES, hex, RawPeer, raw, rawUpdate, TYPE } from '../support/raw-peer.ts';

/** `npm run soak` runs the long forms. */
const LONG = process.env.PEERLINE_SOAK === '1';
const scaled = (short: number, long: number) => (LONG ? long : short);

/** How long a peer whose session ended for want of memory is refused. */
const AWAY_MS = 60_000;
const CEASE_OUT_OF_RESOURCES = '0608';
const CEASE_REJECTED = '0605';

function keptAlive(peers: readonly RawPeer[]): void {
  const timer = setInterval(() => {
    for (const peer of peers) if (!peer.closed) peer.send(raw(TYPE.keepalive));
  }, 1000);
  onTestFinished(() => clearInterval(timer));
}

describe('a daemon whose memory is nearly full', () => {
  const timeout = { timeout: scaled(60_000, 180_000) };

  it('ends the session that takes it, for a minute, and nothing else', timeout, async () => {
    const [dir, port] = [workspace(), await freePort()];
    const handler = new Driven(dir);
    const addresses = ['127.0.0.2', '127.0.0.3', '127.0.0.4'];
    const neighbors = addresses.map((peer) =>
      neighborConf({ port, peer, receive: '', more: 'adj-rib-in true;' }),
    );
    const daemon = await Daemon.run(dir, processConf(handler.run) + neighbors.join(''), {
      NODE_OPTIONS: '--max-old-space-size=48',
    });
    const dial = (from: string, n: number) =>
      RawPeer.established({ port, from }, { hold: 9, id: hex(0xc0000300 + n, 4) });
    const peers = await Promise.all(addresses.map(dial));
    keptAlive(peers);
    const [big, ...small] = peers as [RawPeer, ...RawPeer[]];
    for (const [n, peer] of small.entries())
      peer.send(
        Array.from({ length: 100 }, (_, i) =>
          rawUpdate({ nlri: `18${hex(0x0a0000 + n * 256 + i, 3)}` }),
        ).join(''),
      );
    const routesOf = async () => {
      const all = await handler.shown('show neighbor json');
      return all.map(({ messages }) => messages.received.update);
    };
    await eventually(async () => (await routesOf()).filter((count) => count === 100).length === small.length);
    // what fits into no table of octets: an attribute that nobody knows, of another value each time
    for (let n = 0; !big.closed; n += 500) {
      const unusual = (of: number) => `${ATTRIBUTES} e063 04 ${hex(of, 4)}`;
      const nlri = (of: number) => `20${hex(0x0b000000 + of, 4)}`;
      big.send(
        Array.from({ length: 500 }, (_, i) =>
          rawUpdate({ attributes: unusual(n + i), nlri: nlri(n + i) }),
        ).join(''),
      );
      do await sleep(1);
      while (big.socket.writableLength > 0 && !big.closed);
    }
    const ended = performance.now();
    expect(big.of(TYPE.notification)).toEqual([CEASE_OUT_OF_RESOURCES]);
    const told = await daemon.logged('memory is exhausted: session ends');
    expect(told).toMatchObject({ peer: '127.0.0.2', level: 50 });
    expect(Number(told.routes)).toBeGreaterThan(10_000);
    expect(daemon.entries('memory is exhausted: new routes are refused')).toHaveLength(1);
    // who comes back too soon is told so
    const early = await RawPeer.connect({ port });
    await early.whenClosed();
    expect(early.of(TYPE.notification)).toEqual([CEASE_REJECTED]);
    await daemon.logged('there is memory again');
    expect(await handler.command('show status')).toContainEqual('Memory: ample');
    expect(await handler.command('announce route 203.0.113.0/24 next-hop self')).toEqual(['done']);
    await Promise.all(small.map((peer) => peer.update('18cb0071')));
    expect(small.map(({ closed }) => closed)).toEqual([false, false]);
    expect(daemon.entries('memory is exhausted: session ends')).toHaveLength(1);
    expect(daemon.entries('process started')).toHaveLength(1);
    if (!LONG) return;
    while (performance.now() - ended < AWAY_MS + 1000) await sleep(100);
    const again = await dial('127.0.0.2', 0);
    keptAlive([again]);
    again.send(rawUpdate({ nlri: '18cb0072' }));
    await again.update('18cb0071');
    await handler.up('127.0.0.2', 2);
    expect(daemon.running).toBe(true);
  });
});

/** MiB: the program by itself takes 13 of them. */
describe.each(LONG ? [28, 40] : [32])('with a heap of %i MiB', (heap) => {
  const timeout = { timeout: scaled(90_000, 600_000) };
  const env = { NODE_OPTIONS: `--max-old-space-size=${heap}` };

  it(
    'a flood of commands that nobody takes is refused when it is full, and ends nothing',
    timeout,
    async () => {
      const [dir, port] = [workspace(), await freePort()];
      const count = scaled(700_000, 5_000_000);
      const flood = `awk 'BEGIN { for (i = 0; i < ${count}; i++) printf "announce route 10.%d.%d.%d/32 next-hop 192.0.2.1 med %d\\n", i / 65536, i / 256 % 256, i % 256, i % 1000 }'`;
      // it reads no answer
      const program = script(join(dir, 'flood.sh'), `#!/bin/sh\n${flood}\nexec sleep 1000\n`);
      const handler = new Driven(dir);
      const processes = processConf(handler.run) + processConf(program, 'flood');
      const daemon = await Daemon.run(dir, processes + neighborConf({ port, process: 'flood driven' }), env);
      await daemon.logged('memory is exhausted: new routes are refused');
      const until = performance.now() + scaled(2000, 60_000);
      while (performance.now() < until) {
        expect(await handler.command('show status')).toContainEqual('Memory: exhausted');
        await sleep(100);
      }
      expect((await handler.command('announce route 203.0.113.0/24 next-hop self')).at(-1)).toBe('error');
      expect(daemon.entries('command refused', { process: 'flood' }).length).toBeGreaterThan(0);
      expect(await daemon.stop()).toBe(0);
    },
  );

  it('a table for handlers that read nothing costs their queues alone', timeout, async () => {
    const [dir, port] = [workspace(), await freePort()];
    const [handler, names] = [new Driven(dir), ['resync', 'drop-oldest', 'drop-newest']];
    const deaf = names.map((policy) =>
      processConf('sleep 1000', policy, `encoder json; queue { policy ${policy}; }`),
    );
    const conf =
      processConf(handler.run, 'ask') +
      deaf.join('') +
      neighborConf({ port, process: names.join(' '), receive: 'parsed; update;', more: 'adj-rib-in true;' });
    const daemon = await Daemon.run(dir, conf, env);
    const peer = await RawPeer.established({ port }, { hold: 9 });
    keptAlive([peer]);
    const count = scaled(70_000, 1_000_000);
    for (let n = 0; n < count; n += 500) {
      const nlri = (of: number) => `20${hex(0x0b000000 + of, 4)}`;
      peer.send(Array.from({ length: 500 }, (_, i) => rawUpdate({ nlri: nlri(n + i) })).join(''));
      do await sleep(1);
      while (peer.socket.writableLength > 0 && !peer.closed);
    }
    const taken = async () => (await handler.shown('show process json')).filter(({ name }) => name !== 'ask');
    await eventually(async () => (await taken()).every(({ events }) => events.offered >= count), {
      ms: 60_000,
    });
    for (const { events } of await taken()) {
      expect(events.dropped).toBeGreaterThan(0);
      expect(events.written + events.dropped + events.queued).toBe(events.offered);
    }
    expect(peer.closed).toBe(false);
    expect(await daemon.stop()).toBe(0);
  });
});
