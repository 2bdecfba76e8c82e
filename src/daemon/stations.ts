import type { Logger } from 'pino';
import type { BmpConfig } from '../config/bmp-model.ts';
import { BMP_VIEWS, type Event } from '../events/event.ts';
import type { UpdateRun } from '../events/line-render.ts';
import type { Subscriptions } from '../hooks/subscriptions.ts';
import type { Clock } from '../session/clock.ts';
import { Relay } from './bmp-relay.ts';
import { StationSubscriptions } from './bmp-selection.ts';
import type { ToldStation } from './bmp-snapshot.ts';
import type { Gathering } from './gathering.ts';
import { type Endpoint, ListenError } from './listener.ts';
import { sameKey } from './same-key.ts';
import { BmpStation } from './station.ts';

export interface StationsOptions {
  readonly log: Logger;
  readonly clock: Clock;
  /** To the processes that want it. A promise: make no more events until it resolves, which it soon does. */
  deliver(event: Event, subscriptions: Subscriptions): Promise<void> | undefined;
  /** Lines for those who are told of regular UPDATEs that came together; undefined: they are told one by one. */
  gather?(of: UpdateRun, subscriptions: Subscriptions): Gathering | undefined;
  /** To whoever watches all. */
  watch(event: Event): void;
}

interface Running {
  readonly config: BmpConfig;
  readonly station: BmpStation;
  readonly subscriptions: StationSubscriptions;
  readonly relays: readonly Relay[];
}

/** A relay tells tables again, for which they have to be kept. */
function withTables(config: BmpConfig): BmpConfig {
  return config.relays.length > 0 && config.rib.size === 0 ? { ...config, rib: new Set(BMP_VIEWS) } : config;
}

/** The BMP stations of a configuration. */
export class Stations {
  readonly #options: StationsOptions;
  #running: readonly Running[] = [];

  constructor(options: StationsOptions) {
    this.#options = options;
  }

  get relays(): readonly Relay[] {
    return this.#running.flatMap(({ relays }) => relays);
  }

  get stations(): readonly BmpStation[] {
    return this.#running.map(({ station }) => station);
  }

  /** The stations that a process hears of. */
  toldTo(process: string): readonly ToldStation[] {
    return this.#running.filter(({ config }) =>
      config.api.some(({ processes }) => processes.includes(process)),
    );
  }

  /** Goes to other stations by the difference. @throws ListenError, all stations being as they were */
  async configure(sections: readonly BmpConfig[]): Promise<void> {
    const configs = sections
      .filter(({ listen, connect }) => listen.length + connect.length > 0)
      .map((config) => ({ ...config, exports: [] }));
    const wanted = new Set(configs.map(sameKey));
    const kept = this.#running.filter(({ config }) => wanted.has(sameKey(config)));
    const gone = this.#running.filter(({ config }) => !wanted.has(sameKey(config)));
    await stopAll(gone);
    const running = new Set(kept.map(({ config }) => sameKey(config)));
    this.#running = kept;
    try {
      await this.#start(configs.filter((config) => !running.has(sameKey(config))));
    } catch (err) {
      await stopAll(this.#running.filter((each) => !kept.includes(each)));
      this.#running = kept;
      await this.#start(gone.map(({ config }) => config));
      throw err;
    }
  }

  /** Stations that feed a process that cannot take more stop reading, where that is its policy. */
  throttle(blocked: ReadonlySet<string>): void {
    for (const { config, station } of this.#running) {
      station.hold(config.api.some(({ processes }) => processes.some((name) => blocked.has(name))));
    }
  }

  async stop(): Promise<void> {
    await stopAll(this.#running);
  }

  async #start(configs: readonly BmpConfig[]): Promise<void> {
    for (const config of configs) {
      try {
        const made = this.#make(withTables(config));
        await made.station.start();
        this.#running = [...this.#running, { config, ...made }];
      } catch (err) {
        const failed = err as NodeJS.ErrnoException & Partial<Endpoint>;
        const { address = '', port = 0 } = config.listen[0] ?? config.connect[0] ?? {};
        throw new ListenError({ address: failed.address ?? address, port: failed.port ?? port }, failed);
      }
    }
  }

  #make(config: BmpConfig): Omit<Running, 'config'> {
    const { log, clock, deliver, watch } = this.#options;
    const subscriptions = new StationSubscriptions(config.api, (address) => station.nameOf(address));
    const { peers: maximumPeers } = config.limits;
    const relays = config.relays.map((to) => new Relay(to, { clock, log, maximumPeers }));
    // of all routers: a hundred that connect at once would else each be read once before the first of them waits
    let room: Promise<void> | undefined;
    const wait = (until: Promise<void> | undefined): void => {
      if (until === undefined || until === room) return;
      room = until;
      void until.then(() => {
        if (room === until) room = undefined;
      });
    };
    const station: BmpStation = new BmpStation({
      config,
      log,
      clock,
      emit: (event) => {
        subscriptions.deliver(event, (one, to) => wait(deliver(one, to)));
        watch(event);
      },
      gather: (of) => {
        const everybody = subscriptions.unselective(of.direction);
        const lines = everybody && this.#options.gather?.(of, everybody);
        return (
          lines && {
            add: (update, reported) => lines.add(update, reported),
            end: () => wait(lines.end()),
          }
        );
      },
      frame: (router, octets) => {
        for (const relay of relays) relay.frame(router, octets);
      },
      ended: (router) => {
        for (const relay of relays) relay.ended(router);
      },
      room: () => room,
    });
    return { station, subscriptions, relays };
  }
}

async function stopAll(running: readonly Running[]): Promise<void> {
  await Promise.all(running.map(({ station }) => station.stop()));
  await Promise.all(running.flatMap(({ relays }) => relays.map((relay) => relay.stop())));
}
