import type { Route } from '../bgp/route.ts';
import type { Entries } from './entries.ts';

/** What an entry waits for. */
export const WAITS = {
  nothing: 0,
  /** The neighbor may have another route of this destination. */
  announce: 1,
  replace: 2,
  withdraw: 3,
  /** Of a route that was never announced. */
  withdrawUnknown: 4,
} as const;

/** What waits beside entries: a whole message that marks a place among them, or a route that another one replaces. */
export type Extra =
  | { readonly kind: 'marker'; readonly key: string; readonly message: Uint8Array }
  | { readonly kind: 'announce'; readonly route: Route; readonly replaces: boolean };

const FIRST_LENGTH = 64;
const NOBODY = -0x80000000;

/**
 * Entries of a table that wait to be sent, in their order. An entry keeps its place when it changes; a place that an
 * entry has left is passed over.
 */
export class Waiting {
  readonly #entries: Entries<unknown>;
  /** Entries, and below zero the extras by their numbers. A ring. */
  #ring = new Int32Array(FIRST_LENGTH);
  #head = 0;
  #tail = 0;
  #count = 0;
  readonly #extras = new Map<number, Extra>();
  readonly #markers = new Map<string, number>();
  #lastExtra = 0;

  constructor(entries: Entries<unknown>) {
    this.#entries = entries;
  }

  get size(): number {
    return this.#count + this.#extras.size;
  }

  /** The entry waits for `what`; where it waits already it keeps its place. */
  set(entry: number, what: number): void {
    const { mark } = this.#entries;
    if (mark[entry] === WAITS.nothing) {
      this.#entries.place[entry] = this.#tail >>> 0;
      this.#push(entry);
      this.#count++;
    }
    mark[entry] = what;
  }

  /** It waits no longer. */
  forget(entry: number): void {
    const { mark } = this.#entries;
    if (mark[entry] !== WAITS.nothing) this.#count--;
    mark[entry] = WAITS.nothing;
  }

  extra(extra: Extra): void {
    const id = --this.#lastExtra;
    this.#extras.set(id, extra);
    if (extra.kind === 'marker') this.#markers.set(extra.key, id);
    this.#push(id);
  }

  hasMarker(key: string): boolean {
    return this.#markers.has(key);
  }

  dropMarker(key: string): void {
    const id = this.#markers.get(key);
    if (id === undefined) return;
    this.#markers.delete(key);
    this.#extras.delete(id);
  }

  /** The next that waits, and does no longer: an entry, whose mark is still there, or an extra. Undefined: none. */
  next(): number | Extra | undefined {
    while (this.#head < this.#tail) {
      const position = this.#head++;
      const found = this.#ring[position & (this.#ring.length - 1)] as number;
      if (found >= 0) {
        const { mark, place } = this.#entries;
        if (mark[found] === WAITS.nothing || place[found] !== position >>> 0) continue;
        this.#count--;
        return found;
      }
      const extra = this.#extras.get(found);
      if (extra === undefined) continue;
      this.#extras.delete(found);
      if (extra.kind === 'marker') this.#markers.delete(extra.key);
      return extra;
    }
    return undefined;
  }

  /** Nothing waits any more; marks are the caller's. */
  clear(): void {
    this.#head = 0;
    this.#tail = 0;
    this.#count = 0;
    this.#extras.clear();
    this.#markers.clear();
    if (this.#ring.length > FIRST_LENGTH) this.#ring = new Int32Array(FIRST_LENGTH);
  }

  /** The table's entries have other numbers. */
  moved(places: Int32Array): void {
    const mask = this.#ring.length - 1;
    for (let position = this.#head; position < this.#tail; position++) {
      const found = this.#ring[position & mask] as number;
      if (found < 0) continue;
      const now = places[found] as number;
      this.#ring[position & mask] = now < 0 ? NOBODY : now;
    }
  }

  #push(what: number): void {
    if (this.#tail - this.#head === this.#ring.length) {
      const ring = new Int32Array(this.#ring.length * 2);
      for (let position = this.#head; position < this.#tail; position++)
        ring[position & (ring.length - 1)] = this.#ring[position & (this.#ring.length - 1)] as number;
      this.#ring = ring;
    }
    this.#ring[this.#tail++ & (this.#ring.length - 1)] = what;
  }
}
