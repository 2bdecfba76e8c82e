import type { Logger } from 'pino';
import type { ChildOptions, ChildState } from './child-options.ts';
import type { Line } from './fifo.ts';
import { signalGroup } from './groups.ts';
import { Life } from './life.ts';
import { DISK_PATIENCE_MS, Pace } from './pace.ts';
import { writePages } from './pages.ts';
import { LineQueue } from './queue.ts';
import type { Lane, QueueStats } from './queue-limits.ts';
import { RESTART_RULES, RestartPolicy } from './restart.ts';
import type { Exit } from './spawn.ts';

export interface ChildStats extends QueueStats {
  readonly name: string;
  readonly state: ChildState;
  readonly pid: number | undefined;
  readonly restarts: number;
  readonly lastExit: Exit | undefined;
}

/** What is queued is still written for this long when a child is stopped. */
const FLUSH_MS = 300;
/** Before the next try where the system had no descriptors, processes or memory for one. */
const SHORTAGE_DELAY_MS = 1_000;

/** One configured process: started, told lines, listened to, restarted. Nothing it does ends or delays us. */
export class Child {
  readonly name: string;
  readonly #options: ChildOptions;
  readonly #log: Logger;
  readonly #queue: LineQueue;
  readonly #pace: Pace;
  /** Of the disk that its lines go to. */
  readonly #diskPace: Pace;
  #policy: RestartPolicy;
  #state: ChildState = 'idle';
  /** While it is started, runs, and its last words are read. */
  #life: Life | undefined;
  /** How many hold its lines back. */
  #holds = 0;
  #supervising: Promise<void> = Promise.resolve();
  #stopping = false;
  #cancelWait: (() => void) | undefined;
  #restarts = 0;
  #lastExit: Exit | undefined;

