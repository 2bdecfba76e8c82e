import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { pino } from 'pino';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { encodeBmp } from '../../src/bmp/index.ts';
import { BmpStation, STATION_DEFAULTS, type StationConfig } from '../../src/daemon/station.ts';
import type { Event } from '../../src/events/event.ts';
import { SYSTEM_CLOCK } from '../../src/session/clock.ts';
import { parsePrefix } from '../../src/wire/prefix.ts';
import { header, initiation, monitoring, peerUp, short, update } from '../bmp/samples.ts';
import { holds } from '../support/holds.ts';

const STREAM = new Uint8Array(
  Buffer.concat([
    encodeBmp(initiation('edge1')),
    encodeBmp({ type: 'peer-up', peer: header(), up: peerUp() }),
    encodeBmp(monitoring(update(['10.0.0.0/8']))),
  ]),
);
const EVENTS = [
  'bmp connected',
  'bmp initiation',
  'open send',
  'open receive',
  'negotiated',
  'state up',
  'update receive 10.0.0.0/8',
];

const stations: BmpStation[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(stations.splice(0).map((station) => station.stop()));
});

async function started(config: Partial<StationConfig> = {}) {
  const events: Event[] = [];
  const station = new BmpStation({
    config: { ...STATION_DEFAULTS, listen: [{ address: '127.0.0.1', port: 0 }], ...config },
    log: pino({ level: 'silent' }),
    emit: (event) => events.push(event),
    clock: SYSTEM_CLOCK,
  });
  stations.push(station);
  const [bound] = await station.start();
  return { station, events, port: bound?.port ?? 0 };
}

async function dial(port: number, from?: string): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true, ...(from && { localAddress: from }) });
  sockets.push(socket);
  await new Promise((done) => socket.once('connect', done));
  socket.resume();
  socket.on('error', () => undefined);
  return socket;
}

async function until(events: readonly Event[], wanted: string, count = 1): Promise<void> {
  await vi.waitFor(
    () => expect(events.filter((event) => short(event).startsWith(wanted)).length).toBe(count),
    { timeout: 10_000, interval: 5 },
  );
}

