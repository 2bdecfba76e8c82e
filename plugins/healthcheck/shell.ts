import { spawn } from 'node:child_process';
import process from 'node:process';

export interface ShellOptions {
  /** Its process group is killed after this; 0: never. */
  readonly timeoutSeconds: number;
  /** Its process group is killed when this aborts. */
  readonly signal: AbortSignal;
  /** What it writes goes to our standard error; else nowhere. Standard output belongs to commands. */
  readonly verbose: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** How a command ended; 0 alone is success. */
export type Outcome = number | 'timeout' | 'aborted' | NodeJS.Signals;

/** As of a shell that does not find the command. */
const NOT_STARTED = 127;

/** Runs a shell command in a process group of its own, which is killed as a whole or not at all. */
export function shell(command: string, options: ShellOptions): Promise<Outcome> {
  const { timeoutSeconds, signal, verbose, env } = options;
  if (signal.aborted) return Promise.resolve('aborted');
  const output = verbose ? 2 : 'ignore';
  const child = started(() =>
    spawn('/bin/sh', ['-c', command], {
      stdio: ['ignore', output, output],
      detached: true,
      env: { ...process.env, ...env },
    }),
  );
  if (child === undefined) return Promise.resolve(NOT_STARTED);
  return new Promise((resolve) => {
    const finish = (outcome: Outcome) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      if (outcome === 'timeout' || outcome === 'aborted') killGroup(child.pid);
      resolve(outcome);
    };
    const abort = () => finish('aborted');
    const timer = timeoutSeconds > 0 ? setTimeout(() => finish('timeout'), timeoutSeconds * 1000) : undefined;
    signal.addEventListener('abort', abort);
    child.once('error', () => finish(NOT_STARTED));
    child.once('exit', (code, by) => finish(code ?? by ?? NOT_STARTED));
  });
}

/** Undefined: the system has no room for a program. Node tells some of the reasons so, and others as an event. */
function started<T>(start: () => T): T | undefined {
  try {
    return start();
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === undefined) throw err;
    return undefined;
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code !== 'ESRCH') throw err;
  }
}
