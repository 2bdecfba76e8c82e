import type { Logger } from 'pino';
import type { Config } from '../config/model.ts';
import { atMost } from '../loop/at-most.ts';
import { crypto } from './builtins.ts';
import { Descriptors } from './descriptors.ts';
import { keepInherited } from './inherited.ts';
import { ListenError } from './listener.ts';
import { LoopDelayMonitor } from './loop-delay.ts';
import { Parts, type PartsOptions } from './parts.ts';
import { processorMs, provokeCollection, Tidying } from './tidying.ts';

export interface DaemonOptions extends PartsOptions {
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

/** What a start or a reload that is under way may still take when the daemon is to stop. */
const LONGEST_CHANGE_MS = 10_000;

/** Who commands through the control socket, in the log. */
const CONTROL = 'control socket';

/** A running daemon: how it starts, takes other configurations, and stops. */
export class Daemon {
  readonly #options: DaemonOptions;
  readonly #log: Logger;
  readonly #parts: Parts;
  readonly #loopDelay = new LoopDelayMonitor();
  readonly #descriptors: Descriptors;
  readonly #tidying: Tidying;
  /** Made when somebody asks for it. */
  #uuid: string | undefined;
  readonly #startedMs: number;
  readonly #stopped: Promise<void>;
  #resolveStopped = (): void => {};
  #endDelay = (): void => {};
  #stopping: Promise<void> | undefined;
  /** Its start, or the last reload. */
  #reloading: Promise<unknown> = Promise.resolve();
  /** A reload that was asked for and has not begun. */
  #nextReload: { readonly asked: { anew: boolean }; readonly done: Promise<boolean> } | undefined;
  #bmp: Config['bmp'] = [];

