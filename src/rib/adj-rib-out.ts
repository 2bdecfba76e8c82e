import { type FamilyId, IPV4_UNICAST, IPV6_UNICAST } from '../bgp/family.ts';
import { type Nlri, type RouteKey, routeKey } from '../bgp/nlri/index.ts';
import type { Route } from '../bgp/route.ts';
import type { Said } from '../bgp/said.ts';
import type { PrefixList } from '../wire/prefix-list.ts';
import { ConfiguredRoutes } from './configured-routes.ts';
import { KIND } from './entries.ts';
import { finished } from './finished.ts';
import { RouteTable } from './route-table.ts';
import { Sharing } from './same-route.ts';
import { Sending } from './sending.ts';
import type { RibOutOptions, RibSession } from './session.ts';
import { WAITS, Waiting } from './waiting.ts';
import { WatchdogGroups } from './watchdog.ts';

/**
 * The routes that one neighbor shall have (RFC 4271 section 3.2, Adj-RIB-Out), and what it must still be
 * sent to have them. The routes stay when sessions come and go; with `adj-rib-out false` those of the configuration do,
 * and others are forgotten once they are sent. Only the latest state of a route is sent:
 * where it changes twice before it left, the first change is never seen.
 */
export class AdjRibOut {
  readonly #options: RibOutOptions;
  readonly #refused: (route: Route, reason: string) => void;
  readonly #table: RouteTable;
  readonly #waiting: Waiting;
  #size = 0;
  /** Undefined: no route was ever in a group. */
  #watchdogs: WatchdogGroups | undefined;
  readonly #sharing = new Sharing();
  readonly #heldBack: (nlri: Nlri, limit: number) => void;
  readonly #unagreed: (family: FamilyId) => void;
  readonly #configured = new ConfiguredRoutes();
  /** To the session that there is. */
  #sending: Sending | undefined;

  /**
   * @param refused told of each route that cannot be sent to this neighbor, and why
   * @param heldBack told of each path that is beyond what this neighbor takes for a destination
   * @param unagreed told of each route whose family the session does not have
   */
  constructor(
    options: RibOutOptions,
    refused: (route: Route, reason: string) => void = () => {},
    heldBack: (nlri: Nlri, limit: number) => void = () => {},
    unagreed: (family: FamilyId) => void = () => {},
  ) {
    this.#options = options;
    this.#refused = refused;
    this.#heldBack = heldBack;
    this.#unagreed = unagreed;
    this.#table = new RouteTable((places) => this.#waiting.moved(places));
    this.#waiting = new Waiting(this.#table.entries);
  }

  /** How many routes the neighbor shall have. */
  get size(): number {
    return this.#size;
  }

  /** How many entries wait to be sent. */
  get pending(): number {
    return this.#waiting.size;
  }

  /** How many paths of a family wait until the neighbor has room for them. */
  heldBack(family: FamilyId): number {
    return this.#sending?.limits?.heldBack(family) ?? 0;
  }

  *routes(): IterableIterator<Route> {
    for (const entry of this.#table.entries.walk()) {
      const route = this.#table.held(entry);
      if (route !== undefined) yield route;
    }
  }

  /**
   * The routes of the configuration, at start and after each reload: those of the last call that are gone
   * are withdrawn, and watchdog groups go back to how they are configured.
   */
  configure(routes: readonly Route[]): void {
    finished(this.configuring(routes));
  }

