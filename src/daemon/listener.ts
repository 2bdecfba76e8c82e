import { createServer, type Server, type Socket } from 'node:net';
import type { Logger } from 'pino';

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** A server that could not listen: the message names address, port and reason. */
export class ListenError extends Error {
  constructor({ address, port }: Endpoint, cause: NodeJS.ErrnoException) {
    super(`cannot listen on ${endpointText({ address, port })}: ${cause.code ?? cause.message}`, { cause });
    this.name = 'ListenError';
  }
}

export function endpointText({ address, port }: Endpoint): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** IPv4 addresses as themselves where a dual-stack socket shows them mapped into IPv6. */
export function plainAddress(address: string | undefined): string {
  return address?.startsWith('::ffff:') && address.includes('.')
    ? address.slice('::ffff:'.length)
    : (address ?? '');
}

/** The TCP listeners for BGP: one for each endpoint that is wanted. */
export class Listeners {
  readonly #servers = new Map<string, Server>();
  readonly #log: Logger;
  readonly #onSocket: (socket: Socket) => void;
  #endpoints: readonly Endpoint[] = [];

  constructor(log: Logger, onSocket: (socket: Socket) => void) {
    this.#log = log;
    this.#onSocket = onSocket;
  }

  /** Opens what is new, closes what is not wanted any more. @throws ListenError having changed nothing */
  async configure(endpoints: readonly Endpoint[]): Promise<void> {
    const before = [...this.#endpoints];
    try {
      await this.#change(endpoints);
    } catch (err) {
      await this.#change(before);
      throw err;
    }
  }

  stop(): void {
    for (const server of this.#servers.values()) server.close();
    this.#servers.clear();
  }

  /** Closes first: a new endpoint may need the port of an old one. */
  async #change(endpoints: readonly Endpoint[]): Promise<void> {
    this.#endpoints = endpoints;
    const wanted = new Map(endpoints.map((endpoint) => [endpointText(endpoint), endpoint]));
    for (const [key, server] of this.#servers) {
      if (wanted.has(key)) continue;
      server.close();
      this.#servers.delete(key);
    }
    for (const [key, endpoint] of wanted) {
      if (!this.#servers.has(key)) this.#servers.set(key, await this.#listen(endpoint));
    }
  }

  #listen(endpoint: Endpoint): Promise<Server> {
    return new Promise((resolve, reject) => {
      const server = createServer({ noDelay: true }, this.#onSocket);
      server.once('error', (err) => reject(new ListenError(endpoint, err)));
      server.listen({ host: endpoint.address, port: endpoint.port, exclusive: true, ipv6Only: true }, () => {
        server.removeAllListeners('error');
        server.on('error', (err) => this.#log.error({ err }, 'listener failed'));
        this.#log.info({ listen: endpointText(endpoint) }, 'listening for BGP');
        resolve(server);
      });
    });
  }
}
