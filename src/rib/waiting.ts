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
/** Where nothing waits. */
const NO_RING = new Int32Array(0);
const NOBODY = -0x80000000;

/**
 * Entries of a table that wait to be sent, in their order. An entry keeps its place when it changes; a place that an
 * entry has left is passed over.
 */
export class Waiting {
  readonly #entries: Entries<unknown>;
  /** Entries, and below zero the extras by their numbers. A ring. */
  #ring = NO_RING;
  #head = 0;
  #tail = 0;
  #count = 0;
  /** Undefined: there are none, as for most of the time. */
  #extras: { readonly byId: Map<number, Extra>; readonly markers: Map<string, number> } | undefined;
  #lastExtra = 0;

  constructor(entries: Entries<unknown>) {
    this.#entries = entries;
  }

  get size(): number {
    return this.#count + (this.#extras?.byId.size ?? 0);
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
    this.#extras ??= { byId: new Map(), markers: new Map() };
    this.#extras.byId.set(id, extra);
    if (extra.kind === 'marker') this.#extras.markers.set(extra.key, id);
    this.#push(id);
  }

  hasMarker(key: string): boolean {
    return this.#extras?.markers.has(key) ?? false;
  }

  dropMarker(key: string): void {
    const id = this.#extras?.markers.get(key);
    if (id !== undefined) this.#takeExtra(id);
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
      const extra = this.#takeExtra(found);
      if (extra !== undefined) return extra;
    }
    if (this.#ring.length === FIRST_LENGTH) this.#ring = NO_RING;
    return undefined;
  }

  #takeExtra(id: number): Extra | undefined {
    if (this.#extras === undefined) return undefined;
    const { byId, markers } = this.#extras;
    const extra = byId.get(id);
    byId.delete(id);
    if (extra?.kind === 'marker') markers.delete(extra.key);
    if (byId.size === 0) this.#extras = undefined;
    return extra;
  }

  /** Nothing waits any more; entries of withdrawn routes are free. */
  forgetAll(): void {
    const { mark } = this.#entries;
    for (const entry of this.#entries.walk()) {
      if ((mark[entry] as number) >= WAITS.withdraw) this.#entries.free(entry);
      else mark[entry] = WAITS.nothing;
    }
    this.#head = 0;
    this.#tail = 0;
    this.#count = 0;
    this.#extras = undefined;
    this.#ring = NO_RING;
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
      const ring = new Int32Array(Math.max(FIRST_LENGTH, this.#ring.length * 2));
      for (let position = this.#head; position < this.#tail; position++)
        ring[position & (ring.length - 1)] = this.#ring[position & (this.#ring.length - 1)] as number;
      this.#ring = ring;
    }
    this.#ring[this.#tail++ & (this.#ring.length - 1)] = what;
  }
}
