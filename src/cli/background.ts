import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import process from 'node:process';
import { CliError } from './exit.ts';

/** Set for the process in the background, so that it does not start another. */
const MARK = 'PEERLINE_IN_BACKGROUND';

/** Whether we are the process in the background. */
export const IN_BACKGROUND = process.env[MARK] !== undefined;
// not for the programs that we start
delete process.env[MARK];

/**
 * Starts this program again, apart from the terminal, and resolves once it runs. What it writes to standard error
 * until then is shown here.
 * @throws CliError when it ends instead
 */
export async function goToBackground(): Promise<void> {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    detached: true,
    env: { ...process.env, [MARK]: '1' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const code = await new Promise<number | 'running'>((resolve) => {
    child.once('message', () => resolve('running'));
    child.once('exit', (exitCode) => resolve(exitCode ?? 1));
    child.once('error', () => resolve(1));
  });
  if (code !== 'running') throw new CliError('it did not start in the background', code);
  child.disconnect();
  child.unref();
}

/** Tells who started us that we run, and lets go of the terminal. */
export function tellRunning(): void {
  if (process.send === undefined || !IN_BACKGROUND) return;
  process.send('running', () => process.disconnect());
  closeSync(2);
  // the lowest number that is free: that of standard error
  openSync('/dev/null', 'w');
}
