import { closeSync, ftruncateSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import type { Clock } from '../session/clock.ts';

export interface SpoolOptions {
  /** A file of its own; undefined: memory. */
  readonly file: string | undefined;
  readonly sizeBytes: number;
  readonly ageMs: number;
  readonly clock: Clock;
}

const CHUNK_BYTES = 256 * 1024;
const SHIFTED_AT_ONCE = 16_384;
/** Ages are known to this precision. */
const MARK_MS = 1000;

/** Octets that wait, first in, first out, bounded by size and age; on disk where there is a place for them. */
export class Spool {
  readonly #options: SpoolOptions;
  readonly #memory: Uint8Array[] = [];
  /** Those before it were taken: shifting a long array is not for nothing. */
  #head = 0;
  #fd: number | undefined;
  #readAt = 0;
  #writeAt = 0;
  /** Where what was written at a time begins. */
  #marks: { readonly at: number; readonly timeMs: number }[] = [];

  constructor(options: SpoolOptions) {
    this.#options = options;
  }

  /** Octets that wait. */
  get size(): number {
    return this.#writeAt - this.#readAt;
  }

  /** Undefined: taken. Else why there is no room: nothing of it was taken. */
  push(octets: Uint8Array): string | undefined {
    const { sizeBytes, ageMs, clock, file } = this.#options;
    if (this.size + octets.length > sizeBytes) return `more than ${sizeBytes} octets wait`;
    const now = clock.now();
    const oldest = this.#marks[0]?.timeMs ?? now;
    if (now - oldest > ageMs) return `octets wait for more than ${Math.round(ageMs / 1000)} s`;
    const failure = file === undefined ? undefined : this.#append(file, octets);
    if (failure !== undefined) return failure;
    if (file === undefined) this.#memory.push(octets.slice());
    if (now - (this.#marks.at(-1)?.timeMs ?? 0) >= MARK_MS)
      this.#marks.push({ at: this.#writeAt, timeMs: now });
    this.#writeAt += octets.length;
    return undefined;
  }

  /** The next octets, a copy; undefined: none wait, or those that wait cannot be read. */
  take(): Uint8Array | undefined {
    if (this.size === 0) return undefined;
    const octets = this.#fd === undefined ? this.#shift() : this.#read(this.#fd);
    if (octets === undefined) return undefined;
    this.#readAt += octets.length;
    while ((this.#marks[1]?.at ?? Number.POSITIVE_INFINITY) <= this.#readAt) this.#marks.shift();
    if (this.size === 0) this.clear();
    return octets;
  }

  clear(): void {
    this.#memory.length = 0;
    this.#head = 0;
    this.#marks = [];
    this.#readAt = 0;
    this.#writeAt = 0;
    if (this.#fd !== undefined) ftruncateSync(this.#fd, 0);
  }

  /** It is of no more use: the file goes too. */
  close(): void {
    this.clear();
    if (this.#fd === undefined || this.#options.file === undefined) return;
    closeSync(this.#fd);
    rmSync(this.#options.file, { force: true });
    this.#fd = undefined;
  }

  /** A full disk costs what waits, and no more. */
  #append(file: string, octets: Uint8Array): string | undefined {
    try {
      this.#fd ??= openSync(file, 'w+', 0o600);
      for (let done = 0; done < octets.length; ) {
        done += writeSync(this.#fd, octets, done, octets.length - done, this.#writeAt + done);
      }
      return undefined;
    } catch (err) {
      if (err instanceof Error && 'code' in err) return `cannot write to disk: ${String(err.code)}`;
      throw err;
    }
  }

  #shift(): Uint8Array | undefined {
    const octets = this.#memory[this.#head++];
    if (this.#head >= SHIFTED_AT_ONCE) {
      this.#memory.splice(0, this.#head);
      this.#head = 0;
    }
    return octets;
  }

  #read(fd: number): Uint8Array | undefined {
    const octets = new Uint8Array(Math.min(this.size, CHUNK_BYTES));
    try {
      const count = readSync(fd, octets, 0, octets.length, this.#readAt);
      return count === 0 ? undefined : octets.subarray(0, count);
    } catch (err) {
      if (err instanceof Error && 'code' in err) return undefined;
      throw err;
    }
  }
}
