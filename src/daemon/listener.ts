import { createServer, type Server, type Socket } from 'node:net';
import type { Logger } from 'pino';
import { type Native, SystemCallError } from '../session/native.ts';
import { ProtectedListener, type ProtectedPeer } from '../session/protected-sockets.ts';
import { protectionWords } from '../session/socket-options.ts';

/** Where to listen. */
export interface Endpoint {
  /** A link-local one with its zone: `fe80::1%eth0`. */
  readonly address: string;
  readonly port: number;
}

/** An endpoint with the neighbors that may connect to it. */
export interface ListenPoint extends Endpoint {
  readonly peers: readonly ProtectedPeer[];
}

interface Listening {
  readonly server: Server;
  /** Undefined: a plain one of Node's. */
  readonly socket: ProtectedListener | undefined;
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

/** The TCP listeners for BGP: one for each endpoint that is wanted. */
export class Listeners {
  readonly #servers = new Map<string, Listening>();
  readonly #log: Logger;
  readonly #onSocket: (socket: Socket) => void;
  readonly #native: () => Native | undefined;
  #endpoints: readonly ListenPoint[] = [];

  constructor(options: {
    readonly log: Logger;
    /** The calls for listeners that protect; undefined: there are none. */
    readonly native: () => Native | undefined;
    readonly onSocket: (socket: Socket) => void;
  }) {
    this.#log = options.log;
    this.#native = options.native;
    this.#onSocket = options.onSocket;
  }

  /** Opens what is new, closes what is not wanted any more. @throws ListenError having changed nothing */
  async configure(endpoints: readonly ListenPoint[]): Promise<void> {
    const before = [...this.#endpoints];
    try {
      await this.#change(endpoints);
    } catch (err) {
      await this.#change(before);
      throw err;
    }
  }

  stop(): void {
    for (const { server } of this.#servers.values()) server.close();
    this.#servers.clear();
  }

  /** Closes first: a new endpoint may need the port of an old one. */
  async #change(endpoints: readonly ListenPoint[]): Promise<void> {
    this.#endpoints = endpoints;
    const wanted = new Map(endpoints.map((endpoint) => [endpointText(endpoint), endpoint]));
    for (const [key, { server, socket }] of this.#servers) {
      const point = wanted.get(key);
      // a plain listener is replaced: keys set on it now would come late for who connects now
      if (point !== undefined && (socket !== undefined || !needsProtection(point))) continue;
      server.close();
      this.#servers.delete(key);
    }
    for (const [key, point] of wanted) {
      const running = this.#servers.get(key);
      if (running === undefined) this.#servers.set(key, await this.#listen(point));
      else this.#protect(point, running);
    }
  }

  #protect(point: ListenPoint, { socket }: Listening): void {
    try {
      socket?.protect(point.peers);
    } catch (err) {
      throw new ListenError(point, err as NodeJS.ErrnoException);
    }
  }

  #listen(point: ListenPoint): Promise<Listening> {
    return new Promise((resolve, reject) => {
      const native = this.#native();
      let socket: ProtectedListener | undefined;
      try {
        if (native !== undefined && needsProtection(point)) {
          socket = new ProtectedListener(native, point, point.peers);
        }
      } catch (err) {
        if (!(err instanceof SystemCallError)) throw err;
        reject(new ListenError(point, err));
        return;
      }
      const { address: host, port } = point;
      const server = createServer({ noDelay: true }, this.#onSocket);
      server.once('error', (err) => reject(new ListenError(point, err)));
      server.listen(
        socket === undefined ? { host, port, exclusive: true, ipv6Only: true } : { fd: socket.descriptor },
      );
      server.once('listening', () => {
        server.removeAllListeners('error');
        server.on('error', (err) => this.#log.error({ err }, 'listener failed'));
        this.#log.info({ listen: endpointText(point) }, 'listening for BGP');
        resolve({ server, socket });
      });
    });
  }
}

function needsProtection({ peers }: ListenPoint): boolean {
  return peers.some(({ protection }) => protectionWords(protection).length > 0);
}
