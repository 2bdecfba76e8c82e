import { type FamilyId, IPV4_UNICAST, IPV6_UNICAST } from '../bgp/family.ts';
import { decodeNlriField, type Nlri, nlriKey } from '../bgp/nlri/index.ts';
import type { RegularUpdate } from '../bgp/regular-update.ts';
import type { Update } from '../bgp/update.ts';
import { finished } from '../wire/finished.ts';
import { HeardRoutes, type ReceivedRoute } from './heard-routes.ts';
import { AttributePool } from './octets/attribute-pool.ts';
import { type ReplaceCommunities, withCommunities } from './octets/communities.ts';
import { OctetRoutes } from './octets/octet-routes.ts';
import type { TableUpdate } from './octets/table-reader.ts';

/** Values, and routes whose attributes are given up, between two looks at who else has something to do. */
const LOOKED_AT_ONCE = 1024;

const COMPACT: ReadonlySet<FamilyId> = new Set([IPV4_UNICAST, IPV6_UNICAST]);

/**
 * The routes that one peer announced (RFC 4271 section 3.2, Adj-RIB-In). It holds copies, never views. Those of regular
 * UPDATEs are octets in typed arrays; the others, which are few as a rule, are values. A route is in one of both.
 */
export class AdjRibIn {
  #pool = new AttributePool();
  #compact = new OctetRoutes(this.#pool);
  readonly #families = new Map<FamilyId, HeardRoutes>();
  /** What the peer must send again, or lose: routes that were heard before this epoch. */
  readonly #stale = new Map<FamilyId, number>();
  /** What comes is of it. */
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
    if (!this.#stale.has(family)) return 0;
    return this.#compact.epochs.stale(family) + (this.#families.get(family)?.stale ?? 0);
  }

  /** Marks every route of the family, at once; gives how many there are. */
  markStale(family: FamilyId): number {
    const size = this.sizeOf(family);
    if (size === 0) return 0;
    this.#stale.set(family, ++this.#epoch);
    this.#compact.epochs.begin(this.#epoch, family);
    this.#families.get(family)?.begin(this.#epoch);
    return size;
  }

  /** Forgets the routes of the family that are marked still; gives how many. */
  sweep(family: FamilyId): number {
    return finished(this.sweeping(family));
  }

  /**
   * As `sweep`, giving how many there are so far now and then. Routes may come and go meanwhile, and be marked again; where it
   * is left, those that are left are marked still.
   */
  *sweeping(family: FamilyId): Generator<number, number, void> {
    const before = this.#stale.get(family);
    if (before === undefined) return 0;
    let swept = yield* this.#compact.epochs.forgetting(before, family);
    const forgetting = this.#eachStale(family, before, (values, entry) => {
      values.remove(entry);
      swept++;
    });
    for (const _ of forgetting) yield swept;
    if (this.#stale.get(family) === before) this.#stale.delete(family);
    return swept;
  }

  /** Routes that are marked get other communities, or go; gives back control now and then. Routes may come and go meanwhile. */
  *replacingStale(family: FamilyId, replace: ReplaceCommunities): Generator<void, void, void> {
    const before = this.#stale.get(family);
    if (before === undefined) return;
    yield* this.#compact.epochs.replacing(before, family, (octets) => withCommunities(octets, replace));
    yield* this.#eachStale(family, before, (values, entry) => {
      const replaced = communitiesReplaced(values.at(entry), replace);
      if (replaced === undefined) values.remove(entry);
      else values.replace(entry, replaced);
    });
  }

  /** Acts on each value that was heard before an epoch, giving back control now and then. */
  *#eachStale(
    family: FamilyId,
    before: number,
    act: (values: HeardRoutes, entry: number) => void,
  ): Generator<void, void, void> {
    const values = this.#families.get(family);
    if (values === undefined) return;
    let looked = 0;
    for (const entry of values.walk()) {
      if (values.isBefore(entry, before)) act(values, entry);
      if (++looked % LOOKED_AT_ONCE === 0) yield;
      // all were forgotten meanwhile
      if (this.#families.get(family) !== values) return;
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
        routes.set(key, { nlri: owned(nlri), nextHop, attributes }, this.#epoch);
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
      if (family !== undefined && family !== each) continue;
      for (const entry of routes.walk()) yield routes.at(entry);
    }
  }

  /** Those that are octets, as UPDATEs of at most so many routes. It may change between two of them. */
  updates(most: number): Generator<TableUpdate, void> {
    return this.#compact.updates(most);
  }

  /** Forgets the routes of a family, or all, at once; what they said goes with `settling` where others say it, too. */
  clear(family?: FamilyId): void {
    this.#compact.clear(family);
    if (this.#compact.size === 0) {
      this.#pool = new AttributePool();
      this.#compact = new OctetRoutes(this.#pool);
    }
    for (const table of [this.#families, this.#stale]) {
      if (family === undefined) table.clear();
      else table.delete(family);
    }
  }

  /** Gives up what only routes that were cleared said, giving back control now and then. */
  *settling(): Generator<void, void, void> {
    while (this.#pool.dig(LOOKED_AT_ONCE)) yield;
  }

  #of(family: FamilyId): HeardRoutes {
    const known = this.#families.get(family);
    if (known !== undefined) return known;
    const made = new HeardRoutes();
    this.#families.set(family, made);
    return made;
  }

  #withdraw(family: FamilyId, nlri: Nlri): void {
    const key = nlriKey(nlri);
    if (COMPACT.has(family)) this.#compact.withdraw(nlri);
    this.#families.get(family)?.delete(key);
  }

  /** What the UPDATE tells of is no value any more. */
  #forgetValues(update: RegularUpdate): void {
    for (const family of COMPACT) {
      const routes = this.#families.get(family);
      if (routes === undefined || routes.size === 0) continue;
      for (const key of keysOf(update, family)) routes.delete(key);
    }
  }
}

function communitiesReplaced(route: ReceivedRoute, replace: ReplaceCommunities): ReceivedRoute | undefined {
  const before = route.attributes.community ?? [];
  const community = replace(before);
  if (community === undefined || community === before) return community && route;
  return { ...route, attributes: { ...route.attributes, community } };
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
