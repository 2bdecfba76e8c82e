import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { SocketChunks } from '../../src/session/socket-chunks.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** The end that is read, and the other one. */
async function pair(): Promise<[Socket, Socket]> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const socket = connect((server.address() as { port: number }).port, '127.0.0.1');
  const [[peer]] = await Promise.all([accepted, once(socket, 'connect')]);
  stops.push(
    () => server.close(),
    () => socket.destroy(),
    () => peer.destroy(),
  );
  return [peer, socket];
}

const pattern = (length: number, from = 0) => Uint8Array.from({ length }, (_, i) => ((from + i) * 7) & 255);

it('gives all octets in order, of two sockets at a time, though both are read into one memory', async () => {
  const read = async ([reading, writing]: [Socket, Socket], from: number) => {
    const chunks = new SocketChunks(reading, 'over');
    const octets = pattern(1_000_000, from);
    writing.end(octets);
    let at = 0;
    for (;;) {
      const chunk = await chunks.next();
      if (typeof chunk === 'string') return { at, why: chunk };
      // others read meanwhile
      await sleep(1);
      expect(Buffer.compare(chunk, octets.subarray(at, at + chunk.length))).toBe(0);
      at += chunk.length;
    }
  };
  const ends = [await pair(), await pair()] as const;
  const whole = { at: 1_000_000, why: 'over' };
  expect(await Promise.all([read(ends[0], 0), read(ends[1], 100)])).toEqual([whole, whole]);
});

it('reads nothing before somebody asks, and then one chunk', async () => {
  const [reading, writing] = await pair();
  const chunks = new SocketChunks(reading, 'over');
  writing.write(pattern(200_000));
  await sleep(30);
  expect(reading.bytesRead).toBe(0);
  const first = await chunks.next();
  await sleep(30);
  expect(reading.bytesRead).toBe(first.length);
});

it('says why there is no more, again and again', async () => {
  const [reading, writing] = await pair();
  const chunks = new SocketChunks(reading, 'over');
  writing.write('last');
  expect((await chunks.next()).length).toBe(4);
  writing.resetAndDestroy();
  expect(await chunks.next()).toBe('connection lost: ECONNRESET');
  expect(await chunks.next()).toBe('connection lost: ECONNRESET');
  const [other] = await pair();
  const closed = new SocketChunks(other, 'over');
  const waiting = closed.next();
  other.destroy();
  expect(await waiting).toBe('over');
});
