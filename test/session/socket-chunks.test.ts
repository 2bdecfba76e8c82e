import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { SocketChunks } from '../../src/session/socket-chunks.ts';
import { pair } from './pair.ts';

const pattern = (length: number, from = 0) => Uint8Array.from({ length }, (_, i) => ((from + i) * 7) & 255);

it('gives all octets in order, of two sockets at a time, though both are read into one memory', async () => {
  const read = async ([writing, reading]: [Socket, Socket], from: number) => {
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
  const [writing, reading] = await pair();
  const chunks = new SocketChunks(reading, 'over');
  writing.write(pattern(200_000));
  await sleep(30);
  expect(reading.bytesRead).toBe(0);
  const first = await chunks.next();
  await sleep(30);
  expect(reading.bytesRead).toBe(first.length);
});

it('says why there is no more, again and again', async () => {
  const [writing, reading] = await pair();
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
