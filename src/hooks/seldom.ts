/** How many at once, and how many a second after that. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

const USUAL: Rate = { burst: 50, perSecond: 10 };

/**
 * Keeps what others can provoke without end (a peer, a process) from filling the log: some at once, then a few
 * per second; the rest is counted.
 */
export class Seldom {
  readonly #now: () => number;
  readonly #rate: Rate;
  #allowed: number;
  #allowedAtMs: number;
  #leftOut = 0;

  /** @param now milliseconds */
  constructor(now: () => number, rate = USUAL) {
    this.#now = now;
    this.#rate = rate;
    this.#allowed = rate.burst;
    this.#allowedAtMs = now();
  }

  /** Calls `tell`, or counts; `leftOut` is how many were counted since the last call, a field only if there were any. */
  tell(tell: (counted: { readonly leftOut?: number }) => void): void {
    const now = this.#now();
    const earned = ((now - this.#allowedAtMs) / 1000) * this.#rate.perSecond;
    this.#allowed = Math.min(this.#rate.burst, this.#allowed + earned);
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
