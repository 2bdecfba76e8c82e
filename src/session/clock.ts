/** Time, from outside: tests move it. */
export interface Clock {
  /** Milliseconds since 1970, fractions allowed. */
  now(): number;
  /** Calls `action` once after `ms`; the function returned cancels it. */
  after(ms: number, action: () => void): () => void;
  /** From 0 up to 1, for jitter. */
  random(): number;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
};
