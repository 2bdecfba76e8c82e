import { once } from 'node:events';
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { isShared, keep, release, shareReading } from '../../src/session/shared-reading.ts';
import { pair } from './pair.ts';

/** What comes until the end, and whether all of it came in memory that is shared. */
async function read(socket: Socket) {
  const told = { text: '', shared: true };
  socket.on('data', (chunk: Uint8Array) => {
    told.text += Buffer.from(chunk).toString('latin1');
    told.shared &&= isShared(chunk);
  });
  await once(socket, 'end');
  return told;
}

it('reads all that comes into one memory, of a socket that connected and of one that was accepted', async () => {
  for (const side of [0, 1] as const) {
    const ends = await pair();
    const [reading, writing] = [ends[side], ends[1 - side] as Socket];
    shareReading(reading);
    const told = read(reading);
    const text = 'abcdefg'.repeat(100_000);
    writing.end(text);
    expect(await told).toEqual({ text, shared: true });
  }
});

it('takes no more while it is paused, and hears the end afterwards', async () => {
  const [reading, writing] = await pair();
  shareReading(reading);
  let got = 0;
  reading.on('data', (chunk: Uint8Array) => {
    got += chunk.length;
    reading.pause();
    setImmediate(() => reading.resume());
  });
  writing.end(Buffer.alloc(300_000));
  await once(reading, 'end');
  expect(got).toBe(300_000);
});

it('what came before stands in memory of its own, and comes first', async () => {
  const [reading, writing] = await pair();
  writing.write('first ');
  await once(reading, 'readable');
  shareReading(reading);
  const told = read(reading);
  writing.end('second');
  expect((await told).text).toBe('first second');
});

it('copies are not touched by what is kept later', () => {
  const first = keep(new Uint8Array(20_000).fill(1));
  const second = keep(new Uint8Array(30_000).fill(2));
  const small = keep(Uint8Array.of(3));
  release(second);
  release(small);
  const third = keep(new Uint8Array(64 * 1024).fill(4));
  expect(third.buffer).toBe(second.buffer);
  expect([first.length, first.every((octet) => octet === 1)]).toEqual([20_000, true]);
});
