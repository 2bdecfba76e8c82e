import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { controlled } from '../support/control.ts';
import { Driven } from '../support/driven.ts';
import { Daemon, eventually, freePort, script, sleep, workspace } from '../support/e2e.ts';
import { cpuSeconds, openFiles, resident } from '../support/proc.ts';
import { ATTRIBUTES, hex, RawPeer, raw, rawUpdate, TYPE } from '../support/raw-peer.ts';

/** `npm run soak` runs the long forms. */
const LONG = process.env.PEERLINE_SOAK === '1';
const scaled = (short: number, long: number) => (LONG ? long : short);
const timeout = { timeout: scaled(90_000, 600_000) };
const isRoot = process.getuid?.() === 0;
const KIB = 1024;

async function running(
  more = '',
  env: Record<string, string> = {},
  respawn = 'limit unlimited; max-delay 1;',
) {
  const [dir, port] = [workspace(), await freePort()];
  const handler = new Driven(dir);
  const conf =
    processConf(handler.run, 'driven', `encoder json; respawn { ${respawn} } ${more}`) +
    neighborConf({ port });
  const daemon = await Daemon.run(dir, conf, env);
  await daemon.logged('process started');
  const peer = await RawPeer.established({ port }, { hold: 9 });
  const alive = setInterval(() => peer.send(raw(TYPE.keepalive)), 1000);
  onTestFinished(() => clearInterval(alive));
  await handler.up();
  return { dir, port, handler, daemon, peer };
}

const octets = (n: number) => `20${hex(0x0a000000 + n, 4)}`;

/** Ends it in good order, soon. */
async function ends(daemon: Daemon): Promise<void> {
  const asked = performance.now();
  expect(await daemon.stop()).toBe(0);
  expect(performance.now() - asked).toBeLessThan(5000);
}

/** A connection from an address without a neighbor: it keeps its side open, whatever it is told. */
function stranger(port: number, from: string): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, localAddress: from, allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined).resume();
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(socket)).once('close', () => resolve(socket));
  });
}

describe('a flood of connections', () => {
  it(
    'from everywhere costs the sessions nothing, and little memory; then it is as before',
    timeout,
    async () => {
      const { port, handler, daemon, peer } = await running();
      const before = { memory: resident(daemon.pid), files: openFiles(daemon.pid) };
      const started = performance.now();
      const [all, wave] = [scaled(2000, 10_000), 200];
      const held: Socket[] = [];
      let [mostFiles, mostMemory] = [0, 0];
      for (let n = 0; n < all; n += wave) {
        const froms = Array.from({ length: wave }, (_, i) => `127.6.${(n + i) >> 7}.${((n + i) & 127) + 1}`);
        const sockets = await Promise.all(froms.map((from) => stranger(port, from)));
        for (const [i, socket] of sockets.entries()) {
          // some leave, some write an octet now and then, some nothing
          if (i % 3 === 0) socket.destroy();
          else held.push(socket);
          if (i % 3 === 1) socket.write('x');
        }
        peer.send(rawUpdate({ nlri: octets(n) }));
        mostFiles = Math.max(mostFiles, openFiles(daemon.pid));
        mostMemory = Math.max(mostMemory, resident(daemon.pid));
      }
      await eventually(() => handler.events('update').length === all / wave);
      expect(peer.closed).toBe(false);
      expect(mostFiles - before.files).toBeLessThan(wave + 100);
      expect(mostMemory - before.memory).toBeLessThan(20 * KIB);
      // told ten times a second at most, with how many there were
      const told = daemon.entries('connection from an address without a neighbor');
      const seconds = (performance.now() - started) / 1000;
      expect(told.length).toBeLessThanOrEqual(60 + 10 * seconds);
      for (const socket of held) socket.destroy();
      await eventually(() => openFiles(daemon.pid) <= before.files);
      let used = cpuSeconds(daemon.pid);
      for (let quiet = false, left = 15; !quiet && left > 0; left--) {
        await sleep(1000);
        quiet = cpuSeconds(daemon.pid) - used <= 0.05;
        used = cpuSeconds(daemon.pid);
        expect(quiet || left > 1).toBe(true);
      }
      await ends(daemon);
    },
  );
});

