import { closeSync, openSync, readSync } from 'node:fs';

/** Enough for the state, which stands behind a name of at most 64 octets. */
const LOOKED_AT = 128;

/** Tells whether a process waits for something. */
export class ProcessState {
  readonly #pid: number;
  readonly #octets = Buffer.alloc(LOOKED_AT);
  /** Of `/proc/PID/stat`, which is made anew for every reading. */
  #file: number | undefined;

  constructor(pid: number) {
    this.#pid = pid;
  }

  /** Whether its first thread runs, or could if there were a processor for it. Not known: false. */
  isRunning(): boolean {
    try {
      this.#file ??= openSync(`/proc/${this.#pid}/stat`, 'r');
      const stat = this.#octets.toString('latin1', 0, readSync(this.#file, this.#octets, 0, LOOKED_AT, 0));
      // the name may have anything in it
      return stat.charAt(stat.lastIndexOf(')') + 2) === 'R';
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code === undefined) throw err;
      return false;
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}
