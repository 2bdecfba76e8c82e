import type { Attributes } from '../../bgp/attributes/index.ts';
import { decodeAttributes } from '../../bgp/attributes/index.ts';
import { DEFAULT_CONTEXT } from '../../bgp/context.ts';
import type { FamilyId } from '../../bgp/family.ts';
import { decodeNextHop } from '../../bgp/mp-next-hop.ts';
import type { NextHop } from '../../bgp/nlri/codec.ts';
import { decodeNlriField, type Nlri } from '../../bgp/nlri/index.ts';
import type { AttributePool } from './attribute-pool.ts';
import type { OctetTable } from './hash-table.ts';
import { updatesOf } from './update-parts.ts';

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

/** The routes of one family, with path identifiers or without. */
export interface FamilyTable {
  readonly family: FamilyId;
  readonly pathIds: boolean;
  readonly routes: OctetTable;
}

/** Routes that are read in one go, some milliseconds each: by who shows them and who sends them. */
const ROUTES_AT_ONCE = 512;
const UPDATES_AT_ONCE = 2048;

/** Reads the routes of a table, decoded or as UPDATEs. */
export class TableReader {
  readonly #pool: AttributePool;
  readonly #tables: ReadonlyMap<string, FamilyTable>;

  /** @param tables those that there are, as they come and go */
  constructor(pool: AttributePool, tables: ReadonlyMap<string, FamilyTable>) {
    this.#pool = pool;
    this.#tables = tables;
  }

  /** The destination of an entry. */
  nlri({ family, pathIds, routes }: FamilyTable, entry: number): Nlri {
    const octets = this.#pool.get(routes.value(entry)).nlri ?? routes.key(entry).slice();
    const context = { ...DEFAULT_CONTEXT, addPath: new Set(pathIds ? [family] : []) };
    return decodeNlriField(octets, family, context, false)[0] as Nlri;
  }

  /** All routes that `wants`. The table may change meanwhile, as with `updates`. */
  *routes(wants: (nlri: Nlri) => boolean = () => true, family?: FamilyId): IterableIterator<TableRoute> {
    for (const { table, from, to } of this.#slices(ROUTES_AT_ONCE)) {
      if (family !== undefined && table.family !== family) continue;
      const routes: TableRoute[] = [];
      const sharedOf = this.decoder();
      for (let entry = from; entry < to; entry++) {
        const nlri = this.nlri(table, entry);
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
  decoder(): (table: FamilyTable, entry: number) => Omit<TableRoute, 'nlri'> {
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
