import { type FamilyId, IPV4_UNICAST, IPV6_UNICAST } from '../bgp/family.ts';
import { type Nlri, type RouteKey, routeKey } from '../bgp/nlri/index.ts';
import type { Route } from '../bgp/route.ts';
import { encodeRouteRefresh } from '../bgp/route-refresh.ts';
import type { Said } from '../bgp/said.ts';
import { encodeEndOfRib } from '../bgp/update.ts';
import type { PrefixList } from '../wire/prefix-list.ts';
import { KIND } from './entries.ts';
import { Preparation } from './outgoing.ts';
import { Packing } from './packing.ts';
import { PathLimits } from './path-limits.ts';
import { RouteTable } from './route-table.ts';
import { Sharing } from './same-route.ts';
import type { RibOutOptions, RibSession } from './session.ts';
import { WAITS, Waiting } from './waiting.ts';
import { WatchdogGroups } from './watchdog.ts';

/** Those of the many neighbors without routes in the configuration: nothing is put there. */
const NO_CONFIGURED = new Map<RouteKey, Route>();
const NO_SUPERSEDED = new Map<RouteKey, Route[]>();

/** Entries turned into messages by one `take`, unless told otherwise: work between two turns of the loop. */
const TAKE_ENTRIES = 4096;
/** Of the configuration. */
const ROUTES_AT_ONCE = 256;
const REFRESH_BEGIN = 1;
const REFRESH_END = 2;

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
  /** Of a session whose neighbor announced any. */
  #limits: PathLimits | undefined;
  /** The routes that `configure` put here. */
  #configured = NO_CONFIGURED;
  /** Routes of the configuration that a later one of the same key replaces: a session starts with these too. */
  #superseded = NO_SUPERSEDED;
  /** Routes being packed whose predecessor the peer may hold, and those of them that were refused. */
  #replacing: Set<Route> | undefined;
  readonly #stale: Route[] = [];
  /** Entries that are being packed. */
  readonly #packed: number[] = [];
  #up: { readonly session: RibSession; readonly families: ReadonlySet<FamilyId> } | undefined;
  /** Of the session, once it is sent routes. */
  #packing: Packing | undefined;

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
    return this.#limits?.heldBack(family) ?? 0;
  }

  *routes(): IterableIterator<Route> {
    for (const entry of this.#table.entries.walk()) {
      const route = this.#held(entry);
      if (route !== undefined) yield route;
    }
  }

  /**
   * The routes of the configuration, at start and after each reload: those of the last call that are gone
   * are withdrawn, and watchdog groups go back to how they are configured.
   */
  configure(routes: readonly Route[]): void {
    for (const _ of this.configuring(routes));
  }

  /** As `configure`, giving back control now and then; what is commanded meanwhile may be told either before or after. */
  *configuring(routes: readonly Route[]): Generator<void, void, void> {
    const before = this.#configured;
    const none = routes.length === 0;
    const superseded = none ? NO_SUPERSEDED : new Map<RouteKey, Route[]>();
    this.#configured = none ? NO_CONFIGURED : new Map<RouteKey, Route>();
    let count = 0;
    for (const route of routes) {
      if (++count % ROUTES_AT_ONCE === 0) yield;
      const key = routeKey(route.nlri);
      const earlier = this.#configured.has(key) ? this.#get(route) : undefined;
      if (earlier !== undefined && !this.#sharing.same(earlier, route))
        superseded.set(key, [...(superseded.get(key) ?? []), earlier]);
      this.#configured.set(key, route);
      before.delete(key);
      const startsWithdrawn = route.watchdog !== undefined && route.startsWithdrawn === true;
      if (!startsWithdrawn) this.announce(route);
      else {
        const held = this.#get(route);
        if (held !== undefined) this.withdraw(held);
        this.#watch(key, route);
      }
    }
    for (const [key, route] of before) {
      if (++count % ROUTES_AT_ONCE === 0) yield;
      const gone = this.#get(route);
      this.#watchdogs?.remove(key);
      if (gone !== undefined) this.withdraw(gone);
    }
    this.#superseded = superseded;
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

  /** As `announce`, for a prefix of a list; no object is made for it. */
  announcePrefix(list: PrefixList, nth: number, said: Said): void {
    const { entries } = this.#table;
    let entry = entries.find(list, nth);
    if (entry < 0) entry = entries.add(list, nth);
    if (this.#superseded.size > 0) this.#superseded.delete(routeKey(this.#table.nlri(entry)));
    this.#set(entry, said, list.version[nth] === 4 ? IPV4_UNICAST : IPV6_UNICAST);
  }

  /** As `withdraw`, for a prefix of a list. */
  withdrawPrefix(list: PrefixList, nth: number): void {
    const { entries } = this.#table;
    let entry = entries.find(list, nth);
    if (entry < 0) entry = entries.add(list, nth);
    if (this.#superseded.size + this.#watched > 0) {
      const key = routeKey(this.#table.nlri(entry));
      this.#superseded.delete(key);
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
      const route = this.#held(entry);
      if (route === undefined) continue;
      const isNew = entries.mark[entry] === WAITS.announce;
      this.#withdraw(route);
      if (isNew) this.#gone(entry);
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
    const { families, send } = session.negotiated;
    this.#forgetWaiting();
    const { pathsLimits } = session.negotiated;
    this.#limits = pathsLimits.size > 0 ? new PathLimits(pathsLimits, this.#heldBack) : undefined;
    this.#packing = undefined;
    this.#up = { session, families: send.families ?? new Set(families) };
    for (const entry of this.#table.entries.walk()) {
      if (!this.#isAgreed(this.#table.family(entry))) continue;
      const earlier = this.#earlier(entry);
      earlier.forEach((route, i) => {
        this.#waiting.extra({ kind: 'announce', route, replaces: i > 0 });
      });
      this.#waiting.set(entry, earlier.length > 0 ? WAITS.replace : WAITS.announce);
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
    this.#limits = undefined;
    this.#packing = undefined;
    this.#forgetWaiting();
  }

  /**
   * The next whole messages, in order, of up to so many entries; none where nothing waits. An entry makes
   * at most one message, a withdrawal where it is refused.
   */
  take(entries: number = TAKE_ENTRIES): Uint8Array[] {
    const messages: Uint8Array[] = [];
    if (this.#up === undefined) return messages;
    const { session } = this.#up;
    for (let left = entries; left > 0; left--) {
      const next = this.#waiting.next();
      if (next === undefined) break;
      if (typeof next === 'object' && next.kind === 'marker') {
        messages.push(...this.#finish(), next.message);
        continue;
      }
      this.#packing ??= this.#packingOfWaiting(session);
      if (typeof next === 'number') this.#pack(next, this.#packing);
      else if (this.#limits?.admits(next.route.nlri) ?? true) {
        if (next.replaces) this.#replaces(next.route);
        this.#packing.announce(next.route);
      }
    }
    const last = this.#finish();
    return messages.length === 0 ? last : [...messages, ...last];
  }

  #pack(entry: number, packing: Packing): void {
    const { entries } = this.#table;
    const said = entries.value[entry];
    const mark = entries.mark[entry] as number;
    this.#packed.push(entry);
    if (mark >= WAITS.withdraw) {
      this.#limits?.leaves(this.#table.nlri(entry));
      packing.withdrawEntry(entry, mark === WAITS.withdraw);
    } else if (said !== undefined) {
      if (this.#limits?.admits(this.#table.nlri(entry)) === false) return;
      packing.announceEntry(entry, said);
    }
  }

  #packingOfWaiting(session: RibSession): Packing {
    return this.#packingFor(session, {
      route: (entry) => this.#routeToPack(entry),
      refused: (route, reason) => this.#refuse(route, reason),
    });
  }

  #replaces(route: Route): void {
    this.#replacing ??= new Set();
    this.#replacing.add(route);
  }

  /** A route of an entry that is being packed. */
  #routeToPack(entry: number): Route {
    const route = this.#table.route(entry) ?? withdrawn(this.#table, entry);
    if (this.#table.entries.mark[entry] === WAITS.replace) this.#replaces(route);
    return route;
  }

  /** All routes of the session as UPDATEs, whatever was sent or waits; those that cannot be sent are left out. */
  *updates(): Generator<Uint8Array, void> {
    if (this.#up === undefined) return;
    const { session, families } = this.#up;
    const packing = this.#packingFor(session, {
      route: (entry) => this.#table.route(entry) ?? withdrawn(this.#table, entry),
      refused: () => undefined,
    });
    let count = 0;
    for (const entry of this.#table.entries.walk()) {
      const said = this.#table.entries.value[entry];
      if (said === undefined || !this.#isHeld(entry) || !families.has(this.#table.family(entry))) continue;
      if (this.#limits?.isHeldBack(this.#table.nlri(entry)) === true) continue;
      packing.announceEntry(entry, said);
      if (++count % TAKE_ENTRIES === 0) yield* packing.finish();
    }
    yield* packing.finish();
  }

  #packingFor(
    session: RibSession,
    { route, refused }: { route(entry: number): Route; refused(route: Route, reason: string): void },
  ): Packing {
    return new Packing({
      preparation: new Preparation(session),
      context: { ...session.negotiated.send, aigp: this.#options.aigp },
      groupUpdates: this.#options.groupUpdates,
      table: { session, entries: this.#table.entries, route },
      refused,
    });
  }

  /** A route that cannot be sent must not leave its predecessor with the peer. */
  #finish(): Uint8Array[] {
    const packing = this.#packing;
    if (packing === undefined) return [];
    const messages = packing.finish();
    const { entries } = this.#table;
    for (const entry of this.#packed) {
      if ((entries.mark[entry] as number) >= WAITS.withdraw) entries.free(entry);
      else if (this.#options.adjRibOut || this.#remembered(entry)) entries.mark[entry] = WAITS.nothing;
      else {
        this.#size--;
        entries.free(entry);
      }
    }
    this.#packed.length = 0;
    this.#replacing?.clear();
    if (this.#limits !== undefined) this.#fillRoom(this.#limits);
    if (this.#stale.length === 0) return messages;
    for (const route of this.#stale.splice(0)) packing.withdraw(route);
    return [...messages, ...packing.finish()];
  }

  /** Paths that were held back leave behind the withdrawals that make room for them. */
  #fillRoom(limits: PathLimits): void {
    for (const nlri of limits.settle()) {
      const entry = this.#table.find(nlri);
      if (entry >= 0 && this.#isHeld(entry)) this.#waiting.set(entry, WAITS.announce);
    }
  }

  /** Also with `adj-rib-out false`: of the configuration, or not sent yet. */
  #remembered(entry: number): boolean {
    const nlri = this.#table.nlri(entry);
    return this.#configured.has(routeKey(nlri)) || this.#limits?.isHeldBack(nlri) === true;
  }

  #refuse(route: Route, reason: string): void {
    this.#limits?.leaves(route.nlri);
    if (this.#replacing?.delete(route) === true) this.#stale.push(route);
    this.#refused(route, reason);
  }

  /** The route that the neighbor shall have; undefined: the entry is of one that was withdrawn. */
  #held(entry: number): Route | undefined {
    return this.#isHeld(entry) ? this.#table.route(entry) : undefined;
  }

  #isHeld(entry: number): boolean {
    const { value, mark } = this.#table.entries;
    return value[entry] !== undefined && (mark[entry] as number) < WAITS.withdraw;
  }

  #get(route: Route): Route | undefined {
    const entry = this.#table.find(route.nlri);
    return entry < 0 ? undefined : this.#held(entry);
  }

  #earlier(entry: number): readonly Route[] {
    if (this.#superseded.size === 0) return NONE;
    return this.#superseded.get(routeKey(this.#table.nlri(entry))) ?? NONE;
  }

  #announce(route: Route): 'changed' | 'same' {
    if (this.#superseded.size > 0) this.#superseded.delete(routeKey(route.nlri));
    return this.#set(this.#table.findOrAdd(route.nlri), route, route.nlri.family);
  }

  #set(entry: number, given: Said | Route, family: FamilyId): 'changed' | 'same' {
    const { entries } = this.#table;
    const held = this.#isHeld(entry) ? entries.value[entry] : undefined;
    const said = entries.kind(entry) === KIND.other ? given : this.#sharing.shared(given);
    if (held !== undefined && this.#options.adjRibOut && this.#sharing.same(held, said)) return 'same';
    entries.value[entry] = said;
    if (held === undefined) this.#size++;
    if (!this.#isAgreed(family)) return 'changed';
    const mark = entries.mark[entry] as number;
    const replaces = mark === WAITS.announce ? false : held !== undefined || mark !== WAITS.nothing;
    this.#waiting.set(entry, replaces ? WAITS.replace : WAITS.announce);
    return 'changed';
  }

  /** Whether the session, if there is one, has the family of a route that shall be announced. */
  #isAgreed(family: FamilyId): boolean {
    if (this.#up?.families.has(family) === true) return true;
    if (this.#up !== undefined) this.#unagreed(family);
    return false;
  }

  #withdraw(route: Route): void {
    if (this.#superseded.size > 0) this.#superseded.delete(routeKey(route.nlri));
    this.#unset(this.#table.findOrAdd(route.nlri), route, route.nlri.family);
  }

  /** @param route of a destination that is no prefix of a list: what is sent, but for the labels of the announcement */
  #unset(entry: number, route: Route | undefined, family: FamilyId): void {
    const { entries } = this.#table;
    const isHeld = this.#isHeld(entry);
    if (isHeld) this.#size--;
    if (this.#up?.families.has(family) !== true) {
      entries.free(entry);
      return;
    }
    if (isHeld && this.#limits?.drop(this.#table.nlri(entry)) === true) {
      this.#waiting.forget(entry);
      entries.free(entry);
      return;
    }
    if (entries.kind(entry) !== KIND.other) entries.value[entry] = undefined;
    else if (route !== undefined) {
      const held = isHeld ? this.#table.route(entry) : undefined;
      entries.value[entry] = held === undefined || held === route ? route : { ...route, nlri: held.nlri };
    }
    this.#waiting.set(entry, isHeld ? WAITS.withdraw : WAITS.withdrawUnknown);
  }

  /** The neighbor is not told of it. */
  #gone(entry: number): void {
    if (this.#up === undefined || this.#table.entries.mark[entry] === WAITS.nothing) return;
    this.#waiting.forget(entry);
    this.#table.entries.free(entry);
  }

  #forgetWaiting(): void {
    const { entries } = this.#table;
    for (const entry of entries.walk()) {
      if ((entries.mark[entry] as number) >= WAITS.withdraw) entries.free(entry);
      else entries.mark[entry] = WAITS.nothing;
    }
    this.#waiting.clear();
  }

  #mark(key: string, message: Uint8Array): void {
    this.#waiting.dropMarker(key);
    this.#waiting.extra({ kind: 'marker', key, message });
  }

  /** Markers that wait already move behind: the peer drops what it was not sent when it sees an end. */
  #resendFamily(family: FamilyId, enhanced: boolean): void {
    const initial = this.#waiting.hasMarker(`end-of-rib ${family}`);
    if (enhanced) this.#mark(`begin ${family}`, encodeRouteRefresh({ family, subtype: REFRESH_BEGIN }));
    const { entries } = this.#table;
    for (const entry of entries.walk()) {
      if (this.#table.family(entry) !== family) continue;
      // a withdrawal moves, too: it may become an announcement, and that must not stand before the beginning
      const mark = this.#isHeld(entry) ? WAITS.replace : (entries.mark[entry] as number);
      this.#waiting.forget(entry);
      if (mark !== WAITS.nothing) this.#waiting.set(entry, mark);
    }
    if (enhanced) this.#mark(`end ${family}`, encodeRouteRefresh({ family, subtype: REFRESH_END }));
    if (initial) this.endOfRib(family);
  }
}

const NONE: readonly Route[] = [];

function withdrawn(table: RouteTable, entry: number): Route {
  return { nlri: table.nlri(entry), nextHop: undefined, attributes: {} };
}
