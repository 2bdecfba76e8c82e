import type { Attributes } from '../bgp/attributes/index.ts';
import type { FamilyId } from '../bgp/family.ts';
import type { NextHop } from '../bgp/nlri/codec.ts';
import { type Nlri, nlriKey } from '../bgp/nlri/index.ts';
import type { Update } from '../bgp/update.ts';

/** A route as the peer announced it. The routes of one UPDATE share their attributes and next hop. */
export interface ReceivedRoute {
  readonly nlri: Nlri;
  readonly nextHop: NextHop | undefined;
  readonly attributes: Attributes;
}

/** The routes that one peer announced (RFC 4271 section 3.2, Adj-RIB-In). It holds copies, never views. */
export class AdjRibIn {
  readonly #families = new Map<FamilyId, Map<string, ReceivedRoute>>();
  /** Keys of routes that the peer must send again, or lose. */
  readonly #stale = new Map<FamilyId, Set<string>>();

  get size(): number {
    let size = 0;
    for (const routes of this.#families.values()) size += routes.size;
    return size;
  }

  sizeOf(family: FamilyId): number {
    return this.#families.get(family)?.size ?? 0;
  }

  families(): readonly FamilyId[] {
    return [...this.#families.keys()];
  }

  staleFamilies(): readonly FamilyId[] {
    return [...this.#stale.keys()];
  }

  staleCount(family: FamilyId): number {
    return this.#stale.get(family)?.size ?? 0;
  }

  /** Marks every route of the family; gives how many there are. */
  markStale(family: FamilyId): number {
    const routes = this.#families.get(family);
    if (routes === undefined || routes.size === 0) return 0;
    this.#stale.set(family, new Set(routes.keys()));
    return routes.size;
  }

  /** Forgets the routes of the family that are marked still; gives how many. */
  sweep(family: FamilyId): number {
    const stale = this.#stale.get(family) ?? [];
    this.#stale.delete(family);
    let swept = 0;
    for (const key of stale) if (this.#families.get(family)?.delete(key) === true) swept++;
    return swept;
  }

  /** Puts other routes in the place of those that are marked; undefined forgets one. */
  replaceStale(family: FamilyId, replace: (route: ReceivedRoute) => ReceivedRoute | undefined): void {
    const routes = this.#families.get(family);
    const stale = this.#stale.get(family);
    for (const key of [...(stale ?? [])]) {
      const route = routes?.get(key);
      const replaced = route === undefined ? undefined : replace(route);
      if (replaced !== undefined) {
        routes?.set(key, replaced);
        continue;
      }
      routes?.delete(key);
      stale?.delete(key);
    }
  }

  apply(update: Update): void {
    for (const { family, nlri } of update.withdrawn) {
      const routes = this.#families.get(family);
      const stale = this.#stale.get(family);
      if (routes === undefined) continue;
      for (const each of nlri) {
        const key = nlriKey(each);
        routes.delete(key);
        stale?.delete(key);
      }
    }
    if (update.announced.length === 0) return;
    const attributes = owned(update.attributes);
    for (const announced of update.announced) {
      const routes = this.#families.get(announced.family) ?? new Map<string, ReceivedRoute>();
      this.#families.set(announced.family, routes);
      const nextHop = owned(announced.nextHop);
      const stale = this.#stale.get(announced.family);
      for (const nlri of announced.nlri) {
        const key = nlriKey(nlri);
        routes.set(key, { nlri: owned(nlri), nextHop, attributes });
        stale?.delete(key);
      }
    }
  }

  /** All routes, family by family. */
  *routes(family?: FamilyId): IterableIterator<ReceivedRoute> {
    for (const [each, routes] of this.#families) {
      if (family === undefined || family === each) yield* routes.values();
    }
  }

  /** Forgets the routes of a family, or all. */
  clear(family?: FamilyId): void {
    for (const table of [this.#families, this.#stale]) {
      if (family === undefined) table.clear();
      else table.delete(family);
    }
  }
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
