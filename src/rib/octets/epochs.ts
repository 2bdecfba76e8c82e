import type { FamilyId } from '../../bgp/family.ts';
import type { Nlri } from '../../bgp/nlri/index.ts';
import { finished } from '../../wire/finished.ts';
import type { FamilyTable, TableReader, TableRoute } from './table-reader.ts';

/** Routes between two looks at who else has something to do. */
const LOOKED_AT_ONCE = 1024;

interface EpochsOptions {
  /** As they come and go. */
  readonly tables: ReadonlyMap<string, FamilyTable>;
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

  /** How many routes were last heard before `epoch`, of one family or all. */
  stale(epoch: number, family?: FamilyId): number {
    let stale = 0;
    for (const { routes } of this.#of(family)) {
      for (let entry = 0; entry < routes.size; entry++) if (routes.mark(entry) < epoch) stale++;
    }
    return stale;
  }

  /** Routes that were last heard before `epoch`, of one family or all; they are gone then. */
  sweep(epoch: number, family?: FamilyId): Nlri[] {
    const swept: Nlri[] = [];
    finished(this.forgetting(epoch, family, (nlri) => swept.push(nlri())));
    return swept;
  }

  /**
   * As `sweep` for whoever need not know which, or not of all; gives how many so far now and then, and in the end. The
   * tables may change meanwhile.
   */
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
        if (++looked % LOOKED_AT_ONCE === 0) {
          yield gone;
          if (entry >= routes.size) continue;
        }
        if (routes.mark(entry) >= epoch) continue;
        tell?.(() => reader.nlri(table, entry));
        remove(table, entry);
        gone++;
      }
    }
    return gone;
  }

  /** Takes the routes out that were last heard before `epoch`, one after the other. */
  *take(epoch: number, family: FamilyId): Generator<TableRoute, void> {
    const { reader, remove } = this.#options;
    for (const table of this.#of(family)) {
      const sharedOf = reader.decoder();
      const { routes } = table;
      for (let entry = routes.size - 1; entry >= 0; entry = Math.min(entry, routes.size) - 1) {
        if (routes.mark(entry) >= epoch) continue;
        const route = { nlri: reader.nlri(table, entry), ...sharedOf(table, entry) };
        remove(table, entry);
        yield route;
      }
    }
  }

  #of(family: FamilyId | undefined): FamilyTable[] {
    const all = [...this.#options.tables.values()];
    return family === undefined ? all : all.filter((table) => table.family === family);
  }
}
