import type { Attributes } from '../../bgp/attributes/index.ts';
import { decodeAttributes } from '../../bgp/attributes/index.ts';
import { type CodecContext, DEFAULT_CONTEXT } from '../../bgp/context.ts';
import {
  type FamilyId,
  IPV4_MULTICAST,
  IPV4_UNICAST,
  IPV6_MULTICAST,
  IPV6_UNICAST,
} from '../../bgp/family.ts';
import { decodeNextHop } from '../../bgp/mp-next-hop.ts';
import type { NextHop } from '../../bgp/nlri/codec.ts';
import { decodeNlriField, encodeNlri, type Nlri, nlriKey } from '../../bgp/nlri/index.ts';
import type { RegularUpdate } from '../../bgp/regular-update.ts';
import { octetsOf } from '../../wire/prefix.ts';
import { octetsOfText } from '../../wire/text.ts';
import { written } from '../../wire/writer.ts';
import type { AttributePool } from './attribute-pool.ts';
import { OctetTable } from './hash-table.ts';
import { ownAttributes, type RouteField, updateParts, updatesOf } from './update-parts.ts';

/** A route of a table, decoded when it is asked for. */
export interface TableRoute {
  readonly nlri: Nlri;
  readonly nextHop: NextHop | undefined;
  readonly attributes: Attributes;
}

/** Routes of a table that share their attributes, as a whole UPDATE, and how it is to be read. */
export interface TableUpdate {
  readonly update: Uint8Array;
  /** How many. */
  readonly routes: number;
  readonly asn4: boolean;
  readonly family: FamilyId;
  readonly pathIds: boolean;
}

/** What an UPDATE changed. */
export interface Applied {
  /** Routes that are new or have other attributes, and routes that are gone. */
  readonly changed: number;
  /** Routes that stood there with the same attributes. */
  readonly unchanged: number;
  /** Withdrawals of routes that were not there. */
  readonly absent: number;
}

/** Families whose NLRI are a prefix and nothing else: their octets are the key. */
const PLAIN: ReadonlySet<FamilyId> = new Set([IPV4_UNICAST, IPV4_MULTICAST, IPV6_UNICAST, IPV6_MULTICAST]);
const PATH_ID_OCTETS = 4;
const IPV6_HOP = 16;
/** Routes that are read in one go, by who shows them and who sends them. */
const ROUTES_AT_ONCE = 4096;
const UPDATES_AT_ONCE = 16_384;

/** The routes of one family, with path identifiers or without. */
interface FamilyTable {
  readonly family: FamilyId;
  readonly pathIds: boolean;
  readonly routes: OctetTable;
}

/**
 * The routes of one peer in one view. A route costs its octets and some twenty more; attributes are in the
 * pool. Each carries the epoch in which it was last heard.
 */
export class RouteTable {
  readonly #pool: AttributePool;
  readonly #tables = new Map<string, FamilyTable>();

  constructor(pool: AttributePool) {
    this.#pool = pool;
  }

  get size(): number {
    return this.sizeOf(undefined);
  }

