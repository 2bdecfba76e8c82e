import type { FamilyId } from '../../bgp/family.ts';
import type { Nlri } from '../../bgp/nlri/index.ts';
import type { AttributePool } from './attribute-pool.ts';
import type { FamilyTable, TableReader } from './table-reader.ts';

/** Routes that are looked at, and those that are forgotten, between two looks at who else has something to do. */
const LOOKED_AT_ONCE = 16_384;
const FORGOTTEN_AT_ONCE = 1024;
const REPLACED_AT_ONCE = 2048;
/** What it takes to forget one, in looks. */
const FORGETTING = LOOKED_AT_ONCE / FORGOTTEN_AT_ONCE;

interface EpochsOptions {
  /** As they come and go. */
  readonly tables: ReadonlyMap<string, FamilyTable>;
  readonly pool: AttributePool;
  readonly reader: TableReader;
  remove(table: FamilyTable, entry: number): void;
}

/**
 * When the routes of a peer were last heard: each carries the epoch. What a peer does not send again belongs to an
 * earlier one than the rest.
 */
export class Epochs {
  readonly #options: EpochsOptions;

  constructor(options: EpochsOptions) {
    this.#options = options;
  }

  /** A later epoch begins for the routes of one family, or of all. */
  begin(epoch: number, family?: FamilyId): void {
    for (const { routes } of this.#of(family)) routes.age(epoch);
  }

  /** How many routes were last heard before the epoch that began last, of one family or all. */
  stale(family?: FamilyId): number {
    return this.#of(family).reduce((stale, { routes }) => stale + routes.old, 0);
  }

  /**
   * Routes that were last heard before `epoch`, of one family or all, some at a time, or none; they are gone then. The tables
   * may change meanwhile.
   */
  *sweep(epoch: number, family?: FamilyId): Generator<readonly Nlri[], void> {
    let swept: Nlri[] = [];
    for (const _ of this.forgetting(epoch, family, (nlri) => swept.push(nlri()))) {
      yield swept;
      swept = [];
    }
    if (swept.length > 0) yield swept;
  }

  /** As `sweep` for whoever need not know which; gives how many so far now and then, and in the end. */
  *forgetting(
    epoch: number,
    family?: FamilyId,
    tell?: (nlri: () => Nlri) => void,
  ): Generator<number, number, void> {
    const { reader, remove } = this.#options;
    let gone = 0;
    let looked = 0;
    for (const table of this.#of(family)) {
      const { routes } = table;
      // what is removed meanwhile is replaced by routes that were looked at, or moves the end
      for (let entry = routes.size - 1; entry >= 0; entry = Math.min(entry, routes.size) - 1) {
        if (++looked >= LOOKED_AT_ONCE) {
          looked = 0;
          yield gone;
          if (!this.#isThere(table)) break;
          if (entry >= routes.size) continue;
        }
        if (routes.mark(entry) >= epoch) continue;
        tell?.(() => reader.nlri(table, entry));
        remove(table, entry);
        gone++;
        looked += FORGETTING;
      }
    }
    return gone;
  }

  /**
   * Routes that were last heard before `epoch` get other attributes, those that `replace` gives none for go; gives back control
   * now and then. The tables may change meanwhile.
   */
  *replacing(
    epoch: number,
    family: FamilyId,
    replace: (attributes: Uint8Array) => Uint8Array | undefined,
  ): Generator<void, void, void> {
    for (const table of this.#of(family)) {
      const { routes } = table;
      for (let end = routes.size; end > 0 && this.#isThere(table); yield) {
        const from = Math.max(Math.min(end, routes.size) - REPLACED_AT_ONCE, 0);
        this.#replace(table, { from, to: Math.min(end, routes.size), epoch }, replace);
        end = from;
      }
    }
  }

  /** In one go: numbers that are given up may soon be those of other attributes. */
  #replace(
    table: FamilyTable,
    { from, to, epoch }: { readonly from: number; readonly to: number; readonly epoch: number },
    replace: (attributes: Uint8Array) => Uint8Array | undefined,
  ): void {
    const { pool, remove } = this.#options;
    const { routes } = table;
    const replaced = new Map<number, number | undefined>();
    for (let entry = to - 1; entry >= from; entry--) {
      if (routes.mark(entry) >= epoch) continue;
      const number = routes.value(entry);
      if (!replaced.has(number)) replaced.set(number, pool.replaced(number, replace));
      const other = replaced.get(number);
      if (other === undefined) remove(table, entry);
      else if (other !== number) {
        pool.retain(other);
        pool.release(number);
        routes.put(entry, other, routes.mark(entry));
      }
    }
    for (const other of replaced.values()) if (other !== undefined) pool.release(other);
  }

  /** False: all of it was forgotten meanwhile. */
  #isThere(table: FamilyTable): boolean {
    return this.#of(table.family).includes(table);
  }

  #of(family: FamilyId | undefined): FamilyTable[] {
    const all = [...this.#options.tables.values()];
    return family === undefined ? all : all.filter((table) => table.family === family);
  }
}