describe('no more descriptors', () => {
  it('for anybody: the session goes on, a handler comes back when there are some, and the end is in time', async () => {
    // it dies once: that no new one can be started is no fault of its own, and not counted
    const { port, handler, daemon, peer } = await running('', {}, 'limit 1;');
    const limit = (files: number) => {
      execFileSync('prlimit', ['--pid', String(daemon.pid), `--nofile=${files}:`]);
    };
    limit(openFiles(daemon.pid));
    // the neighbor's own address: such a connection is kept for a while
    const others = await Promise.all(Array.from({ length: 20 }, () => stranger(port, '127.0.0.2')));
    process.kill(Number(daemon.entries('process started').at(-1)?.pid), 'SIGKILL');
    await daemon.logged('process ended: to be restarted');
    // the pipes of the one that died are free again: take them
    limit(openFiles(daemon.pid));
    await daemon.logged('process ended: to be restarted', { shortage: 'EMFILE' }, 2);
    expect(peer.closed).toBe(false);
    for (const socket of others) socket.destroy();
    limit(1024);
    await eventually(
      () => handler.events('state').length > 0 && daemon.entries('process started').length > 1,
    );
    const reached = async () => {
      peer.send(rawUpdate({ nlri: octets(1) }));
      await sleep(100);
      return handler.events('update').length > 0;
    };
    while (!(await reached())) expect(daemon.running).toBe(true);
    expect(daemon.entries('down')).toEqual([]);
    await ends(daemon);
  });
});

describe('with 64 descriptors', () => {
  it('connections to all its listeners are refused: it says so, waits for nobody, and recovers', async () => {
    const [dir, port, bmp] = [workspace(), await freePort(), await freePort()];
    const handler = new Driven(dir);
    const listener = `bmp { listen 127.0.0.1:${bmp}; }\n`;
    const conf = processConf(handler.run) + neighborConf({ port }) + listener;
    const { daemon, path, client } = await controlled(dir, conf);
    await daemon.logged('process started');
    const peer = await RawPeer.established({ port }, { hold: 9 });
    const alive = setInterval(() => peer.send(raw(TYPE.keepalive)), 1000);
    onTestFinished(() => clearInterval(alive));
    await handler.up();
    const before = openFiles(daemon.pid);
    execFileSync('prlimit', ['--pid', String(daemon.pid), '--nofile=64:']);
    const all = [{ port, localAddress: '127.0.0.2' }, { port: bmp }, { path }].flatMap((to) =>
      Array.from({ length: 50 }, () =>
        connect(to)
          .on('error', () => undefined)
          .resume(),
      ),
    );
    onTestFinished(() => all.forEach((socket) => void socket.destroy()));
    await daemon.logged('no descriptors are left (EMFILE): connections are refused, files and programs wait');
    const used = cpuSeconds(daemon.pid);
    await sleep(1000);
    expect(cpuSeconds(daemon.pid) - used).toBeLessThan(0.5);
    expect(openFiles(daemon.pid)).toBeLessThanOrEqual(64);
    peer.send(rawUpdate({ nlri: octets(1) }));
    await handler.event('update');
    for (const socket of all) socket.destroy();
    await daemon.logged('there are descriptors again');
    await eventually(() => openFiles(daemon.pid) <= before);
    expect((await client().ask('version')).at(-1)).toBe('done');
    expect(peer.closed).toBe(false);
    await ends(daemon);
  });
});

describe.runIf(isRoot)('directories that cannot be written to', () => {
  it.each([
    ['its control socket', '', 'no control socket'],
    ['a journal', 'persist DIR/journal;', 'DIR/journal'],
    [
      'a spill',
      'queue { policy spill DIR/spill; }',
      'cannot spill to this directory: the queue has policy resync',
    ],
  ])('for %s: it says so in one line, serves its neighbors, and ends in time', async (_, more, told) => {
    const directory = join(workspace(), 'fixed');
    mkdirSync(directory);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', directory]);
    onTestFinished(() => void execFileSync('umount', ['-l', directory]));
    const { handler, daemon, peer } = await running(more.replace('DIR', directory), {
      peerline_api_cli: 'true',
      peerline_api_socketpath: join(directory, 'x.sock'),
    });
    const wanted = told.replace('DIR', directory);
    expect(
      daemon.log.filter((entry) => JSON.stringify(entry).includes(wanted) && Number(entry.level) >= 40),
    ).toHaveLength(1);
    expect(await handler.command('announce route 10.0.0.0/24 next-hop self')).toEqual(['done']);
    await peer.update('180a0000');
    await ends(daemon);
  });
});

