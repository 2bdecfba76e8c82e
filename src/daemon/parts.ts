import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { apiVersionOf } from '../bgp/json.ts';
import type { ProcessStatus } from '../commands/reply.ts';
import type { Environment } from '../config/environment.ts';
import type { Event } from '../events/event.ts';
import type { ChildState } from '../hooks/child-options.ts';
import type { Subscriptions } from '../hooks/subscriptions.ts';
import type { Clock } from '../session/clock.ts';
import { moveOf } from './batch.ts';
import { Exports } from './bmp-exports.ts';
import { bmpSnapshotOf, keepsBmpRoutesFor } from './bmp-snapshot.ts';
import { bmpLines } from './bmp-status.ts';
import { CommandedRoutes } from './commanded-routes.ts';
import { Control } from './control.ts';
import { Executor, type ExecutorOptions } from './execute.ts';
import { FirstCommand } from './first-command.ts';
import { Journals } from './journals.ts';
import type { Endpoint } from './listener.ts';
import { collectAll, memoryLimit, memoryTaken } from './memory.ts';
import { Processes } from './processes.ts';
import { rehearse } from './rehearsal.ts';
import { keepsRoutesFor, type SnapshotItem, type SnapshotReader, snapshotOf } from './snapshot.ts';
import { Speaker } from './speaker.ts';
import { Stations } from './stations.ts';
import { collectSmallHeap, processorMs, provokeCollection } from './tidying.ts';
import { Vitals } from './vitals.ts';

export interface PartsOptions {
  readonly environment: Environment;
  readonly log: Logger;
  readonly clock: Clock;
  readonly version: string;
  /** What the software version capability says. */
  readonly software: string;
  /** Where the control socket and pipes are looked for too: ExaBGP's `--root`. */
  readonly root?: string | undefined;
}

/** What the parts ask of the whole. */
export interface Lifecycle {
  stop(): Promise<void>;
  reload(): Promise<boolean>;
  restart(): Promise<void>;
  readonly status: ExecutorOptions['control']['status'];
  /** A process ended by itself. */
  died(process: string): void;
  /** It is time to look after whatever is to be looked after now and then. */
  look(): void;
}

/** What is told to who announces then. */
const NO_MEMORY = 'memory is exhausted: no more routes are taken until some are withdrawn';

/** Less than this part of all memory is not worth the end of a session. */
const WORTH_SHARE = 0.01;
/** How often it is looked how much memory is left; sooner where a flood of so many octets a millisecond would fill all. */
const LOOK_EVERY_MS = 1_000;
const FILLED_IN_A_MS = 256 * 1024;

/** States of a process that ended by itself. */
const DIED: ReadonlySet<ChildState> = new Set<ChildState>(['waiting', 'ended', 'abandoned']);

/** The composition root: speaker, stations and processes, and how they reach each other. */
export class Parts {
  readonly vitals: Vitals;
  readonly control: Control;
  readonly commanded: CommandedRoutes;
  readonly processes: Processes;
  readonly exports: Exports;
  readonly speaker: Speaker;
  readonly stations: Stations;
  readonly #options: PartsOptions;
  readonly #lifecycle: Lifecycle;
  readonly #executing: ExecutorOptions;
  readonly #executor: Executor;
  readonly #journals = new Journals();
  readonly #firstCommand: FirstCommand;
  readonly #identity = { host: hostname(), pid: process.pid, ppid: process.ppid };

  constructor(options: PartsOptions, lifecycle: Lifecycle) {
    this.#options = options;
    this.#lifecycle = lifecycle;
    this.vitals = this.#makeVitals();
    this.control = this.#makeControl();
    this.commanded = this.#makeCommandedRoutes();
    this.processes = this.#makeProcesses();
    this.exports = new Exports(options);
    this.speaker = this.#makeSpeaker();
    this.stations = this.#makeStations();
    this.#executing = this.#ofExecutor();
    this.#executor = new Executor(this.#executing);
    this.#firstCommand = this.#makeFirstCommand();
  }

