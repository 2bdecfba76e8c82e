import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import { readEnvironment } from '../../src/config/environment.ts';
import { loadConfig } from '../../src/config/load.ts';
import { Daemon } from '../../src/daemon/daemon.ts';
import { SYSTEM_CLOCK } from '../../src/session/clock.ts';
import { holds } from '../support/holds.ts';

const daemons: Daemon[] = [];
const sockets: Socket[] = [];
const servers: Server[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
  await Promise.all(daemons.splice(0).map((daemon) => daemon.stop()));
});

async function started(texts: string[], settings: Record<string, string> = {}) {
  const { daemon, load, logged } = made(texts, settings);
  await daemon.start(load());
  return { daemon, logged };
}

function made(texts: string[], settings: Record<string, string>) {
  const environment = readEnvironment(settings);
  const load = () => loadConfig({ text: texts.shift() ?? '', file: 'test.conf', environment }).config;
  const logged: Record<string, unknown>[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const daemon = new Daemon({
    environment,
    log,
    clock: SYSTEM_CLOCK,
    version: '1',
    software: 'Peerline/1',
    load,
  });
  daemons.push(daemon);
  return { daemon, load, logged, texts: () => logged.map(({ msg }) => msg) };
}

/** A router that takes connections. */
async function listening(host: string): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => void sockets.push(socket));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
}

function dial(to: { port: number; localAddress: string }): Socket {
  const socket = createConnection({ host: '127.0.0.41', ...to });
  sockets.push(socket);
  return socket.on('error', () => undefined).resume();
}

it('takes over what a bmp section receives when that is all a reload changes', async () => {
  const bmp = (kinds: string) =>
    `process p { run /bin/cat; }\nbmp { listen 127.0.0.41:17901; api { processes [ p ]; receive { parsed; ${kinds} } } }`;
  const { daemon, logged } = await started([bmp('update;'), bmp('update;'), bmp('open;')]);
  const listened = () => logged.filter(({ msg }) => msg === 'BMP station listens').length;
  await daemon.reload();
  expect(listened()).toBe(1);
  await daemon.reload();
  expect(listened()).toBe(2);
});

it('reads the configuration once more when it was asked to during a reload, and never after it stopped', async () => {
  const neighbor = (last: number) =>
    `neighbor 127.0.0.${last} { router-id 1.1.1.1; local-address 127.0.0.41; local-as 1; peer-as 2; passive; }`;
  const texts = [42, 43, 44, 45].map(neighbor);
  const { daemon, logged } = await started(texts, { exabgp_tcp_port: '17905' });
  expect(await Promise.all([daemon.reload(), daemon.reload(), daemon.reload()])).toEqual([true, true, true]);
  // none had begun: one for all
  expect(logged.filter(({ msg }) => msg === 'configuration reloaded')).toHaveLength(1);
  const running = daemon.reload();
  await Promise.resolve();
  const [, again] = await Promise.all([running, daemon.reload()]);
  expect(again).toBe(true);
  expect(texts).toEqual([]);
  const late = daemon.reload();
  await daemon.stop();
  expect(await late).toBe(false);
});

it('leaves the address that BGP would listen on to a station, as long as there are no neighbors', async () => {
  const bmp = 'bmp { listen 127.0.0.41:17904; }';
  const neighbor =
    'neighbor 127.0.0.42 { router-id 1.1.1.1; local-address 127.0.0.41; local-as 1; peer-as 2; }';
  const settings = { 'exabgp.tcp.bind': '127.0.0.41', 'exabgp.tcp.port': '17904' };
  const { daemon, logged } = await started([bmp, `${neighbor}\n${bmp}`], settings);
  expect(logged.some(({ msg, port }) => msg === 'BMP station listens' && port === 17904)).toBe(true);
  expect(await daemon.reload()).toBe(false);
});

it('runs neighbors of the same addresses beside each other, told apart by the port they listen on', async () => {
  const neighbor = (port: number, routerId: string) =>
    `neighbor 127.0.0.42 { router-id ${routerId}; local-address 127.0.0.41; local-as 1; peer-as 2; passive; listen ${port}; }`;
  const { logged } = await started([`${neighbor(17902, '1.1.1.1')}\n${neighbor(17903, '1.1.1.2')}`]);
  const opens: string[] = [];
  for (const port of [17902, 17903]) {
    dial({ port, localAddress: '127.0.0.42' }).on('data', (chunk) => opens.push(`${port} ${chunk[27]}`));
  }
  await holds(() => expect(opens.sort()).toEqual(['17902 1', '17903 2']));
  expect(logged.filter(({ msg }) => msg === 'connected')).toHaveLength(2);
});

