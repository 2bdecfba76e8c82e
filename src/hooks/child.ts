import type { Logger } from 'pino';
import type { Line } from './fifo.ts';
import type { Gap } from './gap.ts';
import { endGroup, KILL_AFTER_MS, signalGroup, watchGroup } from './groups.ts';
import { type ChildLine, LineReader } from './lines.ts';
import type { Overflow } from './overflow.ts';
import { DISK_PATIENCE_MS, Pace } from './pace.ts';
import { writePages } from './pages.ts';
import { ProcessState } from './process-state.ts';
import { LineQueue } from './queue.ts';
import type { Lane, QueueLimits, QueueStats } from './queue-limits.ts';
import { RESTART_RULES, RestartPolicy, type RestartRules } from './restart.ts';
import { type Exit, type Spawned, spawnProcess } from './spawn.ts';
import { StderrLog } from './stderr.ts';

/** Time from outside; what session/clock.ts gives fits. */
export interface ChildClock {
  /** Milliseconds, for whatever lasts. */
  now(): number;
  /** Milliseconds since 1970, for whatever is told. */
  wall(): number;
  /** The function returned cancels. */
  after(ms: number, action: () => void): () => void;
}

/** `waiting` to be restarted; `ended` and not restarted; `abandoned` after too many deaths. */
export type ChildState = 'idle' | 'starting' | 'running' | 'waiting' | 'ended' | 'abandoned' | 'stopped';

export interface ChildOptions {
  readonly name: string;
  /** Program and arguments; no shell. */
  readonly run: readonly string[];
  /** What the log shows of it; `run` when not given. */
  readonly shownRun?: readonly string[];
  /** `/` when not given, as ExaBGP does. */
  readonly cwd?: string;
  /** This program's own when not given; TERM and PEERLINE_* are added. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly apiVersion: string;
  readonly respawn: boolean;
  readonly restarts?: RestartRules | undefined;
  readonly log: Logger;
  readonly clock: ChildClock;
  readonly gap: (gap: Gap) => Line;
  readonly onLine: (line: ChildLine) => void;
  /** As of `LineReaderOptions`. */
  readonly onChunk?: ((chunk: Buffer, from: number) => number) | undefined;
  readonly onState?: (state: ChildState) => void;
  readonly limits?: Partial<QueueLimits> | undefined;
  readonly overflow?: Overflow | undefined;
  /** The state of the world as lines. */
  readonly snapshot?: (() => Iterator<Line> | undefined) | undefined;
  /** Whether it is told the state when it starts. */
  readonly startsWithSnapshot?: (() => boolean) | undefined;
  readonly onBlock?: ((blocked: boolean) => void) | undefined;
}

export interface ChildStats extends QueueStats {
  readonly name: string;
  readonly state: ChildState;
  readonly pid: number | undefined;
  readonly restarts: number;
  readonly lastExit: Exit | undefined;
}

/** What is queued is still written for this long when a child is stopped. */
const FLUSH_MS = 300;
/** Between the end of its stdin and SIGTERM: most handlers end by themselves. */
const FAREWELL_MS = 100;
/** What a dead process has written is still read for this long, if others hold its pipes. */
const LAST_WORDS_MS = 250;
/** Before the next try where the system had no descriptors, processes or memory for one. */
const SHORTAGE_DELAY_MS = 1_000;

