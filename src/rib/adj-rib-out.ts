import type { FamilyId } from '../bgp/family.ts';
import { type RouteKey, routeKey } from '../bgp/nlri/index.ts';
import type { Route } from '../bgp/route.ts';
import { encodeRouteRefresh } from '../bgp/route-refresh.ts';
import { encodeEndOfRib } from '../bgp/update.ts';
import { Preparation } from './outgoing.ts';
import { Packing } from './packing.ts';
import { RouteTable } from './route-table.ts';
import { Sharing } from './same-route.ts';
import type { RibOutOptions, RibSession } from './session.ts';
import { WatchdogGroups } from './watchdog.ts';

/** What waits to be sent: a route, its withdrawal, or a whole message that marks a place among them. */
type Pending =
  | { readonly kind: 'announce'; readonly route: Route; readonly replaces: boolean }
  | { readonly kind: 'withdraw'; readonly route: Route; readonly known: boolean }
  | { readonly kind: 'marker'; readonly message: Uint8Array };

/** Entries turned into messages by one `take`, unless told otherwise: work between two turns of the loop. */
const TAKE_ENTRIES = 4096;
const REFRESH_BEGIN = 1;
const REFRESH_END = 2;

/**
 * The routes that one neighbor shall have (RFC 4271 section 3.2, Adj-RIB-Out), and what it must still be
 * sent to have them. The routes stay when sessions come and go. Only the latest state of a route is sent:
 * where it changes twice before it left, the first change is never seen.
 */
export class AdjRibOut {
  readonly #options: RibOutOptions;
  readonly #refused: (route: Route, reason: string) => void;
  readonly #routes = new RouteTable();
  readonly #watchdogs = new WatchdogGroups();
  readonly #sharing = new Sharing();
  /** Keys of the routes that `configure` put here. */
  #configured = new Set<RouteKey>();
  /** Routes of the configuration that a later one of the same key replaces: a session starts with these too. */
  #superseded = new Map<RouteKey, Route[]>();
  /** Routes being packed whose predecessor the peer may hold, and those of them that were refused. */
  readonly #replacing = new Set<Route>();
  readonly #stale: Route[] = [];
  /** In the order of sending; a route keeps its place when it changes. Markers have keys of their own. */
  readonly #pending = new Map<RouteKey, Pending>();
  #up:
    | { readonly session: RibSession; readonly families: ReadonlySet<FamilyId>; readonly packing: Packing }
    | undefined;

  /** @param refused told of each route that cannot be sent to this neighbor, and why */
  constructor(options: RibOutOptions, refused: (route: Route, reason: string) => void = () => {}) {
    this.#options = options;
    this.#refused = refused;
  }

  /** How many routes the neighbor shall have. */
  get size(): number {
    return this.#routes.size;
  }

  /** How many entries wait to be sent. */
  get pending(): number {
    return this.#pending.size;
  }

  routes(): IterableIterator<Route> {
    return this.#routes.values();
  }

