import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { Driven } from '../support/driven.ts';
import { Daemon, eventually, freePort, sleep, workspace } from '../support/e2e.ts';
import { RawPeer, rawUpdate, TYPE } from '../support/raw-peer.ts';

const [A, B, C] = [
  'route 10.1.0.0/16 next-hop self;',
  'route 10.2.0.0/16 next-hop self;',
  'route 10.3.0.0/16 next-hop self;',
];

async function running() {
  const dir = workspace();
  const port = await freePort();
  const handler = new Driven(dir);
  const file = join(dir, 'peer.conf');
  const conf = (routes: string, more = '') =>
    `${processConf(handler.run)}${neighborConf({ port, more: `static { ${routes} }` })}${more}`;
  writeFileSync(file, conf(A + B));
  const daemon = await Daemon.start(file);
  const peer = await RawPeer.established({ port });
  await peer.update('100a02');
  await peer.update('00000000');
  await handler.up();
  return { dir, port, handler, file, conf, daemon, peer };
}

describe('reload', () => {
  it.each(['SIGUSR1', 'command'])('by %s moves only the routes that differ', async (how) => {
    const { handler, file, conf, daemon, peer } = await running();
    await handler.command('announce route 10.9.0.0/16 next-hop self');
    await peer.update('100a09');
    const before = peer.of(TYPE.update).length;
    writeFileSync(file, conf(B + C));
    if (how === 'SIGUSR1') daemon.kill('SIGUSR1');
    else expect(await handler.command('reload')).toEqual(['reload in progress', 'done']);
    await peer.update('0003100a010000');
    await peer.update('100a03');
    await sleep(100);
    const after = peer.of(TYPE.update).slice(before).join();
    expect(after).not.toContain('100a02');
    expect(after).not.toContain('100a09');
    expect(peer.closed).toBe(false);
    expect(daemon.entries('process started').length).toBe(1);
    expect(await handler.command('show adj-rib out')).toHaveLength(4);
  });

  it('of a bad configuration changes nothing, and says why', async () => {
    const { handler, file, conf, daemon, peer } = await running();
    writeFileSync(file, conf(C, 'neighbour 127.0.0.9 { }'));
    daemon.kill('SIGUSR1');
    await daemon.logged('reload refused: the configuration is bad, the running one is kept');
    expect(daemon.log.some(({ text }) => String(text).includes("did you mean 'neighbor'?"))).toBe(true);
    expect((await handler.command('show adj-rib out')).slice(0, 2).join()).toMatch(
      /10\.1\.0\.0.*10\.2\.0\.0/,
    );
    expect(peer.of(TYPE.update).join()).not.toContain('100a03');
    expect(peer.closed).toBe(false);
    writeFileSync(file, conf(A + B + C));
    daemon.kill('SIGUSR1');
    await peer.update('100a03');
  });

  it('brings new neighbors, and ends those that are gone', async () => {
    const { handler, port, file, conf, daemon, peer } = await running();
    const second = neighborConf({ port, peer: '127.0.0.3', more: `static { ${C} }` });
    writeFileSync(file, conf(A + B, second));
    daemon.kill('SIGUSR1');
    await daemon.logged('configuration reloaded');
    const other = await RawPeer.established({ port, from: '127.0.0.3' }, { id: 'c0000203' });
    await other.update('100a03');
    await handler.up('127.0.0.3');
    expect(peer.closed).toBe(false);
    writeFileSync(file, conf(A + B));
    daemon.kill('SIGUSR1');
    expect(await other.next(TYPE.notification)).toBe('0603');
    await other.whenClosed();
    expect(peer.closed).toBe(false);
  });

  it('with other session parameters restarts that session alone, and keeps what commands announced', async () => {
    const { handler, port, file, conf, daemon, peer } = await running();
    await handler.command('announce route 10.9.0.0/16 next-hop self');
    await peer.update('100a09');
    writeFileSync(file, conf(A + B).replace('passive;', 'passive; hold-time 30;'));
    daemon.kill('SIGUSR1');
    expect(await peer.next(TYPE.notification)).toMatch(/^06/);
    const again = await RawPeer.established({ port });
    await again.update('100a01');
    await again.update('100a09');
    expect(again.of(TYPE.open)[0]?.slice(6, 10)).toBe('001e');
  });

  it('starts, replaces and stops processes', async () => {
    const { dir, file, conf, daemon } = await running();
    const second = new Driven(dir, 'second');
    writeFileSync(file, conf(A + B) + processConf(second.run, 'second'));
    daemon.kill('SIGUSR1');
    await daemon.logged('process started', { process: 'second' });
    expect(await second.command('version')).toHaveLength(2);
    writeFileSync(file, conf(A + B));
    daemon.kill('SIGUSR1');
    await daemon.logged('process stopped', { process: 'second' });
    expect(daemon.entries('process started', { process: 'driven' }).length).toBe(1);
  });

  it('with a port that is taken is refused, and the old goes on', async () => {
    const { handler, file, conf, daemon, peer } = await running();
    const taken = await freePort();
    const server = createServer();
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(taken, '127.0.0.1', resolve));
    writeFileSync(file, conf(B + C, neighborConf({ port: taken, peer: '127.0.0.3' })));
    daemon.kill('SIGUSR1');
    await sleep(300);
    expect(daemon.running).toBe(true);
    expect(peer.closed).toBe(false);
    expect(await handler.command('version')).toHaveLength(2);
    expect(daemon.transcript).toContain(`127.0.0.1:${taken}: EADDRINUSE`);
    expect(await handler.command('show adj-rib out')).toEqual([
      expect.stringContaining('10.1.0.0/16'),
      expect.stringContaining('10.2.0.0/16'),
      'done',
    ]);
  });

  it('SIGALRM restarts sessions, SIGTERM ends all', async () => {
    const { handler, port, daemon, peer } = await running();
    daemon.kill('SIGALRM');
    await peer.whenClosed();
    const again = await RawPeer.established({ port });
    await handler.up('127.0.0.2', 2);
    daemon.kill('SIGTERM');
    expect(await daemon.exited).toBe(0);
    await again.whenClosed();
  });
});

