import type { Socket } from 'node:net';
import type { SecureContextOptions, TlsOptions } from 'node:tls';
import type { Logger } from 'pino';
import { terminationFrame } from '../bmp/sender.ts';
import type { BmpExportConfig, ExportView } from '../config/bmp-model.ts';
import type { Clock } from '../session/clock.ts';
import { plainAddress } from '../wire/address.ts';
import { prefixContains } from '../wire/prefix.ts';
import { Dialer } from './bmp-dialer.ts';
import { Doorkeeper } from './bmp-doorkeeper.ts';
import type { ExportedSession } from './bmp-exported-session.ts';
import { type BmpListener, listenForBmp } from './bmp-listener.ts';
import { Outlet } from './bmp-outlet.ts';
import { Spool } from './bmp-spool.ts';
import { tlsOptions } from './bmp-tls.ts';
import { endpointText } from './listener.ts';

/** A station that is gone without a word shows by TCP keepalives only. */
const KEEPALIVE_MS = 60_000;
/** Stations of one `export listen` at a time. */
const STATIONS = 100;

export interface ExportTargetOptions {
  readonly config: BmpExportConfig;
  readonly clock: Clock;
  readonly log: Logger;
  /** What a station that connects is told first. */
  state(target: ExportTarget): Iterator<Uint8Array>;
  /** Sessions that are up and of this target. */
  sessions(target: ExportTarget): Iterable<ExportedSession>;
}

/** A station as `show bmp export` has it. */
export interface ToldStation {
  readonly address: string;
  readonly outlet: Outlet;
  /** When it was connected, or lost; by the clock that nobody sets. */
  sinceMs: number;
}

/** One `export` of the configuration: the station that we connect to, or those that connect to us. */
export class ExportTarget {
  readonly config: BmpExportConfig;
  readonly #options: ExportTargetOptions;
  readonly #log: Logger;
  readonly #tls: (SecureContextOptions & TlsOptions) | undefined;
  readonly #stations = new Map<ToldStation, Promise<void>>();
  readonly #doorkeeper: Doorkeeper;
  #listener: BmpListener | undefined;
  #dialer: Dialer | undefined;
  #cancelTick = (): void => undefined;
  #stopping = false;

  /** @throws an error when a file of TLS cannot be read */
  constructor(options: ExportTargetOptions) {
    const { config, clock } = options;
    this.#options = options;
    this.config = config;
    this.#log = options.log.child({ export: endpointText(config) });
    this.#tls = config.tls && tlsOptions(config.tls);
    this.#doorkeeper = new Doorkeeper({
      routers: config.stations.map((prefix) => ({ prefix, name: undefined, addPath: undefined })),
      limits: { routers: STATIONS, perAddress: STATIONS, peers: 0, messageSize: 0 },
      log: this.#log,
      now: () => clock.now(),
    });
  }

  /** One that we connect to is there from the beginning, connected or not. */
  get stations(): readonly ToldStation[] {
    return [...this.#stations.keys()];
  }

  selects(session: ExportedSession): boolean {
    const { neighbors } = this.config;
    return neighbors.length === 0 || neighbors.some((prefix) => prefixContains(prefix, session.peerAddress));
  }

  wants(view: ExportView): boolean {
    return this.config.views.has(view);
  }

  /** @throws the system's error when it cannot listen */
  async start(): Promise<void> {
    const { config, clock } = this.#options;
    if (config.passive) await this.#listen();
    else this.#dial();
    if (config.statisticsSeconds > 0) this.#tick(clock);
  }

  /** One whole message, not to be changed afterwards. */
  offer(octets: Uint8Array): void {
    for (const { outlet } of this.#stations.keys()) outlet.offer(octets);
  }

  /** Tells every station that this is the end, and why. */
  async stop(reason: 'administratively-closed' | 'permanently-closed', why: string): Promise<void> {
    this.#stopping = true;
    this.#cancelTick();
    const last = terminationFrame(reason, why);
    const told = Promise.all(
      [...this.#stations].map(async ([{ outlet }, over]) => {
        if (outlet.connected) outlet.offer(last);
        await outlet.finish();
        await over;
      }),
    );
    await Promise.all([told, this.#listener?.close(told), this.#dialer?.stop({ gently: true })]);
  }

  async #listen(): Promise<void> {
    this.#listener = await listenForBmp(this.config, {
      tls: this.#tls,
      maximum: STATIONS * 2,
      log: this.#log,
      accept: (socket) => this.#accept(socket),
    });
    this.#log.info(
      { ...this.#listener.bound, tls: this.#tls !== undefined },
      'BMP export waits for stations',
    );
  }

  #accept(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress);
    socket.on('error', () => undefined);
    if (this.#stopping || !this.#doorkeeper.enter(address)) {
      socket.destroy();
      return;
    }
    const station = this.#station(endpointText({ address, port: socket.remotePort ?? 0 }));
    const over = this.#use(station, socket).then(() => {
      this.#doorkeeper.leave(address);
      this.#stations.delete(station);
    });
    this.#stations.set(station, over);
  }

  #dial(): void {
    const station = this.#station(endpointText(this.config));
    this.#dialer = new Dialer({
      to: this.config,
      tls: this.#tls,
      log: this.#log,
      clock: this.#options.clock,
      use: async (socket) => {
        await this.#use(station, socket);
        station.outlet.fallBehind();
      },
    });
    this.#stations.set(station, Promise.resolve());
    this.#dialer.start();
  }

  #station(address: string): ToldStation {
    const { config, clock } = this.#options;
    const spool = new Spool({
      file: undefined,
      sizeBytes: config.bufferBytes,
      ageMs: Number.POSITIVE_INFINITY,
      clock,
    });
    const outlet = new Outlet({
      spool,
      clock,
      startsBehind: true,
      state: () => this.#options.state(this),
      gaveUp: (reason, octets) =>
        this.#log.warn(
          { station: address, reason, octets },
          'BMP export: the station is too slow, and is told all anew',
        ),
    });
    return { address, outlet, sinceMs: clock.now() };
  }

  async #use(station: ToldStation, socket: Socket): Promise<void> {
    const { address, outlet } = station;
    const { clock } = this.#options;
    station.sinceMs = clock.now();
    socket.setKeepAlive(true, KEEPALIVE_MS);
    socket.setNoDelay(true);
    this.#log.info({ station: address }, 'BMP export connected');
    await outlet.use(socket);
    station.sinceMs = clock.now();
    this.#log.info({ station: address, messages: outlet.offered }, 'BMP export disconnected');
  }

  #tick(clock: Clock): void {
    this.#cancelTick = clock.after(this.config.statisticsSeconds * 1000, () => {
      for (const session of this.#options.sessions(this)) {
        const report = session.statistics(this.config.views);
        if (report !== undefined) this.offer(report);
      }
      this.#tick(clock);
    });
  }
}
