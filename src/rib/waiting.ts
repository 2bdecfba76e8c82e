import type { Route } from '../bgp/route.ts';
import type { Entries } from './entries.ts';
import type { Walk } from './walks.ts';

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

/** All routes of some families, as the table has them when it is their turn. */
interface Table {
  readonly kind: 'table';
  readonly families: Set<number>;
  /** What its entries wait for: `announce` or `replace`. */
  readonly what: number;
  readonly walk: Walk;
  /** What came later waits by itself. */
  readonly end: Walk;
  /** Told of routes of other families. */
  readonly passed: ((family: number) => void) | undefined;
}

/** What a table's entries are, and hold. */
export interface WaitingTable {
  readonly entries: Entries<unknown>;
  family(entry: number): number;
  /** Whether the entry has a route that the neighbor shall have. */
  isHeld(entry: number): boolean;
}

const FIRST_LENGTH = 64;
/** Where nothing waits. */
const NO_RING = new Int32Array(0);
const NO_TABLES: ReadonlyMap<number, Table> = new Map();

/**
 * Entries of a table that wait to be sent, in their order. An entry keeps its place when it changes; a place that an
 * entry has left is passed over. A whole table waits as one thing, however long it is.
 */
export class Waiting {
  readonly #table: WaitingTable;
  readonly #entries: Entries<unknown>;
  /** Entries, and below zero the extras by their numbers. A ring. */
  #ring = NO_RING;
  #head = 0;
  #tail = 0;
  #count = 0;
  /** Undefined: there are none, as for most of the time. */
  #extras: { readonly byId: Map<number, Extra | Table>; readonly markers: Map<string, number> } | undefined;
  #lastExtra = 0;
  /** Those of the extras that are tables, by their numbers. */
  #tables = NO_TABLES;

  constructor(table: WaitingTable) {
    this.#table = table;
    this.#entries = table.entries;
  }

  /** How many wait; a table counts as one. */
  get size(): number {
    return this.#count + (this.#extras?.byId.size ?? 0);
  }