it('tcp.bind listens at each address, and tcp.port is for these and for connecting', async () => {
  const neighbor = (address: string, more: string) =>
    `neighbor ${address} { router-id 1.1.1.1; local-address 127.0.0.41; local-as 1; peer-as 2; ${more} }`;
  const { server, port } = await listening('127.0.0.43');
  const reached = new Promise((resolve) => server.once('connection', resolve));
  const settings = { exabgp_tcp_bind: '[127.0.0.41 127.0.0.44]', exabgp_tcp_port: String(port) };
  await started([`${neighbor('127.0.0.42', 'passive;')}\n${neighbor('127.0.0.43', '')}`], settings);
  await reached;
  for (const host of ['127.0.0.41', '127.0.0.44']) {
    const socket = createConnection({ host, port, localAddress: '127.0.0.42' });
    sockets.push(socket);
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  }
});

it('tcp.port is not for a neighbor that says connect', async () => {
  const { server, port } = await listening('127.0.0.43');
  const reached = new Promise((resolve) => server.once('connection', resolve));
  const text = `neighbor 127.0.0.43 { router-id 1.1.1.1; local-address 127.0.0.41; local-as 1; peer-as 2; connect ${port}; }`;
  await started([text], { exabgp_tcp_port: '1' });
  await reached;
});

const CAT = 'process p { run /bin/cat; }';

it('starts no process when it was asked to stop while it started, and leaves no socket', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'peerline-daemon-')), 'x.sock');
  onTestFinished(() => rmSync(dirname(path), { recursive: true }));
  const { daemon, load, texts } = made([CAT], { exabgp_api_socketpath: path });
  const starting = daemon.start(load());
  await daemon.stop();
  expect(await starting).toBe(false);
  expect(texts()).toEqual(['stopping']);
  expect(existsSync(path)).toBe(false);
});

it('reloads once it has started: what it started with does not come back', async () => {
  const { daemon, load, texts } = made([CAT, CAT], { exabgp_tcp_delay: '1000' });
  const starting = daemon.start(load());
  await holds(() => expect(texts()).toContain('sessions wait for tcp.delay'));
  const reloading = daemon.reload();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(texts()).not.toContain('configuration reloaded');
  await daemon.stop();
  expect(await Promise.all([starting, reloading])).toEqual([false, false]);
});

it('tcp.delay keeps sessions back until the clock is at a multiple of it', async () => {
  const environment = readEnvironment({ exabgp_tcp_delay: '2' });
  let [nowMs, due] = [10 * 60_000 + 30_000, () => {}];
  const waits: number[] = [];
  const clock = {
    ...SYSTEM_CLOCK,
    wall: () => nowMs,
    after: (ms: number, action: () => void) => {
      if (ms < 60_000 || waits.length > 0) return SYSTEM_CLOCK.after(ms, action);
      waits.push(ms);
      due = action;
      return () => undefined;
    },
  };
  const text =
    'neighbor 127.0.0.42 { router-id 1.1.1.1; local-address 127.0.0.41; local-as 1; peer-as 2; passive; listen 17904; }';
  const load = () => loadConfig({ text, file: 'test.conf', environment }).config;
  const daemon = new Daemon({
    environment,
    log: pino({ level: 'silent' }),
    clock,
    version: '1',
    software: 'Peerline/1',
    load,
  });
  daemons.push(daemon);
  const starting = daemon.start(load() ?? { processes: [], neighbors: [], bmp: [] });
  await holds(() => expect(waits).toEqual([90_000]));
  const early = dial({ port: 17904, localAddress: '127.0.0.42' });
  await new Promise((ended) => early.once('close', ended));
  nowMs += 90_000;
  due();
  await starting;
  const opens: (number | undefined)[] = [];
  dial({ port: 17904, localAddress: '127.0.0.42' }).on('data', (chunk) => opens.push(chunk[18]));
  await holds(() => expect(opens[0]).toBe(1));
});
