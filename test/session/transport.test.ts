import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { SYSTEM_CLOCK } from '../../src/session/clock.ts';
import { Transport } from '../../src/session/transport.ts';
import { holds } from '../support/holds.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** Messages of four octets: each is its number. */
const FRAMING = { headerLength: 4, lengthOf: () => 4 };
const COUNT = 100_000;
const numbers = (count = COUNT) => {
  const octets = Buffer.alloc(count * 4);
  for (let n = 0; n < count; n++) octets.writeUInt32BE(n, n * 4);
  return octets;
};

/** A transport, what it handed on, and the peer's end of its connection. */
async function rig({ on = (_: number) => {}, now = () => SYSTEM_CLOCK.now() } = {}) {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const socket = connect(port, '127.0.0.1');
  const [[peer]] = await Promise.all([accepted, once(socket, 'connect')]);
  stops.push(
    () => server.close(),
    () => socket.destroy(),
    () => peer.destroy(),
  );
  const got: number[] = [];
  const nothing = () => undefined;
  const transport = new Transport(socket, {
    clock: { ...SYSTEM_CLOCK, now },
    framing: FRAMING,
    handlers: {
      message(octets) {
        got.push(Buffer.from(octets).readUInt32BE());
        on(got.length);
      },
      arrived: nothing,
      run: (_, from) => from,
      broken: nothing,
      failed: nothing,
      drain: nothing,
      progress: nothing,
    },
  });
  return { transport, peer, got };
}

const inOrder = (got: readonly number[]) => got.every((n, i) => n === i);

it('hands on one message at an urge while paused, and all of them in order in the end', async () => {
  const { transport, peer, got } = await rig({ on: (count) => count === 100 && transport.pause() });
  peer.write(numbers());
  await holds(() => expect(got).toHaveLength(100));
  await sleep(50);
  for (let n = 1; n <= 20; n++) {
    const before = got.length;
    transport.urge(() => got.length > before);
    await sleep(2);
    expect(got).toHaveLength(100 + n);
  }
  transport.resume();
  await vi.waitFor(() => expect(got).toHaveLength(COUNT), 15_000);
  expect(inOrder(got)).toBe(true);
});

it('reads what is still in the system at an urge: a peer that is silent hands on nothing', async () => {
  const { transport, peer, got } = await rig();
  transport.pause();
  transport.urge(() => got.length > 0);
  await sleep(20);
  expect(got).toEqual([]);
  peer.write(numbers(1000));
  // who paused is paused until somebody urges, or resumes
  await sleep(20);
  transport.urge(() => got.length > 1);
  await holds(() => expect(got).toHaveLength(2));
  transport.resume();
  await holds(() => expect(got).toHaveLength(1000));
  expect(inOrder(got)).toBe(true);
});

it('an urge goes on when a chunk ended in the middle of a message', async () => {
  const { transport, peer, got } = await rig({ on: (count) => count === 3 && transport.pause() });
  const octets = numbers(10);
  peer.write(octets.subarray(0, 14));
  await holds(() => expect(got).toHaveLength(3));
  await sleep(20);
  transport.urge(() => got.length > 3);
  peer.write(octets.subarray(14));
  await holds(() => expect(got).toHaveLength(4));
  await sleep(20);
  expect(got).toHaveLength(4);
  transport.resume();
  await holds(() => expect(got).toHaveLength(10));
  expect(inOrder(got)).toBe(true);
});

it('an urge between the slices of a chunk loses nothing of it', async () => {
  let ms = 0;
  // every look at the clock takes longer than a slice may
  const { transport, peer, got } = await rig({ now: () => (ms += 20) });
  peer.write(numbers(20_000));
  await holds(() => expect(got.length).toBeGreaterThan(0));
  while (got.length < 20_000) {
    transport.urge(() => false);
    await turn();
  }
  expect(got).toHaveLength(20_000);
  expect(inOrder(got)).toBe(true);
});

it('what is to leave now leaves behind what was written before, and nothing waits then', async () => {
  const { transport, peer } = await rig();
  const octets = numbers(6);
  const message = (nth: number) => Uint8Array.from(octets.subarray(nth * 4, nth * 4 + 4));
  const came: Buffer[] = [];
  peer.on('data', (chunk: Buffer) => came.push(chunk));
  expect(transport.writeNow(message(0))).toBe(true);
  expect(transport.writableLength).toBe(0);
  transport.write(message(1));
  transport.write(message(2));
  expect(transport.writableLength).toBeGreaterThan(0);
  expect(transport.writeNow(message(3))).toBe(true);
  expect(transport.writableLength).toBe(0);
  transport.write(message(4));
  transport.flush();
  expect(transport.writeNow(message(5))).toBe(true);
  await vi.waitFor(() => expect(Buffer.concat(came)).toEqual(octets));
  await transport.close();
  expect(transport.writeNow(message(0))).toBe(false);
});

it('keeps what is left of a chunk while other connections read', async () => {
  const [waiting, other] = [
    await rig({ on: (count) => count === 100 && waiting.transport.pause() }),
    await rig(),
  ];
  waiting.peer.write(numbers());
  await holds(() => expect(waiting.got).toHaveLength(100));
  other.peer.write(numbers());
  await vi.waitFor(() => expect(other.got).toHaveLength(COUNT), 15_000);
  waiting.transport.resume();
  await vi.waitFor(() => expect(waiting.got).toHaveLength(COUNT), 15_000);
  expect(inOrder(waiting.got) && inOrder(other.got)).toBe(true);
});

it('closed with patience it waits for a peer that says something until that has read all, and for a silent one no longer', async () => {
  const PATIENCE_MS = 300;
  const OCTETS = 1_000_000;
  const slow = await rig();
  slow.peer.pause();
  slow.transport.write(Buffer.alloc(OCTETS));
  const closed = slow.transport.close(Buffer.alloc(4), PATIENCE_MS);
  for (let turns = 0; turns < 8; turns++) {
    slow.peer.write(Buffer.alloc(4));
    await sleep(PATIENCE_MS / 3);
  }
  let read = 0;
  slow.peer.on('data', (chunk: Buffer) => {
    read += chunk.length;
  });
  slow.peer.resume();
  expect(await closed).toBe(true);
  expect(read).toBe(OCTETS + 4);
  const deaf = await rig();
  deaf.peer.pause();
  deaf.transport.write(Buffer.alloc(OCTETS));
  expect(await deaf.transport.close(undefined, PATIENCE_MS)).toBe(false);
});
