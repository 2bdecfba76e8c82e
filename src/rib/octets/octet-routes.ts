import { type CodecContext, DEFAULT_CONTEXT } from '../../bgp/context.ts';
import { type FamilyId, IPV4_UNICAST, IPV6_UNICAST } from '../../bgp/family.ts';
import { encodeNlri, type Nlri } from '../../bgp/nlri/index.ts';
import type { RegularUpdate } from '../../bgp/regular-update.ts';
import { written } from '../../wire/writer.ts';
import type { AttributePool } from './attribute-pool.ts';
import { Epochs } from './epochs.ts';
import { OctetTable } from './hash-table.ts';
import { eachKey, eachKeyOf } from './route-keys.ts';
import { type FamilyTable, TableReader, type TableRoute, type TableUpdate } from './table-reader.ts';
import { ownAttributes, type RouteField, updateParts } from './update-parts.ts';

/** What an UPDATE changed. */
export interface Applied {
  /** Routes that are new or have other attributes, and routes that are gone. */
  readonly changed: number;
  /** Routes that stood there with the same attributes. */
  readonly unchanged: number;
  /** Withdrawals of routes that were not there. */
  readonly absent: number;
}

const IPV6_HOP = 16;

/** The routes of one peer in one view. A route costs its octets and some twenty more; attributes are in the pool. */
export class OctetRoutes {
  readonly #pool: AttributePool;
  readonly #tables = new Map<string, FamilyTable>();
  readonly #reader: TableReader;
  /** When they were last heard. */
  readonly epochs: Epochs;

  constructor(pool: AttributePool) {
    this.#pool = pool;
    this.#reader = new TableReader(pool, this.#tables);
    this.epochs = new Epochs({
      pool,
      tables: this.#tables,
      reader: this.#reader,
      remove: (table, entry) => this.#remove(table, entry),
    });
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

  /** All routes that `wants`. The table may change meanwhile, as with `updates`. */
  routes(wants?: (nlri: Nlri) => boolean, family?: FamilyId): IterableIterator<TableRoute> {
    return this.#reader.routes(wants, family);
  }

  /** As of `TableReader`. */
  updates(most?: number): Generator<TableUpdate, void> {
    return this.#reader.updates(most);
  }

  #announce(
    field: RouteField,
    context: CodecContext,
    { number, epoch }: { readonly number: number; readonly epoch: number },
  ): Omit<Applied, 'absent'> {
    const table = this.#table(field.family, context);
    let unchanged = 0;
    let changed = 0;
    eachKeyOf(field, context, false, (octets, from, length, full) => {
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
      this.#pool.release(routes.value(entry));
      routes.put(entry, value, epoch);
    }
    return true;
  }

  #withdraw(field: RouteField, context: CodecContext, bare: boolean): Omit<Applied, 'unchanged'> {
    const table = this.#tables.get(tableKey(field.family, context));
    let changed = 0;
    let absent = 0;
    eachKeyOf(field, context, bare, (octets, from, length) => {
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

  /** Routes whose key does not hold all of them have their octets beside the attributes. */
  #withNlri(number: number, nlri: Uint8Array): number {
    return this.#pool.take({ ...this.#pool.get(number), nlri });
  }

  #remove({ routes }: FamilyTable, entry: number): void {
    this.#pool.release(routes.value(entry));
    routes.delete(entry);
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

function tableKey(family: FamilyId, { addPath }: CodecContext): string {
  return `${family} ${addPath.has(family)}`;
}
