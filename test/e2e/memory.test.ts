import process from 'node:process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { Driven } from '../support/driven.ts';
import { Daemon, eventually, freePort, sleep, workspace } from '../support/e2e.ts';
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