  get bytes(): number {
    let bytes = 0;
    for (const { routes } of this.#tables.values()) bytes += routes.bytes;
    return bytes;
  }

  sizeOf(family: FamilyId | undefined): number {
    let size = 0;
    for (const table of this.#tables.values()) {
      if (family === undefined || table.family === family) size += table.routes.size;
    }
    return size;
  }

  get families(): readonly FamilyId[] {
    return [...new Set([...this.#tables.values()].map(({ family }) => family))];
  }

  /**
   * @param body of an UPDATE that was decoded in this context without an error that resets
   * @param withdraw what it announces is withdrawn (RFC 7606)
   */
  apply(
    body: Uint8Array,
    context: CodecContext,
    { epoch, withdraw }: { readonly epoch: number; readonly withdraw: boolean },
  ): Applied {
    const parts = updateParts(body);
    let changed = 0;
    let unchanged = 0;
    let absent = 0;
    const gone = (field: RouteField, bare: boolean) => {
      const removed = this.#withdraw(field, context, bare);
      changed += removed.changed;
      absent += removed.absent;
    };
    for (const field of parts.withdrawn) gone(field, true);
    for (const field of parts.announced) {
      if (withdraw) {
        gone(field, false);
        continue;
      }
      const { attributes } = parts;
      const number = this.#pool.take({ attributes, nextHop: field.nextHop, asn4: context.asn4 });
      const same = this.#announce(field, context, { number, epoch });
      this.#pool.release(number);
      unchanged += same.unchanged;
      changed += same.changed;
    }
    return { changed, unchanged, absent };
  }

  /** The short way of a regular UPDATE, straight from where it was read. Bits behind a prefix's length count as zero. */
  applyRegular(update: RegularUpdate, epoch: number): void {
    const { octets, attributes, withdrawn, unreach, announced, reach, reachHop, context } = update;
    for (const [family, range] of [
      [IPV4_UNICAST, withdrawn],
      [IPV6_UNICAST, unreach],
    ] as const) {
      const table = range.from < range.to ? this.#tables.get(tableKey(family, context)) : undefined;
      if (table === undefined) continue;
      eachKey(octets, range, table.pathIds, (key, from, length) => {
        const entry = table.routes.find(key, from, length);
        if (entry >= 0) this.#remove(table, entry);
      });
    }
    if (announced.from === announced.to && reach.from === reach.to) return;
    const own = ownAttributes(octets.subarray(attributes.from, attributes.to));
    for (const [family, range, nextHop] of [
      [IPV4_UNICAST, announced, undefined],
      [IPV6_UNICAST, reach, octets.subarray(reachHop, reachHop + IPV6_HOP)],
    ] as const) {
      if (range.from === range.to) continue;
      const table = this.#table(family, context);
      const number = this.#pool.take({ attributes: own, nextHop, asn4: context.asn4 });
      eachKey(octets, range, table.pathIds, (key, from, length) =>
        this.#put(table, { key, from, length }, number, epoch),
      );
      this.#pool.release(number);
    }
  }

  /** False: there was no such route. */
  withdraw(nlri: Nlri): boolean {
    const context = { ...DEFAULT_CONTEXT, addPath: new Set(nlri.pathId === undefined ? [] : [nlri.family]) };
    const octets = written((w) => encodeNlri(w, nlri, context, false));
    return (
      this.#withdraw({ family: nlri.family, nlri: octets, nextHop: undefined }, context, false).changed > 0
    );
  }

  /** Routes that were last heard before `epoch`, of one family or all; they are gone then. */
  sweep(epoch: number, family?: FamilyId): Nlri[] {
    const swept: Nlri[] = [];
    this.forget(epoch, family, (nlri) => swept.push(nlri()));
    return swept;
  }

  /** The same for whoever need not know which, or not of all; gives how many. */
  forget(epoch: number, family?: FamilyId, tell?: (nlri: () => Nlri) => void): number {
    let gone = 0;
    for (const table of this.#of(family)) {
      const { routes } = table;
      for (let entry = routes.size - 1; entry >= 0; entry--) {
        if (routes.mark(entry) === epoch) continue;
        tell?.(() => this.#nlri(table, entry));
        this.#remove(table, entry);
        gone++;
      }
    }
    return gone;
  }

  /** Calls all routes of a family last heard in `epoch`; gives how many there are. */
  mark(family: FamilyId, epoch: number): number {
    for (const { routes } of this.#of(family)) {
      for (let entry = 0; entry < routes.size; entry++) routes.put(entry, routes.value(entry), epoch);
    }
    return this.sizeOf(family);
  }

  /** How many routes were last heard before `epoch`, of one family or all. */
  stale(epoch: number, family?: FamilyId): number {
    let stale = 0;
    for (const { routes } of this.#of(family)) {
      for (let entry = 0; entry < routes.size; entry++) if (routes.mark(entry) !== epoch) stale++;
    }
    return stale;
  }

  /** Takes the routes out that were last heard before `epoch`, one after the other. */
  *take(epoch: number, family: FamilyId): Generator<TableRoute, void> {
    for (const table of this.#of(family)) {
      const sharedOf = this.#decoder();
      const { routes } = table;
      for (let entry = routes.size - 1; entry >= 0; entry = Math.min(entry, routes.size) - 1) {
        if (routes.mark(entry) === epoch) continue;
        const route = { nlri: this.#nlri(table, entry), ...sharedOf(table, entry) };
        this.#remove(table, entry);
        yield route;
      }
    }
  }

  /** Forgets all, or a family, at once; returns how many routes that were. The pool is dug for their attributes later. */
  clear(family?: FamilyId): number {
    const size = this.sizeOf(family);
    for (const [key, { family: own, routes }] of [...this.#tables]) {
      if (family !== undefined && own !== family) continue;
      this.#pool.bury(routes);
      this.#tables.delete(key);
    }
    return size;
  }

  #of(family: FamilyId | undefined): FamilyTable[] {
    const all = [...this.#tables.values()];
    return family === undefined ? all : all.filter((table) => table.family === family);
  }

  /** All routes that `wants`. The table may change meanwhile, as with `updates`. */
  *routes(wants: (nlri: Nlri) => boolean = () => true, family?: FamilyId): IterableIterator<TableRoute> {
    for (const { table, from, to } of this.#slices(ROUTES_AT_ONCE)) {
      if (family !== undefined && table.family !== family) continue;
      const routes: TableRoute[] = [];
      const sharedOf = this.#decoder();
      for (let entry = from; entry < to; entry++) {
        const nlri = this.#nlri(table, entry);
        if (!wants(nlri)) continue;
        const { attributes, nextHop } = sharedOf(table, entry);
        routes.push({ nlri, nextHop, attributes });
      }
      yield* routes;
    }
  }

  /**
   * All routes as UPDATEs, those of the same attributes together. The table may change meanwhile: what stays as it
   * is is told, what changes is told as it was or as it is, or not at all; whoever reads hears of changes, too.
   */
  *updates(most = Number.POSITIVE_INFINITY): Generator<TableUpdate, void> {
    for (const { table, from, to } of this.#slices(UPDATES_AT_ONCE)) {
      const { family, pathIds } = table;
      const told: TableUpdate[] = [];
      for (const [number, entries] of byAttributes(table.routes, from, to)) {
        const shared = this.#pool.get(number);
        const nlri = entries.map((entry) => shared.nlri ?? table.routes.key(entry));
        for (let at = 0; at < nlri.length; at += most) {
          const some = nlri.slice(at, at + most);
          for (const each of updatesOf({ ...shared, family }, some)) {
            told.push({ ...each, asn4: shared.asn4, family, pathIds });
          }
        }
      }
      yield* told;
    }
  }

  /**
   * Entries in slices, the last first: one that is removed gives its number to the last, which was told then, and
   * new ones come behind. Each slice is to be read at once.
   */
  *#slices(
    length: number,
  ): Generator<{ readonly table: FamilyTable; readonly from: number; readonly to: number }, void> {
    for (const [key, table] of [...this.#tables]) {
      let left = table.routes.size;
      while (left > 0 && this.#tables.get(key) === table) {
        const from = Math.max(left - length, 0);
        yield { table, from, to: left };
        left = Math.min(from, table.routes.size);
      }
    }
  }

  /** Neighbors in the table share their attributes as a rule: they then get the same objects. */
  #decoder(): (table: FamilyTable, entry: number) => Omit<TableRoute, 'nlri'> {
    let last = -1;
    let shared: Omit<TableRoute, 'nlri'> | undefined;
    return ({ family, routes }, entry) => {
      const number = routes.value(entry);
      if (shared === undefined || last !== number) shared = this.#attributesOf(number, family);
      last = number;
      return shared;
    };
  }

  #attributesOf(number: number, family: FamilyId): Omit<TableRoute, 'nlri'> {
    const { attributes: octets, nextHop, asn4 } = this.#pool.get(number);
    const {
      mpReach: _reach,
      mpUnreach: _unreach,
      ...attributes
    } = decodeAttributes(octets, {
      ...DEFAULT_CONTEXT,
      asn4,
    }).attributes;
    if (nextHop === undefined) {
      return { attributes, nextHop: attributes.nextHop && { address: attributes.nextHop } };
    }
    return { attributes, nextHop: nextHopOf(nextHop, family) };
  }

  #announce(
    field: RouteField,
    context: CodecContext,
    { number, epoch }: { readonly number: number; readonly epoch: number },
  ): Omit<Applied, 'absent'> {
    const table = this.#table(field.family, context);
    let unchanged = 0;
    let changed = 0;
    this.#each(field, context, false, (octets, from, length, full) => {
      const value = full === undefined ? number : this.#withNlri(number, full);
      if (this.#put(table, { key: octets, from, length }, value, epoch)) changed++;
      else unchanged++;
      if (full !== undefined) this.#pool.release(value);
    });
    return { changed, unchanged };
  }

  /** False: the route stood there with these attributes. */
  #put(
    { routes }: FamilyTable,
    { key, from, length }: { readonly key: Uint8Array; readonly from: number; readonly length: number },
    value: number,
    epoch: number,
  ): boolean {
    const entry = routes.find(key, from, length);
    if (entry >= 0 && routes.value(entry) === value) {
      routes.put(entry, value, epoch);
      return false;
    }
    this.#pool.retain(value);
    if (entry < 0) routes.add(key, from, length, value, epoch);
    else {
      this.#release(routes.value(entry));
      routes.put(entry, value, epoch);
    }
    return true;
  }

  #withdraw(field: RouteField, context: CodecContext, bare: boolean): Omit<Applied, 'unchanged'> {
    const table = this.#tables.get(tableKey(field.family, context));
    let changed = 0;
    let absent = 0;
    this.#each(field, context, bare, (octets, from, length) => {
      const entry = table?.routes.find(octets, from, length) ?? -1;
      if (table === undefined || entry < 0) {
        absent++;
        return;
      }
      this.#remove(table, entry);
      changed++;
    });
    return { changed, absent };
  }

  /** Calls with the key of each NLRI of a field; `full` is its octets where the key does not hold all of it. */
  #each(
    { family, nlri }: RouteField,
    context: CodecContext,
    withdraw: boolean,
    act: (octets: Uint8Array, from: number, length: number, full?: Uint8Array) => void,
  ): void {
    if (PLAIN.has(family)) {
      const before = context.addPath.has(family) ? PATH_ID_OCTETS : 0;
      for (let at = 0; at < nlri.length; ) {
        const length = before + 1 + octetsOf(nlri[at + before] as number);
        act(nlri, at, length);
        at += length;
      }
      return;
    }
    for (const one of decodeNlriField(nlri, family, context, withdraw)) {
      const key = octetsOfText(nlriKey(one));
      act(key, 0, key.length, withdraw ? undefined : written((w) => encodeNlri(w, one, context, false)));
    }
  }

  /** Routes whose key does not hold all of them have their octets beside the attributes. */
  #withNlri(number: number, nlri: Uint8Array): number {
    return this.#pool.take({ ...this.#pool.get(number), nlri });
  }

  #nlri({ family, pathIds, routes }: FamilyTable, entry: number): Nlri {
    const octets = this.#pool.get(routes.value(entry)).nlri ?? routes.key(entry).slice();
    const context = { ...DEFAULT_CONTEXT, addPath: new Set(pathIds ? [family] : []) };
    return decodeNlriField(octets, family, context, false)[0] as Nlri;
  }

  #remove({ routes }: FamilyTable, entry: number): void {
    this.#release(routes.value(entry));
    routes.delete(entry);
  }

  #release(number: number): void {
    this.#pool.release(number);
  }

  #table(family: FamilyId, context: CodecContext): FamilyTable {
    const key = tableKey(family, context);
    const known = this.#tables.get(key);
    if (known !== undefined) return known;
    const made = { family, pathIds: context.addPath.has(family), routes: new OctetTable() };
    this.#tables.set(key, made);
    return made;
  }
}

