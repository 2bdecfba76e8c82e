import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { cease, encodeNotification } from '../../src/bgp/notification.ts';
import { refuse } from '../../src/session/refuse.ts';

it('tells the reason, and leaves a peer that does not end its side', async () => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  const peer = createConnection({ host: '127.0.0.1', port, allowHalfOpen: true });
  const [socket] = (await once(server, 'connection')) as [Socket];
  const told: Buffer[] = [];
  peer.on('data', (chunk) => told.push(chunk)).on('error', () => undefined);
  let later: (() => void) | undefined;
  refuse(socket, cease(5), {
    now: () => 0,
    wall: () => 0,
    random: () => 0,
    after: (_ms, action) => {
      later = action;
      return () => undefined;
    },
  });
  await once(peer, 'end');
  expect(Buffer.concat(told)).toEqual(Buffer.from(encodeNotification(cease(5))));
  expect(socket.destroyed).toBe(false);
  peer.write('still here');
  later?.();
  await once(socket, 'close');
  expect(socket.destroyed).toBe(true);
  peer.destroy();
  server.close();
});
