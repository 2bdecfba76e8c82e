import { getHeapStatistics } from 'node:v8';
import type { Clock } from '../session/clock.ts';

/** A look at what the process did. */
const LOOK_EVERY_MS = 5_000;
/** It did next to nothing where it took less of a processor between two looks. */
const QUIET_MS = 250;
/** After so much more work there is something to give back again. */
const WORTH_MS = 2_000;
/** Somebody who commands now and then waits for what his command does: a collection waits for so many looks, at most. */
const PUT_OFF_MOST = 12;
/** The first collection finds what is alive, the next one moves that together and gives pages back to the system. */
const ROUNDS = 2;
/** More than a start makes with a few neighbors. */
const SMALL_HEAP_OCTETS = 24 * 1024 * 1024;
/** More than what V8 lets grow outside its heap before it looks whether that is still in use. */
const OUTSIDE_OCTETS = 96 * 1024 * 1024;

export interface TidyingOptions {
  readonly clock: Clock;
  /** What the process took of processors since it started, milliseconds. */
  readonly cpuMs: () => number;
  /** How many commands came since the start: any number that changes with each. */
  readonly commands: () => number;
  readonly collect: () => void;
}

/**
 * V8 collects when something is to be made, and has no room. A daemon that read its configuration and brought up a thousand
 * sessions makes next to nothing from then on: it would hold twice the memory it needs for as long as it runs.
 */
export class Tidying {
  readonly #options: TidyingOptions;
  #seenMs = 0;
  #tidiedMs = Number.NEGATIVE_INFINITY;
  #left = 0;
  #commands = 0;
  #putOff = 0;
  #cancel: (() => void) | undefined;

  constructor(options: TidyingOptions) {
    this.#options = options;
  }

  start(): void {
    this.#seenMs = this.#options.cpuMs();
    this.#later();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #later(): void {
    this.#cancel = this.#options.clock.after(LOOK_EVERY_MS, () => this.#look());
  }

  #look(): void {
    const nowMs = this.#options.cpuMs();
    const isQuiet = nowMs - this.#seenMs < QUIET_MS;
    const commands = this.#options.commands();
    const isCommanded = commands !== this.#commands;
    this.#seenMs = nowMs;
    this.#commands = commands;
    if (nowMs - this.#tidiedMs >= WORTH_MS) this.#left = ROUNDS;
    if (isQuiet && this.#left > 0 && !(isCommanded && this.#putOff++ < PUT_OFF_MOST)) {
      this.#left--;
      this.#putOff = 0;
      this.#tidiedMs = nowMs;
      this.#options.collect();
    }
    this.#later();
  }
}

/** User and system time of this process, milliseconds. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Has V8 look for garbage, a little at a time between what else is to be done: it does so when much was taken outside its
 * heap. The memory is never touched, so that the system gives none, and is let go at once.
 */
export function provokeCollection(): void {
  try {
    new ArrayBuffer(OUTSIDE_OCTETS);
  } catch (err) {
    // where there is no room for that, what is held is collected anyway
    if (!(err instanceof RangeError)) throw err;
  }
}

/** The same where all that is to be looked at takes next to no time. */
export function collectSmallHeap(): void {
  if (getHeapStatistics().used_heap_size < SMALL_HEAP_OCTETS) provokeCollection();
}
