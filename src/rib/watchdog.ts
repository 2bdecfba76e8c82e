import type { RouteKey } from '../bgp/nlri/index.ts';
import type { Route } from '../bgp/route.ts';

/** Routes that `announce watchdog NAME` and `withdraw watchdog NAME` move together, by group and RIB key. */
export class WatchdogGroups {
  readonly #groups = new Map<string, Map<RouteKey, Route>>();
  readonly #groupOf = new Map<RouteKey, string>();

  /** A route is in one group: the one that was named last. */
  add(key: RouteKey, route: Route): void {
    this.remove(key);
    const { watchdog } = route;
    if (watchdog === undefined) return;
    const group = this.#groups.get(watchdog) ?? new Map<RouteKey, Route>();
    group.set(key, route);
    this.#groups.set(watchdog, group);
    this.#groupOf.set(key, watchdog);
  }

  remove(key: RouteKey): void {
    const name = this.#groupOf.get(key);
    if (name === undefined) return;
    this.#groupOf.delete(key);
    const group = this.#groups.get(name);
    group?.delete(key);
    if (group?.size === 0) this.#groups.delete(name);
  }

  /** How many routes are in groups. */
  get size(): number {
    return this.#groupOf.size;
  }

  /** In the order in which they joined; an unknown group is empty. */
  members(name: string): readonly Route[] {
    return [...(this.#groups.get(name)?.values() ?? [])];
  }

  clear(): void {
    this.#groups.clear();
    this.#groupOf.clear();
  }
}
