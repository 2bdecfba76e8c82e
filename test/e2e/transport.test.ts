import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { Driven } from '../support/driven.ts';
import { Daemon, eventually, freePort, workspace } from '../support/e2e.ts';
import { RawPeer, raw, rawListener, rawOpen, TYPE } from '../support/raw-peer.ts';

const END_OF_RIB = '00000000';

describe('sessions', () => {
  it('over IPv6', async () => {
    const dir = workspace();
    const port = await freePort('::1');
    const [a, b] = [new Driven(dir, 'a'), new Driven(dir, 'b')];
    const more = (routes: string) => `family { ipv4 unicast; ipv6 unicast; } static { ${routes} }`;
    const speaker = neighborConf({
      port,
      peer: '::1',
      local: '::1',
      process: 'a',
      more: more('route 2001:db8:1::/48 next-hop self;'),
    });
    await Daemon.run(dir, processConf(a.run, 'a') + speaker.replace('family { ipv4 unicast; }\n', ''));
    const router = neighborConf({
      port,
      peer: '::1',
      local: '::1',
      localAs: '65002',
      peerAs: '65001',
      routerId: '192.0.2.2',
      process: 'b',
      more: more('route 2001:db8:2::/48 next-hop self;'),
    })
      .replace('family { ipv4 unicast; }\n', '')
      .replace('passive;', '')
      .replace(`listen ${port};`, `connect ${port};`);
    await Daemon.run(dir, processConf(b.run, 'b') + router);
    await Promise.all([a.up('::1'), b.up('::1')]);
    const seen = await b.event('update', (event) => JSON.stringify(event).includes('2001:db8:1::/48'));
    expect(seen.neighbor.message.update.announce['ipv6 unicast']).toEqual({
      '::1': [{ nlri: '2001:db8:1::/48' }],
    });
    await a.event('update', (event) => JSON.stringify(event).includes('2001:db8:2::/48'));
  });

  it('that we open: the peer listens, and comes later', async () => {
    const dir = workspace();
    const port = await freePort();
    const handler = new Driven(dir);
    const conf = neighborConf({ port })
      .replace('passive;', '')
      .replace(`listen ${port};`, `connect ${port};`);
    await Daemon.run(dir, processConf(handler.run) + conf);
    const { peers } = await rawListener(port, '127.0.0.2');
    const peer = await eventually(() => peers[0]);
    expect(peer.socket.remoteAddress).toBe('127.0.0.1');
    await peer.establish();
    await handler.up();
  });

  it('with local-as and peer-as auto take what the peer says', async () => {
    const dir = workspace();
    const port = await freePort();
    const handler = new Driven(dir);
    await Daemon.run(dir, processConf(handler.run) + neighborConf({ port, localAs: 'auto', peerAs: 'auto' }));
    const peer = await RawPeer.connect({ port });
    peer.send(rawOpen({ as: 65077, capabilities: '0206 4104 0000fe35' }));
    expect((await peer.next(TYPE.open)).slice(2, 6)).toBe('fe35');
    peer.send(raw(TYPE.keepalive));
    const { neighbor } = await handler.up();
    expect(neighbor.asn).toEqual({ local: 65077, peer: 65077 });
  });

  it('of a range have what commands said to the range before they came, and its configuration as it is by then', async () => {
    const dir = workspace();
    const port = await freePort();
    const handler = new Driven(dir);
    const conf = (routes: string) =>
      processConf(handler.run) + neighborConf({ port, peer: '127.0.0.0/29', more: `static { ${routes} }` });
    const CONFIGURED = 'route 10.1.0.0/16 next-hop self; route 10.2.0.0/16 next-hop self;';
    const DOG = 'route 10.3.0.0/16 next-hop self watchdog dog;';
    const file = join(dir, 'peer.conf');
    writeFileSync(file, conf(CONFIGURED + DOG));
    const daemon = await Daemon.start(file);
    for (const command of [
      'announce route 10.4.0.0/16 next-hop self',
      'withdraw route 10.2.0.0/16',
      'withdraw watchdog dog',
    ]) {
      expect(await handler.command(command)).toEqual(['done']);
    }
    expect(await handler.command('neighbor 127.0.0.2 announce route 10.9.0.0/16 next-hop self')).toEqual([
      'error',
    ]);
    expect((await handler.command('show neighbor summary')).length).toBe(2);
    expect(await handler.command('show adj-rib out')).toEqual([
      '127.0.0.0/29 ipv4 unicast 10.1.0.0/16 next-hop self',
      '127.0.0.0/29 ipv4 unicast 10.4.0.0/16 next-hop self',
      'done',
    ]);
    const one = await RawPeer.established({ port });
    await one.update('100a01100a04');
    await one.update(END_OF_RIB);
    expect(one.of(TYPE.update)).toHaveLength(2);
    expect(await handler.command('announce watchdog dog')).toEqual(['done']);
    await one.update('100a03');
    // to one of them alone
    expect(await handler.command('neighbor 127.0.0.2 announce route 10.5.0.0/16 next-hop self')).toEqual([
      'done',
    ]);
    await one.update('100a05');
    const other = await RawPeer.established({ port, from: '127.0.0.3' });
    await other.update(END_OF_RIB);
    expect(other.of(TYPE.update).join()).toContain('100a03');
    expect(other.of(TYPE.update).join()).not.toContain('100a05');
    writeFileSync(file, conf(`${CONFIGURED} route 10.6.0.0/16 next-hop self;`));
    daemon.kill('SIGUSR1');
    await other.update('100a06');
    await one.update('100a06');
    const third = await RawPeer.established({ port, from: '127.0.0.4' });
    await third.update(END_OF_RIB);
    expect(third.of(TYPE.update).join()).toContain('100a04');
    expect(third.of(TYPE.update).join()).toContain('100a06');
  });

  it('of a range: a long table comes whole before End-of-RIB', async () => {
    const dir = workspace();
    const port = await freePort();
    const handler = new Driven(dir);
    await Daemon.run(dir, processConf(handler.run) + neighborConf({ port, peer: '127.0.0.0/29' }));
    const prefixes = (first: number) =>
      Array.from({ length: 256 }, (_, n) => `10.${first}.${n}.0/24`).join(' ');
    for (let first = 0; first < 32; first++) {
      const command = `announce attributes next-hop self med ${first} nlri ${prefixes(first)}`;
      expect(await handler.command(command)).toEqual(['done']);
    }
    const peer = await RawPeer.established({ port });
    await eventually(() => peer.of(TYPE.update).includes(END_OF_RIB));
    const nlriOctets = peer.of(TYPE.update).map((octets) => {
      const hex = String(octets);
      return hex.length / 2 - 4 - Number.parseInt(hex.slice(4, 8), 16);
    });
    expect(nlriOctets.reduce((sum, one) => sum + one, 0)).toBe(32 * 256 * 4);
  });

  it('of a range: every address of it is a neighbor of its own', async () => {
    const dir = workspace();
    const port = await freePort();
    const handler = new Driven(dir);
    const conf = neighborConf({
      port,
      peer: '127.0.1.0/24',
      peerAs: 'auto',
      more: 'static { route 198.51.100.0/24 next-hop self; }',
    });
    const daemon = await Daemon.run(dir, processConf(handler.run) + conf);
    const peers: RawPeer[] = [];
    for (const n of [5, 6]) {
      const id = `c000020${n}`;
      const capabilities = `0206 0104 00010001 0206 4104 0000fde${n}`;
      const peer = await RawPeer.established(
        { port, from: `127.0.1.${n}` },
        { as: 0xfde0 + n, id, capabilities },
      );
      await handler.up(`127.0.1.${n}`);
      await peer.update('18c63364');
      peers.push(peer);
    }
    const [first, second] = peers;
    await handler.command('neighbor 127.0.1.6 announce route 203.0.113.0/24 next-hop self');
    await second?.update('18cb0071');
    expect(first?.of(TYPE.update).join()).not.toContain('18cb0071');
    expect((await handler.command('show neighbor summary')).length).toBe(4);
    first?.socket.destroy();
    await handler.event(
      'state',
      ({ neighbor }) => neighbor.state === 'down' && neighbor.address.peer === '127.0.1.5',
    );
    await eventually(() => daemon.entries('down').length === 1);
    expect((await handler.command('show neighbor summary')).length).toBe(3);
    expect(second?.closed).toBe(false);
    const outside = await RawPeer.connect({ port, from: '127.0.2.5' });
    expect(await outside.next(TYPE.notification)).toBe('0605');
  });

  it('a hundred of them in one process', async () => {
    const dir = workspace();
    const port = await freePort();
    const [a, b] = [new Driven(dir, 'a'), new Driven(dir, 'b')];
    const numbers = Array.from({ length: 100 }, (_, i) => i + 10);
    const quiet = 'parsed; notification;';
    const ours = numbers.map((n) =>
      neighborConf({ port, peer: `127.0.3.${n}`, process: 'a', receive: quiet }),
    );
    const theirs = numbers.map((n) =>
      neighborConf({
        port,
        peer: '127.0.0.1',
        local: `127.0.3.${n}`,
        localAs: '65002',
        peerAs: '65001',
        routerId: `192.0.3.${n}`,
        process: 'b',
        receive: 'parsed; update;',
      })
        .replace('passive;', '')
        .replace(`listen ${port};`, `connect ${port};`),
    );
    await Daemon.run(dir, processConf(a.run, 'a') + ours.join(''));
    await Daemon.run(dir, processConf(b.run, 'b') + theirs.join(''));
    const ups = (handler: Driven) =>
      new Set(
        handler
          .events('state')
          .filter(({ neighbor }) => neighbor.state === 'up')
          .map(({ neighbor }) => `${neighbor.address.local} ${neighbor.address.peer}`),
      ).size;
    await eventually(() => ups(a) === 100 && ups(b) === 100, {
      ms: 30_000,
      why: () => `${ups(a)} and ${ups(b)} up`,
    });
    expect(await a.command('announce route 198.51.100.0/24 next-hop self')).toEqual(['done']);
    const got = () =>
      b.events('update').filter((event) => JSON.stringify(event).includes('198.51.100.0/24')).length;
    await eventually(() => got() === 100, { why: () => `${got()} got it` });
    expect(a.events('state').filter(({ neighbor }) => neighbor.state === 'down')).toEqual([]);
  });
});
