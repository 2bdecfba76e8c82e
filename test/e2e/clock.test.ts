import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { Driven } from '../support/driven.ts';
import { Daemon, eventually, freePort, sleep, which, workspace } from '../support/e2e.ts';
import { hex, RawPeer, raw, rawUpdate, TYPE } from '../support/raw-peer.ts';

/** Where Debian has the library: the wrapper, a script, names it. */
function library(): string {
  const found = /(\/\S+)\/libfaketime/.exec(readFileSync(which('faketime') ?? '', 'latin1'))?.[1];
  return (
    [`${found}/libfaketime.so.1`, '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'].find(existsSync) ??
    ''
  );
}

const HOUR = 3600;

it.skipIf(which('faketime') === undefined)(
  'the system clock is set: sessions live, timers run on, and what is told has the new time',
  async () => {
    const [dir, port] = [workspace(), await freePort()];
    const set = join(dir, 'time');
    const ahead = (seconds: number) => writeFileSync(set, `${seconds < 0 ? '' : '+'}${seconds}\n`);
    ahead(0);
    const handler = new Driven(dir);
    const conf = processConf(handler.run) + neighborConf({ port, receive: 'parsed; update;' });
    const daemon = await Daemon.run(dir, conf, {
      LD_PRELOAD: library(),
      FAKETIME_TIMESTAMP_FILE: set,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    });
    const peer = await RawPeer.established({ port }, { hold: 3 });
    const alive = setInterval(() => peer.send(raw(TYPE.keepalive)), 700);
    onTestFinished(() => clearInterval(alive));
    await handler.up();
    for (const [n, seconds] of [HOUR, -2 * HOUR, 0].entries()) {
      ahead(seconds);
      const since = performance.now();
      await sleep(1500);
      peer.send(rawUpdate({ nlri: `20${hex(0x0a000000 + n, 4)}` }));
      const event = await handler.event('update', ({ neighbor }) =>
        JSON.stringify(neighbor).includes(`10.0.0.${n}/32`),
      );
      const late = event.time - (Date.now() / 1000 + seconds);
      expect(late).toBeGreaterThan(-10);
      expect(late).toBeLessThan(1);
      expect(await handler.command('show status')).toContainEqual(expect.stringMatching(/^Uptime: 0h 0m /));
      const told = peer.messages.filter(({ type, atMs }) => type === TYPE.keepalive && atMs >= since);
      // one a second, or a quarter earlier: not none, and not as many as an hour asks for
      expect(told.length).toBeGreaterThan(0);
      expect(told.length).toBeLessThan(10);
    }
    await eventually(() => !peer.closed);
    expect(daemon.entries('down')).toEqual([]);
  },
);

it('a daemon that was stopped ends the sessions of those who fell silent meanwhile, and no others', async () => {
  const [dir, port] = [workspace(), await freePort()];
  const handler = new Driven(dir);
  const addresses = ['127.0.0.2', '127.0.0.3'];
  const conf = addresses.map((peer) => neighborConf({ port, peer })).join('');
  const daemon = await Daemon.run(dir, processConf(handler.run) + conf);
  const dial = (from: string, n: number) =>
    RawPeer.established({ port, from }, { hold: 3, id: hex(0xc0000600 + n, 4) });
  const [steady, silent] = (await Promise.all(addresses.map(dial))) as [RawPeer, RawPeer];
  await handler.up('127.0.0.3');
  const alive = setInterval(() => steady.send(raw(TYPE.keepalive)), 500);
  onTestFinished(() => clearInterval(alive));
  daemon.kill('SIGSTOP');
  await sleep(5000);
  daemon.kill('SIGCONT');
  await daemon.logged('the event loop stood still');
  await silent.whenClosed();
  expect(silent.of(TYPE.notification)).toEqual(['0400']);
  const told = steady.of(TYPE.keepalive).length;
  await steady.next(TYPE.keepalive, told + 4);
  expect(steady.closed).toBe(false);
  expect(daemon.entries('down')).toEqual([expect.objectContaining({ peer: '127.0.0.3' })]);
});