  #makeVitals(): Vitals {
    const { clock, log } = this.#options;
    return new Vitals({
      clock,
      log,
      cpuMs: processorMs,
      memoryTaken,
      collect: provokeCollection,
      collectAll,
      onShort: () => this.processes.relieve(),
      onExhausted: () => this.speaker.relieve(memoryLimit() * WORTH_SHARE),
      onLook: () => this.#lifecycle.look(),
      lookEveryMs: Math.min(LOOK_EVERY_MS, memoryLimit() / FILLED_IN_A_MS),
    });
  }

  #makeControl(): Control {
    const { environment, clock, log, root } = this.#options;
    return new Control({
      api: environment.api,
      umask: environment.daemon.umask,
      places: { env: process.env, uid: process.getuid?.() ?? 0, root },
      clock,
      log,
      identity: this.#identity,
      version: apiVersionOf(environment.api.version),
      journals: this.#journals,
      onLine: (from, line) => this.#executor.execute(from, line),
      onChunk: (from, chunk, at) => this.#executor.usual(from, chunk, at),
    });
  }

  #makeCommandedRoutes(): CommandedRoutes {
    const { clock, log } = this.#options;
    return new CommandedRoutes({
      peers: () => this.speaker.takers,
      config: (name) => this.processes.get(name)?.config,
      clock,
      log,
      read: moveOf,
      replay: (from, move) => this.#executor.replay(from, move),
    });
  }

  #makeProcesses(): Processes {
    const { environment, clock, log, version } = this.#options;
    const { version: dialect, ack, compact, respawn } = environment.api;
    return new Processes({
      identity: this.#identity,
      clock,
      log,
      version,
      dialect,
      ack,
      compact,
      respawn,
      journals: this.#journals,
      onLine: (from, line) => this.#executor.execute(from, line),
      onChunk: (from, chunk, at) => this.#executor.usual(from, chunk, at),
      onState: (of, state) => {
        if (state === 'running') this.#firstCommand.expectFrom(of.talker);
        this.commanded.processChanged(of, state);
        if (DIED.has(state)) this.#lifecycle.died(of.config.name);
      },
      snapshot: (reader) => this.#snapshot(reader),
      onBlock: () => this.throttle(),
    });
  }

  #makeFirstCommand(): FirstCommand {
    return new FirstCommand({
      neighbor: () => this.speaker.takers[0]?.config,
      rehearse: (like, talker) =>
        rehearse({ like, ofPeers: this.speaker.ofPeers, executing: this.#executing, talker }),
      collect: collectSmallHeap,
    });
  }

  /** Neighbors may have come. */
  neighborsChanged(): void {
    this.#firstCommand.rehearse();
  }

  #makeSpeaker(): Speaker {
    const { environment, clock, log, software } = this.#options;
    const { tcp, bgp } = environment;
    return new Speaker({
      clock,
      log,
      software,
      bind: tcp.bind.map((address): Endpoint => ({ address, port: tcp.port })),
      defaultPort: tcp.port,
      attempts: tcp.once ? 1 : tcp.attempts,
      replaced: (old, peer) => this.commanded.replaced(old, peer),
      inherits: (range, peer, route) => this.commanded.inherits(range, peer, route),
      exhausted: () => {
        log.info('tcp.attempts: no neighbor is left to connect to');
        void this.#lifecycle.stop();
      },
      openWaitSeconds: bgp.openwait,
      emit: (event, subscriptions) => this.#deliver(event, subscriptions),
      gather: (of, subscriptions) => this.processes.gather(of, subscriptions),
      room: (subscriptions) => this.processes.room(subscriptions),
      watched: () => this.control.watched,
      blocked: () => this.processes.blocked,
      monitor: (peer) => this.exports.watch(peer),
      holdsEndOfRib: (config) => this.commanded.holdsEndOfRib(config),
    });
  }

  #makeStations(): Stations {
    const { clock, log } = this.#options;
    return new Stations({
      log,
      clock,
      deliver: (event, subscriptions) => this.processes.deliver(event, subscriptions),
      gather: (of, subscriptions) =>
        this.control.watched ? undefined : this.processes.gather(of, subscriptions),
      watch: (event) => {
        if (this.control.watched) this.control.deliver(event);
      },
    });
  }

  #ofExecutor(): ExecutorOptions {
    const { environment, clock, log, software } = this.#options;
    const lifecycle = this.#lifecycle;
    return {
      takers: () => this.speaker.takers,
      peers: () => this.speaker.peers,
      moved: (from, peer, command) => this.commanded.moved(from, peer, command),
      full: () => (this.vitals.memory === 'exhausted' ? NO_MEMORY : undefined),
      noted: (from, peer) => this.#journals.any || this.commanded.owns(from, peer),
      bmp: (command, shape) => {
        const { stations, relays } = this.stations;
        const shown = { stations, relays, targets: this.exports.targets };
        return bmpLines(shown, command, { version: shape, nowMs: clock.now(), wallMs: clock.wall() });
      },
      journal: (from, move) => this.#journals.append(from.journal, move),
      control: {
        shutdown: () => void lifecycle.stop(),
        reload: () => void lifecycle.reload(),
        restart: () => void lifecycle.restart(),
        status: () => lifecycle.status(),
        ready: (from) => this.commanded.ready(from),
        createNeighbor: (config) => this.speaker.create(config),
        deleteNeighbor: (peer) => this.speaker.delete(peer),
        processes: () => this.#processStatus(),
      },
      log,
      software,
      routesFormat: environment.api['show-routes-format'],
      reasons: environment.api.reasons,
    };
  }

  /** For a process that asked for it, or whose routes can be told again. Neighbors are looked up when it is read. */
  #snapshot(reader: SnapshotReader): Iterable<SnapshotItem> | undefined {
    const { process } = reader;
    const only = new Set([process]);
    const told = () => this.speaker.peers.filter(({ subscriptions }) => subscriptions.tells(only));
    const stations = () => this.stations.toldTo(process);
    const worth =
      this.processes.numbers(process) ||
      told().some((peer) => keepsRoutesFor(peer, process)) ||
      stations().some((station) => keepsBmpRoutesFor(station, process));
    if (!worth) return undefined;
    return (function* () {
      yield* snapshotOf(told, reader);
      for (const station of stations()) yield* bmpSnapshotOf(station, reader);
    })();
  }

  /** A process cannot take more, or can again. */
  throttle(): void {
    for (const peer of this.speaker.peers) peer.throttle();
    this.stations.throttle(this.processes.blocked);
  }

  #deliver(event: Event, subscriptions: Subscriptions): Promise<void> | undefined {
    const room = this.processes.deliver(event, subscriptions);
    if (this.control.watched) this.control.deliver(event);
    return room;
  }

  /** How many lines of those who are there now were carried out or refused: it changes with each. */
  get commands(): number {
    const heard = [...this.processes.stats(), ...this.control.clients];
    return heard.reduce((sum, { commands, refused }) => sum + commands + refused, 0);
  }

  #processStatus(): ProcessStatus[] {
    const clients = this.control.clients.map(({ config, watching, stats, commands, refused }) => ({
      ...stats,
      commands,
      refused,
      name: config.name,
      state: watching ? 'watching' : 'connected',
      pid: undefined,
      restarts: 0,
    }));
    return [...this.processes.stats(), ...clients];
  }
}
