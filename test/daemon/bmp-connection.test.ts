import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { pino } from 'pino';
import { expect, it, onTestFinished, vi } from 'vitest';
import { encodeBmp } from '../../src/bmp/index.ts';
import { BmpRouter } from '../../src/bmp/router.ts';
import { BmpConnection } from '../../src/daemon/bmp-connection.ts';
import type { Event } from '../../src/events/event.ts';
import { SYSTEM_CLOCK } from '../../src/session/clock.ts';
import { initiation, short } from '../bmp/samples.ts';

/** Both ends of a connection. */
async function pair(): Promise<{ readonly router: Socket; readonly station: Socket }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const router = connect((server.address() as AddressInfo).port, '127.0.0.1');
  router.on('error', () => undefined);
  const station = await accepted;
  onTestFinished(() => {
    router.destroy();
    station.destroy();
    server.close();
  });
  return { router, station };
}

it('tells nothing more once another connection took its place, whatever it had read', async () => {
  const { router: peer, station: socket } = await pair();
  const events: Event[] = [];
  const router = new BmpRouter({ router: '127.0.0.1:1', now: () => 0, emit: (event) => events.push(event) });
  let frames = 0;
  let makeRoom = (): void => undefined;
  let room: Promise<void> | undefined;
  const connection = new BmpConnection({
    socket,
    router,
    log: pino({ level: 'silent' }),
    clock: SYSTEM_CLOCK,
    messageSize: 1 << 20,
    idleMs: 0,
    held: () => undefined,
    room: () => room,
    frame: () => {
      frames++;
      // who is told has enough to read after the first message
      room ??= new Promise((resolve) => {
        makeRoom = resolve;
      });
    },
  });
  const over = connection.run();
  peer.write(Buffer.concat([encodeBmp(initiation('edge1')), encodeBmp(initiation('edge2'))]));
  await vi.waitFor(() => expect(frames).toBe(1));
  connection.replace();
  room = undefined;
  makeRoom();
  await over;
  expect(frames).toBe(1);
  expect(events.map(short)).toEqual(['bmp connected', 'bmp initiation', 'bmp disconnected']);
});
