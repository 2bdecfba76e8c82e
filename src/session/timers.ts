import type { Clock } from './clock.ts';

/** RFC 4271 section 10: timers that many speakers share are spread over 0.75 to 1 of their value. */
export function jittered(ms: number, clock: Clock): number {
  return ms * (0.75 + clock.random() / 4);
}

const LONGEST_WAIT_SECONDS = 60;

/** Seconds before the next attempt, after one that waited `seconds`: 0, 1, 2, 3, 4, 5, 7, 9, 11, 14 ... 60. */
export function nextWaitSeconds(seconds: number): number {
  return Math.min(Math.trunc(1 + seconds * 1.2), LONGEST_WAIT_SECONDS);
}

/**
 * Expires when `touch` was not called for the time given. Touching costs nothing: what is due is looked at
 * when the time is over.
 */
export class QuietTimer {
  readonly #clock: Clock;
  readonly #expired: () => void;
  #ms = 0;
  #since = 0;
  #touches = 0;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, expired: () => void) {
    this.#clock = clock;
    this.#expired = expired;
  }

  get running(): boolean {
    return this.#cancel !== undefined;
  }

  /** How often it was touched. */
  get touches(): number {
    return this.#touches;
  }

  start(ms: number): void {
    this.stop();
    this.#ms = ms;
    this.touch();
    this.#arm(ms);
  }

  touch(): void {
    this.#since = this.#clock.now();
    this.#touches++;
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #arm(ms: number): void {
    this.#cancel = this.#clock.after(Math.ceil(ms), () => {
      const left = this.#since + this.#ms - this.#clock.now();
      if (left > 0) {
        this.#arm(left);
        return;
      }
      this.#cancel = undefined;
      this.#expired();
    });
  }
}