  constructor(options: ChildOptions) {
    this.name = options.name;
    this.#options = options;
    this.#log = options.log.child({ process: options.name });
    this.#policy = new RestartPolicy(options.restarts);
    this.#queue = new LineQueue({
      ...options,
      onDrop: (lane) =>
        this.#log.warn({ lane, ...this.#queue.stats() }, 'process does not read: lines dropped'),
      onKill: () => this.#kill(),
      onSpill: () => this.#diskPace.moved(),
      onDisk: (trouble) =>
        trouble === undefined
          ? this.#log.info('spill can be written again')
          : this.#log.error(`spill ${trouble}: what did not fit is left out, and counted`),
    });
    const { clock } = options;
    this.#pace = new Pace({
      clock,
      queuedBytes: () => this.#queue.queuedBytes,
      idle: () => this.#queue.idle,
    });
    this.#diskPace = new Pace({
      clock,
      queuedBytes: () => this.#queue.unwrittenBytes,
      patienceMs: DISK_PATIENCE_MS,
    });
  }

  get state(): ChildState {
    return this.#state;
  }

  /** Starts it, also again after it ended, was abandoned or stopped. */
  start(): void {
    if (['starting', 'running', 'waiting'].includes(this.#state)) return;
    this.#stopping = false;
    this.#policy = new RestartPolicy(this.#options.restarts);
    this.#become('starting');
    this.#listen();
    this.#supervising = this.#supervise();
  }

  /** Tells it whole lines; `from`: whose event it is. False: dropped and counted. Never waits. */
  offer(lane: Lane, line: Line, from?: string): boolean {
    return this.#queue.offer(lane, line, from);
  }

  /** Tells it whole lines of so many events, one line each, of one peer. The octets must not change any more. */
  offerRun(octets: Uint8Array, events: number, from: string): void {
    this.#queue.offerRun(octets, events, from);
  }

  /** Lets go of what waits, where a snapshot can make up for it. */
  relieve(): void {
    this.#queue.relieve();
  }

  /** Answers its commands: as many lines as there are, made as it reads them. */
  reply(lines: Iterable<string>): void {
    if (Array.isArray(lines) && lines.length === 1) {
      this.#queue.offer('reply', `${lines[0]}\n`);
      return;
    }
    writePages(lines, {
      queue: this.#queue,
      after: (ms, action) => this.#options.clock.after(ms, action),
      hold: () => this.hold(),
      release: () => this.release(),
      cut: () => this.#log.warn('process does not read: the rest of a reply is left out'),
    });
  }

  /** Whether the system would have it run: it does not wait for anything. */
  isRunning(): boolean {
    return this.#life?.isRunning() ?? false;
  }

  /** How long it has run so far, milliseconds; undefined: not known. */
  ranMs(): number | undefined {
    return this.#life?.ranMs();
  }

  /** Undefined: go on. Else resolves when it, or the disk, has taken enough of what waits, or takes nothing. */
  room(): Promise<void> | undefined {
    return this.#diskPace.room() ?? this.#pace.room();
  }

  /** Gives no more of its lines until `release`: it waits in its own pipe meanwhile. */
  hold(): void {
    this.#holds++;
    this.#life?.hold();
  }

  /** Once for each `hold`. */
  release(): void {
    this.#holds--;
    if (this.#holds === 0) this.#life?.release();
  }

  /** Resolves when the process is gone, whatever it left behind in its group being signalled. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#cancelWait?.();
    this.#life?.terminate(FLUSH_MS);
    await this.#supervising;
    this.#queue.close();
    this.#become('stopped');
  }

  stats(): ChildStats {
    return {
      name: this.name,
      state: this.#state,
      pid: this.#state === 'running' ? this.#life?.pid : undefined,
      restarts: this.#restarts,
      lastExit: this.#lastExit,
      ...this.#queue.stats(),
    };
  }

  async #supervise(): Promise<void> {
    for (;;) {
      const startedMs = this.#options.clock.now();
      const exit = await this.#live();
      const lostLines = this.#queue.detach();
      this.#pace.stop();
      this.#lastExit = exit;
      if (this.#stopping) {
        this.#log.info({ ...exit, lostLines }, 'process stopped');
        return;
      }
      const diedMs = this.#options.clock.now();
      if (!(await this.#mayRestart({ exit, lostLines, diedMs, livedMs: diedMs - startedMs }))) return;
      this.#restarts++;
      this.#become('starting');
      this.#listen();
    }
  }

  /** Lines are queued from now on, behind the state of the world for who asked for it. */
  #listen(): void {
    this.#queue.open();
    if (this.#options.startsWithSnapshot?.() === true) this.#queue.tellSnapshot();
  }

  /** The policy `kill` of its queue. */
  #kill(): void {
    const pid = this.#life?.pid;
    if (pid === undefined) {
      setImmediate(() => this.#listenAnew());
      return;
    }
    this.#log.error(this.#queue.stats(), 'process does not read: killed');
    signalGroup(pid, 'SIGKILL');
  }

  /** The queue filled before the process was there to read: it begins as after a kill. */
  #listenAnew(): void {
    if (this.#life?.running === true) this.#kill();
    else if (this.#state === 'starting') {
      this.#queue.detach();
      this.#listen();
    }
  }

  async #mayRestart(death: {
    exit: Exit;
    lostLines: number;
    diedMs: number;
    livedMs: number;
  }): Promise<boolean> {
    const fields = { ...death.exit, lostLines: death.lostLines };
    if (!this.#options.respawn) {
      this.#log.warn(fields, 'process ended, and is not to be restarted');
      this.#queue.close();
      this.#become('ended');
      return false;
    }
    // what the system had no room for was no life of the program's
    const delayMs =
      death.exit.shortage === undefined ? this.#policy.died(death.diedMs, death.livedMs) : SHORTAGE_DELAY_MS;
    if (delayMs === 'abandon') {
      const { limit, windowMs } = this.#options.restarts ?? RESTART_RULES;
      const rules = { restarts: limit, windowMs };
      this.#log.error({ ...fields, ...rules }, 'process died too often: abandoned until a reload');
      this.#queue.close();
      this.#become('abandoned');
      return false;
    }
    this.#log.warn({ ...fields, delayMs }, 'process ended: to be restarted');
    this.#become('waiting');
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.after(delayMs, resolve);
      this.#cancelWait = () => {
        cancel();
        resolve();
      };
    });
    this.#cancelWait = undefined;
    return !this.#stopping;
  }

  async #live(): Promise<Exit> {
    const life = new Life({
      ...this.#options,
      log: this.#log,
      queue: this.#queue,
      pace: this.#pace,
      held: () => this.#holds > 0,
      stopping: () => this.#stopping,
      onStarted: () => this.#become('running'),
    });
    this.#life = life;
    const exit = await life.run();
    this.#life = undefined;
    return exit;
  }

  #become(state: ChildState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.onState?.(state);
  }
}
