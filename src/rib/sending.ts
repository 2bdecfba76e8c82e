import type { FamilyId } from '../bgp/family.ts';
import type { Route } from '../bgp/route.ts';
import { encodeRouteRefresh } from '../bgp/route-refresh.ts';
import { encodeEndOfRib } from '../bgp/update.ts';
import { longer } from './longer.ts';
import { Preparation } from './outgoing.ts';
import { Packing } from './packing.ts';
import { PathLimits } from './path-limits.ts';
import type { RouteTable } from './route-table.ts';
import type { RibOutOptions, RibOutReports, RibSession } from './session.ts';
import { WAITS, type Waiting } from './waiting.ts';

/** Entries turned into messages by one `take`, unless told otherwise: work between two turns of the loop. */
const TAKE_ENTRIES = 4096;
const FIRST_PACKED = 16;
const NONE_PACKED = new Uint32Array(0);
const REFRESH_BEGIN = 1;
const REFRESH_END = 2;

/** What is sent, and who hears of what becomes of it. */
export interface SendingParts {
  readonly table: RouteTable;
  readonly waiting: Waiting;
  readonly options: RibOutOptions;
  readonly reports: Pick<RibOutReports, 'refused' | 'heldBack'>;
  /** Takes each entry whose announcement has left; only with `adj-rib-out false`. */
  readonly sent: (entry: number) => void;
}

/** Sends one session what waits of the neighbor's table: whole messages, as many at a time as somebody takes. */
export class Sending {
  readonly families: ReadonlySet<FamilyId>;
  /** Undefined: the neighbor announced none. */
  readonly limits: PathLimits | undefined;
  readonly #session: RibSession;
  readonly #table: RouteTable;
  readonly #waiting: Waiting;
  readonly #options: RibOutOptions;
  readonly #reports: SendingParts['reports'];
  readonly #sent: SendingParts['sent'];
  /** Once routes are sent. */
  #packing: Packing | undefined;
  /** Routes being packed whose predecessor the peer may hold, and those of them that were refused. */
  #replacing: Set<Route> | undefined;
  readonly #stale: Route[] = [];
  /** Until routes have left. The peer has none: what was never announced need not be withdrawn. */
  #isFirst = true;
  /** Entries that are being packed. */
  #packed = NONE_PACKED;
  #packedCount = 0;

  constructor(session: RibSession, { table, waiting, options, reports, sent }: SendingParts) {
    const { families, send, pathsLimits } = session.negotiated;
    this.#session = session;
    this.#table = table;
    this.#waiting = waiting;
    this.#options = options;
    this.#reports = reports;
    this.#sent = sent;
    this.families = send.families ?? new Set(families);
    this.limits = pathsLimits.size > 0 ? new PathLimits(pathsLimits, reports) : undefined;
  }

  /** Queues the routes of a family, or of all, again, behind what waits. */
  resend(family?: FamilyId): void {
    const { negotiated } = this.#session;
    for (const each of negotiated.families) {
      if (family === undefined || family === each)
        this.#resendFamily(each, negotiated.refresh === 'enhanced');
    }
  }

  /** Queues an End-of-RIB behind what waits already. */
  endOfRib(family: FamilyId): void {
    this.#mark(`end-of-rib ${family}`, encodeEndOfRib(family));
  }