let fallbackTold = false;

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
  #spawned: Spawned | undefined;
  #processState: ProcessState | undefined;
  #reader: LineReader | undefined;
  /** How many hold its lines back. */
  #holds = 0;
  #supervising: Promise<void> = Promise.resolve();
  #terminating: Promise<void> | undefined;
  #stopping = false;
  readonly #closedPipes = new Set<'stdin' | 'stdout'>();
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
    return this.#processState?.isRunning() ?? false;
  }

  /** How long it has run so far, milliseconds; undefined: not known. */
  ranMs(): number | undefined {
    return this.#processState?.ranMs();
  }

  /** Undefined: go on. Else resolves when it, or the disk, has taken enough of what waits, or takes nothing. */
  room(): Promise<void> | undefined {
    return this.#diskPace.room() ?? this.#pace.room();
  }

  /** Gives no more of its lines until `release`: it waits in its own pipe meanwhile. */
  hold(): void {
    this.#holds++;
    this.#reader?.hold();
  }

  /** Once for each `hold`. */
  release(): void {
    this.#holds--;
    if (this.#holds === 0) this.#reader?.release();
  }

  /** Resolves when the process is gone, whatever it left behind in its group being signalled. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#cancelWait?.();
    if (this.#spawned !== undefined) this.#terminate(this.#spawned, FLUSH_MS);
    await this.#supervising;
    this.#queue.close();
    this.#become('stopped');
  }

  stats(): ChildStats {
    return {
      name: this.name,
      state: this.#state,
      pid: this.#state === 'running' ? this.#spawned?.pid : undefined,
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
    const pid = this.#spawned?.pid;
    if (pid === undefined) {
      setImmediate(() => this.#listenAnew());
      return;
    }
    this.#log.error(this.#queue.stats(), 'process does not read: killed');
    signalGroup(pid, 'SIGKILL');
  }

  /** The queue filled before the process was there to read: it begins as after a kill. */
  #listenAnew(): void {
    if (this.#spawned !== undefined) this.#kill();
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

  /** One life, from start to the last line read. */
  async #live(): Promise<Exit> {
    const { run, cwd = '/', clock, onLine, onChunk } = this.#options;
    const spawned = await spawnProcess({ run, cwd, env: this.#environment() });
    this.#spawned = spawned;
    const silent = new Promise<void>((resolve) => {
      this.#reader = new LineReader(spawned.stdout, { onLine, onChunk, onEnd: resolve });
    });
    if (this.#holds > 0) this.#reader?.hold();
    const stderr = new StderrLog(spawned.stderr, { log: this.#log, now: () => clock.now() });
    this.#speakTo(spawned);
    this.#started(spawned, silent);

    const exit = await spawned.exited;
    this.#spawned = undefined;
    this.#processState?.close();
    this.#processState = undefined;
    if (spawned.pid !== undefined) endGroup(spawned.pid);
    await this.#atMost(LAST_WORDS_MS, Promise.all([silent, stderr.ended]));
    this.#reader?.close(exit.code === 0);
    this.#reader = undefined;
    stderr.close();
    spawned.stdin.destroy();
    await this.#terminating;
    this.#terminating = undefined;
    return exit;
  }

  #started(spawned: Spawned, silent: Promise<void>): void {
    if (spawned.pid === undefined) return;
    watchGroup(spawned.pid);
    this.#processState = new ProcessState(spawned.pid);
    const { run, shownRun = run } = this.#options;
    this.#log.info({ pid: spawned.pid, run: shownRun }, 'process started');
    if (!spawned.realPipes && !fallbackTold) {
      fallbackTold = true;
      this.#log.warn(
        'no pipes can be had here: processes get sockets, and cannot open /dev/stdin or /dev/stdout',
      );
    }
    this.#become('running');
    if (this.#stopping) this.#terminate(spawned, 0);
    void silent.then(() => this.#closed(spawned, 'stdout'));
  }

  /**
   * A process that has closed one of its pipes goes on with the other: one that writes events to a file has no
   * need of its stdout, one that only commands none of its stdin. With both closed it is as good as dead.
   */
  #closed(spawned: Spawned, pipe: 'stdin' | 'stdout'): void {
    if (this.#spawned !== spawned) return;
    this.#closedPipes.add(pipe);
    if (this.#closedPipes.size > 1) this.#terminate(spawned, 0);
    else if (pipe === 'stdout' && !this.#stopping)
      this.#log.info('process closed its stdout: it can command nothing any more');
  }

  #speakTo(spawned: Spawned): void {
    const { stdin } = spawned;
    this.#closedPipes.clear();
    stdin.on('error', (err: NodeJS.ErrnoException) => {
      if (this.#spawned?.stdin !== stdin) return;
      this.#closed(spawned, 'stdin');
      this.#pace.stop();
      this.#log.warn({ code: err.code, lostLines: this.#queue.detach() }, 'process closed its stdin');
    });
    this.#queue.attach({
      write: (chunk, done) => {
        this.#pace.moved();
        stdin.write(chunk, (err) => {
          // a write that `destroy` cut short is told as one that went well
          done(err ?? (stdin.destroyed ? new Error('destroyed') : undefined));
          this.#pace.moved();
        });
      },
    });
  }

  #terminate(spawned: Spawned, flushMs: number): void {
    if (this.#spawned !== spawned) return;
    this.#terminating ??= this.#end(spawned, flushMs);
  }

  async #end({ pid, stdin, exited }: Spawned, flushMs: number): Promise<void> {
    await this.#atMost(flushMs, Promise.race([this.#queue.drained(), exited]));
    stdin.destroy();
    await this.#atMost(FAREWELL_MS, exited);
    if (this.#spawned === undefined || pid === undefined) return;
    signalGroup(pid, 'SIGTERM');
    await this.#atMost(KILL_AFTER_MS, exited);
    if (this.#spawned !== undefined) signalGroup(pid, 'SIGKILL');
  }

  /** Waits for `event`, but not longer. */
  #atMost(ms: number, event: Promise<unknown>): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(ms, resolve);
      void event.then(() => {
        cancel();
        resolve();
      });
    });
  }

  #environment(): Record<string, string | undefined> {
    const { env = process.env, name, version, apiVersion } = this.#options;
    const ours = { PEERLINE_PROCESS: name, PEERLINE_VERSION: version, PEERLINE_API_VERSION: apiVersion };
    return { ...env, TERM: 'dumb', ...ours };
  }

  #become(state: ChildState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.onState?.(state);
  }
}
