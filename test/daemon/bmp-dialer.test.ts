import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { pino } from 'pino';
import { expect, it, onTestFinished, vi } from 'vitest';
import { Dialer } from '../../src/daemon/bmp-dialer.ts';
import { SYSTEM_CLOCK } from '../../src/session/clock.ts';

it('a dialer that is stopped gently waits for no connection that is still to come, and uses none', async () => {
  // it takes connections, and never says a word of TLS
  const server = createServer((socket) => socket.on('error', () => undefined));
  onTestFinished(() => void server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const use = vi.fn(() => Promise.resolve());
  const { port } = server.address() as AddressInfo;
  const dialer = new Dialer({
    to: { address: '127.0.0.1', port },
    tls: {},
    log: pino({ level: 'silent' }),
    clock: SYSTEM_CLOCK,
    use,
  });
  dialer.start();
  await once(server, 'connection');
  await dialer.stop({ gently: true });
  expect(use).not.toHaveBeenCalled();
});
