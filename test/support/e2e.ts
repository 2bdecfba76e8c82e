import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { until } from './wait.ts';

/** The built program; a test run may name another build. */
export const PROGRAM =
  process.env.PEERLINE_MAIN ?? fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Looks often. @throws with what `why` shows when it does not come in time */
export function eventually<T>(
  look: () => T | Promise<T>,
  { ms = 15_000, why = () => String(look) }: { ms?: number; why?: () => string } = {},
): Promise<Exclude<T, undefined | false>> {
  return until(why, look, ms, 5);
}

/** A directory for one test, gone after it. */
export function workspace(): string {
  const dir = mkdtempSync(join(tmpdir(), 'peerline-e2e-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** An executable file. */
export function script(path: string, text: string): string {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

/** Below the range that outgoing connections take, so that nobody has it in the meantime. */
export async function freePort(host = '0.0.0.0'): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
}

/** The path of an installed program. In CI all of them must be there. */
export function which(program: string): string | undefined {
  try {
    return execFileSync('/bin/sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
  } catch (err) {
    if (process.env.CI === 'true') throw new Error(`${program} is not installed`, { cause: err });
    return undefined;
  }
}

/** The environment of every program started here: nothing of the machine's own settings for ExaBGP. */
export function environment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([key]) => !/^(?:exabgp|peerline)[._]/i.test(key));
  return { ...Object.fromEntries(own), EXABGP_ENVFILE: '/dev/null', peerline_api_cli: 'false', ...more };
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program to its end. */
export async function peerline(
  args: readonly string[],
  { input, env = {} }: { input?: string | Uint8Array; env?: Record<string, string> } = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: environment(env) });
  const out: Record<'stdout' | 'stderr', string> = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    out.stderr += text;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  const killer = setTimeout(() => child.kill('SIGKILL'), 20_000);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(killer);
  return { code, ...out };
}

export type LogEntry = Record<string, unknown> & { readonly msg?: string };

interface Started {
  readonly program: string;
  /** Descriptors that it finds open, from 3 on. */
  readonly inherits: readonly number[];
}

/** A running daemon, ended after the test; nothing of it may be left then. */
export class Daemon {
  readonly log: LogEntry[] = [];
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcess;
  #raw = '';
  #written = '';
  #pending = '';

  private constructor(args: readonly string[], env: Record<string, string>, { program, inherits }: Started) {
    const child = spawn(process.execPath, [program, ...args], {
      env: environment(env),
      stdio: ['ignore', 'pipe', 'pipe', ...inherits],
    });
    this.#child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    this.exited = new Promise((resolve) => child.once('close', resolve));
  }

  /** Starts `peerline run FILE…`, and waits until it runs. */
  static async start(
    files: string | readonly string[],
    env: Record<string, string> = {},
    { program = PROGRAM, inherits = [] }: Partial<Started> = {},
  ): Promise<Daemon> {
    const daemon = new Daemon(
      ['run', ...[files].flat(), '--log-format', 'json', '--log-level', 'debug'],
      env,
      { program, inherits },
    );
    onTestFinished(async () => void (await daemon.stop()));
    await Promise.race([daemon.logged('running'), daemon.#refuseExit()]);
    return daemon;
  }

  /** Writes the configuration into a file first. */
  static run(
    dir: string,
    conf: string,
    env: Record<string, string> = {},
    how: Partial<Started> = {},
  ): Promise<Daemon> {
    const file = join(dir, `${Math.random().toString(36).slice(2)}.conf`);
    writeFileSync(file, conf);
    return Daemon.start(file, env, how);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** What was written that is no log entry: there should be none. */
  get raw(): string {
    return this.#raw;
  }

  /** All that it wrote, as it is. */
  get written(): string {
    return this.#written;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  entries(msg: string, fields: Record<string, unknown> = {}): LogEntry[] {
    return this.log.filter(
      (entry) => entry.msg === msg && Object.entries(fields).every(([key, value]) => entry[key] === value),
    );
  }

  /** Waits for the `count`th log entry with this text and these fields. */
  logged(msg: string, fields: Record<string, unknown> = {}, count = 1): Promise<LogEntry> {
    const why = () => `${msg} ${JSON.stringify(fields)} ×${count} in\n${this.transcript}`;
    return eventually(() => this.entries(msg, fields)[count - 1], { why });
  }

  /** The number of a process as it runs now: it may run before the log is read that says so. */
  async pidOf(name: string): Promise<number> {
    await this.logged('process started', { process: name });
    return Number(this.entries('process started', { process: name }).at(-1)?.pid);
  }

  /** Tells a process, and what it started itself. */
  async signal(name: string, signal: NodeJS.Signals): Promise<void> {
    process.kill(-(await this.pidOf(name)), signal);
  }

  get transcript(): string {
    return `${this.log.map((entry) => JSON.stringify(entry)).join('\n')}\n${this.#raw}`;
  }

  /** Ends it, and makes sure that no process of a handler is left. */
  async stop(): Promise<number | null> {
    if (this.running) this.kill('SIGTERM');
    const killer = setTimeout(() => this.kill('SIGKILL'), 10_000);
    const code = await this.exited;
    clearTimeout(killer);
    const groups = this.entries('process started').map(({ pid }) => Number(pid));
    await eventually(() => groups.every((group) => !alive(group)), {
      ms: 3000,
      why: () => `handlers are left: ${groups.filter(alive).join(' ')}`,
    });
    return code;
  }

  #refuseExit(): Promise<never> {
    return this.exited.then((code) => {
      throw new Error(`ended with ${code}:\n${this.transcript}`);
    });
  }

  #take(text: string): void {
    this.#written += text;
    const lines = `${this.#pending}${text}`.split('\n');
    this.#pending = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('{')) this.log.push(JSON.parse(line));
      else this.#raw += `${line}\n`;
    }
  }
}

/** Whether somebody of the process group runs; who ended and waits for a slow parent counts no more. */
function alive(group: number): boolean {
  try {
    process.kill(-group, 0);
  } catch {
    return false;
  }
  return !existsSync('/proc/self/stat') || statesOf(group).some((state) => state !== 'Z');
}

function statesOf(group: number): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /, '')
          .split(' ');
        return fields[2] === String(group) ? [fields[0] ?? ''] : [];
      } catch {
        return []; // it ended meanwhile
      }
    });
}