  /** As `configure`, giving back control now and then; what is commanded meanwhile may be told either before or after. */
  *configuring(routes: readonly Route[]): Generator<void, void, void> {
    yield* this.#configured.replace(routes, {
      other: (route) => this.#other(route),
      announce: (route) => this.announce(route),
      keepWithdrawn: (key, route) => {
        this.#unannounce(route);
        this.#watch(key, route);
      },
      withdraw: (key, route) => {
        this.#watchdogs?.remove(key);
        this.#unannounce(route);
      },
    });
  }

  /** `same`: the neighbor has, or will be sent, just this route already. */
  announce(route: Route): 'changed' | 'same' {
    if (route.watchdog !== undefined) this.#watch(routeKey(route.nlri), route);
    return this.#announce(route);
  }

  /** Also for a route that was never announced; what `route` has beside its NLRI need not match. */
  withdraw(route: Route): void {
    if (this.#watched > 0) this.#watchdogs?.remove(routeKey(route.nlri));
    this.#withdraw(route);
  }

  /** The prefixes of the list are announced or withdrawn next. */
  expect(list: PrefixList): void {
    this.#table.entries.expect(list);
  }

  /** As `announce`, for a prefix of a list; no object is made for it. */
  announcePrefix(list: PrefixList, nth: number, said: Said): void {
    const { entries } = this.#table;
    const entry = entries.findOrAdd(list, nth);
    if (this.#configured.anySuperseded) this.#configured.changed(routeKey(this.#table.nlri(entry)));
    this.#set(entry, said, list.version[nth] === 4 ? IPV4_UNICAST : IPV6_UNICAST);
  }

  /** As `withdraw`, for a prefix of a list. */
  withdrawPrefix(list: PrefixList, nth: number): void {
    const { entries } = this.#table;
    const entry = entries.findOrAdd(list, nth);
    if (this.#configured.anySuperseded || this.#watched > 0) {
      const key = routeKey(this.#table.nlri(entry));
      this.#configured.changed(key);
      this.#watchdogs?.remove(key);
    }
    this.#unset(entry, undefined, list.version[nth] === 4 ? IPV4_UNICAST : IPV6_UNICAST);
  }

  #watch(key: RouteKey, route: Route): void {
    this.#watchdogs ??= new WatchdogGroups();
    this.#watchdogs.add(key, route);
  }

  /** How many routes are in groups. */
  get #watched(): number {
    return this.#watchdogs?.size ?? 0;
  }

  /** Announces every route of the group that is not announced. */
  announceWatchdog(name: string): void {
    for (const route of this.#watchdogs?.members(name) ?? NONE) this.#announce(route);
  }

  /** Withdraws every route of the group; the group stays. */
  withdrawWatchdog(name: string): void {
    for (const route of this.#watchdogs?.members(name) ?? NONE) {
      if (this.#get(route) !== undefined) this.#withdraw(route);
    }
  }

  /** Withdraws and forgets every route; one that did not leave yet never does. */
  clear(): void {
    this.#watchdogs = undefined;
    const { entries } = this.#table;
    for (const entry of entries.walk()) {
      if (!this.#table.isHeld(entry)) continue;
      const isNew = entries.mark[entry] === WAITS.announce;
      if (this.#configured.anySuperseded) this.#configured.changed(routeKey(this.#table.nlri(entry)));
      const route = entries.kind(entry) === KIND.other ? this.#table.held(entry) : undefined;
      this.#unset(entry, route, this.#table.family(entry));
      if (isNew) this.#gone(entry);
    }
  }

  /**
   * Sends the routes of a family, or of all, again: for a ROUTE-REFRESH, between the markers of RFC 7313
   * where the session has them, and for `flush adj-rib out`. False: there is no session.
   */
  resend(family?: FamilyId): boolean {
    this.#sending?.resend(family);
    return this.#sending !== undefined;
  }

  /** Queues an End-of-RIB behind what waits already. False: there is no session. */
  endOfRib(family: FamilyId): boolean {
    this.#sending?.endOfRib(family);
    return this.#sending !== undefined;
  }

  /**
   * Queues every route, then End-of-RIB for each family in the order of the peer's OPEN, unless that waits for
   * routes that are still to come.
   */
  sessionUp(session: RibSession, { endOfRib = true } = {}): void {
    this.#waiting.forgetAll();
    this.#sending = new Sending(session, {
      table: this.#table,
      waiting: this.#waiting,
      options: this.#options,
      refused: this.#refused,
      heldBack: this.#heldBack,
      sent: (entry) => this.#sent(entry),
    });
    for (const entry of this.#table.entries.walk()) {
      if (!this.#isAgreed(this.#table.family(entry))) continue;
      const earlier = this.#configured.anySuperseded
        ? this.#configured.superseded(routeKey(this.#table.nlri(entry)))
        : NONE;
      earlier.forEach((route, i) => {
        this.#waiting.extra({ kind: 'announce', route, replaces: i > 0 });
      });
      this.#waiting.set(entry, earlier.length > 0 ? WAITS.replace : WAITS.announce);
    }
    if (endOfRib) this.endOfRibs();
  }

  /** Queues End-of-RIB for every family of the session, unless these are left to a command. */
  endOfRibs(): void {
    this.#sending?.endOfRibs();
  }

  sessionDown(): void {
    this.#sending = undefined;
    this.#waiting.forgetAll();
  }

  /** The next whole messages, as of `Sending`; none without a session. */
  take(entries?: number): Uint8Array[] {
    return this.#sending?.take(entries) ?? [];
  }

  /** All routes of the session as UPDATEs, whatever was sent or waits; those that cannot be sent are left out. Ends with the session. */
  *updates(): Generator<Uint8Array, void> {
    const sending = this.#sending;
    for (const update of sending?.updates() ?? []) {
      if (this.#sending !== sending) return;
      yield update;
    }
  }

  /** With `adj-rib-out false` only routes of the configuration are remembered once they are sent. */
  #sent(entry: number): void {
    const { entries } = this.#table;
    if (this.#configured.has(routeKey(this.#table.nlri(entry)))) entries.mark[entry] = WAITS.nothing;
    else {
      this.#size--;
      entries.free(entry);
    }
  }

  #get(route: Route): Route | undefined {
    const entry = this.#table.find(route.nlri);
    return entry < 0 ? undefined : this.#table.held(entry);
  }

  /** The route that the neighbor shall have instead of this one. */
  #other(route: Route): Route | undefined {
    const held = this.#get(route);
    return held === undefined || this.#sharing.same(held, route) ? undefined : held;
  }

  /** Withdraws what is announced, if anything is. */
  #unannounce(route: Route): void {
    const held = this.#get(route);
    if (held !== undefined) this.withdraw(held);
  }

  #announce(route: Route): 'changed' | 'same' {
    if (this.#configured.anySuperseded) this.#configured.changed(routeKey(route.nlri));
    return this.#set(this.#table.findOrAdd(route.nlri), route, route.nlri.family);
  }

  #set(entry: number, given: Said | Route, family: FamilyId): 'changed' | 'same' {
    const { entries } = this.#table;
    const held = this.#table.isHeld(entry) ? entries.value(entry) : undefined;
    const said = entries.kind(entry) === KIND.other ? given : this.#sharing.shared(given);
    if (held !== undefined && this.#options.adjRibOut && this.#sharing.same(held, said)) return 'same';
    entries.setValue(entry, said);
    if (held === undefined) this.#size++;
    if (!this.#isAgreed(family)) return 'changed';
    const mark = entries.mark[entry] as number;
    const replaces = mark === WAITS.announce ? false : held !== undefined || mark !== WAITS.nothing;
    this.#waiting.set(entry, replaces ? WAITS.replace : WAITS.announce);
    return 'changed';
  }

  /** Whether the session, if there is one, has the family of a route that shall be announced. */
  #isAgreed(family: FamilyId): boolean {
    if (this.#sending?.families.has(family) === true) return true;
    if (this.#sending !== undefined) this.#unagreed(family);
    return false;
  }

  #withdraw(route: Route): void {
    if (this.#configured.anySuperseded) this.#configured.changed(routeKey(route.nlri));
    this.#unset(this.#table.findOrAdd(route.nlri), route, route.nlri.family);
  }

  /** @param route of a destination that is no prefix of a list: what is sent, but for the labels of the announcement */
  #unset(entry: number, route: Route | undefined, family: FamilyId): void {
    const { entries } = this.#table;
    const isHeld = this.#table.isHeld(entry);
    if (isHeld) this.#size--;
    if (this.#sending?.families.has(family) !== true) {
      entries.free(entry);
      return;
    }
    if (isHeld && this.#sending.limits?.drop(this.#table.nlri(entry)) === true) {
      this.#waiting.forget(entry);
      entries.free(entry);
      return;
    }
    if (entries.kind(entry) !== KIND.other) entries.setValue(entry, undefined);
    else if (route !== undefined) {
      const held = isHeld ? this.#table.route(entry) : undefined;
      entries.setValue(entry, held === undefined || held === route ? route : { ...route, nlri: held.nlri });
    }
    this.#waiting.set(entry, isHeld ? WAITS.withdraw : WAITS.withdrawUnknown);
  }

  /** The neighbor is not told of it. */
  #gone(entry: number): void {
    if (this.#sending === undefined || this.#table.entries.mark[entry] === WAITS.nothing) return;
    this.#waiting.forget(entry);
    this.#table.entries.free(entry);
  }
}

const NONE: readonly Route[] = [];
