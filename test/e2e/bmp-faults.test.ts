import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dial, route, START } from '../support/bmp-router.ts';
import { processConf } from '../support/conf.ts';
import { Driven, type JsonEvent } from '../support/driven.ts';
import { Daemon, eventually, freePort, sleep, workspace } from '../support/e2e.ts';
import { openFiles, resident } from '../support/proc.ts';
import { hasReached } from '../support/replay.ts';

/** `npm run soak` runs the long forms. */
const LONG = process.env.PEERLINE_SOAK === '1';
const scaled = (short: number, long: number) => (LONG ? long : short);
const isRoot = process.getuid?.() === 0;
const KIB = 1024;

const RECEIVE = 'api { processes [ driven ]; neighbor-changes; receive { parsed; update; } }';

async function running(station = '', more: { readonly handler?: string; readonly api?: string } = {}) {
  const dir = workspace();
  const port = await freePort();
  const handler = new Driven(dir);
  const conf = `${processConf(handler.run, 'driven', `encoder json; ${more.handler ?? ''}`)}
bmp { listen 127.0.0.1:${port}; ${station} ${more.api ?? RECEIVE} }
`;
  const start = async () => {
    const daemon = await Daemon.run(dir, conf);
    await daemon.logged('process started');
    return daemon;
  };
  return { dir, port, handler, daemon: await start(), start };
}

const says = (message: string) => (event: JsonEvent) => event.bmp?.message === message;
const prefixOf = (n: number) => `10.${n >> 8}.${n & 255}.0/24`;
const has = (prefix: string) => (event: object) => JSON.stringify(event).includes(`"${prefix}"`);

/** Prefixes of UPDATEs, by what happened to them. */
function prefixesIn(events: readonly JsonEvent[], member: 'announce' | 'withdraw'): string[] {
  return events.flatMap(({ neighbor }) => {
    const found = JSON.stringify(neighbor.message?.update?.[member] ?? {});
    return [...found.matchAll(/"nlri":"([^"]+)"/g)].map(([, prefix = '']) => prefix);
  });
}

