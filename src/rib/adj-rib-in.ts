import type { Attributes } from '../bgp/attributes/index.ts';
import { type FamilyId, IPV4_UNICAST, IPV6_UNICAST } from '../bgp/family.ts';
import type { NextHop } from '../bgp/nlri/codec.ts';
import { decodeNlriField, type Nlri, nlriKey } from '../bgp/nlri/index.ts';
import type { RegularUpdate } from '../bgp/regular-update.ts';
import type { Update } from '../bgp/update.ts';
import { finished } from '../wire/finished.ts';
import { AttributePool } from './octets/attribute-pool.ts';
import { OctetRoutes } from './octets/octet-routes.ts';
import type { TableUpdate } from './octets/table-reader.ts';

/** A route as the peer announced it. The routes of one UPDATE share their attributes and next hop. */
export interface ReceivedRoute {
  readonly nlri: Nlri;
  readonly nextHop: NextHop | undefined;
  readonly attributes: Attributes;
}

/** Values between two looks at who else has something to do. */
const LOOKED_AT_ONCE = 1024;
/** Routes of one family that came before others. */
interface Stale {
  /** Those that are octets were marked with an earlier epoch, */
  readonly before: number;
  /** and those that are values have these keys. */
  readonly keys: Set<string>;
}

const COMPACT: ReadonlySet<FamilyId> = new Set([IPV4_UNICAST, IPV6_UNICAST]);

/**
 * The routes that one peer announced (RFC 4271 section 3.2, Adj-RIB-In). It holds copies, never views. Those of regular
 * UPDATEs are octets in typed arrays; the others, which are few as a rule, are values. A route is in one of both.
 */
export class AdjRibIn {
  #pool = new AttributePool();
  #compact = new OctetRoutes(this.#pool);
  readonly #families = new Map<FamilyId, Map<string, ReceivedRoute>>();
  /** What the peer must send again, or lose. */
  readonly #stale = new Map<FamilyId, Stale>();
  /** What comes is marked with it. */
  #epoch = 0;

