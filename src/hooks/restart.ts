/** How often a process may die: five restarts in a window of 64 s, as ExaBGP counts; beyond, it is given up. */
export const MAX_RESTARTS = 5;
export const WINDOW_MS = 64_000;
/** Having lived this long, a process starts again from no delay. */
const HEALTHY_MS = 60_000;
const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 60_000;

/** When a process that died is started again: at once, then after 0.25 s doubling to 60 s. */
export class RestartPolicy {
  #delayMs = 0;
  #restarts: number[] = [];

  /** The delay in milliseconds, or `abandon`. `diedMs` and `livedMs` by one clock. */
  died(diedMs: number, livedMs: number): number | 'abandon' {
    if (livedMs >= HEALTHY_MS) this.#delayMs = 0;
    this.#restarts = this.#restarts.filter((at) => diedMs - at < WINDOW_MS);
    if (this.#restarts.length >= MAX_RESTARTS) return 'abandon';
    this.#restarts.push(diedMs);
    const delay = this.#delayMs;
    this.#delayMs = Math.min(MAX_DELAY_MS, Math.max(FIRST_DELAY_MS, delay * 2));
    return delay;
  }
}
