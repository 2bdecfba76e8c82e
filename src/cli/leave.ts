import process from 'node:process';
import type { Log } from './log.ts';

/** What may still be written when all has stopped: a log that nobody reads must not keep us. */
const EXIT_WAIT_MS = 1000;

/**
 * Ends the program once the log is written, or after a second without. Then only a kill is left: exit handlers
 * and threads of Node wait for a write that is under way, for ever when nobody reads.
 */
export function leave({ flush }: Log): void {
  let written = false;
  flush(() => {
    written = true;
  });
  setTimeout(() => {
    if (written) process.exit();
    process.kill(process.pid, 'SIGKILL');
  }, EXIT_WAIT_MS).unref();
}
