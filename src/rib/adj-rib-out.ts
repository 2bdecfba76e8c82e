import { type FamilyId, IPV4_UNICAST, IPV6_UNICAST } from '../bgp/family.ts';
import { routeKey } from '../bgp/nlri/index.ts';
import type { Route } from '../bgp/route.ts';
import type { Said } from '../bgp/said.ts';
import { finished } from '../wire/finished.ts';
import type { PrefixList } from '../wire/prefix-list.ts';
import { ConfiguredRoutes } from './configured-routes.ts';
import { HeldRoutes } from './held-routes.ts';
import { type Heritage, Inheritance } from './heritage.ts';
import { Sending } from './sending.ts';
import type { RibOutOptions, RibOutReports, RibSession } from './session.ts';
import { WAITS } from './waiting.ts';
import { type GroupState, WatchdogGroups } from './watchdog.ts';

const CONFIGURED: GroupState = { announced: true, configured: true };
const COMMANDED: GroupState = { announced: true, configured: false };

/**
 * The routes that one neighbor shall have (RFC 4271 section 3.2, Adj-RIB-Out), and what it must still be
 * sent to have them. The routes stay when sessions come and go; with `adj-rib-out false` those of the configuration do,
 * and others are forgotten once they are sent. Only the latest state of a route is sent:
 * where it changes twice before it left, the first change is never seen.
 */
export class AdjRibOut {
  readonly #options: RibOutOptions;
  readonly #reports: RibOutReports;
  readonly #held: HeldRoutes;
  /** Undefined: no route was ever in a group. */
  #watchdogs: WatchdogGroups | undefined;
  readonly #configured = new ConfiguredRoutes();
  readonly #inheritance = new Inheritance(this.#configured);
  /** To the session that there is. */
  #sending: Sending | undefined;

  constructor(options: RibOutOptions, reports: Partial<RibOutReports> = {}) {
    this.#options = { ...options };
    this.#reports = { ...NOBODY, ...reports };
    this.#held = new HeldRoutes(this.#options, this.#reports);
  }

