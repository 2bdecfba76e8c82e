import { setFlagsFromString } from 'node:v8';

/*
 * What V8 is told while the daemon runs, and nobody who starts it need say.
 *
 * V8 gives new objects 2 MiB at first, and up to 32 when they come fast, which it never takes back. A daemon that starts
 * makes many, and then, with a thousand sessions, next to none: the memory would be held for nothing. And what is alive is
 * moved in one go: of a long configuration that is read again that is all of it, 70 ms at a time, in 2 MiB some.
 */

/** To be called before much is made. */
export function keepYoungSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** Four times as many octets as V8 has; Node 24 counts another way, and is left as it is. */
export const SPARING = process.versions.v8.startsWith('11.') ? '--interrupt-budget=270336' : undefined;

/**
 * V8 optimizes what has run for a while, on other threads, which are a fifth to a third of the processor time of a table that
 * comes or goes: it is to do so later than it would, for what is run a lot. Small functions of that are part of others by then.
 * A budget is octets of code that is run.
 */
export function optimizeSparingly(): void {
  if (SPARING !== undefined) setFlagsFromString(SPARING);
}

/**
 * V8 reads code step by step until it has run often. What runs for the first time from now on is compiled at once, with little
 * effort: the first commands may matter most, and one that comes once in a while never runs often.
 */
export function compileAtOnce(): void {
  setFlagsFromString('--always-sparkplug');
}