/** A router that is a process of its own: it can be stopped and killed. Sends what it is given on its standard input. */
function routerProcess(port: number) {
  const program = `
    const socket = require('net').connect(${port}, '127.0.0.1');
    socket.on('error', () => process.exit(1)).resume();
    process.stdin.pipe(socket);`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'ignore', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

describe('a router', () => {
  it('that is killed in mid message loses what it does not repeat, and nothing else', async () => {
    const { port, handler } = await running('rib { adj-rib-in; } resync { quiet-time 1; }');
    const all = Array.from({ length: 100 }, (_, n) => prefixOf(n));
    const router = routerProcess(port);
    router.stdin.write(
      Buffer.concat([START, ...all.map((prefix) => route(prefix)), route('192.0.2.0/24').subarray(0, 50)]),
    );
    await handler.event('update', has(prefixOf(99)));
    router.kill('SIGKILL');
    const gone = await handler.event('bmp', says('disconnected'));
    expect(gone.bmp).toMatchObject({
      reason: expect.stringMatching(/in mid message$/),
      stale: { peers: 1, routes: 100 },
    });
    const again = await dial(port);
    again.write(Buffer.concat([START, ...all.slice(10).map((prefix) => route(prefix))]));
    const resync = await handler.event('bmp', says('resync'));
    expect(resync.bmp.withdrawn).toBe(10);
    const withdrawals = handler.events('update').filter(({ neighbor }) => neighbor.message.update?.withdraw);
    expect(withdrawals.every(({ bmp }) => bmp.reason === 'resync')).toBe(true);
    expect(prefixesIn(withdrawals, 'withdraw').sort()).toEqual(all.slice(0, 10).sort());
  });

  it('that says nothing any more is closed after idle-timeout, and others are not', async () => {
    const { port, handler } = await running('idle-timeout 2;');
    const silent = routerProcess(port);
    silent.stdin.write(Buffer.concat([START, route('10.0.0.0/8')]));
    await handler.event('update', has('10.0.0.0/8'));
    silent.kill('SIGSTOP');
    const talks = await dial(port, { from: '127.0.0.5' });
    const timer = setInterval(() => talks.write(route('10.1.0.0/16')), 200);
    onTestFinished(() => clearInterval(timer));
    const gone = await handler.event('bmp', says('disconnected'));
    expect(gone.bmp.reason).toBe('idle for too long');
    expect(String(gone.bmp.router)).toMatch(/^127\.0\.0\.1:/);
    expect(talks.destroyed).toBe(false);
  });

  it.runIf(isRoot)('whose network is gone is found out by idle-timeout: no packet says so', async () => {
    const name = `pl${process.pid}`;
    const ip = (...words: string[]) => execFileSync('ip', words, { stdio: 'pipe' });
    ip('netns', 'add', name);
    onTestFinished(() => void ip('netns', 'del', name));
    ip('link', 'add', `${name}a`, 'type', 'veth', 'peer', 'name', `${name}b`, 'netns', name);
    ip('addr', 'add', '198.18.77.1/30', 'dev', `${name}a`);
    ip('link', 'set', `${name}a`, 'up');
    ip('-n', name, 'addr', 'add', '198.18.77.2/30', 'dev', `${name}b`);
    ip('-n', name, 'link', 'set', `${name}b`, 'up');
    const dir = workspace();
    const port = await freePort();
    const handler = new Driven(dir);
    const conf = `bmp { listen 198.18.77.1:${port}; idle-timeout 2; ${RECEIVE} }\n`;
    const daemon = await Daemon.run(dir, processConf(handler.run) + conf);
    await daemon.logged('process started');
    const program = `const s = require('net').connect(${port}, '198.18.77.1'); process.stdin.pipe(s);`;
    const router = spawn('ip', ['netns', 'exec', name, process.execPath, '-e', program], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    onTestFinished(() => void router.kill('SIGKILL'));
    router.stdin.write(Buffer.concat([START, route('10.0.0.0/8')]));
    await handler.event('update', has('10.0.0.0/8'));
    ip('link', 'set', `${name}a`, 'down');
    const gone = await handler.event('bmp', says('disconnected'));
    expect(gone.bmp.reason).toBe('idle for too long');
  });

  it('that declares long messages and sends little of them takes little memory', async () => {
    const { port, handler, daemon } = await running();
    const before = resident(daemon.pid);
    const declared = Buffer.from('0300100000', 'hex');
    const sockets = await Promise.all(
      Array.from({ length: 200 }, (_, i) => dial(port, { from: `127.0.6.${i + 1}` })),
    );
    for (const socket of sockets)
      socket.write(Buffer.concat([declared, Buffer.from([0]), Buffer.alloc(2000)]));
    (await dial(port)).write(Buffer.concat([START, route('10.0.0.0/8')]));
    await handler.event('update', has('10.0.0.0/8'));
    // the messages that were declared would be 200 MiB
    expect(resident(daemon.pid) - before).toBeLessThan(60 * KIB);
  });

  it('whose header is bad is closed, with the place and the octets in the log and in an event', async () => {
    const { port, handler, daemon } = await running();
    const router = await dial(port, { from: '127.0.0.7' });
    const closed = new Promise((resolve) => router.once('close', resolve));
    router.write(Buffer.concat([START, Buffer.from('03ffffffff00', 'hex')]));
    await closed;
    const { bmp } = await handler.event('bmp', says('error'));
    expect(bmp).toMatchObject({ offset: START.length, octets: '0x03FFFFFFFF00', fatal: true });
    const logged = await daemon.logged('not a BMP stream: connection closed');
    expect(logged).toMatchObject({
      router: expect.stringMatching(/^127\.0\.0\.7:/),
      offset: START.length,
      octets: '0x03FFFFFFFF00',
      reason: expect.stringContaining('4294967295'),
    });
  });

  it('may send types that nobody knows: they are counted, and the first of each is told', async () => {
    const { port, handler } = await running();
    const unknown = Buffer.from('030000000a6400000000', 'hex');
    (await dial(port)).write(Buffer.concat([START, unknown, unknown, route('10.0.0.0/8')]));
    await handler.event('update', has('10.0.0.0/8'));
    const errors = handler.events('bmp').filter(says('error'));
    expect(errors.map(({ bmp }) => bmp.reason)).toEqual([expect.stringContaining('unknown type 100')]);
    const [line = '[]'] = await handler.command('show bmp router json');
    expect(line).toMatch(/"unknown": ?2/);
  });
});

describe('strangers', () => {
  it('a thousand of them cost neither memory nor descriptors, and disturb no router', async () => {
    const { port, handler, daemon } = await running('router 127.0.0.1;');
    const router = await dial(port);
    router.write(START);
    await handler.event('state');
    const before = { memory: resident(daemon.pid), files: openFiles(daemon.pid) };
    let most = 0;
    for (let i = 0; i < 1000; i += 50) {
      const from = (n: number) => `127.5.${Math.floor(n / 250)}.${(n % 250) + 1}`;
      const sockets = await Promise.all(
        Array.from({ length: 50 }, (_, n) => dial(port, { from: from(i + n) })),
      );
      for (const socket of sockets) socket.write(START);
      router.write(route(prefixOf(i)));
      most = Math.max(most, openFiles(daemon.pid));
    }
    await handler.event('update', has(prefixOf(950)));
    expect(handler.events('update').length).toBe(20);
    expect(handler.events('bmp').filter(says('connected')).length).toBe(1);
    expect(most - before.files).toBeLessThan(150);
    await eventually(() => openFiles(daemon.pid) <= before.files + 2);
    expect(resident(daemon.pid) - before.memory).toBeLessThan(40 * KIB);
    const [line = '{}'] = await handler.command('show bmp router json');
    expect(line).toContain('127.0.0.1');
  });
});

/** What became of the events of the process `driven`. */
async function statsOf(other: Driven) {
  const [line = '[]'] = await other.command('show process json');
  const found = JSON.parse(line).filter(({ name }: { readonly name: string }) => name === 'driven');
  return found.map(({ events }: JsonEvent) => events);
}

describe('many routers', () => {
  it('that send at once fill no queue of a handler that reads', async () => {
    const [dir, port] = [workspace(), await freePort()];
    const file = join(dir, 'told');
    const handler = processConf(
      `sh -c 'cat > ${file}; true'`,
      'driven',
      'encoder json; queue { limit-bytes 2M; }',
    );
    const daemon = await Daemon.run(dir, `${handler}\nbmp { listen 127.0.0.1:${port}; ${RECEIVE} }\n`);
    await daemon.logged('process started');
    const each = 600;
    const table = Buffer.concat([START, ...Array.from({ length: each }, (_, n) => route(prefixOf(n)))]);
    const addresses = Array.from({ length: 40 }, (_, n) => `127.2.0.${n + 1}`);
    const routers = await Promise.all(addresses.map((from) => dial(port, { from })));
    // all of it is there when the daemon looks
    execFileSync('kill', ['-STOP', String(daemon.pid)]);
    for (const router of routers) router.write(table);
    await sleep(300);
    execFileSync('kill', ['-CONT', String(daemon.pid)]);
    const told = () => readFileSync(file, 'utf8').split('"type": "update"').length - 1;
    await eventually(() => told() === each * routers.length, { ms: 40_000, why: () => `${told()} told` });
    expect(daemon.entries('process does not read: lines dropped')).toEqual([]);
  });
});

describe('a handler', () => {
  it(
    'that stops reading stops no router (Nokia SR OS would leave); what it missed is counted, and made good',
    async () => {
      const api = `api { processes [ driven ]; neighbor-changes; receive { parsed; update; snapshot; } }
      api { processes [ driven2 ]; neighbor-changes; receive { parsed; update; } }`;
      const dir = workspace();
      const port = await freePort();
      const [slow, good] = [new Driven(dir), new Driven(dir, 'driven2')];
      const conf = `${processConf(slow.run, 'driven', 'encoder json; queue { limit-bytes 256k; }')}${processConf(good.run, 'driven2')}
bmp { listen 127.0.0.1:${port}; rib { adj-rib-in; } ${api} }\n`;
      const daemon = await Daemon.run(dir, conf);
      await daemon.logged('process started', { process: 'driven2' });
      const router = await dial(port);
      router.write(START);
      await slow.event('state');
      const group = String(daemon.entries('process started', { process: 'driven' }).at(-1)?.pid);
      execFileSync('pkill', ['-STOP', '-g', group]);
      onTestFinished(() => void spawn('pkill', ['-CONT', '-g', group]));
      const before = resident(daemon.pid);
      const count = scaled(4_000, 60_000);
      const until = performance.now() + scaled(1_000, 60_000);
      for (let n = 0; n < count || performance.now() < until; n++) {
        const taken = router.write(route(prefixOf(n % count)));
        if (!taken) await new Promise((resolve) => router.once('drain', resolve));
        if (n > count) await sleep(1);
      }
      router.write(route('203.0.113.0/24'));
      await eventually(() => hasReached(good.lines, '203.0.113.0/24'), { ms: 60_000 });
      const [stopped] = await statsOf(good);
      expect(stopped.written + stopped.dropped + stopped.queued).toBe(stopped.offered);
      expect(resident(daemon.pid) - before).toBeLessThan(scaled(80, 120) * KIB);
      execFileSync('pkill', ['-CONT', '-g', group]);
      await eventually(() => hasReached(slow.lines, '203.0.113.0/24'), { ms: 60_000 });
      const gaps = slow.replies
        .filter((line) => line.includes('"type": "gap"'))
        .map((line): number => JSON.parse(line).dropped);
      const [end] = await statsOf(good);
      expect(end.dropped).toBeGreaterThan(0);
      expect(gaps.reduce((sum, one) => sum + one, 0)).toBe(end.dropped);
      expect(end.written + end.queued + end.dropped).toBe(end.offered);
      const seen = new Set(prefixesIn(slow.events('update'), 'announce'));
      const missing = Array.from({ length: count }, (_, n) => prefixOf(n)).filter((one) => !seen.has(one));
      expect(missing).toEqual([]);
    },
    scaled(90_000, 300_000),
  );
});

/** A station that takes what a relay sends, each connection's octets apart. */
class Taker {
  readonly connections: { readonly socket: Socket; octets: Buffer }[] = [];

  async listen(port: number): Promise<void> {
    const server = createServer((socket) => {
      const connection = { socket, octets: Buffer.alloc(0) };
      this.connections.push(connection);
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        connection.octets = Buffer.concat([connection.octets, chunk]);
      });
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.close();
      for (const { socket } of this.connections) socket.destroy();
    });
  }

  /** Prefixes in what came over the last connection: 24 bits each, as the octets of their NLRI. */
  has(prefix: string): boolean {
    const [a = 0, b = 0, c = 0] = prefix.split('.').map(Number);
    return this.connections.at(-1)?.octets.includes(Buffer.from([24, a, b, c])) === true;
  }
}

