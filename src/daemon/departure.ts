import type { Clock } from '../session/clock.ts';

/** Whether somebody is about to say more. */
export interface Talker {
  /** It has something to do, and may have no processor for it. */
  isRunning(): boolean;
  /** For how long it has had a processor so far, milliseconds; undefined: not known. */
  ranMs(): number | undefined;
}

/** A stream of commands is cut into pieces of this. */
const COALESCE_MS = 5;
/** Nothing came for so long before: a command comes alone, or is the first of some. */
const ALONE_MS = 4;
/** The next command takes at most so long to be written, by somebody who waits for nothing in between. */
const QUIET_MS = 0.1;
/** A processor is left to others after this, and looked again now and then. */
const SPIN_MS = 0.5;
const LOOK_EVERY_MS = 1;
/** Who has had a processor for so long since has other things to do. */
const BUSY_MS = 2;
const LONGEST_MS = 100;
/** Whose last so many commands came alone is not looked at any more: a look takes as long as writing the UPDATE. */
const KNOWN_AFTER = 16;

/**
 * Commands come line by line: what a process says at once is to leave at once, and what it takes back at once never. A
 * command that comes alone leaves as soon as its process waits for something, or at once if that is what it has always
 * done; a stream is gathered.
 */
export class Departure {
  readonly #clock: Clock;
  readonly #leave: () => void;
  #saidMs = Number.NEGATIVE_INFINITY;
  #waits = false;
  /** Who spoke last, and how many commands of it in a row came alone. */
  #talker: Talker | undefined;
  #alone = 0;

  constructor(clock: Clock, leave: () => void) {
    this.#clock = clock;
    this.#leave = leave;
  }

  /**
   * @param talker who said it; absent: somebody of whom nothing is known
   * @param all nothing is left of what it wrote so far
   */
  said(talker?: Talker, all = false): void {
    const nowMs = this.#clock.now();
    const alone = nowMs - this.#saidMs > ALONE_MS;
    this.#saidMs = nowMs;
    const known = this.#count(talker, alone && all) > KNOWN_AFTER;
    if (this.#waits) return;
    this.#waits = true;
    if (known || (alone && all && talker?.isRunning() === false)) this.#done();
    else if (alone) setImmediate(() => this.#lookFirst(nowMs, talker));
    else this.#clock.after(COALESCE_MS, () => this.#done());
  }

  #count(talker: Talker | undefined, alone: boolean): number {
    if (talker === undefined || !alone) this.#alone = 0;
    else this.#alone = talker === this.#talker ? this.#alone + 1 : 1;
    this.#talker = talker;
    return this.#alone;
  }

  /** Whoever sleeps before it was answered has said all. */
  #lookFirst(sinceMs: number, talker: Talker | undefined): void {
    if (talker?.isRunning() === false) this.#done();
    else this.#look({ sinceMs, talker, ranMs: undefined, asleep: 0 });
  }

  /** Timers are too coarse for this: at first the loop turns some times. */
  #look(lull: Lull): void {
    const nowMs = this.#clock.now();
    const quietMs = nowMs - this.#saidMs;
    if (quietMs < QUIET_MS) setImmediate(() => this.#look(lull));
    else if (isOver(lull, nowMs, quietMs)) this.#done();
    else if (quietMs < SPIN_MS) setImmediate(() => this.#look(lull));
    else this.#clock.after(LOOK_EVERY_MS, () => this.#look(lull));
  }

  #done(): void {
    this.#waits = false;
    this.#leave();
  }
}

interface Lull {
  readonly sinceMs: number;
  readonly talker: Talker | undefined;
  ranMs: number | undefined;
  /** How often in a row it was seen to wait for something. */
  asleep: number;
}

function isOver(lull: Lull, nowMs: number, quietMs: number): boolean {
  const { talker, sinceMs } = lull;
  if (talker === undefined || nowMs - sinceMs > LONGEST_MS) return true;
  if (!talker.isRunning()) {
    // on a busy machine it may wait for a part of itself that was told `done`
    return ++lull.asleep > 1 || quietMs < SPIN_MS;
  }
  lull.asleep = 0;
  const ranMs = talker.ranMs();
  if (ranMs === undefined) return nowMs - sinceMs > COALESCE_MS;
  lull.ranMs ??= ranMs;
  return ranMs - lull.ranMs > BUSY_MS;
}
