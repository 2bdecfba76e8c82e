import type { Route } from '../bgp/route.ts';
import { RouteSet } from '../rib/route-set.ts';
import type { RouteCommand } from './batch.ts';
import type { Peer } from './peer.ts';

/** Routes of a process that is gone, which are to be withdrawn: who moves one meanwhile takes it out of them. */
export interface Leaving {
  peer: Peer;
  readonly routes: RouteSet;
}

/** Routes of one peer. */
interface Owned {
  /** By the processes that announced them last. */
  readonly byProcess: Map<string, RouteSet>;
  readonly leaving: Set<Leaving>;
}

/** Whose routes are to be withdrawn when a process ends: those that it announced last. */
export class RouteOwners {
  readonly #byPeer = new WeakMap<Peer, Owned>();
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
    const owns = type === 'announce' && this.#withdrawing(process);
    if (!owns && !this.#byPeer.has(peer)) return;
    const owned = this.#of(peer);
    const own = owns ? routesOf(owned, process) : undefined;
    for (const route of routes) {
      for (const theirs of owned.byProcess.values()) if (theirs !== own) theirs.delete(route.nlri);
      for (const leaving of owned.leaving) leaving.routes.delete(route.nlri);
      own?.add(route);
    }
  }

  /** The routes that were announced to one are announced to the other. */
  replaced(old: Peer, peer: Peer): void {
    const owned = this.#byPeer.get(old);
    if (owned === undefined) return;
    this.#byPeer.set(peer, owned);
    this.#byPeer.delete(old);
    for (const leaving of owned.leaving) leaving.peer = peer;
  }

  /** A route that one has is announced to the other, too: who announced it answers for both. False: it is about to be withdrawn. */
  inherits(from: Peer, peer: Peer, route: Route): boolean {
    const owned = this.#byPeer.get(from);
    if (owned === undefined) return true;
    for (const { routes } of owned.leaving) if (routes.has(route.nlri)) return false;
    for (const [process, routes] of owned.byProcess)
      if (routes.has(route.nlri)) routesOf(this.#of(peer), process).add(route);
    return true;
  }

  /** The process is gone: its routes at this peer, which are no longer its. Undefined: there are none. */
  leave(process: string, peer: Peer): Leaving | undefined {
    const owned = this.#byPeer.get(peer);
    const routes = owned?.byProcess.get(process);
    owned?.byProcess.delete(process);
    if (owned === undefined || routes === undefined || routes.size === 0) return undefined;
    const leaving = { peer, routes };
    owned.leaving.add(leaving);
    return leaving;
  }

  /** Nothing of it is left. */
  left(leaving: Leaving): void {
    this.#byPeer.get(leaving.peer)?.leaving.delete(leaving);
  }

  #of(peer: Peer): Owned {
    const known = this.#byPeer.get(peer);
    if (known !== undefined) return known;
    const made = { byProcess: new Map<string, RouteSet>(), leaving: new Set<Leaving>() };
    this.#byPeer.set(peer, made);
    return made;
  }
}

function routesOf({ byProcess }: Owned, process: string): RouteSet {
  const known = byProcess.get(process);
  if (known !== undefined) return known;
  const made = new RouteSet();
  byProcess.set(process, made);
  return made;
}
