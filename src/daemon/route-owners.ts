import { type RouteKey, routeKey } from '../bgp/nlri/index.ts';
import type { Route } from '../bgp/route.ts';
import type { RouteCommand } from './batch.ts';
import type { Peer } from './peer.ts';

interface Owned {
  readonly process: string;
  readonly route: Route;
}

/** Whose routes are to be withdrawn when a process ends: those that it announced last. */
export class RouteOwners {
  readonly #byPeer = new WeakMap<Peer, Map<RouteKey, Owned>>();
  /** Processes with `on-exit withdraw`. */
  readonly #withdrawing: (process: string) => boolean;

  constructor(withdrawing: (process: string) => boolean) {
    this.#withdrawing = withdrawing;
  }

  /** Whether `note` has something to note. */
  concerns(process: string, peer: Peer): boolean {
    return this.#byPeer.has(peer) || this.#withdrawing(process);
  }

  note(process: string, peer: Peer, { type, routes }: RouteCommand): void {
    const owned = this.#byPeer.get(peer);
    const owns = type === 'announce' && this.#withdrawing(process);
    if (owned === undefined && !owns) return;
    const table = owned ?? new Map<RouteKey, Owned>();
    if (owned === undefined) this.#byPeer.set(peer, table);
    for (const route of routes) {
      const key = routeKey(route.nlri);
      if (owns) table.set(key, { process, route });
      else table.delete(key);
    }
  }

  /** The routes that were announced to one are announced to the other. */
  replaced(old: Peer, peer: Peer): void {
    const table = this.#byPeer.get(old);
    if (table !== undefined) this.#byPeer.set(peer, table);
    this.#byPeer.delete(old);
  }

  /** What was announced to one is announced to the other, too. */
  inherited(from: Peer, peer: Peer): void {
    const table = this.#byPeer.get(from);
    if (table !== undefined) this.#byPeer.set(peer, new Map(table));
  }

  /** The process is gone: its routes at these peers, which are no longer its. */
  take(process: string, peer: Peer): readonly Route[] {
    const table = this.#byPeer.get(peer);
    if (table === undefined) return [];
    const routes: Route[] = [];
    for (const [key, owned] of table) {
      if (owned.process !== process) continue;
      table.delete(key);
      routes.push(owned.route);
    }
    return routes;
  }
}
