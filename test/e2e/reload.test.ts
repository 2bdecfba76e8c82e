import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { Driven } from '../support/driven.ts';
import { Daemon, freePort, sleep, workspace } from '../support/e2e.ts';
import { RawPeer, TYPE } from '../support/raw-peer.ts';

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
