import { createServer, type Socket } from 'node:net';
import type { SecureContextOptions, TlsOptions } from 'node:tls';
import type { Logger } from 'pino';
import { plainAddress } from '../wire/address.ts';
import * as builtins from './builtins.ts';

/** Who connects shows a certificate within this time, as whoever is dialed does. */
const HANDSHAKE_MS = 10_000;

/** Where a listener is bound: the port is the real one where 0 was asked for. */
export interface BoundAddress {
  readonly address: string;
  readonly port: number;
}

/** A place where somebody waits for BMP. */
export interface BmpListener {
  readonly bound: BoundAddress;
  /**
   * Lets nobody in any more.
   * @param over settles when those that were let in are gone: who shows a certificate only now goes then, too
   */
  close(over: Promise<unknown>): Promise<void>;
}

/** A listener for BMP, over TCP or TLS. @throws the system's error when it cannot be bound */
export async function listenForBmp(
  place: BoundAddress,
  options: {
    readonly tls: (SecureContextOptions & TlsOptions) | undefined;
    readonly maximum: number;
    /** Milliseconds; absent: ten seconds. */
    readonly handshakeMs?: number;
    readonly log: Logger;
    accept(socket: Socket): void;
  },
): Promise<BmpListener> {
  const { tls, log, handshakeMs: handshakeTimeout = HANDSHAKE_MS } = options;
  const accept = (socket: Socket) => options.accept(socket);
  const server =
    tls === undefined
      ? createServer(accept)
      : builtins.tls().createServer({ ...tls, handshakeTimeout }, accept);
  server.maxConnections = options.maximum;
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen({ host: place.address, port: place.port, ipv6Only: true }, () => {
      server.off('error', fail);
      done();
    });
  });
  server.on('error', (err) => log.error({ err, listen: place }, 'BMP listener failed'));
  server.on('tlsClientError', (err: Error, socket: Socket) => {
    log.warn({ address: plainAddress(socket.remoteAddress), reason: err.message }, 'TLS refused');
    // one that was silent for too long is open still
    socket.destroy();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : place.port;
  const close = async (over: Promise<unknown>) => {
    const closed = new Promise((done) => server.close(done));
    await over;
    for (const socket of open) socket.destroy();
    await closed;
  };
  return { bound: { address: place.address, port }, close };
}
