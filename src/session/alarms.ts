import type { Clock } from './clock.ts';

/** Something that is due at a time. */
export interface Alarm {
  /** Milliseconds of the clock. */
  dueMs: number;
  /** Where it stands among those that are set; below zero: it is not. */
  place: number;
  /** It is due, and set no longer. */
  ring(): void;
}

export const NOT_SET = -1;

/** As long as those that are due at a time may keep all others waiting. */
const SLICE_MS = 4;

const KNOWN = new WeakMap<Clock, Alarms>();

/**
 * The alarms of one clock. A timer of the system for each of three thousand would take a kilobyte each, and setting one
 * several microseconds: they share a single one, for the first of them. A heap: none is due before the one above it.
 */
export class Alarms {
  static of(clock: Clock): Alarms {
    const known = KNOWN.get(clock) ?? new Alarms(clock);
    KNOWN.set(clock, known);
    return known;
  }

  readonly clock: Clock;
  readonly #heap: Alarm[] = [];
  #armedMs = Number.POSITIVE_INFINITY;
  #cancel: (() => void) | undefined;
  #ringing = false;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** It rings after `ms`, and not when it would have before. */
  set(alarm: Alarm, ms: number): void {
    this.#take(alarm);
    alarm.dueMs = this.clock.now() + ms;
    this.#rise(alarm, this.#heap.length);
    this.#arm();
  }

  /** It does not ring. */
  clear(alarm: Alarm): void {
    this.#take(alarm);
    // a timer that nobody waits for would keep the process from ending; any other may find nothing due
    if (this.#heap.length === 0) this.#disarm();
  }

  #take(alarm: Alarm): void {
    const { place } = alarm;
    if (place < 0) return;
    alarm.place = NOT_SET;
    const last = this.#heap.pop();
    if (last === undefined || last === alarm) return;
    this.#sink(last, place);
    this.#rise(last, last.place);
  }

  #disarm(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#armedMs = Number.POSITIVE_INFINITY;
  }

  #arm(): void {
    const dueMs = this.#heap[0]?.dueMs;
    if (this.#ringing || dueMs === undefined || dueMs >= this.#armedMs) return;
    this.#disarm();
    this.#armedMs = dueMs;
    this.#cancel = this.clock.after(Math.max(Math.ceil(dueMs - this.clock.now()), 0), () => this.#ring());
  }

  #ring(): void {
    this.#disarm();
    this.#ringing = true;
    const startMs = this.clock.now();
    try {
      for (let nowMs = startMs; nowMs - startMs < SLICE_MS; nowMs = this.clock.now()) {
        const first = this.#heap[0];
        if (first === undefined || first.dueMs > nowMs) break;
        this.#take(first);
        first.ring();
      }
    } finally {
      this.#ringing = false;
      this.#arm();
    }
  }

  /** Puts it there or higher. */
  #rise(alarm: Alarm, from: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const other = this.#heap[above] as Alarm;
      if (other.dueMs <= alarm.dueMs) break;
      this.#put(other, place);
      place = above;
    }
    this.#put(alarm, place);
  }

  /** Puts it there or lower. */
  #sink(alarm: Alarm, from: number): void {
    const heap = this.#heap;
    let place = from;
    for (let below = 2 * place + 1; below < heap.length; below = 2 * place + 1) {
      const right = heap[below + 1];
      if (right !== undefined && right.dueMs < (heap[below] as Alarm).dueMs) below++;
      const other = heap[below] as Alarm;
      if (other.dueMs >= alarm.dueMs) break;
      this.#put(other, place);
      place = below;
    }
    this.#put(alarm, place);
  }

  #put(alarm: Alarm, place: number): void {
    this.#heap[place] = alarm;
    alarm.place = place;
  }
}