const KEY = new Uint8Array(32);

/** Calls with the key of each prefix that stands in a row; they are known to fill the range. */
function eachKey(
  octets: Uint8Array,
  { from, to }: { readonly from: number; readonly to: number },
  pathIds: boolean,
  act: (octets: Uint8Array, from: number, length: number) => void,
): void {
  const before = pathIds ? PATH_ID_OCTETS : 0;
  for (let at = from; at < to; ) {
    const bits = octets[at + before] as number;
    const length = before + 1 + ((bits + 7) >> 3);
    const beyond = (bits & 7) === 0 ? 0 : 0xff >> (bits & 7);
    if (((octets[at + length - 1] as number) & beyond) === 0) act(octets, at, length);
    else {
      KEY.set(octets.subarray(at, at + length));
      KEY[length - 1] = (KEY[length - 1] as number) & ~beyond;
      act(KEY, 0, length);
    }
    at += length;
  }
}

function tableKey(family: FamilyId, { addPath }: CodecContext): string {
  return `${family} ${addPath.has(family)}`;
}

/** Some entries by the number of their attributes. */
function byAttributes(routes: OctetTable, from: number, to: number): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (let entry = from; entry < to; entry++) {
    const number = routes.value(entry);
    const group = groups.get(number);
    if (group === undefined) groups.set(number, [entry]);
    else group.push(entry);
  }
  return groups;
}

/** Families that Peerline knows have next hops of their own forms; none where it is not one of them. */
function nextHopOf(octets: Uint8Array, family: FamilyId): NextHop | undefined {
  try {
    return decodeNextHop(octets, family);
  } catch (err) {
    if (err instanceof RangeError) return undefined;
    throw err;
  }
}
