import type { Route } from '../bgp/route.ts';
import type { Entries } from './entries.ts';
import { Places, type PlacesOwner } from './places.ts';
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

/** Fewer places that were left are not worth to be given up. */
const FEWEST_TO_CLOSE = 1024;
const NO_TABLES: ReadonlyMap<number, Table> = new Map();

/**
 * Entries of a table that wait to be sent, in their order. An entry keeps its place when it changes; a place that an
 * entry has left is passed over. A whole table waits as one thing, however long it is.
 */
export class Waiting implements PlacesOwner {
  readonly #table: WaitingTable;
  readonly #entries: Entries<unknown>;
  /** Entries, and below zero the extras by their numbers. */
  readonly places = new Places(this);
  /** What is before waited for a session that is gone. */
  #over = 0;
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
    const mark = this.#markOf(entry);
    return mark === WAITS.nothing ? (this.#tableOf(entry)?.what ?? mark) : mark;
  }

  /** What it waits for by itself. */
  #markOf(entry: number): number {
    const mark = this.#entries.mark(entry);
    return mark !== WAITS.nothing && this.#isOver(entry) ? WAITS.nothing : mark;
  }

  #isOver(entry: number): boolean {
    return this.#over > this.places.head && this.#positionOf(entry) < this.#over;
  }

  /** Of an entry with a mark; infinite: it was taken. */
  #positionOf(entry: number): number {
    const { head, tail } = this.places;
    const ahead = (this.#entries.place(entry) - head) >>> 0;
    return ahead < tail - head ? head + ahead : Number.POSITIVE_INFINITY;
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
    if (this.#markOf(entry) === WAITS.nothing) {
      if (what < WAITS.withdraw && this.#tableOf(entry) !== undefined) return;
      entries.setPlace(entry, this.#push(entry));
      this.#count++;
    }
    entries.setMark(entry, what);
  }

  /** The entry is new, and has its mark. */
  added(entry: number): void {
    this.#entries.setPlace(entry, this.#push(entry));
    this.#count++;
  }

  /** It waits no longer. */
  forget(entry: number): void {
    if (this.#markOf(entry) !== WAITS.nothing) this.#count--;
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

  /**
   * The next that waits, and does no longer: an entry, whose mark is still there, or an extra. Undefined: none.
   * To be asked once all is settled.
   */
  next(): number | Extra | undefined {
    const places = this.places;
    while (places.head < places.tail) {
      const position = places.head;
      const found = places.at(position);
      if (found >= 0) {
        const waits = this.#waitsAt(found, position);
        places.pass(position + 1);
        if (!waits) continue;
        this.#count--;
        return found;
      }
      const extra = this.#extras?.byId.get(found);
      if (extra?.kind === 'table') {
        const entry = this.#nextOf(extra);
        if (entry !== undefined) return entry;
      }
      places.pass(position + 1);
      this.#takeExtra(found);
      if (extra !== undefined && extra.kind !== 'table') return extra;
    }
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
      entries.setPlace(entry, this.places.head);
      return entry;
    }
    return undefined;
  }

  #waitsAt(entry: number, position: number): boolean {
    return this.#entries.mark(entry) !== WAITS.nothing && this.#entries.place(entry) === position >>> 0;
  }

  /** Of an entry with a mark: whether its place is still to come. */
  #isQueued(entry: number): boolean {
    const position = this.#positionOf(entry);
    return position < this.places.tail && this.places.at(position) === entry;
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

  /** Nothing waits any more: what did was for a session that is gone. Of its entries `settle` is to make the best. */
  leave(): void {
    for (const [id, table] of this.#tables) this.#endTable(id, table);
    this.#over = this.places.tail;
    this.places.stay();
    this.#count = 0;
    this.#extras = undefined;
  }

  /** Looks after so many places of what was left; entries of withdrawn routes are free. True: all is settled. */
  settle(places: number): boolean {
    let position = this.places.head;
    for (const end = Math.min(this.#over, position + places); position < end; position++) {
      const entry = this.places.at(position);
      if (entry < 0 || !this.#waitsAt(entry, position)) continue;
      if (this.#entries.mark(entry) >= WAITS.withdraw) this.#entries.free(entry);
      else this.#entries.setMark(entry, WAITS.nothing);
    }
    if (position > this.places.head) this.places.pass(position);
    return position >= this.#over;
  }

  /** The entry has a route again, whatever it was left with. */
  keep(entry: number): void {
    if (this.#isOver(entry)) this.#entries.setMark(entry, WAITS.nothing);
  }

  /** An entry of the table has another number. */
  moved(from: number, to: number): void {
    if (this.#entries.mark(to) === WAITS.nothing) return;
    const position = this.#positionOf(to);
    if (position < this.places.tail && this.places.at(position) === from) this.places.put(position, to);
  }

  stands(what: number, position: number): boolean {
    return what < 0 ? this.#extras?.byId.has(what) === true : this.#waitsAt(what, position);
  }

  placed(what: number, position: number): void {
    if (what >= 0) this.#entries.setPlace(what, position);
  }

  /** Gives its place. Places that were left are given up: they would be more and more where nothing is taken. */
  #push(what: number): number {
    const { head, tail } = this.places;
    const begin = Math.max(head, this.#over);
    if (tail - begin > Math.max(FEWEST_TO_CLOSE, this.size * 2)) this.places.close(begin);
    return this.places.push(what);
  }
}
