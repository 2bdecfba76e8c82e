import { IPV4_UNICAST } from '../bgp/family.ts';
import { type Nlri, prefixOfNumber, type RouteKey } from '../bgp/nlri/index.ts';
import type { Route } from '../bgp/route.ts';

/** What a route says beside its NLRI. */
export type Said = Omit<Route, 'nlri'>;

/**
 * Routes by their keys, in the order in which they came. A key that is a number has the whole prefix in it: then
 * only what the route says is kept, one object for each run of routes that say the same, and the route is made
 * again when somebody asks. A million routes thus take a million entries of one map, and little more.
 */
export class RouteTable {
  readonly #said = new Map<RouteKey, Said | Route>();
  #last: Said | undefined;

  get size(): number {
    return this.#said.size;
  }

  has(key: RouteKey): boolean {
    return this.#said.has(key);
  }

  get(key: RouteKey): Route | undefined {
    const said = this.#said.get(key);
    return said === undefined ? undefined : routeOf(key, said);
  }

  /** As `get`, without making the route. */
  said(key: RouteKey): Said | undefined {
    return this.#said.get(key);
  }

  set(key: RouteKey, route: Route): void {
    this.#said.set(key, typeof key === 'number' ? this.#shared(route) : route);
  }

  delete(key: RouteKey): boolean {
    return this.#said.delete(key);
  }

  *values(): IterableIterator<Route> {
    for (const [key, said] of this.#said) yield routeOf(key, said);
  }

  *[Symbol.iterator](): IterableIterator<[RouteKey, Route]> {
    for (const [key, said] of this.#said) yield [key, routeOf(key, said)];
  }

  #shared({ nlri: _nlri, ...said }: Route): Said {
    const last = this.#last;
    if (last !== undefined && isSame(last, said)) return last;
    this.#last = said;
    return said;
  }
}

function isSame(a: Said, b: Said): boolean {
  return (
    a.attributes === b.attributes &&
    a.nextHop === b.nextHop &&
    a.watchdog === b.watchdog &&
    a.startsWithdrawn === b.startsWithdrawn &&
    a.name === b.name
  );
}

function routeOf(key: RouteKey, said: Said | Route): Route {
  if ('nlri' in said) return said;
  const nlri: Nlri = { family: IPV4_UNICAST, value: prefixOfNumber(key as number) };
  return { nlri, ...said };
}