  constructor(options: DaemonOptions) {
    const { log, clock } = options;
    this.#options = options;
    this.#log = log;
    this.#descriptors = new Descriptors(log);
    this.#tidying = new Tidying({
      clock,
      cpuMs: processorMs,
      commands: () => this.#parts.commands,
      collect: provokeCollection,
    });
    this.#startedMs = clock.now();
    this.#stopped = new Promise((resolve) => {
      this.#resolveStopped = resolve;
    });
    this.#parts = new Parts(options, {
      stop: () => this.stop(),
      reload: () => this.reload(),
      restart: () => this.restart(),
      status: () => this.#status(),
      died: (name) => this.#processDied(name),
      look: () => this.#descriptors.look(),
    });
  }

  /** Resolves when the daemon has stopped, for whatever reason. */
  get stopped(): Promise<void> {
    return this.#stopped;
  }

  /**
   * Listens first, so that a bad port starts nothing; then processes, then sessions. Reloads wait for it.
   * @returns false: it was asked to stop meanwhile
   * @throws ListenError
   */
  start(config: Config): Promise<boolean> {
    const started = this.#start(config);
    this.#reloading = started.catch(() => undefined);
    return started;
  }

  async #start(config: Config): Promise<boolean> {
    const { drop, environment } = this.#options;
    const dropsFirst = environment.daemon.drop;
    const steps = [
      () => this.#keepInherited(),
      () => this.#startLooking(),
      () => this.#listen(config),
      () => this.#readControlJournal(),
      () => this.#parts.control.start(),
      () => (dropsFirst ? drop?.() : undefined),
      () => this.#parts.processes.configure(wanted(config)),
      () => (dropsFirst ? undefined : drop?.()),
      () => this.#delay(environment.tcp.delay),
      () => this.#meet(config),
    ];
    for (const step of steps) {
      if (this.#stopping !== undefined) return false;
      await step();
    }
    return this.#stopping === undefined;
  }

  #startLooking(): void {
    this.#loopDelay.start();
    this.#tidying.start();
    this.#descriptors.start();
    this.#parts.vitals.start();
  }

  async #meet({ neighbors }: Config): Promise<void> {
    await this.#parts.speaker.configure(neighbors);
    this.#parts.neighborsChanged();
    this.#replay({ control: true });
  }

  async #keepInherited(): Promise<void> {
    const left = await keepInherited();
    if (left !== undefined) this.#log.warn(left, 'what was open at the start is open in processes, too');
  }

  /** Before anybody can command: what the clients of an earlier run announced. */
  async #readControlJournal(): Promise<void> {
    const { journal } = this.#parts.control;
    if (journal === undefined) return;
    this.#parts.commanded.controlJournal();
    await this.#parts.commanded.read(CONTROL, journal);
  }

  /** Until the clock is at a multiple of so many minutes. */
  async #delay(minutes: number): Promise<void> {
    if (minutes === 0) return;
    const { clock } = this.#options;
    const ms = minutes * 60_000 - (clock.wall() % (minutes * 60_000));
    this.#log.info({ seconds: Math.ceil(ms / 1000) }, 'sessions wait for tcp.delay');
    await new Promise<void>((resolve) => {
      const cancel = clock.after(ms, resolve);
      this.#endDelay = () => {
        cancel();
        resolve();
      };
    });
  }

  /** Sessions come up meanwhile. What people commanded counts more than what processes did. */
  #replay({ control = false } = {}): void {
    const { journal } = this.#parts.control;
    const replayed = this.#parts.processes.replay((from, each) => this.#parts.commanded.replay(from, each));
    if (control && journal !== undefined) {
      void replayed.then(() =>
        this.#parts.commanded.replayControl({ config: { name: CONTROL, commandsAll: true } }, journal),
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
      if (anew) await this.#parts.processes.stop();
      const stopping = this.#parts.processes.configure(wanted(config));
      await this.#parts.speaker.configure(config.neighbors);
      await stopping;
      this.#replay();
      this.#parts.throttle();
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
    this.#endDelay();
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Tells the processes that asked for signals. */
  signal({ code, name }: SignalName): void {
    for (const peer of this.#parts.speaker.peers) peer.signal(code, name);
  }

  /** As `reload`, and every process and session starts anew. A bad configuration changes nothing. */
  async restart(): Promise<void> {
    if (await this.reload({ anew: true })) this.#parts.speaker.restart();
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
    this.#parts.vitals.stop();
    this.#descriptors.stop();
    // a bug may keep it from ending
    await atMost(LONGEST_CHANGE_MS, this.#reloading, this.#options.clock);
    await this.#parts.speaker.stop();
    await Promise.all([this.#parts.stations.stop(), this.#parts.exports.stop()]);
    await this.#parts.processes.stop();
    await this.#parts.control.stop();
    this.#resolveStopped();
  }

  /** @throws ListenError, all listeners being as they were */
  async #listen({ neighbors, bmp }: Config): Promise<void> {
    this.#parts.speaker.cede(bmp.flatMap(({ listen }) => listen));
    await this.#parts.speaker.listen(neighbors);
    try {
      await this.#monitor(bmp);
    } catch (err) {
      await this.#parts.speaker.listen();
      throw err;
    }
  }

  /** @throws ListenError, stations and exports being as they were */
  async #monitor(bmp: Config['bmp']): Promise<void> {
    await this.#parts.stations.configure(bmp);
    try {
      await this.#parts.exports.configure(bmp.flatMap(({ exports }) => exports));
      this.#bmp = bmp;
    } catch (err) {
      await this.#parts.stations.configure(this.#bmp);
      throw err;
    }
  }

  #status() {
    this.#uuid ??= crypto().randomUUID();
    const { clock } = this.#options;
    const upMs = clock.now() - this.#startedMs;
    return {
      program: 'Peerline',
      version: this.#options.version,
      uuid: this.#uuid,
      pid: process.pid,
      startedMs: clock.wall() - upMs,
      upSeconds: upMs / 1000,
      neighbors: this.#parts.speaker.peers.map((peer) => ({ name: peer.text, state: peer.state })),
      loopDelay: this.#loopDelay.delay,
      stalls: this.#parts.vitals.stalls,
      memory: this.#parts.vitals.memory,
    };
  }
}
