import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { Driven } from '../support/driven.ts';
import { Daemon, eventually, freePort, workspace } from '../support/e2e.ts';
import { resident } from '../support/proc.ts';
import { hex, RawPeer, raw, rawUpdate, TYPE } from '../support/raw-peer.ts';

const KIB = 1024;

/** A file system of one MiB. */
function smallDisk(): string {
  const directory = join(workspace(), 'disk');
  mkdirSync(directory);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory]);
  onTestFinished(() => void execFileSync('umount', ['-l', directory]));
  return directory;
}

/** Somebody's file that takes all that is left. */
function fill(directory: string): string {
  const file = join(directory, 'other');
  const { bavail, bsize } = statfsSync(directory);
  writeFileSync(file, Buffer.alloc(bavail * bsize));
  return file;
}

async function configured(settings: (disk: string) => string) {
  const [dir, port, disk] = [workspace(), await freePort(), smallDisk()];
  const [handler, ask] = [new Driven(dir), new Driven(dir, 'ask')];
  const file = join(dir, 'peer.conf');
  writeFileSync(
    file,
    processConf(ask.run, 'ask') +
      processConf(handler.run, 'driven', `encoder json; ${settings(disk)}`) +
      neighborConf({ port }),
  );
  const start = async () => {
    const daemon = await Daemon.start(file);
    const peer = await RawPeer.established({ port }, { hold: 9 });
    const alive = setInterval(() => peer.closed || peer.send(raw(TYPE.keepalive)), 1000);
    onTestFinished(() => clearInterval(alive));
    return { daemon, peer };
  };
  return { disk, handler, ask, start };
}

const octets = (n: number) => `20${hex(0x0a000000 + n, 4)}`;

describe.runIf(process.getuid?.() === 0)('a disk that is full', () => {
  it('under a spill costs the events that did not fit: they are counted, and told in their place', async () => {
    const { handler, ask, start } = await configured(
      (disk) => `queue { policy spill ${disk}; limit-bytes 64K; spill-bytes 64M; }`,
    );
    const { daemon, peer } = await start();
    await handler.up();
    await daemon.signal('driven', 'SIGSTOP');
    const before = resident(daemon.pid);
    const status = async () => {
      const all = await ask.shown('show process json');
      return all.find(({ name }) => name === 'driven');
    };
    let sent = 0;
    const send = async () => {
      peer.send(Array.from({ length: 500 }, () => rawUpdate({ nlri: octets(sent++) })).join(''));
      await eventually(async () => (await status()).events.offered > sent);
      return (await status()).events;
    };
    while ((await send()).dropped === 0) expect(sent).toBeLessThan(20_000);
    const full = await daemon.logged(
      'spill cannot be written: ENOSPC: what did not fit is left out, and counted',
    );
    expect(full).toMatchObject({ process: 'driven', level: 50 });
    for (let more = 0; more < 4; more++) await send();
    expect(resident(daemon.pid) - before).toBeLessThan(24 * KIB);
    await daemon.signal('driven', 'SIGCONT');
    await eventually(async () => (await status()).queued.lines === 0);
    const { events } = await status();
    expect(events.written + events.dropped).toBe(events.offered);
    const lines = handler.lines.filter((line) => /"(?:update|gap)"/.test(line));
    const gap = lines.findIndex((line) => line.includes('"gap"'));
    expect(JSON.parse(lines[gap] ?? '{}')).toMatchObject({
      dropped: events.dropped,
      peers: { '127.0.0.2': events.dropped },
    });
    expect(lines.filter((line) => line.includes('"update"'))).toHaveLength(sent - events.dropped);
    expect(gap).toBe(lines.length - 1);
    // all that was on it is read: there is room again
    peer.send(rawUpdate({ nlri: '18cb0071' }));
    await handler.event('update', (event) => JSON.stringify(event).includes('203.0.113.0/24'));
    expect(peer.closed).toBe(false);
    expect(daemon.log.filter(({ msg }) => msg?.startsWith('spill cannot be written'))).toHaveLength(1);
  });

  it('under a journal keeps nobody from announcing; it is told once, and made up for', async () => {
    const { disk, handler, start } = await configured((directory) => `persist ${directory};`);
    const { daemon, peer } = await start();
    await handler.up();
    const other = fill(disk);
    const many = (n: number) => Array.from({ length: 250 }, (_, i) => `10.1.${n}.${i}/32`).join(' ');
    for (let n = 0; n < 20; n++)
      expect(await handler.command(`announce attributes next-hop self nlri ${many(n)}`)).toEqual(['done']);
    await peer.update('200a0113f9');
    await daemon.logged('journal cannot be written: routes are not kept', { reason: 'ENOSPC' });
    rmSync(other);
    await daemon.logged('journal is written again: routes are kept');
    expect(daemon.entries('journal cannot be written: routes are not kept')).toHaveLength(1);
    daemon.kill('SIGKILL');
    await daemon.exited;
    const next = await start();
    await next.daemon.logged('routes are back from the journal', { routes: 5000 });
  });

  it('of what the journal itself holds no longer is of use again, with every route kept', async () => {
    const { disk, handler, start } = await configured((directory) => `persist ${directory};`);
    const { daemon } = await start();
    await handler.up();
    const journal = join(disk, 'driven.journal');
    let [told, most] = [0, 0];
    for (let shrunk = false; !shrunk; ) {
      const lines = Array.from(
        { length: 500 },
        (_, i) => `announce route 10.0.${i % 50}.0/24 next-hop self med ${told + i}\n`,
      );
      handler.write(lines.join(''));
      told += lines.length;
      await eventually(() => handler.replies.length === told);
      const { size } = statSync(journal);
      shrunk = size < most;
      most = Math.max(most, size);
    }
    expect(most).toBeGreaterThan(900 * KIB);
    expect(handler.replies.every((reply) => reply === 'done')).toBe(true);
    expect(daemon.entries('journal cannot be written: routes are not kept')).toEqual([]);
    daemon.kill('SIGKILL');
    await daemon.exited;
    const next = await start();
    await next.daemon.logged('routes are back from the journal', { routes: 50 });
    await next.peer.update(`800404 ${hex(told - 1, 4)}`);
  });
});