  /** What the entry waits for. */
  of(entry: number): number {
    const mark = this.#entries.mark(entry);
    return mark === WAITS.nothing ? (this.#tableOf(entry)?.what ?? mark) : mark;
  }

  /** The table that the entry waits in. */
  #tableOf(entry: number): Table | undefined {
    if (this.#tables.size === 0 || !this.#table.isHeld(entry)) return undefined;
    const family = this.#table.family(entry);
    for (const table of this.#tables.values()) {
      const { families, walk, end } = table;
      if (families.has(family) && entry >= walk.at && entry < end.at) return table;
    }
    return undefined;
  }

  /** The entry waits for `what`; where it waits already it keeps its place. */
  set(entry: number, what: number): void {
    const entries = this.#entries;
    if (entries.mark(entry) === WAITS.nothing) {
      if (what < WAITS.withdraw && this.#tableOf(entry) !== undefined) return;
      entries.setPlace(entry, this.#push(entry));
      this.#count++;
    }
    entries.setMark(entry, what);
  }

  /** It waits no longer. */
  forget(entry: number): void {
    if (this.#entries.mark(entry) !== WAITS.nothing) this.#count--;
    this.#entries.setMark(entry, WAITS.nothing);
  }

  extra(extra: Extra): void {
    const id = this.#pushExtra(extra);
    if (extra.kind === 'marker') this.#extras?.markers.set(extra.key, id);
  }

  /**
   * All routes of the families that there are now wait, behind what waits: each once, and no more where it would have.
   * @param passed told of the families of routes that are passed over
   */
  table(families: Iterable<number>, what: number, passed?: (family: number) => void): void {
    const asked = new Set(families);
    for (const [id, table] of this.#tables) {
      for (const family of asked) table.families.delete(family);
      // a peer may ask again and again for what it does not read
      if (table.families.size === 0) this.#takeExtra(id);
    }
    const end = this.#entries.end();
    if (end.at === 0) {
      this.#entries.leave(end);
      return;
    }
    const walk = this.#entries.begin();
    const table: Table = { kind: 'table', families: asked, what, walk, end, passed };
    this.#tables = new Map([...this.#tables, [this.#pushExtra(table), table]]);
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
      const position = this.#head;
      const found = this.#ring[position & (this.#ring.length - 1)] as number;
      if (found >= 0) {
        this.#head++;
        if (!this.#waitsAt(found, position)) continue;
        this.#count--;
        return found;
      }
      const extra = this.#extras?.byId.get(found);
      if (extra?.kind === 'table') {
        const entry = this.#nextOf(extra);
        if (entry !== undefined) return entry;
      }
      this.#head++;
      this.#takeExtra(found);
      if (extra !== undefined && extra.kind !== 'table') return extra;
    }
    // most neighbors have nothing to be sent for most of the time
    if (this.#ring.length === FIRST_LENGTH) this.#ring = NO_RING;
    return undefined;
  }

  /**
   * The next of a table. One that waits by itself, too, leaves now, as it is; a withdrawal is left where it is, and what
   * was taken just before is not taken again.
   */
  #nextOf({ walk, end, families, what, passed }: Table): number | undefined {
    const entries = this.#entries;
    for (let entry = entries.next(walk, end.at); entry >= 0; entry = entries.next(walk, end.at)) {
      if (!this.#table.isHeld(entry)) continue;
      const family = this.#table.family(entry);
      if (!families.has(family)) {
        passed?.(family);
        continue;
      }
      if (entries.mark(entry) === WAITS.nothing) entries.setMark(entry, what);
      else if (this.#isQueued(entry)) this.#count--;
      else continue;
      entries.setPlace(entry, this.#head);
      return entry;
    }
    return undefined;
  }

  #waitsAt(entry: number, position: number): boolean {
    return this.#entries.mark(entry) !== WAITS.nothing && this.#entries.place(entry) === position >>> 0;
  }

  /** Of an entry with a mark: whether its place is still to come. */
  #isQueued(entry: number): boolean {
    const place = this.#entries.place(entry);
    const isAhead = (place - this.#head) >>> 0 < this.#tail - this.#head;
    return isAhead && this.#ring[place & (this.#ring.length - 1)] === entry;
  }

  #pushExtra(extra: Extra | Table): number {
    const id = --this.#lastExtra;
    this.#extras ??= { byId: new Map(), markers: new Map() };
    this.#extras.byId.set(id, extra);
    this.#push(id);
    return id;
  }

  #takeExtra(id: number): void {
    if (this.#extras === undefined) return;
    const { byId, markers } = this.#extras;
    const extra = byId.get(id);
    byId.delete(id);
    if (extra?.kind === 'marker') markers.delete(extra.key);
    if (extra?.kind === 'table') this.#endTable(id, extra);
    if (byId.size === 0) this.#extras = undefined;
  }

  #endTable(id: number, { walk, end }: Table): void {
    this.#entries.leave(walk);
    this.#entries.leave(end);
    this.#tables = new Map([...this.#tables].filter(([other]) => other !== id));
  }

  /** Nothing waits any more; entries of withdrawn routes are free. */
  forgetAll(): void {
    const entries = this.#entries;
    for (; this.#head < this.#tail; this.#head++) {
      const entry = this.#ring[this.#head & (this.#ring.length - 1)] as number;
      if (entry < 0 || !this.#waitsAt(entry, this.#head)) continue;
      if (entries.mark(entry) >= WAITS.withdraw) entries.free(entry);
      else entries.setMark(entry, WAITS.nothing);
    }
    for (const [id, table] of this.#tables) this.#endTable(id, table);
    this.#head = 0;
    this.#tail = 0;
    this.#count = 0;
    this.#extras = undefined;
    this.#ring = NO_RING;
  }

  /** An entry of the table has another number. */
  moved(from: number, to: number): void {
    const { length } = this.#ring;
    const position = this.#entries.place(to);
    if (this.#entries.mark(to) !== WAITS.nothing && this.#ring[position & (length - 1)] === from)
      this.#ring[position & (length - 1)] = to;
  }

  /** Gives its place. */
  #push(what: number): number {
    if (this.#tail - this.#head === this.#ring.length) {
      if (this.size * 2 < this.#ring.length) this.#closeUp();
      else this.#extend();
    }
    this.#ring[this.#tail & (this.#ring.length - 1)] = what;
    return this.#tail++;
  }

  #extend(): void {
    const ring = new Int32Array(Math.max(FIRST_LENGTH, this.#ring.length * 2));
    for (let position = this.#head; position < this.#tail; position++)
      ring[position & (ring.length - 1)] = this.#ring[position & (this.#ring.length - 1)] as number;
    this.#ring = ring;
  }

  /** Gives up the places that were left: they would be more and more where nothing is taken. */
  #closeUp(): void {
    const ring = this.#ring;
    const mask = ring.length - 1;
    const end = this.#tail;
    this.#tail = this.#head;
    for (let position = this.#head; position < end; position++) {
      const what = ring[position & mask] as number;
      const waits = what < 0 ? this.#extras?.byId.has(what) === true : this.#waitsAt(what, position);
      if (!waits) continue;
      if (what >= 0) this.#entries.setPlace(what, this.#tail);
      ring[this.#tail++ & mask] = what;
    }
  }
}