  get size(): number {
    let size = this.#compact.size;
    for (const routes of this.#families.values()) size += routes.size;
    return size;
  }

  sizeOf(family: FamilyId): number {
    return this.#compact.sizeOf(family) + (this.#families.get(family)?.size ?? 0);
  }

  families(): readonly FamilyId[] {
    return [...new Set([...this.#families.keys(), ...this.#compact.families])];
  }

  staleFamilies(): readonly FamilyId[] {
    return [...this.#stale.keys()];
  }

  staleCount(family: FamilyId): number {
    const stale = this.#stale.get(family);
    return stale === undefined ? 0 : stale.keys.size + this.#compact.epochs.stale(stale.before, family);
  }

  /** Marks every route of the family; gives how many there are. */
  markStale(family: FamilyId): number {
    const size = this.sizeOf(family);
    if (size === 0) return 0;
    this.#epoch++;
    this.#stale.set(family, { before: this.#epoch, keys: new Set(this.#families.get(family)?.keys()) });
    return size;
  }

  /** Forgets the routes of the family that are marked still; gives how many. */
  sweep(family: FamilyId): number {
    return finished(this.sweeping(family));
  }

  /**
   * As `sweep`, giving how many there are so far now and then. Routes may come and go meanwhile; where it is left, those
   * that are left are marked still.
   */
  *sweeping(family: FamilyId): Generator<number, number, void> {
    const stale = this.#stale.get(family);
    if (stale === undefined) return 0;
    let swept = yield* this.#compact.epochs.forgetting(stale.before, family);
    let looked = 0;
    for (const key of stale.keys) {
      if (this.#families.get(family)?.delete(key) === true) swept++;
      stale.keys.delete(key);
      if (++looked % LOOKED_AT_ONCE === 0) yield swept;
    }
    this.#stale.delete(family);
    return swept;
  }

  /** Puts other routes in the place of those that are marked; undefined forgets one. They are values then. */
  replaceStale(family: FamilyId, replace: (route: ReceivedRoute) => ReceivedRoute | undefined): void {
    const stale = this.#stale.get(family);
    if (stale === undefined) return;
    const routes = this.#of(family);
    for (const route of this.#compact.epochs.take(stale.before, family)) {
      const key = nlriKey(route.nlri);
      stale.keys.add(key);
      routes.set(key, route);
    }
    for (const key of [...stale.keys]) {
      const route = routes.get(key);
      const replaced = route === undefined ? undefined : replace(route);
      if (replaced !== undefined) {
        routes.set(key, replaced);
        continue;
      }
      routes.delete(key);
      stale.keys.delete(key);
    }
  }

  /** The short way of a regular UPDATE: nothing of it is decoded. */
  applyRegular(update: RegularUpdate): void {
    if (this.#families.size > 0) this.#forgetValues(update);
    this.#compact.applyRegular(update, this.#epoch);
  }

  apply(update: Update): void {
    for (const { family, nlri } of update.withdrawn) for (const each of nlri) this.#withdraw(family, each);
    if (update.announced.length === 0) return;
    const attributes = owned(update.attributes);
    for (const announced of update.announced) {
      const { family } = announced;
      const routes = this.#of(family);
      const nextHop = owned(announced.nextHop);
      const isCompact = COMPACT.has(family) && this.#compact.sizeOf(family) > 0;
      for (const nlri of announced.nlri) {
        const key = nlriKey(nlri);
        if (isCompact) this.#compact.withdraw(nlri);
        routes.set(key, { nlri: owned(nlri), nextHop, attributes });
        this.#stale.get(family)?.keys.delete(key);
      }
    }
  }

  /** All routes, family by family. */
  *routes(family?: FamilyId): IterableIterator<ReceivedRoute> {
    yield* this.#compact.routes(undefined, family);
    yield* this.values(family);
  }

  /** Those that are values. */
  *values(family?: FamilyId): IterableIterator<ReceivedRoute> {
    for (const [each, routes] of this.#families) {
      if (family === undefined || family === each) yield* routes.values();
    }
  }

  /** Those that are octets, as UPDATEs of at most so many routes. It may change between two of them. */
  updates(most: number): Generator<TableUpdate, void> {
    return this.#compact.updates(most);
  }

  /** Forgets the routes of a family, or all. */
  clear(family?: FamilyId): void {
    this.#compact.clear(family);
    if (this.#compact.size > 0) this.#pool.dig(Number.POSITIVE_INFINITY);
    else {
      // at once, whatever their number
      this.#pool = new AttributePool();
      this.#compact = new OctetRoutes(this.#pool);
    }
    for (const table of [this.#families, this.#stale]) {
      if (family === undefined) table.clear();
      else table.delete(family);
    }
  }

  #of(family: FamilyId): Map<string, ReceivedRoute> {
    const known = this.#families.get(family);
    if (known !== undefined) return known;
    const made = new Map<string, ReceivedRoute>();
    this.#families.set(family, made);
    return made;
  }

  #withdraw(family: FamilyId, nlri: Nlri): void {
    const key = nlriKey(nlri);
    if (COMPACT.has(family)) this.#compact.withdraw(nlri);
    this.#families.get(family)?.delete(key);
    this.#stale.get(family)?.keys.delete(key);
  }

  /** What the UPDATE tells of is no value any more. */
  #forgetValues(update: RegularUpdate): void {
    for (const family of COMPACT) {
      const routes = this.#families.get(family);
      if (routes === undefined || routes.size === 0) continue;
      for (const key of keysOf(update, family)) {
        routes.delete(key);
        this.#stale.get(family)?.keys.delete(key);
      }
    }
  }
}

function keysOf(
  { octets, context, withdrawn, announced, unreach, reach }: RegularUpdate,
  family: FamilyId,
): string[] {
  const ranges = family === IPV4_UNICAST ? [withdrawn, announced] : [unreach, reach];
  const fields = ranges.filter(({ from, to }) => from < to).map(({ from, to }) => octets.subarray(from, to));
  return fields.flatMap((field) => decodeNlriField(field, family, context, true).map(nlriKey));
}

/**
 * The same plain value, every view of other memory in it copied: values decoded from a message look into
 * the read buffer, which must not live as long as a route.
 */
function owned<T>(value: T): T {
  return ownedValue(value) as T;
}

function ownedValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) {
    return value.byteLength === value.buffer.byteLength ? value : Uint8Array.from(value);
  }
  if (Array.isArray(value)) return value.map(ownedValue);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, ownedValue(member)]));
}