  /** From the next session on it is of a neighbor with other options. */
  handTo(options: RibOutOptions, reports: RibOutReports): void {
    Object.assign(this.#options, options);
    Object.assign(this.#reports, reports);
  }

  /** How many routes the neighbor shall have. */
  get size(): number {
    return this.#held.size;
  }

  /** How many entries wait to be sent. */
  get pending(): number {
    return this.#held.waiting.size;
  }

  /** All before this place was taken. It only grows; what waits may move ahead in the queue, and never behind. */
  get takenTo(): number {
    return this.#held.waiting.places.head;
  }

  /** All that waits has a place before this one. */
  get waitsTo(): number {
    return this.#held.waiting.places.tail;
  }

  /** How many paths of a family wait until the neighbor has room for them. */
  heldBack(family: FamilyId): number {
    return this.#sending?.limits?.heldBack(family) ?? 0;
  }

  /** Whether the neighbor shall have a route to the destination of this one. */
  holds(route: Route): boolean {
    return this.#held.of(route) !== undefined;
  }

  *routes(): IterableIterator<Route> {
    for (const entry of this.#held.table.entries.walk()) {
      const route = this.#held.table.held(entry);
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
      other: (route) => this.#held.other(route),
      announce: (route) => {
        if (route.watchdog !== undefined || this.#watched > 0) this.#watch(route, CONFIGURED);
        if (this.#configured.anySuperseded) this.#configured.changed(routeKey(route.nlri));
        this.#set(route);
      },
      keepWithdrawn: (route) => {
        this.#unannounce(route);
        this.#watch(route, { ...CONFIGURED, announced: false });
      },
      withdraw: (key, route) => {
        this.#watchdogs?.remove(key);
        this.#unannounce(route);
      },
    });
  }

  /** `same`: the neighbor has, or will be sent, just this route already. */
  announce(route: Route): 'changed' | 'same' {
    if (route.watchdog !== undefined) this.#watch(route, COMMANDED);
    return this.#announce(route);
  }

  /** Also for a route that was never announced; what `route` has beside its NLRI need not match. */
  withdraw(route: Route): void {
    if (this.#watched > 0) this.#watchdogs?.withdrawn(routeKey(route.nlri));
    this.#withdraw(route);
  }

  /** The prefixes of the list are announced or withdrawn next. */
  expect(list: PrefixList): void {
    this.#held.table.entries.expect(list);
  }

  /** As `announce`, for a prefix of a list; no object is made for it. */
  announcePrefix(list: PrefixList, nth: number, said: Said): void {
    const { table } = this.#held;
    if (this.#inheritance.awaitsChanges)
      this.#inheritance.changed(routeKey(table.nlri(table.entries.findOrAdd(list, nth))));
    this.#held.setPrefix(list, nth, said, list.version[nth] === 4 ? IPV4_UNICAST : IPV6_UNICAST);
  }

  /** As `withdraw`, for a prefix of a list. */
  withdrawPrefix(list: PrefixList, nth: number): void {
    const { entries } = this.#held.table;
    const entry = entries.findOrAdd(list, nth);
    if (this.#inheritance.awaitsChanges || this.#watched > 0) {
      const key = routeKey(this.#held.table.nlri(entry));
      this.#inheritance.changed(key);
      this.#watchdogs?.withdrawn(key);
    }
    this.#held.unset(entry, undefined, list.version[nth] === 4 ? IPV4_UNICAST : IPV6_UNICAST);
  }

  #watch(route: Route, state: GroupState): void {
    this.#watchdogs ??= new WatchdogGroups();
    this.#watchdogs.add(routeKey(route.nlri), route, state);
  }

  get #watched(): number {
    return this.#watchdogs?.size ?? 0;
  }

  /** Announces every route of the group that the group has not announced. */
  announceWatchdog(name: string): void {
    for (const route of this.#watchdogs?.moved(name, true) ?? NONE) this.#announce(route);
  }

  /** Withdraws every route of the group; the group stays. */
  withdrawWatchdog(name: string): void {
    for (const route of this.#watchdogs?.moved(name, false) ?? NONE) {
      if (this.holds(route)) this.#withdraw(route);
    }
  }

  /** Withdraws and forgets every route; one that did not leave yet never does. Groups of the configuration stay. */
  clear(): void {
    finished(this.clearing());
  }

  /** As `clear`, giving back control now and then: what is announced meanwhile may be told either before or after. */
  *clearing(): Generator<void, void, void> {
    this.#inheritance.close();
    this.#watchdogs?.forgetCommanded();
    yield* this.#held.unsettingAll((entry) => {
      if (this.#configured.anySuperseded) this.#configured.changed(routeKey(this.#held.table.nlri(entry)));
    });
  }

  /** Takes over the routes of another table as `Inheritance` does; with `clear` that ends. */
  inheriting(from: AdjRibOut, heritage: Heritage): Generator<void, void, void> {
    return this.#inheritance.begin(this, from, heritage);
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
    const { table, waiting } = this.#held;
    this.#sending = new Sending(session, {
      table,
      waiting,
      options: this.#options,
      reports: this.#reports,
      sent: (entry) => this.#sent(entry),
    });
    this.#held.sendTo(this.#sending);
    if (this.#configured.anySuperseded) this.#queueWithSuperseded();
    else {
      const { families } = this.#sending;
      waiting.table(families, WAITS.announce, (family) => void this.#held.isAgreed(family));
    }
    if (endOfRib) this.endOfRibs();
  }

  /** Queues every route, and before it those that it replaced in the configuration. */
  #queueWithSuperseded(): void {
    const { table, waiting } = this.#held;
    for (const entry of table.entries.walk()) {
      if (!table.isHeld(entry) || !this.#held.isAgreed(table.family(entry))) continue;
      const earlier = this.#configured.superseded(routeKey(table.nlri(entry)));
      earlier.forEach((route, i) => {
        waiting.extra({ kind: 'announce', route, replaces: i > 0 });
      });
      waiting.set(entry, earlier.length > 0 ? WAITS.replace : WAITS.announce);
    }
  }

  /** Queues End-of-RIB for every family of the session, unless these are left to a command. */
  endOfRibs(): void {
    this.#sending?.endOfRibs();
  }

  /** At once, however many routes there are: what waited for it is to be settled. */
  sessionDown(): void {
    this.#sending = undefined;
    this.#held.sendTo(undefined);
  }

  /** Settles what waited for a session that is gone, giving back control now and then. `take` does what is left of that. */
  *settling(): Generator<void, void, void> {
    while (!this.#held.waiting.settle(SETTLED_AT_ONCE)) yield;
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
    const { entries } = this.#held.table;
    if (this.#configured.has(this.#held.table.nlri(entry))) entries.setMark(entry, WAITS.nothing);
    else this.#held.forget(entry);
  }

  /** Withdraws what is announced, if anything is. */
  #unannounce(route: Route): void {
    const held = this.#held.of(route);
    if (held !== undefined) this.withdraw(held);
  }

  #announce(route: Route): 'changed' | 'same' {
    if (this.#inheritance.awaitsChanges) this.#inheritance.changed(routeKey(route.nlri));
    return this.#set(route);
  }

  #set(route: Route): 'changed' | 'same' {
    return this.#held.set(this.#held.table.findOrAdd(route.nlri), route, route.nlri.family);
  }

  #withdraw(route: Route): void {
    if (this.#inheritance.awaitsChanges) this.#inheritance.changed(routeKey(route.nlri));
    this.#held.unset(this.#held.table.findOrAdd(route.nlri), route, route.nlri.family);
  }
}

/** Entries of a session that is gone. */
const SETTLED_AT_ONCE = 1024;
const NONE: readonly Route[] = [];
const NOBODY: RibOutReports = { refused: () => {}, heldBack: () => {}, unagreed: () => {} };
