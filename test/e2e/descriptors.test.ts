import { closeSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { dial, START } from '../support/bmp-router.ts';
import { neighborConf, processConf } from '../support/conf.ts';
import { controlled } from '../support/control.ts';
import { Driven } from '../support/driven.ts';
import { eventually, freePort, workspace } from '../support/e2e.ts';
import { RawPeer } from '../support/raw-peer.ts';

/** What a process has open, by its numbers. */
function descriptorsOf(pid: number): string[] {
  const directory = `/proc/${pid}/fd`;
  return readdirSync(directory).flatMap((fd) => {
    try {
      return [`${fd} ${readlinkSync(join(directory, fd))}`];
    } catch (err) {
      // closed since the directory was read
      if ((err as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw err;
    }
  });
}

it('a handler has its three pipes open, and nothing of the daemon: no session, listener, journal or spill', async () => {
  const [dir, port, guarded, bmp] = [workspace(), await freePort(), await freePort(), await freePort()];
  const handler = new Driven(dir);
  const late = 'sleep 1000';
  const conf =
    processConf(
      handler.run,
      'driven',
      `encoder json; persist ${dir}/journal; queue { policy spill ${dir}/spill; }`,
    ) +
    processConf(late, 'late', 'respawn { limit unlimited; max-delay 0; }') +
    neighborConf({ port, process: 'driven late' }) +
    // a listener and a connection that Node did not make itself
    neighborConf({ port: guarded, peer: '127.0.0.3', more: 'md5-password secret;' }) +
    neighborConf({ port: guarded, peer: '127.0.0.4', more: 'incoming-ttl 255;' }) +
    `bmp { listen 127.0.0.1:${bmp}; api { processes [ driven ]; neighbor-changes; } }\n`;
  // as a shell leaves them to what it starts: a lock, say
  const lock = openSync(join(dir, 'lock'), 'w');
  onTestFinished(() => closeSync(lock));
  const { daemon, client } = await controlled(dir, conf, {}, [lock, lock]);
  expect(descriptorsOf(daemon.pid)).toContain(`3 ${join(dir, 'lock')}`);
  await RawPeer.established({ port });
  const router = await dial(bmp);
  router.write(START);
  expect((await client().ask('version')).at(-1)).toBe('done');
  expect(await handler.command('announce route 10.0.0.0/24 next-hop self')).toEqual(['done']);
  await handler.event('bmp');
  // it starts again while all of that is open
  await daemon.signal('late', 'SIGKILL');
  await daemon.logged('process started', { process: 'late' }, 2);
  for (const name of ['late', 'driven']) {
    const pid = await daemon.pidOf(name);
    await eventually(() => readlinkSync(`/proc/${pid}/exe`).match(/sleep|sh|cat/) !== null);
    const open = descriptorsOf(pid);
    expect(open.map((each) => each.split(' ')[0]).sort(), `${name}: ${open.join(', ')}`).toEqual([
      '0',
      '1',
      '2',
    ]);
    const inputs = open.filter((each) => each.startsWith('0 '));
    expect(inputs[0]).toMatch(/^0 pipe:/);
  }
});
