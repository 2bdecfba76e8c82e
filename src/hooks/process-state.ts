import { closeSync, openSync, readSync } from 'node:fs';

/** Enough for the state, which stands behind a name of at most 64 octets, and for a number. */
const LOOKED_AT = 128;

/** Of a process under /proc; they are made anew for every reading. */
type File = 'stat' | 'schedstat';

/** What a process does, as Linux tells it: elsewhere nothing is known. */
export class ProcessState {
  readonly #pid: number;
  readonly #octets = Buffer.alloc(LOOKED_AT);
  readonly #open = new Map<File, number>();

  constructor(pid: number) {
    this.#pid = pid;
  }

  /** Whether its first thread runs, or could if there were a processor for it. Not known: false. */
  isRunning(): boolean {
    const stat = this.#read('stat') ?? '';
    // the name may have anything in it
    return stat.charAt(stat.lastIndexOf(')') + 2) === 'R';
  }

  /** For how long its first thread has run, milliseconds. */
  ranMs(): number | undefined {
    const nanoseconds = Number.parseInt(this.#read('schedstat') ?? '', 10);
    return Number.isNaN(nanoseconds) ? undefined : nanoseconds / 1e6;
  }

  close(): void {
    for (const file of this.#open.values()) closeSync(file);
    this.#open.clear();
  }

  #read(name: File): string | undefined {
    try {
      const file = this.#open.get(name) ?? openSync(`/proc/${this.#pid}/${name}`, 'r');
      this.#open.set(name, file);
      return this.#octets.toString('latin1', 0, readSync(file, this.#octets, 0, LOOKED_AT, 0));
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code === undefined) throw err;
      return undefined;
    }
  }
}
