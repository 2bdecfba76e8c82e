import { type Nlri, type RouteKey, routeKey } from '../bgp/nlri/index.ts';
import type { Route } from '../bgp/route.ts';
import { RouteSet } from './route-set.ts';

/** Those of the many neighbors without routes in the configuration: nothing is put there. */
const NO_CONFIGURED = new RouteSet();
const NO_SUPERSEDED = new Map<RouteKey, Route[]>();
const NONE: readonly Route[] = [];

const ROUTES_AT_ONCE = 256;

/** What a configuration does to the routes that a neighbor shall have. */
export interface Configuring {
  /** What stands there of the same destination and says something else. */
  other(route: Route): Route | undefined;
  announce(route: Route): void;
  /** Of a watchdog group that starts withdrawn. */
  keepWithdrawn(route: Route): void;
  withdraw(key: RouteKey, route: Route): void;
}

/** The routes that the configuration has for one neighbor. */
export class ConfiguredRoutes {
  #routes = NO_CONFIGURED;
  /** While others take their place: those of before that did not come again yet. */
  #leaving = NO_CONFIGURED;
  /** Those that a later one of the same key replaces: a session starts with these too. */
  #superseded = NO_SUPERSEDED;

  has(nlri: Nlri): boolean {
    return this.#routes.has(nlri) || this.#leaving.has(nlri);
  }

  get anySuperseded(): boolean {
    return this.#superseded.size > 0;
  }

  /** In the order of the configuration. */
  superseded(key: RouteKey): readonly Route[] {
    return this.#superseded.get(key) ?? NONE;
  }

  /** A command had its say: the next session starts with its route alone. */
  changed(key: RouteKey): void {
    this.#superseded.delete(key);
  }

  /** Those of the last call that are gone are withdrawn. Gives back control now and then. */
  *replace(routes: readonly Route[], rib: Configuring): Generator<void, void, void> {
    const leaving = this.#routes;
    this.#leaving = leaving;
    const none = routes.length === 0;
    const superseded = none ? NO_SUPERSEDED : new Map<RouteKey, Route[]>();
    this.#routes = none ? NO_CONFIGURED : new RouteSet();
    let count = 0;
    for (const route of routes) {
      if (++count % ROUTES_AT_ONCE === 0) yield;
      const earlier = this.#routes.add(route) ? undefined : rib.other(route);
      if (earlier !== undefined) {
        const key = routeKey(route.nlri);
        superseded.set(key, [...(superseded.get(key) ?? []), earlier]);
      }
      leaving.delete(route.nlri);
      const startsWithdrawn = route.watchdog !== undefined && route.startsWithdrawn === true;
      if (startsWithdrawn) rib.keepWithdrawn(route);
      else rib.announce(route);
    }
    for (const route of leaving.routes()) {
      if (++count % ROUTES_AT_ONCE === 0) yield;
      rib.withdraw(routeKey(route.nlri), route);
      leaving.delete(route.nlri);
    }
    this.#leaving = NO_CONFIGURED;
    this.#superseded = superseded;
  }
}
