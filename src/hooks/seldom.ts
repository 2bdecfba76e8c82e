const BURST = 50;
const PER_SECOND = 10;

/**
 * Keeps what others can provoke without end (a peer, a process) from filling the log: some at once, then a few
 * per second; the rest is counted.
 */
export class Seldom {
  readonly #now: () => number;
  #allowed = BURST;
  #allowedAtMs: number;
  #leftOut = 0;

  /** @param now milliseconds */
  constructor(now: () => number) {
    this.#now = now;
    this.#allowedAtMs = now();
  }

  /** Calls `tell`, or counts; `leftOut` is how many were counted since the last call, a field only if there were any. */
  tell(tell: (counted: { readonly leftOut?: number }) => void): void {
    const now = this.#now();
    const earned = ((now - this.#allowedAtMs) / 1000) * PER_SECOND;
    this.#allowed = Math.min(BURST, this.#allowed + earned);
    this.#allowedAtMs = now;
    if (this.#allowed < 1) {
      this.#leftOut++;
      return;
    }
    this.#allowed--;
    const leftOut = this.#leftOut;
    this.#leftOut = 0;
    tell(leftOut > 0 ? { leftOut } : {});
  }
}
