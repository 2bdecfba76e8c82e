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

  get size(): number {
    let size = 0;
    for (const routes of this.#families.values()) size += routes.size;
    return size;
  }

  apply(update: Update): void {
    for (const { family, nlri } of update.withdrawn) {
      const routes = this.#families.get(family);
      if (routes !== undefined) for (const each of nlri) routes.delete(nlriKey(each));
    }
    if (update.announced.length === 0) return;
    const attributes = owned(update.attributes);
    for (const announced of update.announced) {
      const routes = this.#families.get(announced.family) ?? new Map<string, ReceivedRoute>();
      this.#families.set(announced.family, routes);
      const nextHop = owned(announced.nextHop);
      for (const nlri of announced.nlri)
        routes.set(nlriKey(nlri), { nlri: owned(nlri), nextHop, attributes });
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
    if (family === undefined) this.#families.clear();
    else this.#families.delete(family);
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