/** Two neighbors and two processes, each told of one of them, and whatever a reload makes of it. */
async function pair() {
  const dir = workspace();
  const [port, other] = [await freePort(), await freePort()];
  const [first, second] = [new Driven(dir, 'first'), new Driven(dir, 'second')];
  const file = join(dir, 'peer.conf');
  const of = (peer: string, on: number, process: string, more = '') =>
    neighborConf({ port: on, peer, process, more: `${more} static { ${A} ${B} }` });
  const sections = processConf(first.run, 'first') + processConf(second.run, 'second');
  const conf = (one = 'first', two = 'second', more = '') =>
    sections + of('127.0.0.2', port, one) + of('127.0.0.3', other, two, more);
  writeFileSync(file, conf());
  const daemon = await Daemon.start(file);
  const connect = (index: number) =>
    index === 0
      ? RawPeer.established({ port })
      : RawPeer.established({ port: other, from: '127.0.0.3' }, { id: 'c0000203' });
  let reloads = 0;
  const reload = async (text: string) => {
    writeFileSync(file, text);
    daemon.kill('SIGUSR1');
    await daemon.logged('configuration reloaded', {}, ++reloads);
  };
  return { dir, first, second, conf, sections, daemon, connect, reload };
}

const prefixOf = (n: number) => `20cb0071${n.toString(16).padStart(2, '0')}`;

