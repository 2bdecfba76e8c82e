import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from './wait.ts';

export interface BackgroundOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

const GRACE_MS = 5000;

const running = new Set<Background>();

// A worker that vitest ends before its hooks ran must leave no daemon behind.
process.on('exit', () => {
  for (const program of running) program.signal('SIGKILL');
});

/** A program that runs until it is stopped, with all of its process group. */
export class Background {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #output = '';

  constructor(program: string, args: readonly string[], options: BackgroundOptions) {
    this.name = program;
    this.#child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
    running.add(this);
    this.#ended = new Promise((done) => {
      this.#child.once('error', (err) => {
        this.#output += String(err);
        running.delete(this);
        done();
      });
      this.#child.once('exit', () => {
        running.delete(this);
        done();
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What it wrote to stdout and stderr. */
  get output(): string {
    return this.#output;
  }

  get alive(): boolean {
    return running.has(this);
  }

  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  /** To every process of the group: some daemons are several. */
  signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code !== 'ESRCH') throw err;
    }
  }

  /** To the program itself, and not to what it started. */
  signalLeader(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Asks it to end, and ends it when it does not. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (!this.alive) return;
    this.signal('SIGCONT');
    this.signal(signal);
    await Promise.race([this.#ended, sleep(GRACE_MS, undefined, { ref: false })]);
    this.signal('SIGKILL');
    await this.#ended;
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.#ended;
  }
}

/** Waits until a program that was just started does its work; ends it, and shows what it said, when it does not. */
export async function ready(program: Background, check: () => unknown): Promise<Background> {
  let failure = 'it ended';
  try {
    await until(`${program.name} works`, async () => {
      if (program.alive) await check();
      return true;
    });
  } catch (err) {
    failure = String(err);
  }
  if (program.alive && failure === 'it ended') return program;
  await program.stop();
  throw new Error(`${program.name}: ${failure}\n${program.output}`);
}
