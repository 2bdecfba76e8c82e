import type { FamilyId } from '../bgp/family.ts';
import type { Route } from '../bgp/route.ts';
import type { Said } from '../bgp/said.ts';
import type { PrefixList } from '../wire/prefix-list.ts';
import { KIND } from './entries.ts';
import { RouteTable } from './route-table.ts';
import { Sharing } from './same-route.ts';
import type { Sending } from './sending.ts';
import type { RibOutOptions, RibOutReports } from './session.ts';
import { WAITS, Waiting } from './waiting.ts';

/** Entries between two looks at who else has something to do. */
const UNSET_AT_ONCE = 512;

/** The routes that one neighbor shall have, and what waits to be sent because they changed. */
export class HeldRoutes {
  readonly table: RouteTable;
  readonly waiting: Waiting;
  readonly #options: Pick<RibOutOptions, 'adjRibOut'>;
  readonly #reports: Pick<RibOutReports, 'unagreed'>;
  readonly #sharing = new Sharing();
  #size = 0;
  #sending: Sending | undefined;
  /** A family that the session has, as most routes are of one. */
  #agreed: FamilyId | undefined;

  constructor(options: Pick<RibOutOptions, 'adjRibOut'>, reports: Pick<RibOutReports, 'unagreed'>) {
    this.#options = options;
    this.#reports = reports;
    this.table = new RouteTable((from, to) => this.waiting.moved(from, to));
    this.waiting = new Waiting(this.table);
  }

  get size(): number {
    return this.#size;
  }

  /** What waited, waits no longer: what comes is sent to this session, or to none. Then there is something to settle. */
  sendTo(sending: Sending | undefined): void {
    this.#sending = sending;
    this.#agreed = undefined;
    this.waiting.leave();
  }

  /** What the neighbor shall have of the destination of a route. */
  of(route: Route): Route | undefined {
    const entry = this.table.find(route.nlri);
    return entry < 0 ? undefined : this.table.held(entry);
  }

  /** The route that it shall have instead of this one. */
  other(route: Route): Route | undefined {
    const held = this.of(route);
    return held === undefined || this.#sharing.same(held, route) ? undefined : held;
  }

  /** As `set`, for a prefix of a list. */
  setPrefix(list: PrefixList, nth: number, said: Said, family: FamilyId): void {
    const { entries } = this.table;
    const entry = entries.find(list, nth);
    if (entry >= 0) {
      this.set(entry, said, family);
      return;
    }
    const waits = this.isAgreed(family);
    const mark = waits ? WAITS.announce : WAITS.nothing;
    const added = entries.add(list, nth, this.#sharing.shared(said), mark);
    this.#size++;
    if (waits) this.waiting.added(added);
  }

  /** `same`: the neighbor has, or will be sent, just this route already. */
  set(entry: number, given: Said | Route, family: FamilyId): 'changed' | 'same' {
    const { entries } = this.table;
    const held = this.table.isHeld(entry) ? entries.value(entry) : undefined;
    const said = entries.kind(entry) === KIND.other ? given : this.#sharing.shared(given);
    if (held !== undefined && this.#options.adjRibOut && this.#sharing.same(held, said)) return 'same';
    entries.setValue(entry, said);
    if (held === undefined) this.#size++;
    this.waiting.keep(entry);
    if (!this.isAgreed(family)) return 'changed';
    const mark = this.waiting.of(entry);
    const replaces = mark === WAITS.announce ? false : held !== undefined || mark !== WAITS.nothing;
    this.waiting.set(entry, replaces ? WAITS.replace : WAITS.announce);
    return 'changed';
  }

  /** @param route of a destination that is no prefix of a list: what is sent, but for the labels of the announcement */
  unset(entry: number, route: Route | undefined, family: FamilyId): void {
    const { entries } = this.table;
    const isHeld = this.table.isHeld(entry);
    if (isHeld) this.#size--;
    if (this.#sending?.families.has(family) !== true) {
      entries.free(entry);
      return;
    }
    if (isHeld && this.#sending.limits?.drop(this.table.nlri(entry)) === true) {
      this.waiting.forget(entry);
      entries.free(entry);
      return;
    }
    if (entries.kind(entry) !== KIND.other) entries.setValue(entry, undefined);
    else if (route !== undefined) {
      const held = isHeld ? this.table.route(entry) : undefined;
      entries.setValue(entry, held === undefined || held === route ? route : { ...route, nlri: held.nlri });
    }
    this.waiting.set(entry, isHeld ? WAITS.withdraw : WAITS.withdrawUnknown);
  }

  /**
   * As `unset`, for every route that there is at the beginning; one that did not leave yet never does. `each` is told of them
   * first. Gives back control now and then; routes may come and go meanwhile.
   */
  *unsettingAll(each: (entry: number) => void): Generator<void, void, void> {
    const { entries } = this.table;
    const walk = entries.begin();
    const end = entries.end();
    try {
      let looked = 0;
      for (let entry = entries.next(walk, end.at); entry >= 0; entry = entries.next(walk, end.at)) {
        if (this.table.isHeld(entry)) this.#unsetKnown(entry, each);
        if (++looked % UNSET_AT_ONCE === 0) yield;
      }
    } finally {
      entries.leave(walk);
      entries.leave(end);
    }
  }

  #unsetKnown(entry: number, each: (entry: number) => void): void {
    each(entry);
    const isNew = this.waiting.of(entry) === WAITS.announce;
    const route = this.table.entries.kind(entry) === KIND.other ? this.table.held(entry) : undefined;
    this.unset(entry, route, this.table.family(entry));
    if (isNew) this.#untold(entry);
  }

  /** It has left, and is not kept. */
  forget(entry: number): void {
    this.#size--;
    this.table.entries.free(entry);
  }

  /** Whether the session, if there is one, has the family of a route that shall be announced. */
  isAgreed(family: FamilyId): boolean {
    if (family === this.#agreed) return true;
    if (this.#sending?.families.has(family) === true) {
      this.#agreed = family;
      return true;
    }
    if (this.#sending !== undefined) this.#reports.unagreed(family);
    return false;
  }

  /** The neighbor is not told of it. */
  #untold(entry: number): void {
    const { entries } = this.table;
    if (this.#sending === undefined || entries.mark(entry) === WAITS.nothing) return;
    this.waiting.forget(entry);
    entries.free(entry);
  }
}