describe('a reload while sessions are up', () => {
  it('without a difference sends no octet and drops no message, again and again under traffic', async () => {
    const { first, conf, daemon, connect, reload } = await pair();
    const peer = await connect(0);
    await first.up();
    await peer.update('00000000');
    const octets = peer.messages.filter(({ type }) => type !== TYPE.keepalive).length;
    for (let n = 0; n < 20; n++) {
      peer.send(rawUpdate({ nlri: prefixOf(2 * n) }));
      const reloaded = reload(conf());
      peer.send(rawUpdate({ nlri: prefixOf(2 * n + 1) }));
      await reloaded;
    }
    await eventually(() => first.events('update').length === 40);
    expect(peer.messages.filter(({ type }) => type !== TYPE.keepalive)).toHaveLength(octets);
    expect(peer.closed).toBe(false);
    expect(first.events('state').filter(({ neighbor }) => neighbor.state === 'up')).toHaveLength(1);
    expect(daemon.entries('process started')).toHaveLength(2);
    expect(daemon.entries('down')).toEqual([]);
  });

  it('gives api sections to other processes, and the sessions go on', async () => {
    const { first, second, conf, daemon, connect, reload } = await pair();
    const [peer, other] = [await connect(0), await connect(1)];
    await first.up();
    await second.up();
    peer.send(rawUpdate({ nlri: prefixOf(1) }));
    await first.event('update', (event) => JSON.stringify(event).includes('203.0.113.1/32'));
    await reload(conf('second', 'first second'));
    peer.send(rawUpdate({ nlri: prefixOf(2) }));
    other.send(rawUpdate({ nlri: prefixOf(3) }));
    const told = (handler: Driven) =>
      handler
        .events('update')
        .map((event) => /203\.0\.113\.\d+/.exec(JSON.stringify(event))?.[0])
        .sort();
    await eventually(() => told(first).length === 2 && told(second).length === 2, {
      why: () => `${told(first)} and ${told(second)}`,
    });
    expect(told(first)).toEqual(['203.0.113.1', '203.0.113.3']);
    expect(told(second)).toEqual(['203.0.113.2', '203.0.113.3']);
    // who may command whom moves along
    expect(await first.command('neighbor 127.0.0.2 announce route 10.9.0.0/16 next-hop self')).toEqual([
      'error',
    ]);
    expect(await second.command('neighbor 127.0.0.2 announce route 10.9.0.0/16 next-hop self')).toEqual([
      'done',
    ]);
    await peer.update('100a09');
    expect([peer.closed, other.closed, daemon.entries('process started').length]).toEqual([false, false, 2]);
  });

  it('starts a process anew whose command changed, and no other', async () => {
    const { dir, first, second, conf, daemon, connect, reload } = await pair();
    const peer = await connect(0);
    await first.up();
    const third = new Driven(dir, 'third');
    await reload(conf().replace(second.run, third.run));
    await daemon.logged('process started', { process: 'second' }, 2);
    expect(await third.command('version')).toHaveLength(2);
    expect(daemon.entries('process started', { process: 'first' })).toHaveLength(1);
    expect(await first.command('announce route 10.9.0.0/16 next-hop self')).toEqual(['done']);
    await peer.update('100a09');
    expect(peer.closed).toBe(false);
  });

  it('resets the session whose password or hold time changed, and leaves the other connection alone', async () => {
    const { conf, daemon, connect, reload } = await pair();
    const [peer, other] = [await connect(0), await connect(1)];
    await peer.update('00000000');
    const before = peer.messages.length;
    await reload(conf('first', 'second', 'hold-time 30;'));
    expect(await other.next(TYPE.notification)).toMatch(/^0603/);
    await other.whenClosed();
    const again = await connect(1);
    await again.update('100a02');
    await reload(conf('first', 'second', 'hold-time 30; md5-password secret;'));
    expect(await again.next(TYPE.notification)).toMatch(/^0603/);
    await again.whenClosed();
    expect(peer.closed).toBe(false);
    expect(peer.messages.slice(before).filter(({ type }) => type !== TYPE.keepalive)).toEqual([]);
    expect(daemon.entries('process started')).toHaveLength(2);
  });

  it('moves one route of a thousand with one message', async () => {
    const { conf, connect, reload } = await pair();
    const many = Array.from({ length: 1000 }, (_, n) => `route 10.20.${n >> 8}.${n & 255}/32 next-hop self;`);
    const wide = (routes: readonly string[]) => conf().replaceAll(A, `${A} ${routes.join(' ')}`);
    const peer = await connect(0);
    await reload(wide(many));
    await peer.update('200a1403e7');
    const before = peer.of(TYPE.update).length;
    await reload(wide(many.map((route, n) => (n === 500 ? route.replace('self', 'self med 5') : route))));
    const sent = await eventually(() => peer.of(TYPE.update)[before]);
    expect(sent).toMatch(/200a1401f4$/);
    expect(sent.length / 2).toBeLessThan(64);
    expect(peer.of(TYPE.update)).toHaveLength(before + 1);
  });
});

it('a reload while the peer is down: it is told the new routes and none of the old', async () => {
  const { conf, connect, reload } = await pair();
  await reload(conf().replaceAll(A, C));
  const peer = await connect(0);
  await peer.update('00000000');
  const sent = peer.of(TYPE.update).join();
  expect(sent).toContain('100a03');
  expect(sent).toContain('100a02');
  expect(sent).not.toContain('100a01');
});
