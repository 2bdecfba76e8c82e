import type { Socket } from 'node:net';
import type { SecureContextOptions, TlsOptions } from 'node:tls';
import type { Logger } from 'pino';
import { BmpRouter, type BmpRouterOptions } from '../bmp/router.ts';
import { BMP_DEFAULTS, type BmpConfig } from '../config/bmp-model.ts';
import type { Event } from '../events/event.ts';
import type { Clock } from '../session/clock.ts';
import { plainAddress } from '../wire/address.ts';
import { BmpConnection } from './bmp-connection.ts';
import { Dialer } from './bmp-dialer.ts';
import { Doorkeeper } from './bmp-doorkeeper.ts';
import { type BmpListener, type BoundAddress, listenForBmp } from './bmp-listener.ts';
import { RouterMemories } from './bmp-memories.ts';
import { tlsOptions } from './bmp-tls.ts';

export type StationConfig = Omit<BmpConfig, 'api' | 'relays' | 'exports'>;

export interface BmpStationOptions {
  readonly config: StationConfig;
  readonly log: Logger;
  emit(event: Event): void;
  /** For regular UPDATEs that came together; undefined: each is emitted. */
  gather?: BmpRouterOptions['gather'];
  /** Each whole message of a router as it came. */
  frame?(router: BmpRouter, octets: Uint8Array): void;
  /** What to wait for before the next message: never for long. */
  room?(): Promise<void> | undefined;
  /** A router's connection is over. */
  ended?(router: BmpRouter): void;
  readonly clock: Clock;
}

/** A router that is gone without a word shows only by TCP keepalives: BMP has none, and silence is legal. */
const KEEPALIVE_MS = 60_000;
const TICK_MS = 1000;
/** Connections that are refused need a moment to be. */
const SPARE_CONNECTIONS = 100;

/** What a station is where its configuration says nothing else. */
export const STATION_DEFAULTS: StationConfig = {
  listen: [],
  connect: [],
  tls: undefined,
  ...BMP_DEFAULTS,
  rib: new Set(),
  routers: [],
};

/** Accepts and dials BMP routers. What one of them sends wrongly never reaches another. */
export class BmpStation {
  readonly #options: BmpStationOptions;
  readonly #config: StationConfig;
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #doorkeeper: Doorkeeper;
  readonly #listeners: BmpListener[] = [];
  readonly #connections = new Map<BmpConnection, Promise<void>>();
  readonly memories: RouterMemories;
  #dialers: readonly Dialer[] = [];
  #cancelTick = (): void => {};
  #stopping = false;
  /** Resolves when routers are read again. */
  #held: Promise<void> | undefined;
  #release = (): void => undefined;

  constructor(options: BmpStationOptions) {
    this.#options = options;
    this.#config = options.config;
    this.#log = options.log;
    this.#clock = options.clock;
    const { routers, limits, rib, resync } = options.config;
    this.#doorkeeper = new Doorkeeper({ routers, limits, log: options.log, now: () => options.clock.now() });
    this.memories = new RouterMemories(rib, resync.limitSeconds * 1000, limits.routers);
  }

  /** The routers that are connected, for what shows them. */
  get routers(): readonly BmpRouter[] {
    return this.connections.map(({ router }) => router);
  }

