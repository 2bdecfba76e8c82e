import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { apiVersionOf } from '../bgp/json.ts';
import type { ProcessStatus } from '../commands/reply.ts';
import type { Environment } from '../config/environment.ts';
import type { Config } from '../config/model.ts';
import type { Event } from '../events/event.ts';
import type { ChildState } from '../hooks/child.ts';
import type { Subscriptions } from '../hooks/subscriptions.ts';
import type { Clock } from '../session/clock.ts';
import { moveOf } from './batch.ts';
import { Exports } from './bmp-exports.ts';
import { bmpSnapshotOf, keepsBmpRoutesFor } from './bmp-snapshot.ts';
import { bmpLines } from './bmp-status.ts';
import { CommandedRoutes } from './commanded-routes.ts';
import { Control } from './control.ts';
import { Executor } from './execute.ts';
import { Journals } from './journals.ts';
import { type Endpoint, ListenError } from './listener.ts';
import { LoopDelayMonitor } from './loop-delay.ts';
import { Processes } from './processes.ts';
import { keepsRoutesFor, type SnapshotItem, type SnapshotReader, snapshotOf } from './snapshot.ts';
import { Speaker } from './speaker.ts';
import { Stations } from './stations.ts';
import { processorMs, provokeCollection, Tidying } from './tidying.ts';
import { compileAtOnce, letYoungGrow } from './v8-flags.ts';
import { memoryTaken, Vitals } from './vitals.ts';

export interface DaemonOptions {
  readonly environment: Environment;
  readonly log: Logger;
  readonly clock: Clock;
  readonly version: string;
  /** What the software version capability says. */
  readonly software: string;
  /** Where the control socket and pipes are looked for too: ExaBGP's `--root`. */
  readonly root?: string | undefined;
  /** Gives up what root may do, once the ports are open: before processes are started, or with `daemon.drop` off after. */
  readonly drop?: (() => void) | undefined;
  /** Reads the configuration again; undefined: it is bad, and the reasons were told. */
  readonly load: () => Config | undefined | Promise<Config | undefined>;
}

/** A signal as processes are told of it. */
interface SignalName {
  readonly code: number;
  readonly name: string;
}

function wanted({ processes, neighbors, bmp }: Config) {
  const asking = [...neighbors, ...bmp].flatMap(({ api }) => api.filter(({ snapshot }) => snapshot));
  return { processes, snapshots: new Set(asking.flatMap((api) => api.processes)) };
}

/** What is told to who announces then. */
const NO_MEMORY = 'memory is exhausted: no more routes are taken until some are withdrawn';

/** Who commands through the control socket, in the log. */
const CONTROL = 'control socket';

/** States of a process that ended by itself. */
const DIED: ReadonlySet<ChildState> = new Set<ChildState>(['waiting', 'ended', 'abandoned']);

/** The composition root: speaker, stations and processes, and how they reach each other. */
export class Daemon {
  readonly #options: DaemonOptions;
  readonly #log: Logger;
  readonly #speaker: Speaker;
  readonly #stations: Stations;
  readonly #exports: Exports;
  readonly #processes: Processes;
  readonly #executor: Executor;
  readonly #control: Control;
  readonly #commanded: CommandedRoutes;
  readonly #journals = new Journals();
  readonly #loopDelay = new LoopDelayMonitor();
  readonly #tidying: Tidying;
  readonly #vitals: Vitals;
  readonly #uuid = randomUUID();
  readonly #startedMs: number;
  readonly #stopped: Promise<void>;
  #resolveStopped = (): void => {};
  #stopping: Promise<void> | undefined;
  #reloading: Promise<unknown> = Promise.resolve();
  /** A reload that was asked for and has not begun. */
  #nextReload: { readonly asked: { anew: boolean }; readonly done: Promise<boolean> } | undefined;
  #bmp: Config['bmp'] = [];

