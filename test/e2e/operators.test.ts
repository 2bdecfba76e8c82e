import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { Driven } from '../support/driven.ts';
import {
  Daemon,
  environment,
  eventually,
  freePort,
  PROGRAM,
  peerline,
  script,
  sleep,
  workspace,
} from '../support/e2e.ts';
import { RawPeer, rawOpen, TYPE } from '../support/raw-peer.ts';

/** What the person who runs it meets. */
describe('the daemon', () => {
  it('goes on when there is nothing to wait for', async () => {
    const conf = neighborConf({ port: 1 }).replace('listen 1;', '') + processConf("sh -c 'exit 1'");
    const daemon = await Daemon.run(workspace(), conf);
    await daemon.logged('process died too often: abandoned until a reload');
    await sleep(300);
    expect(daemon.running).toBe(true);
    expect(await daemon.stop()).toBe(0);
  });

  it('says why it cannot connect, once for each reason', async () => {
    const port = await freePort();
    const conf = neighborConf({ port, process: '' }).replace('passive;', '').replace('listen', 'connect');
    const daemon = await Daemon.run(workspace(), conf.replace('processes [  ];', ''));
    const { reason } = await daemon.logged('cannot connect', { peer: '127.0.0.2' });
    expect(reason).toBe(`connect ECONNREFUSED 127.0.0.2:${port}`);
    await daemon.logged('cannot connect', {}, 2);
    expect(daemon.entries('cannot connect', { level: 40 }).length).toBe(1);
  });

  it('says once why sessions do not come up, in words and of which neighbor, until one does', async () => {
    const port = await freePort();
    const daemon = await Daemon.run(workspace(), processConf('/bin/cat') + neighborConf({ port }));
    const refused = async () => {
      const peer = await RawPeer.connect({ port });
      peer.send(rawOpen({ as: 64999 }));
      return peer.next(TYPE.notification);
    };
    for (let i = 0; i < 3; i++) expect(await refused()).toMatch(/^0202/);
    const told = (level: number) =>
      ['connected', 'bad message', 'down'].map((msg) => daemon.entries(msg, { level }).length);
    await daemon.logged('down', {}, 3);
    expect([told(40), told(30), told(20)]).toEqual([
      [0, 1, 0],
      [1, 0, 1],
      [2, 2, 2],
    ]);
    expect(daemon.entries('down')[0]).toMatchObject({
      peer: '127.0.0.2',
      local: '127.0.0.1',
      reason: 'notification sent (2,2)',
      means: 'OPEN Message Error, Bad Peer AS',
    });
    const peer = await RawPeer.established({ port });
    await daemon.logged('up');
    peer.socket.destroy();
    await daemon.logged('down', { level: 30 }, 2);
    await refused();
    await daemon.logged('bad message', { level: 40 }, 2);
  });

  it('lives on when nobody reads its log', async () => {
    const dir = workspace();
    const port = await freePort();
    const handler = new Driven(dir);
    const file = join(dir, 'peer.conf');
    writeFileSync(file, processConf(handler.run) + neighborConf({ port }));
    const child = spawn(process.execPath, [PROGRAM, 'run', file, '--log-level', 'debug'], {
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await eventually(() => handler.replies !== undefined && child.pid);
    child.stderr.once('data', () => child.stderr.destroy());
    child.stdout.destroy();
    await handler.command('version');
    const peer = await RawPeer.established({ port });
    await handler.up();
    for (let i = 0; i < 5; i++) await handler.command('nonsense');
    expect(await handler.command('announce route 198.51.100.0/24 next-hop self')).toEqual(['done']);
    await peer.update('18c63364');
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('ends though its log is stuck', async () => {
    const dir = workspace();
    const fifo = join(dir, 'log');
    execFileSync('mkfifo', [fifo]);
    const filler = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
    const stuck = openSync(fifo, 'w');
    onTestFinished(() => [filler, stuck].forEach(closeSync));
    expect(() => {
      for (;;) writeSync(filler, Buffer.alloc(4096));
    }).toThrow('EAGAIN');
    const file = join(dir, 'peer.conf');
    const port = await freePort();
    writeFileSync(file, neighborConf({ port, process: '' }).replace('processes [  ];', ''));
    const child = spawn(process.execPath, [PROGRAM, 'run', file], {
      env: environment(),
      stdio: ['ignore', 'ignore', stuck],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let listens = false;
    while (!listens)
      listens = await RawPeer.connect({ port }).then(
        () => true,
        () => sleep(50).then(() => false),
      );
    const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    child.kill('SIGTERM');
    expect(await ended).toBe('SIGKILL');
  });

  it('runs several files as one, each with processes of its own', async () => {
    const dir = workspace();
    const port = await freePort();
    const file = (name: string, peer: string, prefix: string) => {
      const say = script(
        join(dir, `${name}.sh`),
        `#!/bin/sh\necho announce route ${prefix} next-hop self\ncat\n`,
      );
      const path = join(dir, `${name}.conf`);
      writeFileSync(path, processConf(say) + neighborConf({ port, peer }));
      return path;
    };
    const files = [file('one', '127.0.0.2', '10.1.0.0/16'), file('two', '127.0.0.3', '10.2.0.0/16')];
    const twice = await peerline(['check', ...files, ...files]);
    expect(twice).toMatchObject({
      code: 1,
      stderr:
        'neighbor 127.0.0.2/32 is defined in more than one file\nneighbor 127.0.0.3/32 is defined in more than one file\n',
    });
    const daemon = await Daemon.start(files);
    await daemon.logged('process started', { process: `driven@${files[1]}` });
    for (const [from, own, other] of [
      ['127.0.0.2', '100a01', '100a02'],
      ['127.0.0.3', '100a02', '100a01'],
    ] as const) {
      const peer = await RawPeer.established({ port, from });
      await peer.update(own);
      expect(peer.of(TYPE.update).join()).not.toContain(other);
    }
  });

  it('keeps two neighbors of one address apart by their ports', async () => {
    const dir = workspace();
    const [a, b] = [await freePort(), await freePort()];
    const handler = new Driven(dir);
    const conf = [
      neighborConf({ port: a, more: 'static { route 10.1.0.0/16 next-hop self; }' }),
      neighborConf({ port: b, peerAs: '65003', more: 'static { route 10.2.0.0/16 next-hop self; }' }),
    ];
    await Daemon.run(dir, processConf(handler.run) + conf.join(''));
    const first = await RawPeer.established({ port: a });
    await first.update('100a01');
    const capabilities = '0206 0104 00010001 0206 4104 0000fdeb';
    const second = await RawPeer.established({ port: b }, { as: 65003, id: 'c0000203', capabilities });
    await second.update('100a02');
    expect(first.closed).toBe(false);
    expect(first.of(TYPE.update).join()).not.toContain('100a02');
  });
});