  /** Queues End-of-RIB for every family, unless these are left to a command. */
  endOfRibs(): void {
    if (this.#options.manualEor) return;
    for (const family of this.#session.negotiated.families) this.endOfRib(family);
  }

  /**
   * The next whole messages, in order, of up to so many entries; none where nothing waits. An entry makes
   * at most one message, a withdrawal where it is refused. What waited for the session before is settled first, so many
   * entries at a time, which makes none.
   */
  take(entries: number = TAKE_ENTRIES): Uint8Array[] {
    if (!this.#waiting.settle(entries)) return [];
    const messages: Uint8Array[] = [];
    for (let left = entries; left > 0; left--) {
      const next = this.#waiting.next();
      if (next === undefined) break;
      if (typeof next === 'object' && next.kind === 'marker') {
        messages.push(...this.#finish(), next.message);
        continue;
      }
      this.#packing ??= this.#packingOfWaiting();
      if (typeof next === 'number') {
        const alone = this.#waiting.size === 0 ? this.#alone(next, this.#packing) : undefined;
        if (alone !== undefined) return messages.length === 0 ? alone : [...messages, ...alone];
        this.#pack(next, this.#packing);
      } else if (this.limits?.admits(next.route.nlri) ?? true) {
        if (next.replaces) this.#replaces(next.route);
        this.#packing.announce(next.route);
      }
    }
    const last = this.#finish();
    return messages.length === 0 ? last : [...messages, ...last];
  }

  /** The messages of an entry that leaves with no others. Undefined: it is to be packed as all are. */
  #alone(entry: number, packing: Packing): Uint8Array[] | undefined {
    if (this.limits !== undefined || this.#packedCount > 0) return undefined;
    const { entries } = this.#table;
    const mark = entries.mark(entry);
    if (this.#isFirst && mark === WAITS.withdrawUnknown) return undefined;
    const isWithdrawn = mark >= WAITS.withdraw;
    const said = isWithdrawn ? undefined : entries.value(entry);
    if (said === undefined && !isWithdrawn) return undefined;
    const messages = packing.alone(entry, said);
    if (messages !== undefined) this.#left(entry);
    return messages;
  }

  #pack(entry: number, packing: Packing): void {
    const { entries } = this.#table;
    const said = entries.value(entry);
    const mark = entries.mark(entry);
    if (this.#packedCount === this.#packed.length)
      this.#packed = longer(this.#packed, Math.max(FIRST_PACKED, this.#packed.length * 2));
    this.#packed[this.#packedCount++] = entry;
    if (mark >= WAITS.withdraw) {
      this.limits?.leaves(this.#table.nlri(entry));
      packing.withdrawEntry(entry, mark === WAITS.withdraw || !this.#isFirst);
    } else if (said !== undefined) {
      if (this.limits?.admits(this.#table.nlri(entry)) === false) return;
      packing.announceEntry(entry, said);
    }
  }

  #packingOfWaiting(): Packing {
    return this.#packingWith({
      route: (entry) => this.#routeToPack(entry),
      refused: (route, reason) => this.#refuse(route, reason),
      joinMessages: this.#options.joinMessages,
    });
  }

  #replaces(route: Route): void {
    this.#replacing ??= new Set();
    this.#replacing.add(route);
  }

  /** A route of an entry that is being packed. */
  #routeToPack(entry: number): Route {
    const route = this.#table.route(entry) ?? withdrawn(this.#table, entry);
    if (this.#table.entries.mark(entry) === WAITS.replace) this.#replaces(route);
    return route;
  }

  /** All routes of the session as UPDATEs, whatever was sent or waits; those that cannot be sent are left out. */
  *updates(): Generator<Uint8Array, void> {
    const packing = this.#packingWith({
      route: (entry) => this.#table.route(entry) ?? withdrawn(this.#table, entry),
      refused: () => undefined,
    });
    const { entries } = this.#table;
    let count = 0;
    for (const entry of entries.walk()) {
      const said = entries.value(entry);
      if (said === undefined || !this.#table.isHeld(entry) || !this.families.has(this.#table.family(entry)))
        continue;
      if (this.#isHeldBack(entry)) continue;
      packing.announceEntry(entry, said);
      if (++count % TAKE_ENTRIES === 0) yield* packing.finish();
    }
    yield* packing.finish();
  }

  #packingWith({
    route,
    refused,
    joinMessages,
  }: {
    route(entry: number): Route;
    refused(route: Route, reason: string): void;
    joinMessages?: boolean | undefined;
  }): Packing {
    const session = this.#session;
    return new Packing({
      preparation: new Preparation(session),
      context: { ...session.negotiated.send, aigp: this.#options.aigp },
      groupUpdates: this.#options.groupUpdates,
      joinMessages,
      table: { session, entries: this.#table.entries, route },
      refused,
    });
  }

  /** A route that cannot be sent must not leave its predecessor with the peer. */
  #finish(): Uint8Array[] {
    const packing = this.#packing;
    if (packing === undefined) return [];
    const messages = packing.finish();
    for (let i = 0; i < this.#packedCount; i++) this.#left(this.#packed[i] as number);
    this.#packedCount = 0;
    this.#replacing?.clear();
    if (this.limits !== undefined) this.#fillRoom(this.limits);
    if (this.#stale.length === 0) return messages;
    for (const route of this.#stale.splice(0)) packing.withdraw(route);
    return [...messages, ...packing.finish()];
  }

  #left(entry: number): void {
    this.#isFirst = false;
    const { entries } = this.#table;
    if (entries.mark(entry) >= WAITS.withdraw) entries.free(entry);
    else if (this.#options.adjRibOut || this.#isHeldBack(entry)) entries.setMark(entry, WAITS.nothing);
    else this.#sent(entry);
  }

  /** Paths that were held back leave behind the withdrawals that make room for them. */
  #fillRoom(limits: PathLimits): void {
    for (const nlri of limits.settle()) {
      const entry = this.#table.find(nlri);
      if (entry >= 0 && this.#table.isHeld(entry)) this.#waiting.set(entry, WAITS.announce);
    }
  }

  #isHeldBack(entry: number): boolean {
    return this.limits?.isHeldBack(this.#table.nlri(entry)) === true;
  }

  #refuse(route: Route, reason: string): void {
    this.limits?.leaves(route.nlri);
    if (this.#replacing?.delete(route) === true) this.#stale.push(route);
    this.#reports.refused(route, reason);
  }

  #mark(key: string, message: Uint8Array): void {
    this.#waiting.dropMarker(key);
    this.#waiting.extra({ kind: 'marker', key, message });
  }

  /** Markers that wait already move behind: the peer drops what it was not sent when it sees an end. */
  #resendFamily(family: FamilyId, enhanced: boolean): void {
    const initial = this.#waiting.hasMarker(`end-of-rib ${family}`);
    if (enhanced) this.#mark(`begin ${family}`, encodeRouteRefresh({ family, subtype: REFRESH_BEGIN }));
    this.#waiting.table([family], WAITS.replace);
    if (enhanced) this.#mark(`end ${family}`, encodeRouteRefresh({ family, subtype: REFRESH_END }));
    if (initial) this.endOfRib(family);
  }
}

function withdrawn(table: RouteTable, entry: number): Route {
  return { nlri: table.nlri(entry), nextHop: undefined, attributes: {} };
}
