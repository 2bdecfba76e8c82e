import type { RouteKey } from '../bgp/nlri/index.ts';
import type { Route } from '../bgp/route.ts';

/** How a route is in its group. */
export interface GroupState {
  /** What the group did last; commands that name the prefix do not count. */
  readonly announced: boolean;
  /** Of the configuration: a command may withdraw the route, and it stays in its group. */
  readonly configured: boolean;
}

interface Member extends GroupState {
  readonly route: Route;
  announced: boolean;
}

/** Routes that `announce watchdog NAME` and `withdraw watchdog NAME` move together, by group and RIB key. */
export class WatchdogGroups {
  readonly #groups = new Map<string, Map<RouteKey, Member>>();
  readonly #groupOf = new Map<RouteKey, string>();

  /** A route is in one group: the one that was named last. A command that names the group again leaves it configured. */
  add(key: RouteKey, route: Route, { announced, configured }: GroupState): void {
    const { watchdog } = route;
    const before = watchdog === undefined ? undefined : this.#groups.get(watchdog)?.get(key);
    this.remove(key);
    if (watchdog === undefined) return;
    const group = this.#groups.get(watchdog) ?? new Map<RouteKey, Member>();
    group.set(key, { route, announced, configured: configured || before?.configured === true });
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

  /** A command withdraws the route: what a command took into a group leaves it. */
  withdrawn(key: RouteKey): void {
    const name = this.#groupOf.get(key);
    if (name !== undefined && this.#groups.get(name)?.get(key)?.configured === false) this.remove(key);
  }

  /** How many routes are in groups. */
  get size(): number {
    return this.#groupOf.size;
  }

  /** Those that `announced` is new for, in the order in which they joined; of an unknown group none. */
  *moved(name: string, announced: boolean): Generator<Route, void, void> {
    for (const member of this.#groups.get(name)?.values() ?? []) {
      if (member.announced === announced) continue;
      member.announced = announced;
      yield member.route;
    }
  }

  /** Those that commands took in leave their groups; those of the configuration stay, as they are. */
  forgetCommanded(): void {
    for (const key of [...this.#groupOf.keys()]) this.withdrawn(key);
  }
}
