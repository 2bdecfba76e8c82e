import { type RouteKey, routeKey } from '../bgp/nlri/index.ts';
import type { Route } from '../bgp/route.ts';
import type { ConfiguredRoutes } from './configured-routes.ts';

/** Routes between two looks at who else has something to do. */
const INHERITED_AT_ONCE = 512;

/** A table that takes over the routes of another, or that other. */
interface Table {
  holds(route: Route): boolean;
  routes(): Iterable<Route>;
  announce(route: Route): void;
  withdraw(route: Route): void;
  withdrawWatchdog(name: string): void;
}

/** What is taken over. */
export interface Heritage {
  /** Routes of the configuration: those that the other table has not are withdrawn. */
  readonly configured: readonly Route[];
  /** Whether the other table has what it is to have of the configuration. */
  readonly isSettled: () => boolean;
  /** Of the other table. */
  readonly wants: (route: Route) => boolean;
  /** Whether who takes over is still there. */
  readonly goesOn: () => boolean;
}

/** Takes over the routes of another table, a little at a time: what is commanded meanwhile prevails. */
export class Inheritance {
  /** Has to know of changes, too. */
  readonly #configured: Pick<ConfiguredRoutes, 'anySuperseded' | 'changed'>;
  /** What changed since it began; undefined: nothing is being taken over, or that is what goes on just now. */
  #changed: Set<RouteKey> | undefined;

  constructor(configured: Pick<ConfiguredRoutes, 'anySuperseded' | 'changed'>) {
    this.#configured = configured;
  }

  /** Whether `changed` is to be told. */
  get awaitsChanges(): boolean {
    return this.#configured.anySuperseded || this.#changed !== undefined;
  }

  changed(key: RouteKey): void {
    this.#configured.changed(key);
    this.#changed?.add(key);
  }

  /** Nothing more is taken over. */
  close(): void {
    this.#changed = undefined;
  }

  /** From now on what changes prevails. Gives back control now and then, and is to be carried out to its end. */
  begin(heir: Table, from: Table, heritage: Heritage): Generator<void, void, void> {
    const changed = new Set<RouteKey>();
    this.#changed = changed;
    return this.#taking(
      changed,
      each(heir, from, { ...heritage, prevails: (route) => has(changed, route) }),
      heritage,
    );
  }

  *#taking(
    changed: Set<RouteKey>,
    work: Generator<void, void, void>,
    { goesOn }: Heritage,
  ): Generator<void, void, void> {
    let looked = 0;
    while (this.#changed === changed) {
      // what is taken over is no change
      this.#changed = undefined;
      if (!goesOn()) return;
      do {
        if (work.next().done === true) return;
      } while (++looked % INHERITED_AT_ONCE !== 0);
      this.#changed = changed;
      yield;
    }
  }
}

function has(changed: ReadonlySet<RouteKey>, { nlri }: Route): boolean {
  return changed.size > 0 && changed.has(routeKey(nlri));
}

function* each(
  heir: Table,
  from: Table,
  { configured, isSettled, wants, prevails }: Heritage & { readonly prevails: (route: Route) => boolean },
): Generator<void, void, void> {
  for (const route of configured) {
    if (isSettled() && !from.holds(route) && !prevails(route)) {
      if (route.watchdog === undefined) heir.withdraw(route);
      else heir.withdrawWatchdog(route.watchdog);
    }
    yield;
  }
  for (const route of from.routes()) {
    if (!prevails(route) && wants(route)) heir.announce(route);
    yield;
  }
}
