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

/** Runs a shell command in a process group of its own, and leaves nothing of the group behind. */
export function shell(command: string, options: ShellOptions): Promise<Outcome> {
  const { timeoutSeconds, signal, verbose, env } = options;
  if (signal.aborted) return Promise.resolve('aborted');
  const output = verbose ? 2 : 'ignore';
  const child = spawn('/bin/sh', ['-c', command], {
    stdio: ['ignore', output, output],
    detached: true,
    env: { ...process.env, ...env },
  });
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
    child.once('error', () => finish(127));
    child.once('exit', (code, by) => finish(code ?? by ?? 127));
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code !== 'ESRCH') throw err;
  }
}
