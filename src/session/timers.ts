import { type Alarm, Alarms, NOT_SET } from './alarms.ts';
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

/** Who is told that a timer of his is over. */
export interface TimerOwner {
  expired(timer: QuietTimer): void;
}

/**
 * Expires when `touch` was not called for the time given. Touching costs nothing: what is due is looked at
 * when the time is over.
 */
export class QuietTimer implements Alarm {
  dueMs = 0;
  place = NOT_SET;
  readonly #alarms: Alarms;
  readonly #of: TimerOwner;
  #ms = 0;
  #since = 0;
  #touches = 0;

  constructor(clock: Clock, of: TimerOwner) {
    this.#alarms = Alarms.of(clock);
    this.#of = of;
  }

  get running(): boolean {
    return this.place !== NOT_SET;
  }

  /** How often it was touched. */
  get touches(): number {
    return this.#touches;
  }

  start(ms: number): void {
    this.#ms = ms;
    this.touch();
    this.#alarms.set(this, ms);
  }

  touch(): void {
    this.#since = this.#alarms.clock.now();
    this.#touches++;
  }

  stop(): void {
    this.#alarms.clear(this);
  }

  ring(): void {
    const left = this.#since + this.#ms - this.#alarms.clock.now();
    if (left > 0) this.#alarms.set(this, left);
    else this.#of.expired(this);
  }
}
