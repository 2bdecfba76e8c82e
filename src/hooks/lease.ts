/*
 * Octets that are handed to pipes over and over: the system's memory for them costs more than writing into them.
 * Those that nobody gives back (what was dropped, or is a process's no more) are the garbage collector's.
 */
const OCTETS = 64 * 1024;
/**
 * Fewer are copied as they are: they may wait for long, and a queue's limit is to be about what they take. Not into
 * Node's pool of small buffers, which one that waits keeps whole.
 */
const LEAST_OCTETS = 48 * 1024;
const MOST_FREE = 32;

const free: Uint8Array[] = [];
const uses = new WeakMap<ArrayBufferLike, number>();

/** A copy of `octets` that so many are to give back. */
export function lend(octets: Uint8Array, to: number): Uint8Array {
  if (octets.length > OCTETS || octets.length < LEAST_OCTETS) return octets.slice();
  const whole = free.pop() ?? new Uint8Array(OCTETS);
  whole.set(octets);
  uses.set(whole.buffer, to);
  return whole.subarray(0, octets.length);
}

/** One needs them no more. Octets that are not lent are nobody's concern. */
export function giveBack(octets: Uint8Array): void {
  const { buffer } = octets;
  const left = uses.get(buffer);
  if (left === undefined) return;
  if (left > 1) {
    uses.set(buffer, left - 1);
    return;
  }
  uses.delete(buffer);
  if (free.length < MOST_FREE) free.push(new Uint8Array(buffer));
}
