import { createServer, type Server, type Socket } from 'node:net';
import type { Logger } from 'pino';
import { BmpError } from '../bmp/errors.ts';
import { BMP_FRAMING } from '../bmp/header.ts';
import { BmpRouter } from '../bmp/router.ts';
import type { Event } from '../events/event.ts';
import type { Clock } from '../session/clock.ts';
import { Framer } from '../wire/framer.ts';

export interface BmpStationOptions {
  readonly listen: readonly { readonly address: string; readonly port: number }[];
  readonly log: Logger;
  emit(event: Event): void;
  readonly clock: Clock;
}

/** Where a listener is bound: the port is the real one where 0 was asked for. */
export interface BoundAddress {
  readonly address: string;
  readonly port: number;
}

/** Work on one router's octets is cut into slices of this, so that timers and others have their turn. */
const SLICE_MS = 10;

/** Connections at a time to one listener: each may hold one unfinished message and its peers. */
const MAXIMUM_ROUTERS = 1000;

/** A router that is gone without a word shows only by TCP keepalives: BMP has none, and silence is legal. */
const KEEPALIVE_MS = 60_000;

/** Accepts BMP routers. What one of them sends wrongly never reaches another. */
export class BmpStation {
  readonly #listen: BmpStationOptions['listen'];
  readonly #log: Logger;
  readonly #emit: (event: Event) => void;
  readonly #clock: Clock;
  readonly #servers: Server[] = [];
  #stopping = false;
  /** Resolves when routers are read again. */
  #held: Promise<void> | undefined;
  #release = (): void => undefined;
  readonly #connections = new Map<Socket, { router: BmpRouter; running: Promise<void> }>();

  constructor(options: BmpStationOptions) {
    this.#listen = options.listen;
    this.#log = options.log;
    this.#emit = (event) => options.emit(event);
    this.#clock = options.clock;
  }

  /** The routers that are connected, for what shows them. */
  get routers(): readonly BmpRouter[] {
    return [...this.#connections.values()].map(({ router }) => router);
  }

  /** Listens on every address, in order. @throws the system's error when one cannot be bound; none is then */
  async start(): Promise<BoundAddress[]> {
    const bound: BoundAddress[] = [];
    try {
      for (const place of this.#listen) bound.push(await this.#bind(place));
    } catch (err) {
      await this.stop();
      throw err;
    }
    return bound;
  }

  /** A process that the routers feed cannot take more, or can again: meanwhile what they send waits in TCP. */
  hold(held: boolean): void {
    if (held === (this.#held !== undefined)) return;
    this.#release();
    this.#held = undefined;
    if (!held) return;
    this.#held = new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  /** Stops listening, closes every router's connection and waits until all is told. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.hold(false);
    const closed = this.#servers.splice(0).map((server) => new Promise((done) => server.close(done)));
    const running = [...this.#connections.values()].map((connection) => connection.running);
    for (const socket of this.#connections.keys()) socket.destroy();
    await Promise.all([...closed, ...running]);
  }

  async #bind(place: BoundAddress): Promise<BoundAddress> {
    const server = createServer((socket) => this.#accept(socket));
    server.maxConnections = MAXIMUM_ROUTERS;
    await new Promise<void>((done, fail) => {
      server.once('error', fail);
      server.listen({ host: place.address, port: place.port, ipv6Only: true }, () => {
        server.off('error', fail);
        done();
      });
    });
    server.on('error', (err) => this.#log.error({ err, listen: place }, 'BMP listener failed'));
    this.#servers.push(server);
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : place.port;
    this.#log.info({ address: place.address, port }, 'BMP station listens');
    return { address: place.address, port };
  }

  #accept(socket: Socket): void {
    socket.setKeepAlive(true, KEEPALIVE_MS);
    const router = new BmpRouter({
      router: remoteOf(socket),
      now: () => this.#clock.now(),
      emit: this.#emit,
    });
    this.#connections.set(socket, { router, running: this.#run(socket, router) });
  }

  async #run(socket: Socket, router: BmpRouter): Promise<void> {
    const log = this.#log.child({ router: router.router });
    log.info('BMP router connected');
    router.connected();
    const reason = await this.#read(socket, router, log);
    socket.destroy();
    log.info({ reason, counters: router.counters }, 'BMP router disconnected');
    router.disconnected(reason);
    this.#connections.delete(socket);
  }

  /** Reads until the connection ends; resolves to why it did. */
  async #read(socket: Socket, router: BmpRouter, log: Logger): Promise<string> {
    const framer = new Framer(BMP_FRAMING);
    const chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    for (let before = 0, count = 0; ; before += count) {
      while (this.#held !== undefined) await this.#held;
      const chunk = await nextChunk(chunks);
      if (this.#stopping) return 'the station stops';
      if (typeof chunk === 'string') return framer.pending === 0 ? chunk : `${chunk} in mid message`;
      count = chunk.length;
      try {
        await this.#frames(framer.push(chunk), router);
      } catch (err) {
        if (!(err instanceof BmpError)) throw err;
        log.warn(
          { reason: err.reason, offset: router.counters.octets },
          'not a BMP stream: connection closed',
        );
        const at = Math.max(router.counters.octets - before, 0);
        router.broken(err, chunk.subarray(at, at + BMP_FRAMING.headerLength));
        return err.reason;
      }
      if (router.ended) return 'terminated by the router';
    }
  }

  async #frames(frames: Iterable<Uint8Array>, router: BmpRouter): Promise<void> {
    let sliceStart = this.#clock.now();
    for (const frame of frames) {
      const errors = router.counters.errors;
      router.receive(frame);
      if (router.counters.errors > errors) this.#told(router);
      if (router.ended) return;
      if (this.#clock.now() - sliceStart < SLICE_MS) continue;
      await nextTurn();
      sliceStart = this.#clock.now();
    }
  }

  /** Repeats are counted, not repeated: the first error of a router is logged, and each power of ten. */
  #told(router: BmpRouter): void {
    const { errors } = router.counters;
    if (!Number.isInteger(Math.log10(errors))) return;
    this.#log.warn({ router: router.router, errors }, 'BMP message skipped');
  }
}

/** `ADDRESS:PORT`; an IPv6 address stands in brackets, one that maps an IPv4 address as that. */
function remoteOf({ remoteAddress = 'unknown', remotePort = 0 }: Socket): string {
  const address = remoteAddress.replace(/^::ffff:(?=\d+\.)/, '');
  return address.includes(':') ? `[${address}]:${remotePort}` : `${address}:${remotePort}`;
}

/** Lets timers and other connections have their turn. */
function nextTurn(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}

/** The next octets, or why there are none. */
async function nextChunk(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array | string> {
  try {
    const { done, value } = await chunks.next();
    return done === true ? 'closed by the router' : value;
  } catch (err) {
    if (err instanceof Error && 'code' in err) return `connection lost: ${String(err.code)}`;
    throw err;
  }
}