  constructor(options: DaemonOptions) {
    const { environment, log, clock, version } = options;
    this.#options = options;
    this.#log = log;
    this.#tidying = new Tidying({ clock, cpuMs: processorMs, collect: provokeCollection });
    this.#vitals = new Vitals({
      clock,
      log,
      cpuMs: processorMs,
      memoryTaken,
      collect: provokeCollection,
      onShort: (memory) => {
        this.#processes.relieve();
        if (memory === 'exhausted') this.#speaker.relieve();
      },
    });
    this.#startedMs = clock.now();
    this.#stopped = new Promise((resolve) => {
      this.#resolveStopped = resolve;
    });
    const dialect = environment.api.version;
    const identity = { host: hostname(), pid: process.pid, ppid: process.ppid };
    this.#control = new Control({
      api: environment.api,
      umask: environment.daemon.umask,
      places: { env: process.env, uid: process.getuid?.() ?? 0, root: options.root },
      clock,
      log,
      identity,
      version: apiVersionOf(dialect),
      journals: this.#journals,
      onLine: (from, line) => this.#executor.execute(from, line),
      onChunk: (from, chunk, at) => this.#executor.usual(from, chunk, at),
    });
    this.#commanded = new CommandedRoutes({
      peers: () => this.#speaker.takers,
      config: (name) => this.#processes.get(name)?.config,
      clock,
      log,
      read: moveOf,
      replay: (from, move) => this.#executor.replay(from, move),
    });
    this.#processes = new Processes({
      identity,
      clock,
      log,
      version,
      dialect,
      ack: environment.api.ack,
      compact: environment.api.compact,
      respawn: environment.api.respawn,
      journals: this.#journals,
      onLine: (from, line) => {
        letYoungGrow();
        this.#executor.execute(from, line);
      },
      onChunk: (from, chunk, at) => {
        letYoungGrow();
        return this.#executor.usual(from, chunk, at);
      },
      onState: (of, state) => {
        if (state === 'running') compileAtOnce();
        this.#commanded.processChanged(of, state);
        if (DIED.has(state)) this.#processDied(of.config.name);
      },
      snapshot: (reader) => this.#snapshot(reader),
      onBlock: () => this.#throttle(),
    });
    this.#exports = new Exports({ log, clock, version });
    this.#speaker = new Speaker({
      clock,
      log,
      software: options.software,
      bind: environment.tcp.bind.map((address): Endpoint => ({ address, port: environment.tcp.port })),
      defaultPort: environment.tcp.port,
      attempts: environment.tcp.once ? 1 : environment.tcp.attempts,
      replaced: (old, peer) => this.#commanded.replaced(old, peer),
      inherited: (range, peer) => this.#commanded.inherited(range, peer),
      exhausted: () => {
        this.#log.info('tcp.attempts: no neighbor is left to connect to');
        void this.stop();
      },
      openWaitSeconds: environment.bgp.openwait,
      emit: (event, subscriptions) => this.#deliver(event, subscriptions),
      gather: (of, subscriptions) => this.#processes.gather(of, subscriptions),
      room: (subscriptions) => this.#processes.room(subscriptions),
      watched: () => this.#control.watched,
      blocked: () => this.#processes.blocked,
      monitor: (peer) => this.#exports.watch(peer),
      holdsEndOfRib: (config) => this.#commanded.holdsEndOfRib(config),
    });
    this.#stations = new Stations({
      log,
      clock,
      deliver: (event, subscriptions) => this.#processes.deliver(event, subscriptions),
      gather: (of, subscriptions) =>
        this.#control.watched ? undefined : this.#processes.gather(of, subscriptions),
      watch: (event) => {
        if (this.#control.watched) this.#control.deliver(event);
      },
    });
    this.#executor = new Executor({
      takers: () => this.#speaker.takers,
      peers: () => this.#speaker.peers,
      moved: (from, peer, command) => this.#commanded.moved(from, peer, command),
      full: () => (this.#vitals.memory === 'exhausted' ? NO_MEMORY : undefined),
      noted: (from, peer) => this.#journals.any || this.#commanded.owns(from, peer),
      bmp: (command, shape) => {
        const { stations, relays } = this.#stations;
        const shown = { stations, relays, targets: this.#exports.targets };
        return bmpLines(shown, command, { version: shape, nowMs: clock.now(), wallMs: clock.wall() });
      },
      journal: (from, move) => this.#journals.append(from.journal, move),
      control: {
        shutdown: () => void this.stop(),
        reload: () => void this.reload(),
        restart: () => void this.restart(),
        status: () => this.#status(),
        ready: (from) => this.#commanded.ready(from),
        createNeighbor: (config) => this.#speaker.create(config),
        deleteNeighbor: (peer) => this.#speaker.delete(peer),
        processes: () => this.#processStatus(),
      },
      log,
      software: options.software,
      routesFormat: environment.api['show-routes-format'],
      reasons: environment.api.reasons,
    });
  }

  /** Resolves when the daemon has stopped, for whatever reason. */
  get stopped(): Promise<void> {
    return this.#stopped;
  }

  /** Listens first, so that a bad port starts nothing; then processes, then sessions. @throws ListenError */
  async start(config: Config): Promise<void> {
    this.#loopDelay.start();
    this.#tidying.start();
    this.#vitals.start();
    await this.#listen(config);
    await this.#readControlJournal();
    await this.#control.start();
    const { drop, environment } = this.#options;
    if (environment.daemon.drop) drop?.();
    await this.#processes.configure(wanted(config));
    if (!environment.daemon.drop) drop?.();
    await this.#delay(environment.tcp.delay);
    if (this.#stopping === undefined) {
      await this.#speaker.configure(config.neighbors);
      this.#replay({ control: true });
    }
  }

  /** Before anybody can command: what the clients of an earlier run announced. */
  async #readControlJournal(): Promise<void> {
    const { journal } = this.#control;
    if (journal === undefined) return;
    this.#commanded.controlJournal();
    await this.#commanded.read(CONTROL, journal);
  }

  /** Until the clock is at a multiple of so many minutes. */
  async #delay(minutes: number): Promise<void> {
    if (minutes === 0) return;
    const { clock } = this.#options;
    const ms = minutes * 60_000 - (clock.wall() % (minutes * 60_000));
    this.#log.info({ seconds: Math.ceil(ms / 1000) }, 'sessions wait for tcp.delay');
    await Promise.race([this.#stopped, new Promise<void>((resolve) => void clock.after(ms, resolve))]);
  }

  /** Sessions come up meanwhile. What people commanded counts more than what processes did. */
  #replay({ control = false } = {}): void {
    const { journal } = this.#control;
    const replayed = this.#processes.replay((from, each) => this.#commanded.replay(from, each));
    if (control && journal !== undefined) {
      void replayed.then(() =>
        this.#commanded.replayControl({ config: { name: CONTROL, commandsAll: true } }, journal),
      );
    }
  }

  /**
   * Reads the configuration again and goes to it by the difference. A bad one changes nothing. What is asked for during a
   * reload is done once more after it: the file may have changed since.
   * @returns whether it was taken
   */
  reload({ anew = false } = {}): Promise<boolean> {
    if (this.#nextReload !== undefined) {
      this.#nextReload.asked.anew ||= anew;
      return this.#nextReload.done;
    }
    const asked = { anew };
    const done = this.#reloading.then(() => {
      this.#nextReload = undefined;
      return this.#reload(asked);
    });
    this.#nextReload = { asked, done };
    this.#reloading = done.catch(() => undefined);
    return done;
  }

  async #reload({ anew }: { readonly anew: boolean }): Promise<boolean> {
    if (this.#stopping !== undefined) return false;
    try {
      const config = await this.#options.load();
      if (this.#stopping !== undefined) return false;
      if (config === undefined) {
        this.#log.error('reload refused: the configuration is bad, the running one is kept');
        return false;
      }
      await this.#listen(config);
      if (anew) await this.#processes.stop();
      const stopping = this.#processes.configure(wanted(config));
      await this.#speaker.configure(config.neighbors);
      await stopping;
      this.#replay();
      this.#throttle();
      this.#log.info('configuration reloaded');
      return true;
    } catch (err) {
      if (!(err instanceof ListenError)) throw err;
      this.#log.error({ reason: err.message }, 'reload refused: the running configuration is kept');
      return false;
    }
  }

  /** Ends every session and process. Safe to call again. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Tells the processes that asked for signals. */
  signal({ code, name }: SignalName): void {
    for (const peer of this.#speaker.peers) peer.signal(code, name);
  }

  /** As `reload`, and every process and session starts anew. A bad configuration changes nothing. */
  async restart(): Promise<void> {
    if (await this.reload({ anew: true })) this.#speaker.restart();
  }

  /** For a process that asked for it, or whose routes can be told again. Neighbors are looked up when it is read. */
  #snapshot(reader: SnapshotReader): Iterable<SnapshotItem> | undefined {
    const { process } = reader;
    const only = new Set([process]);
    const told = () => this.#speaker.peers.filter(({ subscriptions }) => subscriptions.tells(only));
    const stations = () => this.#stations.toldTo(process);
    const worth =
      this.#processes.numbers(process) ||
      told().some((peer) => keepsRoutesFor(peer, process)) ||
      stations().some((station) => keepsBmpRoutesFor(station, process));
    if (!worth) return undefined;
    return (function* () {
      yield* snapshotOf(told, reader);
      for (const station of stations()) yield* bmpSnapshotOf(station, reader);
    })();
  }

  /** A process cannot take more, or can again. */
  #throttle(): void {
    for (const peer of this.#speaker.peers) peer.throttle();
    this.#stations.throttle(this.#processes.blocked);
  }

  #processDied(name: string): void {
    if (!this.#options.environment.api.terminate || this.#stopping !== undefined) return;
    this.#log.error({ process: name }, 'api.terminate: a process ended');
    process.exitCode = 1;
    void this.stop();
  }

  async #stop(): Promise<void> {
    this.#log.info('stopping');
    this.#tidying.stop();
    this.#vitals.stop();
    await this.#reloading;
    await this.#speaker.stop();
    await Promise.all([this.#stations.stop(), this.#exports.stop()]);
    await this.#processes.stop();
    await this.#control.stop();
    this.#resolveStopped();
  }

  /** @throws ListenError, all listeners being as they were */
  async #listen({ neighbors, bmp }: Config): Promise<void> {
    this.#speaker.cede(bmp.flatMap(({ listen }) => listen));
    await this.#speaker.listen(neighbors);
    try {
      await this.#monitor(bmp);
    } catch (err) {
      await this.#speaker.listen();
      throw err;
    }
  }

  /** @throws ListenError, stations and exports being as they were */
  async #monitor(bmp: Config['bmp']): Promise<void> {
    await this.#stations.configure(bmp);
    try {
      await this.#exports.configure(bmp.flatMap(({ exports }) => exports));
      this.#bmp = bmp;
    } catch (err) {
      await this.#stations.configure(this.#bmp);
      throw err;
    }
  }

  #deliver(event: Event, subscriptions: Subscriptions): Promise<void> | undefined {
    const room = this.#processes.deliver(event, subscriptions);
    if (this.#control.watched) this.#control.deliver(event);
    return room;
  }

  #processStatus(): ProcessStatus[] {
    const clients = this.#control.clients.map(({ config, watching, stats, commands, refused }) => ({
      ...stats,
      commands,
      refused,
      name: config.name,
      state: watching ? 'watching' : 'connected',
      pid: undefined,
      restarts: 0,
    }));
    return [...this.#processes.stats(), ...clients];
  }

  #status() {
    const { clock } = this.#options;
    const upMs = clock.now() - this.#startedMs;
    return {
      program: 'Peerline',
      version: this.#options.version,
      uuid: this.#uuid,
      pid: process.pid,
      startedMs: clock.wall() - upMs,
      upSeconds: upMs / 1000,
      neighbors: this.#speaker.peers.map((peer) => ({ name: peer.text, state: peer.state })),
      loopDelay: this.#loopDelay.delay,
      stalls: this.#vitals.stalls,
      memory: this.#vitals.memory,
    };
  }
}
