import { performance } from 'node:perf_hooks';

/** Time, from outside: tests move it. */
export interface Clock {
  /** Milliseconds, fractions allowed, for whatever lasts: nobody sets this clock. */
  now(): number;
  /** Milliseconds since 1970, fractions allowed, for whatever is told: the system's clock, which may be set at any time. */
  wall(): number;
  /** Calls `action` once after `ms`; the function returned cancels it. */
  after(ms: number, action: () => void): () => void;
  /** From 0 up to 1, for jitter. */
  random(): number;
}

/** The system's clock is told in whole milliseconds; what it differs by more than this was set. */
const SET_MS = 2;

/** It never changes, and Node would look for it anew. */
const { timeOrigin } = performance;

/** Longer than this no timer of Node's lasts, 24 days: it would be over at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How much the system's clock is ahead of the one that nobody sets. */
let aheadMs = timeOrigin;

export const SYSTEM_CLOCK: Clock = {
  now: () => timeOrigin + performance.now(),
  wall() {
    const now = performance.now();
    const wall = Date.now();
    if (Math.abs(wall - now - aheadMs) > SET_MS) aheadMs = wall - now;
    return now + aheadMs;
  },
  after(ms, action) {
    if (ms > LONGEST_TIMER_MS) return afterLong(ms, action);
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
};

/** A peer may ask for 194 days, RFC 9494 section 3.1. */
function afterLong(ms: number, action: () => void): () => void {
  let cancel = SYSTEM_CLOCK.after(LONGEST_TIMER_MS, () => {
    cancel = SYSTEM_CLOCK.after(ms - LONGEST_TIMER_MS, action);
  });
  return () => cancel();
}
