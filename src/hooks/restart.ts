/** How often and how soon a process that dies is started again. */
export interface RestartRules {
  /** Restarts within the window; beyond, it is given up. Undefined: for ever. */
  readonly limit: number | undefined;
  readonly windowMs: number;
  /** The delay doubles up to this. */
  readonly maxDelayMs: number;
}

/** Five restarts in a window of 64 s, as ExaBGP counts. */
export const RESTART_RULES: RestartRules = { limit: 5, windowMs: 64_000, maxDelayMs: 60_000 };
/** Having lived this long, a process starts again from no delay. */
const HEALTHY_MS = 60_000;
const FIRST_DELAY_MS = 250;

/** When a process that died is started again: at once, then after 0.25 s doubling to the most that the rules say. */
export class RestartPolicy {
  readonly #rules: RestartRules;
  #delayMs = 0;
  #restarts: number[] = [];

  constructor(rules: RestartRules = RESTART_RULES) {
    this.#rules = rules;
  }

  /** The delay in milliseconds, or `abandon`. `diedMs` and `livedMs` by one clock. */
  died(diedMs: number, livedMs: number): number | 'abandon' {
    const { limit, windowMs, maxDelayMs } = this.#rules;
    if (livedMs >= HEALTHY_MS) this.#delayMs = 0;
    if (limit !== undefined) {
      this.#restarts = this.#restarts.filter((at) => diedMs - at < windowMs);
      if (this.#restarts.length >= limit) return 'abandon';
      this.#restarts.push(diedMs);
    }
    const delay = Math.min(this.#delayMs, maxDelayMs);
    this.#delayMs = Math.min(maxDelayMs, Math.max(FIRST_DELAY_MS, delay * 2));
    return delay;
  }
}