  get connections(): readonly BmpConnection[] {
    return [...this.#connections.keys()];
  }

  /** Of some view at least. */
  get keepsRoutes(): boolean {
    return this.#config.rib.size > 0;
  }

  /** Connections that were not let in. */
  get refused(): number {
    return this.#doorkeeper.refused;
  }

  /** What the configuration calls the router at an address. */
  nameOf(address: string): string | undefined {
    return this.#doorkeeper.routerOf(address)?.name;
  }

  /** Listens on every address, in order. @throws the system's error when one cannot be bound; none is then */
  async start(): Promise<BoundAddress[]> {
    const bound: BoundAddress[] = [];
    const tls = this.#config.tls && tlsOptions(this.#config.tls);
    try {
      for (const place of this.#config.listen) bound.push(await this.#bind(place, tls));
    } catch (err) {
      await this.stop();
      throw err;
    }
    this.#dialers = this.#config.connect.map((to) => this.#dial(to, tls));
    this.#tick();
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
    this.#cancelTick();
    for (const connection of this.connections) connection.close('the station stops');
    const over = Promise.all(this.#connections.values());
    const closed = this.#listeners.splice(0).map((listener) => listener.close(over));
    const dialers = this.#dialers.map((dialer) => dialer.stop());
    await Promise.all([over, ...closed, ...dialers]);
  }

  async #bind(
    place: BoundAddress,
    tls: (SecureContextOptions & TlsOptions) | undefined,
  ): Promise<BoundAddress> {
    const listener = await listenForBmp(place, {
      tls,
      maximum: this.#config.limits.routers + SPARE_CONNECTIONS,
      log: this.#log,
      accept: (socket) => this.#accept(socket),
    });
    this.#listeners.push(listener);
    this.#log.info({ ...listener.bound, tls: tls !== undefined }, 'BMP station listens');
    return listener.bound;
  }

  #dial(to: BoundAddress, tls: SecureContextOptions | undefined): Dialer {
    const log = this.#log.child({ router: `${to.address}:${to.port}` });
    const dialer = new Dialer({ to, tls, log, clock: this.#clock, use: (socket) => this.#use(socket) });
    dialer.start();
    return dialer;
  }

  #accept(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress);
    if (this.#stopping || !this.#doorkeeper.enter(address)) {
      socket.on('error', () => undefined).destroy();
      return;
    }
    void this.#use(socket).finally(() => this.#doorkeeper.leave(address));
  }

  async #use(socket: Socket): Promise<void> {
    socket.setKeepAlive(true, KEEPALIVE_MS);
    const connection = this.#connectionOf(socket);
    const running = connection.run();
    this.#connections.set(connection, running);
    await running;
    this.#connections.delete(connection);
    this.#options.ended?.(connection.router);
  }

  #connectionOf(socket: Socket): BmpConnection {
    const { addPath, limits, resync, idleTimeoutSeconds } = this.#config;
    const address = plainAddress(socket.remoteAddress);
    const configured = this.#doorkeeper.routerOf(address);
    const router: BmpRouter = new BmpRouter({
      router: remoteOf(address, socket.remotePort),
      now: () => this.#clock.now(),
      wall: () => this.#clock.wall(),
      emit: (event) => this.#options.emit(event),
      gather: this.#options.gather,
      maximumPeers: limits.peers,
      addPath: configured?.addPath ?? addPath,
      resync: { quietMs: resync.quietSeconds * 1000, limitMs: resync.limitSeconds * 1000 },
      carryOut: (work) => void connection.carryOut(work),
      remember: (name) => {
        const others = this.connections.filter((other) => other.router !== router);
        return this.memories.of(`${address} ${name}`, others, this.#clock.now());
      },
    });
    const connection = new BmpConnection({
      socket,
      router,
      log: this.#log.child({ router: router.router, ...(configured?.name && { name: configured.name }) }),
      clock: this.#clock,
      messageSize: limits.messageSize,
      idleMs: idleTimeoutSeconds * 1000,
      held: () => this.#held,
      room: () => this.#options.room?.(),
      frame: (octets) => this.#options.frame?.(router, octets),
    });
    return connection;
  }

  #tick(): void {
    this.#cancelTick = this.#clock.after(TICK_MS, () => {
      for (const connection of this.connections) connection.tick();
      this.memories.expire(this.#clock.now(), {
        emit: (event) => this.#options.emit(event),
        wall: () => this.#clock.wall(),
      });
      this.#tick();
    });
  }
}

/** `ADDRESS:PORT`; an IPv6 address stands in brackets. */
function remoteOf(address: string, port = 0): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address || 'unknown'}:${port}`;
}