/** Millions of routes that nobody takes: a session away, they are held for it. */
it.runIf(LONG)('a heap that is full ends nothing: routes are refused', timeout, async () => {
  const [dir, port] = [workspace(), await freePort()];
  const flood = `awk 'BEGIN { for (i = 0; i < 4000000; i++) printf "announce route 10.%d.%d.%d/32 next-hop 192.0.2.1 med %d\\n", i / 65536, i / 256 % 256, i % 256, i % 1000 }'`;
  const program = script(join(dir, 'flood.sh'), `#!/bin/sh\n${flood}\nexec cat >/dev/null\n`);
  const handler = new Driven(dir);
  const daemon = await Daemon.run(
    dir,
    processConf(handler.run) +
      processConf(program, 'flood') +
      neighborConf({ port, process: 'flood driven' }),
    { NODE_OPTIONS: '--max-old-space-size=128' },
  );
  await eventually(() => daemon.entries('memory is exhausted: new routes are refused').length > 0, {
    ms: 120_000,
  });
  expect(await handler.command('show status')).toContainEqual('Memory: exhausted');
  expect((await handler.command('announce route 203.0.113.0/24 next-hop self')).at(-1)).toBe('error');
  await sleep(20_000);
  expect(daemon.running).toBe(true);
  await ends(daemon);
});

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** PEERLINE_SOAK_SECONDS, or twenty minutes. */
const CHURN_SECONDS = Number(process.env.PEERLINE_SOAK_SECONDS ?? 1200);

it.runIf(LONG)(
  'churn without end: neither memory nor descriptors grow',
  { timeout: CHURN_SECONDS * 2000 + 60_000 },
  async () => {
    const [dir, port] = [workspace(), await freePort()];
    const peers = Array.from({ length: 10 }, (_, n) => `127.7.0.${n + 1}`);
    const flapping = '127.7.1.1';
    const conf = [...peers, flapping].map((peer) =>
      neighborConf({ port, peer, process: 'reads', receive: 'parsed; update;', more: 'adj-rib-in true;' }),
    );
    const daemon = await Daemon.run(dir, processConf("sh -c 'exec cat >/dev/null'", 'reads') + conf.join(''));
    const dial = (from: string, n: number) =>
      RawPeer.established({ port, from }, { hold: 9, id: hex(0xc0000700 + n, 4) });
    const steady = await Promise.all(peers.map(dial));
    const samples: { memory: number; files: number }[] = [];
    const end = performance.now() + CHURN_SECONDS * 1000;
    for (let tick = 0; performance.now() < end; tick++) {
      // 5,000 UPDATEs a second of all of them: 5,000 prefixes each, with 1,000 values of MED, or withdrawn
      for (const peer of steady) {
        peer.send(raw(TYPE.keepalive));
        const any = () => Math.floor(Math.random() * 5000);
        const one = () =>
          Math.random() < 0.2
            ? rawUpdate({ withdrawn: octets(any()), attributes: '' })
            : rawUpdate({ attributes: `${ATTRIBUTES} 800404 ${hex(any() % 1000, 4)}`, nlri: octets(any()) });
        peer.send(Array.from({ length: 50 }, one).join(''));
      }
      if (tick % 36 === 0) {
        const flap = await dial(flapping, 99);
        flap.send(rawUpdate({ nlri: octets(1) }));
        flap.socket.end();
        samples.push({ memory: resident(daemon.pid), files: openFiles(daemon.pid) });
      }
      await sleep(100);
    }
    expect(steady.every(({ closed }) => !closed)).toBe(true);
    const quarter = Math.floor(samples.length / 4);
    const [early, late] = [samples.slice(quarter, 2 * quarter), samples.slice(-quarter)];
    const memory = [early, late].map((some) => Math.round(mean(some.map((sample) => sample.memory))));
    const files = [early, late].map((some) => Math.max(...some.map((sample) => sample.files)));
    console.info(`resident KiB ${memory.join(' then ')}, descriptors ${files.join(' then ')}`);
    expect((memory[1] ?? 0) - (memory[0] ?? 0)).toBeLessThan(4 * KIB);
    expect((files[1] ?? 0) - (files[0] ?? 0)).toBeLessThanOrEqual(1);
    await ends(daemon);
  },
);
