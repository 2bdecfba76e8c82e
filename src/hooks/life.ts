import { atMost } from '../loop/at-most.ts';
import type { ChildOptions } from './child-options.ts';
import { endGroup, KILL_AFTER_MS, signalGroup, watchGroup } from './groups.ts';
import { LineReader } from './lines.ts';
import type { Pace } from './pace.ts';
import { ProcessState } from './process-state.ts';
import type { LineQueue } from './queue.ts';
import { type Exit, type Spawned, spawnProcess } from './spawn.ts';
import { StderrLog } from './stderr.ts';

export interface LifeOptions
  extends Pick<
    ChildOptions,
    | 'name'
    | 'run'
    | 'shownRun'
    | 'cwd'
    | 'env'
    | 'version'
    | 'apiVersion'
    | 'log'
    | 'clock'
    | 'onLine'
    | 'onChunk'
  > {
  /** What it is told. */
  readonly queue: LineQueue;
  /** How it takes what it is told. */
  readonly pace: Pace;
  /** Whether its lines are held back from the start. */
  readonly held: () => boolean;
  /** Whether it is to end. */
  readonly stopping: () => boolean;
  readonly onStarted: () => void;
}

/** Between the end of its stdin and SIGTERM: most handlers end by themselves. */
const FAREWELL_MS = 100;
/** Who has closed its stdin for so long does not end: until then what comes is kept for who comes next. */
const DEAF_AFTER_MS = 1_000;
/** What a dead process has written is still read for this long, if others hold its pipes; its end is waited for as long. */
const LAST_WORDS_MS = 250;

/** Once is enough: it is so for every process. */
let fallbackTold = false;

/** A child process from its start to its end, and what it says after its end. */
export class Life {
  readonly #options: LifeOptions;
  /** While it runs. */
  #spawned: Spawned | undefined;
  #processState: ProcessState | undefined;
  #reader: LineReader | undefined;
  #terminating: Promise<void> | undefined;
  readonly #closedPipes = new Set<'stdin' | 'stdout'>();

  constructor(options: LifeOptions) {
    this.#options = options;
  }

  /** Whether it was started, though perhaps in vain, and has not ended. */
  get running(): boolean {
    return this.#spawned !== undefined;
  }

  get pid(): number | undefined {
    return this.#spawned?.pid;
  }

  /** As of `ProcessState`. */
  isRunning(): boolean {
    return this.#processState?.isRunning() ?? false;
  }

  ranMs(): number | undefined {
    return this.#processState?.ranMs();
  }

  /** Gives no more of its lines until `release`. */
  hold(): void {
    this.#reader?.hold();
  }

  release(): void {
    this.#reader?.release();
  }

  /** From the start to the last line read. */
  async run(): Promise<Exit> {
    const { run, cwd = '/', clock, onLine, onChunk } = this.#options;
    const spawned = await spawnProcess({ run, cwd, env: environmentOf(this.#options) });
    this.#spawned = spawned;
    const silent = new Promise<void>((resolve) => {
      this.#reader = new LineReader(spawned.stdout, { onLine, onChunk, onEnd: resolve });
    });
    if (this.#options.held()) this.#reader?.hold();
    const stderr = new StderrLog(spawned.stderr, { log: this.#options.log, now: () => clock.now() });
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
    const { run, shownRun = run, log } = this.#options;
    log.info({ pid: spawned.pid, run: shownRun }, 'process started');
    if (!spawned.realPipes && !fallbackTold) {
      fallbackTold = true;
      log.warn('no pipes can be had here: processes get sockets, and cannot open /dev/stdin or /dev/stdout');
    }
    this.#options.onStarted();
    if (this.#options.stopping()) this.terminate(0);
    void this.#afterLastWord(spawned, silent);
  }

  /** The end of its stdout is mostly its own end, of which half a line is judged by: see `run`. */
  async #afterLastWord(spawned: Spawned, silent: Promise<void>): Promise<void> {
    await silent;
    await this.#atMost(LAST_WORDS_MS, spawned.exited);
    if (this.#spawned !== spawned) return;
    this.#reader?.close(false);
    this.#closed(spawned, 'stdout');
  }

  /**
   * A process that has closed one of its pipes goes on with the other: one that writes events to a file has no
   * need of its stdout, one that only commands none of its stdin. With both closed it is as good as dead.
   */
  #closed(spawned: Spawned, pipe: 'stdin' | 'stdout'): void {
    if (this.#spawned !== spawned) return;
    this.#closedPipes.add(pipe);
    if (this.#closedPipes.size > 1) this.terminate(0);
    else if (pipe === 'stdout' && !this.#options.stopping())
      this.#options.log.info('process closed its stdout: it can command nothing any more');
  }

  #speakTo(spawned: Spawned): void {
    const { stdin } = spawned;
    const { queue, pace, log } = this.#options;
    stdin.on('error', (err: NodeJS.ErrnoException) => {
      if (this.#spawned?.stdin !== stdin) return;
      this.#closed(spawned, 'stdin');
      pace.stop();
      log.warn({ code: err.code, lostLines: queue.detach() }, 'process closed its stdin');
      void this.#atMost(DEAF_AFTER_MS, spawned.exited).then(() => {
        if (this.#spawned?.stdin === stdin) queue.deafen();
      });
    });
    queue.attach({
      write: (chunk, done) => {
        pace.moved();
        stdin.write(chunk, (err) => {
          // a write that `destroy` cut short is told as one that went well
          done(err ?? (stdin.destroyed ? new Error('destroyed') : undefined));
          pace.moved();
        });
      },
    });
  }

  /** Does nothing where it does not run. @param flushMs for so long what is queued is still written */
  terminate(flushMs: number): void {
    if (this.#spawned === undefined) return;
    this.#terminating ??= this.#end(this.#spawned, flushMs);
  }

  async #end({ pid, stdin, exited }: Spawned, flushMs: number): Promise<void> {
    await this.#atMost(flushMs, Promise.race([this.#options.queue.drained(), exited]));
    stdin.destroy();
    await this.#atMost(FAREWELL_MS, exited);
    if (this.#spawned === undefined || pid === undefined) return;
    signalGroup(pid, 'SIGTERM');
    await this.#atMost(KILL_AFTER_MS, exited);
    if (this.#spawned !== undefined) signalGroup(pid, 'SIGKILL');
  }

  #atMost(ms: number, event: Promise<unknown>): Promise<void> {
    return atMost(ms, event, this.#options.clock);
  }
}

function environmentOf({
  env = process.env,
  name,
  version,
  apiVersion,
}: LifeOptions): Record<string, string | undefined> {
  const ours = { PEERLINE_PROCESS: name, PEERLINE_VERSION: version, PEERLINE_API_VERSION: apiVersion };
  return { ...env, TERM: 'dumb', ...ours };
}
