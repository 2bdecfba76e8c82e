import type { Line } from './fifo.ts';
import { type Recalled, Spill, type SpillOptions } from './spill.ts';

/** Under the policy `spill`: the part of a lane that is on disk, behind what is in memory. */
export class SpilledEvents {
  readonly #spill: Spill;
  readonly #onRecalled: (recalled: Recalled) => void;
  #loading = false;
  #whenEmpty: (() => void) | undefined;
  #spilled = 0;

  constructor(options: SpillOptions & { readonly onRecalled: (recalled: Recalled) => void }) {
    this.#spill = new Spill(options);
    this.#onRecalled = options.onRecalled;
  }

  /** What comes must follow what is on disk. */
  get inUse(): boolean {
    return this.#loading || !this.#spill.empty;
  }

  /** Whether the disk is likely to take a line. */
  get roomy(): boolean {
    return this.#spill.roomy;
  }

  get bytes(): number {
    return this.#spill.bytes;
  }

  get lines(): number {
    return this.#spill.lines;
  }

  /** Octets on their way to the disk. */
  get unwrittenBytes(): number {
    return this.#spill.unwrittenBytes;
  }

  /** How many events went to the disk. */
  get spilled(): number {
    return this.#spilled;
  }

  /** False: the disk takes no more. */
  append(lines: Line, events: number, owner?: string): boolean {
    if (!this.#spill.append(lines, events, owner)) return false;
    this.#spilled += events;
    return true;
  }

  /** A line that tells what is missing: no event. False: the disk takes no more. @param onLost it did not take it after all */
  appendGap(line: Line, onLost: () => void): boolean {
    return this.#spill.appendOwn(line, onLost);
  }

  /** What is to be done when all was read back: the last one who asked counts. */
  onceEmpty(action: () => void): void {
    this.#whenEmpty = action;
  }

  /** Reads more back, where there is something and it is not being read. */
  refill(): void {
    if (!this.inUse) {
      const then = this.#whenEmpty;
      this.#whenEmpty = undefined;
      then?.();
    }
    if (this.#spill.empty || this.#loading) return;
    this.#loading = true;
    void this.#spill.read().then((recalled) => {
      this.#loading = false;
      this.#onRecalled(recalled);
    });
  }
}
