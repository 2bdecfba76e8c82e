import { connect, type Socket } from 'node:net';
import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { encodeBmp } from '../../src/bmp/index.ts';
import { BmpStation } from '../../src/daemon/station.ts';
import type { Event } from '../../src/events/event.ts';
import { SYSTEM_CLOCK } from '../../src/session/clock.ts';
import { header, initiation, monitoring, peerUp, short, update } from '../bmp/samples.ts';

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

async function started() {
  const events: Event[] = [];
  const station = new BmpStation({
    listen: [{ address: '127.0.0.1', port: 0 }],
    log: pino({ level: 'silent' }),
    emit: (event) => events.push(event),
    clock: SYSTEM_CLOCK,
  });
  stations.push(station);
  const [bound] = await station.start();
  if (bound === undefined) throw new Error('not bound');
  return { station, events, port: bound.port };
}

async function dial(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
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
    expect(error).toMatchObject({ offset: STREAM.length, octets: Buffer.from('GET / ') });
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
    const count = 20_000;
    socket.write(Buffer.concat(Array.from({ length: count }, () => frame)));
    let longest = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 1);
    await vi.waitFor(() => expect(events.length).toBe(count + 1), { timeout: 10_000, interval: 20 });
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
      listen: [{ address: '127.0.0.1', port }],
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
      listen: [
        { address: '127.0.0.1', port: 0 },
        { address: '127.0.0.1', port },
      ],
      log: pino({ level: 'silent' }),
      emit: () => undefined,
      clock: SYSTEM_CLOCK,
    });
    await expect(second.start()).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