describe('BmpStation', () => {
  it('turns a stream into events', async () => {
    const { events, port, station } = await started();
    const socket = await dial(port);
    socket.write(STREAM);
    await until(events, 'update');
    expect(events.map(short)).toEqual(EVENTS);
    expect(station.routers.map(({ name, peersUp }) => ({ name, peersUp }))).toEqual([
      { name: 'edge1', peersUp: 1 },
    ]);
    socket.end();
    await until(events, 'bmp disconnected');
    expect(events.at(-1)).toMatchObject({ reason: 'closed by the router', routerName: 'edge1' });
    expect(station.routers).toEqual([]);
  });

  it('reads one octet at a time', async () => {
    const { events, port } = await started();
    const socket = await dial(port);
    for (const octet of STREAM) {
      socket.write(Uint8Array.of(octet));
      await new Promise((done) => setImmediate(done));
    }
    await until(events, 'update');
    expect(events.map(short)).toEqual(EVENTS);
  });

  it('survives a stream that ends after any octet', async () => {
    const { events, port } = await started();
    for (let length = 0; length < STREAM.length; length++) {
      const socket = await dial(port);
      socket.end(STREAM.subarray(0, length));
    }
    await until(events, 'bmp disconnected', STREAM.length);
    expect(events.filter((event) => short(event) === 'bmp error')).toEqual([]);
    expect(
      events.filter(
        (event) => event.type === 'bmp' && 'reason' in event && event.reason.endsWith('in mid message'),
      ).length,
    ).toBe(STREAM.length - 3);
  });

  it('closes a connection that speaks no BMP, and that one alone', async () => {
    const { events, port } = await started();
    const good = await dial(port);
    const bad = await dial(port);
    const closed = new Promise((done) => bad.once('close', done));
    good.write(STREAM.subarray(0, 40));
    bad.write('GET / HTTP/1.1\r\n\r\n');
    await closed;
    await until(events, 'bmp disconnected');
    expect(events.find((event) => event.type === 'bmp' && event.message === 'error')).toMatchObject({
      fatal: true,
      offset: 0,
    });
    good.write(STREAM.subarray(40));
    await until(events, 'update');
  });

  it('shows the header that ended a connection, after good messages', async () => {
    const { events, port } = await started();
    const socket = await dial(port);
    socket.write(Buffer.concat([STREAM, Buffer.from('GET / HTTP')]));
    await until(events, 'bmp disconnected');
    const error = events.find((event) => event.type === 'bmp' && event.message === 'error');
    expect(error).toMatchObject({ offset: STREAM.length, octets: new Uint8Array(Buffer.from('GET / ')) });
  });

  it('skips a body that cannot be read', async () => {
    const { events, port } = await started();
    const socket = await dial(port);
    socket.write(encodeBmp({ type: 'unknown', code: 3, octets: new Uint8Array(10) }));
    socket.write(STREAM);
    await until(events, 'update');
    expect(events.map(short)).toEqual(['bmp connected', 'bmp error', ...EVENTS.slice(1)]);
  });

  it('closes after Termination', async () => {
    const { events, port } = await started();
    const socket = await dial(port);
    const termination = encodeBmp({ type: 'termination', termination: { tlvs: [], reason: undefined } });
    socket.write(Buffer.concat([termination, STREAM]));
    await until(events, 'bmp disconnected');
    expect(events.map(short)).toEqual(['bmp connected', 'bmp termination', 'bmp disconnected']);
  });

  it('lets others have their turn while a table comes in', async () => {
    const { events, port } = await started();
    const socket = await dial(port);
    const frame = encodeBmp(monitoring(update(['10.0.0.0/8'])));
    const count = 5_000;
    socket.write(Buffer.concat(Array.from({ length: count }, () => frame)));
    let longest = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 1);
    await holds(() => expect(events.length).toBe(count + 1));
    clearInterval(timer);
    expect(longest).toBeLessThan(500);
  });

  it('stops with routers connected, and frees its port', async () => {
    const { events, port, station } = await started();
    const socket = await dial(port);
    socket.write(STREAM);
    await until(events, 'update');
    await station.stop();
    expect(events.at(-1)).toMatchObject({ message: 'disconnected', reason: 'the station stops' });
    const again = new BmpStation({
      config: { ...STATION_DEFAULTS, listen: [{ address: '127.0.0.1', port }] },
      log: pino({ level: 'silent' }),
      emit: () => undefined,
      clock: SYSTEM_CLOCK,
    });
    stations.push(again);
    expect(await again.start()).toEqual([{ address: '127.0.0.1', port }]);
  });

  it('that cannot listen says so', async () => {
    const { port } = await started();
    const second = new BmpStation({
      config: {
        ...STATION_DEFAULTS,
        listen: [
          { address: '127.0.0.1', port: 0 },
          { address: '127.0.0.1', port },
        ],
      },
      log: pino({ level: 'silent' }),
      emit: () => undefined,
      clock: SYSTEM_CLOCK,
    });
    await expect(second.start()).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('dials a router that waits, and dials again', async () => {
    const waiting = createServer();
    await new Promise<void>((done) => waiting.listen(0, '127.0.0.1', done));
    onTestFinished(() => void waiting.close());
    const { port } = waiting.address() as AddressInfo;
    let connections = 0;
    waiting.on('connection', (socket) => {
      socket.on('error', () => undefined).resume();
      socket.end(STREAM);
      connections++;
    });
    const { events } = await started({ listen: [], connect: [{ address: '127.0.0.1', port }] });
    await holds(() => expect(connections).toBe(2));
    await until(events, 'bmp disconnected', 2);
    expect(events.slice(0, EVENTS.length).map(short)).toEqual(EVENTS);
  });

  it('lets nobody in whom the configuration does not name', async () => {
    const { events, port, station } = await started({
      routers: [{ prefix: parsePrefix('127.0.0.9/32'), name: 'edge', addPath: 'no' }],
    });
    const strangers = await Promise.all(Array.from({ length: 50 }, () => dial(port)));
    await holds(() => expect(station.refused).toBe(50));
    await holds(() => expect(strangers.every(({ destroyed }) => destroyed)).toBe(true));
    expect(events).toEqual([]);
    const known = await dial(port, '127.0.0.9');
    known.write(STREAM);
    await until(events, 'update');
    expect(station.nameOf('127.0.0.9')).toBe('edge');
  });

  it('lets in as many as the limits say', async () => {
    const limits = { ...STATION_DEFAULTS.limits, routers: 3, perAddress: 2 };
    const { port, station } = await started({ limits });
    for (let i = 0; i < 4; i++) await dial(port);
    for (let i = 0; i < 4; i++) await dial(port, '127.0.0.9');
    await holds(() => expect(station.refused).toBe(5));
    expect(station.routers).toHaveLength(3);
  });

  it('closes a connection that is silent for too long, where that was asked for', async () => {
    const { events, port } = await started({ idleTimeoutSeconds: 1 });
    (await dial(port)).write(STREAM);
    await until(events, 'bmp disconnected');
    expect(events.at(-1)).toMatchObject({ reason: 'idle for too long' });
  });

  it('closes a connection whose message is longer than the limit', async () => {
    const { events, port } = await started({ limits: { ...STATION_DEFAULTS.limits, messageSize: 5000 } });
    (await dial(port)).write(Uint8Array.of(3, 0, 0, 0x20, 0, 4));
    await until(events, 'bmp disconnected');
    expect(events.at(-1)).toMatchObject({ reason: 'message length 8192 is not 6 to 5000' });
  });

  it('remembers a router that comes back, and takes a half-dead connection of it for gone', async () => {
    const { events, port, station } = await started({ rib: new Set(['adj-rib-in-pre-policy']) });
    const first = await dial(port);
    first.write(STREAM);
    await until(events, 'update');
    first.destroy();
    await until(events, 'bmp disconnected');
    expect(events.at(-1)).toMatchObject({ stale: { peers: 1, routes: 1 } });
    expect(station.memories.away).toHaveLength(1);
    const second = await dial(port);
    second.write(STREAM);
    await until(events, 'update', 2);
    expect(events.at(-1)).toMatchObject({ bmp: { unchanged: true } });
    expect(events.filter((event) => short(event).startsWith('state down'))).toEqual([]);
    expect(station.memories.away).toEqual([]);
  });

  it('keeps two connections that say the same of themselves apart while both talk: NAT, VRFs', async () => {
    const { events, port, station } = await started({ rib: new Set(['adj-rib-in-pre-policy']) });
    for (let i = 0; i < 2; i++) (await dial(port)).write(STREAM);
    await until(events, 'update', 2);
    const [one, two] = station.routers.map(({ memory }) => memory);
    expect(one).toBeDefined();
    expect(two).toBeDefined();
    expect(one).not.toBe(two);
  });
});