describe('a relay', () => {
  const ALL = Array.from({ length: 300 }, (_, n) => prefixOf(n));

  it.runIf(isRoot)(
    'whose disk is full gives up what waits, counts it, and tells the state afterwards',
    async () => {
      const spool = join(workspace(), 'small');
      mkdirSync(spool);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', spool]);
      onTestFinished(() => void execFileSync('umount', ['-l', spool]));
      const target = await freePort();
      const { port, handler, daemon } = await running(`relay 127.0.0.1:${target} { directory ${spool}; }`);
      const router = await dial(port);
      router.write(START);
      for (let round = 0; round < 10; round++) for (const prefix of ALL) router.write(route(prefix));
      await eventually(() => prefixesIn(handler.events('update'), 'announce').length === 10 * ALL.length);
      const [line = ''] = await handler.command('show bmp relay json');
      expect(Number(/"coalesced": ?(\d+)/.exec(line)?.[1])).toBeGreaterThan(ALL.length);
      await daemon.logged('relay: what waits is given up');
      const taker = new Taker();
      await taker.listen(target);
      await eventually(() => ALL.every((prefix) => taker.has(prefix)), { ms: 30_000 });
      router.write(route('10.200.0.0/24'));
      await eventually(() => taker.has('10.200.0.0/24'));
    },
  );

  it('is killed with what waits: the next life says so, and tells all anew', async () => {
    const target = await freePort();
    const spool = workspace();
    const { port, handler, daemon, start } = await running(
      `relay 127.0.0.1:${target} { directory ${spool}; }`,
    );
    const first = await dial(port);
    first.write(Buffer.concat([START, ...ALL.map((prefix) => route(prefix))]));
    await eventually(() => prefixesIn(handler.events('update'), 'announce').length === ALL.length);
    daemon.kill('SIGKILL');
    await daemon.exited;
    expect(readdirSync(spool).length).toBeGreaterThan(0);
    const next = await start();
    const left = await next.logged('relay: not sent before the last end; told anew');
    expect(Number(left.octets)).toBeGreaterThan(0);
    const taker = new Taker();
    await taker.listen(target);
    const second = await dial(port);
    second.write(Buffer.concat([START, ...ALL.slice(10).map((prefix) => route(prefix))]));
    await eventually(() => ALL.slice(10).every((prefix) => taker.has(prefix)), { ms: 30_000 });
    expect(ALL.slice(0, 10).some((prefix) => taker.has(prefix))).toBe(false);
  });

  it('is killed while it forwards: the other station sees the end, and hears all anew', async () => {
    const target = await freePort();
    const taker = new Taker();
    await taker.listen(target);
    const { port, daemon, start } = await running(`relay 127.0.0.1:${target};`);
    const first = await dial(port);
    first.write(Buffer.concat([START, ...ALL.map((prefix) => route(prefix))]));
    await eventually(() => taker.has(ALL.at(-1) ?? ''));
    const [connection] = taker.connections;
    const ended = new Promise((resolve) => connection?.socket.once('close', resolve));
    daemon.kill('SIGKILL');
    await ended;
    await daemon.exited;
    await start();
    const second = await dial(port);
    second.write(Buffer.concat([START, ...ALL.map((prefix) => route(prefix))]));
    await eventually(() => taker.connections.length > 1 && ALL.every((prefix) => taker.has(prefix)), {
      ms: 30_000,
    });
    expect(taker.connections.at(-1)?.octets.subarray(0, START.length)).toEqual(START);
  });
});
