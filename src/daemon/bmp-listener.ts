import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type SecureContextOptions, type TlsOptions } from 'node:tls';
import type { Logger } from 'pino';
import { plainAddress } from '../wire/address.ts';

/** Where a listener is bound: the port is the real one where 0 was asked for. */
export interface BoundAddress {
  readonly address: string;
  readonly port: number;
}

/** A listener for BMP, over TCP or TLS. @throws the system's error when it cannot be bound */
export async function listenForBmp(
  place: BoundAddress,
  options: {
    readonly tls: (SecureContextOptions & TlsOptions) | undefined;
    readonly maximum: number;
    readonly log: Logger;
    accept(socket: Socket): void;
  },
): Promise<{ readonly server: Server; readonly bound: BoundAddress }> {
  const { tls, log } = options;
  const accept = (socket: Socket) => options.accept(socket);
  const server = tls === undefined ? createServer(accept) : createTlsServer(tls, accept);
  server.maxConnections = options.maximum;
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
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : place.port;
  return { server, bound: { address: place.address, port } };
}