  /**
   * The routes of the configuration, at start and after each reload: those of the last call that are gone
   * are withdrawn, and watchdog groups go back to how they are configured.
   */
  configure(routes: readonly Route[]): void {
    const before = this.#configured;
    const superseded = new Map<RouteKey, Route[]>();
    this.#configured = new Set();
    for (const route of routes) {
      const key = routeKey(route.nlri);
      const earlier = this.#configured.has(key) ? this.#routes.get(key) : undefined;
      if (earlier !== undefined && !this.#sharing.same(earlier, route))
        superseded.set(key, [...(superseded.get(key) ?? []), earlier]);
      this.#configured.add(key);
      before.delete(key);
      const startsWithdrawn = route.watchdog !== undefined && route.startsWithdrawn === true;
      if (!startsWithdrawn) this.announce(route);
      else {
        const held = this.#routes.get(key);
        if (held !== undefined) this.withdraw(held);
        this.#watchdogs.add(key, route);
      }
    }
    for (const key of before) {
      const gone = this.#routes.get(key);
      this.#watchdogs.remove(key);
      if (gone !== undefined) this.withdraw(gone);
    }
    this.#superseded = superseded;
  }

  /** `same`: the neighbor has, or will be sent, just this route already. */
  announce(route: Route): 'changed' | 'same' {
    const key = routeKey(route.nlri);
    if (route.watchdog !== undefined) this.#watchdogs.add(key, route);
    return this.#announce(key, route);
  }

  /** Also for a route that was never announced; what `route` has beside its NLRI need not match. */
  withdraw(route: Route): void {
    const key = routeKey(route.nlri);
    this.#watchdogs.remove(key);
    this.#withdraw(key, route);
  }

  /** Announces every route of the group that is not announced. */
  announceWatchdog(name: string): void {
    for (const [key, route] of this.#watchdogs.members(name)) this.#announce(key, route);
  }

  /** Withdraws every route of the group; the group stays. */
  withdrawWatchdog(name: string): void {
    for (const [key, route] of this.#watchdogs.members(name)) {
      if (this.#routes.has(key)) this.#withdraw(key, route);
    }
  }

  /** Withdraws and forgets every route; one that did not leave yet never does. */
  clear(): void {
    this.#watchdogs.clear();
    for (const [key, route] of this.#routes) {
      const waiting = this.#pending.get(key);
      this.#withdraw(key, route);
      if (waiting?.kind === 'announce' && !waiting.replaces) this.#pending.delete(key);
    }
  }

  /**
   * Sends the routes of a family, or of all, again: for a ROUTE-REFRESH, between the markers of RFC 7313
   * where the session has them, and for `flush adj-rib out`. False: there is no session.
   */
  resend(family?: FamilyId): boolean {
    if (this.#up === undefined) return false;
    const { negotiated } = this.#up.session;
    for (const each of negotiated.families) {
      if (family === undefined || family === each)
        this.#resendFamily(each, negotiated.refresh === 'enhanced');
    }
    return true;
  }

  /** Queues an End-of-RIB behind what waits already. False: there is no session. */
  endOfRib(family: FamilyId): boolean {
    if (this.#up === undefined) return false;
    this.#mark(`end-of-rib ${family}`, encodeEndOfRib(family));
    return true;
  }

  /**
   * Queues every route, then End-of-RIB for each family in the order of the peer's OPEN, unless that waits for
   * routes that are still to come.
   */
  sessionUp(session: RibSession, { endOfRib = true } = {}): void {
    const { families } = session.negotiated;
    const packing = this.#packing(session, (route, reason) => this.#refuse(route, reason));
    this.#pending.clear();
    this.#up = { session, packing, families: new Set(families) };
    for (const [key, route] of this.#routes) {
      const earlier = this.#superseded.get(key) ?? [];
      earlier.forEach((one, i) => {
        this.#queue(`${i} before ${key}`, { kind: 'announce', route: one, replaces: i > 0 });
      });
      this.#queue(key, { kind: 'announce', route, replaces: earlier.length > 0 });
    }
    if (endOfRib) this.endOfRibs();
  }

  /** Queues End-of-RIB for every family of the session, unless these are left to a command. */
  endOfRibs(): void {
    if (this.#up === undefined || this.#options.manualEor) return;
    for (const family of this.#up.session.negotiated.families) this.endOfRib(family);
  }

  sessionDown(): void {
    this.#up = undefined;
    this.#pending.clear();
  }

  /**
   * The next whole messages, in order, of up to so many entries; none where nothing waits. An entry makes
   * at most one message, a withdrawal where it is refused.
   */
  take(entries: number = TAKE_ENTRIES): Uint8Array[] {
    const messages: Uint8Array[] = [];
    if (this.#up === undefined) return messages;
    const { packing } = this.#up;
    let left = entries;
    for (const [key, pending] of this.#pending) {
      if (left-- <= 0) break;
      this.#pending.delete(key);
      if (pending.kind === 'announce') {
        if (pending.replaces) this.#replacing.add(pending.route);
        packing.announce(pending.route);
      } else if (pending.kind === 'withdraw') packing.withdraw(pending.route, pending.known);
      else messages.push(...this.#finish(packing), pending.message);
    }
    messages.push(...this.#finish(packing));
    return messages;
  }

  /** All routes of the session as UPDATEs, whatever was sent or waits; those that cannot be sent are left out. */
  *updates(): Generator<Uint8Array, void> {
    if (this.#up === undefined) return;
    const { session, families } = this.#up;
    const packing = this.#packing(session, () => undefined);
    let count = 0;
    for (const route of this.#routes.values()) {
      if (!families.has(route.nlri.family)) continue;
      packing.announce(route);
      if (++count % TAKE_ENTRIES === 0) yield* packing.finish();
    }
    yield* packing.finish();
  }

  #packing(session: RibSession, refused: (route: Route, reason: string) => void): Packing {
    return new Packing({
      preparation: new Preparation(session),
      context: { ...session.negotiated.send, aigp: this.#options.aigp },
      groupUpdates: this.#options.groupUpdates,
      refused,
    });
  }

  /** A route that cannot be sent must not leave its predecessor with the peer. */
  #finish(packing: Packing): Uint8Array[] {
    const messages = packing.finish();
    for (const route of this.#stale.splice(0)) packing.withdraw(route);
    this.#replacing.clear();
    return [...messages, ...packing.finish()];
  }

  #refuse(route: Route, reason: string): void {
    if (this.#replacing.delete(route)) this.#stale.push(route);
    this.#refused(route, reason);
  }

  #announce(key: RouteKey, route: Route): 'changed' | 'same' {
    this.#superseded.delete(key);
    const held = this.#routes.said(key);
    const shared = this.#sharing.shared(route);
    if (held !== undefined && this.#options.adjRibOut && this.#sharing.same(held, shared)) return 'same';
    this.#routes.set(key, shared);
    const waiting = this.#pending.get(key);
    const replaces =
      waiting?.kind === 'announce' ? waiting.replaces : held !== undefined || waiting !== undefined;
    this.#queue(key, { kind: 'announce', route: shared, replaces });
    return 'changed';
  }

  #withdraw(key: RouteKey, route: Route): void {
    this.#superseded.delete(key);
    // The labels are the announcement's, the attributes beside a withdrawal the command's.
    const held = typeof key === 'number' ? undefined : this.#routes.get(key);
    const known = this.#routes.delete(key);
    const sent = held === undefined || held === route ? route : { ...route, nlri: held.nlri };
    this.#queue(key, { kind: 'withdraw', route: sent, known });
  }

  #queue(key: RouteKey, pending: Exclude<Pending, { kind: 'marker' }>): void {
    if (this.#up?.families.has(pending.route.nlri.family) === true) this.#pending.set(key, pending);
  }

  #mark(key: string, message: Uint8Array): void {
    this.#pending.delete(key);
    this.#pending.set(key, { kind: 'marker', message });
  }

  /** Markers that wait already move behind: the peer drops what it was not sent when it sees an end. */
  #resendFamily(family: FamilyId, enhanced: boolean): void {
    const initial = this.#pending.has(`end-of-rib ${family}`);
    if (enhanced) this.#mark(`begin ${family}`, encodeRouteRefresh({ family, subtype: REFRESH_BEGIN }));
    for (const [key, route] of this.#routes) {
      if (route.nlri.family !== family) continue;
      this.#pending.delete(key);
      this.#queue(key, { kind: 'announce', route, replaces: true });
    }
    if (enhanced) this.#mark(`end ${family}`, encodeRouteRefresh({ family, subtype: REFRESH_END }));
    if (initial) this.endOfRib(family);
  }
}
