import { type FamilyId, familyText } from '../bgp/family.ts';
import type { Message } from '../bgp/message.ts';
import type { Negotiated } from '../bgp/negotiated.ts';
import type { NotificationMessage } from '../bgp/notification.ts';
import { isHardReset } from '../bgp/notification.ts';
import { eachRegular, type RegularUpdate } from '../bgp/regular-update.ts';
import type { RouteRefresh } from '../bgp/route-refresh.ts';
import { REFRESH_SUBTYPES } from '../bgp/route-refresh.ts';
import type { Update } from '../bgp/update.ts';
import type { PrefixLimit } from '../config/model.ts';
import { sliced } from '../loop/sliced.ts';
import type { AdjRibIn } from '../rib/adj-rib-in.ts';
import type { Clock } from '../session/clock.ts';

/** How long a peer that is back, or in the middle of a refresh, may take to send its routes again. */
const STALE_SECONDS = 360;
/** Share of a limit that is worth a word. */
const WARNING_SHARE = 0.8;

/** Well-known communities of RFC 9494. */
const LLGR_STALE = 0xffff0006;
const NO_LLGR = 0xffff0007;

/** What became of the routes of one family while the peer was away. */
export interface RestartReport {
  /** Kept and marked; kept for longer (RFC 9494); forgotten, those that the peer did not send again. */
  readonly phase: 'stale' | 'long-lived' | 'swept';
  readonly family: FamilyId;
  readonly routes: number;
  /** For how long they are kept at most. */
  readonly seconds?: number;
}

export interface ReceivedRoutesOptions {
  readonly clock: Clock;
  readonly rib: AdjRibIn;
  readonly limits: readonly PrefixLimit[];
  readonly report: (report: RestartReport) => void;
  /** More prefixes than allowed, or, `warning`, nearly so many or more than a limit that only warns. */
  readonly limitReached: (limit: PrefixLimit, routes: number, warning: boolean) => void;
}

/** The routes that a peer sent: kept over its restarts (RFC 4724, 8538, 9494) and refreshes (RFC 7313), and counted. */
export class ReceivedRoutes {
  readonly #options: ReceivedRoutesOptions;
  readonly #rib: AdjRibIn;
  /** What is to be done with a family, or goes on: each cancels it. */
  readonly #pending = new Map<FamilyId, () => void>();
  readonly #warned = new Set<FamilyId>();

  constructor(options: ReceivedRoutesOptions) {
    this.#options = options;
    this.#rib = options.rib;
  }

  update(update: Update): void {
    this.#rib.apply(update);
    if (update.endOfRib !== undefined) this.#sweep(update.endOfRib);
    if (update.announced.length > 0) this.#checkLimits();
  }

  /** The same for a regular UPDATE that nobody decodes. */
  regular(update: RegularUpdate): void {
    this.#rib.applyRegular(update);
    if (update.announced.from < update.announced.to || update.reach.from < update.reach.to)
      this.#checkLimits();
  }

  /** The same for a message by itself. */
  message(message: Extract<Message, { type: 'update' }>, octets: Uint8Array): void {
    const { regular: context } = message;
    if (context === undefined) {
      this.update(message.update);
      return;
    }
    eachRegular(octets, 0, {
      context,
      each: (update) => {
        this.regular(update);
        return true;
      },
    });
  }

  /** Beginning and end of a refresh: what the peer does not send between them is gone. */
  refresh({ family, subtype }: RouteRefresh): void {
    const word = REFRESH_SUBTYPES[subtype];
    if (word === 'begin') {
      this.#cancel(family);
      // a peer may name sixteen million families that it has no routes of
      if (this.#rib.markStale(family) > 0) this.#after(family, STALE_SECONDS, () => this.#sweep(family));
    } else if (word === 'end') this.#sweep(family);
  }

  /** The peer is back: what it did not keep is gone, the rest has some time to come again. */
  up({ gracefulRestart }: Negotiated): void {
    this.#warned.clear();
    for (const family of this.#rib.staleFamilies()) {
      const kept = gracefulRestart?.families.some((f) => f.family === family && f.forwarding) ?? false;
      if (kept) this.#after(family, STALE_SECONDS, () => this.#sweep(family));
      else this.#sweep(family);
    }
  }

  /** The session is over. `told` is the NOTIFICATION that ended it, of either side. */
  down(negotiated: Negotiated | undefined, told: NotificationMessage | undefined): void {
    const restart = mayReturn(negotiated, told) ? negotiated?.gracefulRestart : undefined;
    const kept = new Set(restart?.families.map(({ family }) => family));
    for (const family of this.#rib.families()) {
      if (!kept.has(family) || restart === undefined) {
        this.#forget(family);
        continue;
      }
      this.#cancel(family);
      // a second loss before they came again: RFC 4724 section 4.2 has them deleted
      const stale = this.#rib.staleCount(family);
      if (stale === this.#rib.sizeOf(family)) this.#forget(family);
      else {
        this.#swept(family, stale);
        const sweeping = this.#rib.sweeping(family);
        sweeping.next();
        const left = this.#rib.staleCount(family);
        this.#keep(family, restart.timeSeconds, { negotiated, left });
        void sliced(sweeping);
      }
    }
  }

  /** Everything is forgotten, and nothing is pending. */
  clear(): void {
    for (const cancel of this.#pending.values()) cancel();
    this.#pending.clear();
    this.#rib.clear();
  }

  /** @param left of the routes, those that are being forgotten */
  #keep(
    family: FamilyId,
    seconds: number,
    { negotiated, left }: { readonly negotiated: Negotiated | undefined; readonly left: number },
  ): void {
    const routes = this.#rib.markStale(family) - left;
    if (routes === 0) return;
    this.#options.report({ phase: 'stale', family, routes, seconds });
    const longLived = negotiated?.longLived.find((f) => f.family === family)?.timeSeconds ?? 0;
    this.#after(family, seconds, () => {
      if (longLived === 0) this.#sweep(family);
      else void sliced(this.#keepingLonger(family, longLived));
    });
  }

  /** RFC 9494 section 4.2: routes that refuse it go, the others are marked as stale. */
  *#keepingLonger(family: FamilyId, seconds: number): Generator<void, void, void> {
    let goesOn = true;
    this.#pending.set(family, () => {
      goesOn = false;
    });
    for (const _ of this.#rib.replacingStale(family, longLivedCommunities)) {
      yield;
      if (!goesOn) return;
    }
    const routes = this.#rib.staleCount(family);
    this.#options.report({ phase: 'long-lived', family, routes, seconds });
    this.#after(family, seconds, () => this.#sweep(family));
  }

  /** Few at once, many a little at a time. */
  #sweep(family: FamilyId): void {
    this.#cancel(family);
    void sliced(this.#sweeping(family));
  }

  /** Until it is done or cancelled, which tells how many were swept. */
  *#sweeping(family: FamilyId): Generator<void, void, void> {
    let routes = 0;
    let goesOn = true;
    this.#pending.set(family, () => {
      goesOn = false;
      this.#swept(family, routes);
    });
    for (const work = this.#rib.sweeping(family); goesOn; ) {
      const step = work.next();
      routes = step.value;
      if (step.done === true) this.#cancel(family);
      else yield;
    }
  }

  #swept(family: FamilyId, routes: number): void {
    if (routes > 0) this.#options.report({ phase: 'swept', family, routes });
  }

  #forget(family: FamilyId): void {
    this.#cancel(family);
    const stale = this.#rib.staleCount(family);
    this.#rib.clear(family);
    void sliced(this.#rib.settling());
    this.#swept(family, stale);
  }

  #after(family: FamilyId, seconds: number, action: () => void): void {
    this.#cancel(family);
    this.#pending.set(family, this.#options.clock.after(seconds * 1000, action));
  }

  #cancel(family: FamilyId): void {
    this.#pending.get(family)?.();
    this.#pending.delete(family);
  }

  #checkLimits(): void {
    for (const limit of this.#options.limits) this.#check(limit);
  }

  #check(limit: PrefixLimit): void {
    const { family, maximum, warnOnly } = limit;
    const routes = this.#rib.sizeOf(family);
    if (routes > maximum && !warnOnly) {
      this.#options.limitReached(limit, routes, false);
      return;
    }
    if (routes <= maximum * WARNING_SHARE || this.#warned.has(family)) return;
    this.#warned.add(family);
    this.#options.limitReached(limit, routes, true);
  }
}

/** Whether a peer that ends its session so keeps forwarding, and we its routes: RFC 4724 section 4.2, RFC 8538. */
function mayReturn(negotiated: Negotiated | undefined, told: NotificationMessage | undefined): boolean {
  if (negotiated?.gracefulRestart === undefined) return false;
  return told === undefined || (negotiated.gracefulRestart.notification && !isHardReset(told));
}

/** Communities of a route that is kept; undefined: it must not be. */
function longLivedCommunities(communities: readonly number[]): readonly number[] | undefined {
  if (communities.includes(NO_LLGR)) return undefined;
  return communities.includes(LLGR_STALE) ? communities : [...communities, LLGR_STALE];
}

/** For the log. */
export function restartFields({ family, routes, seconds }: RestartReport) {
  return { family: familyText(family), routes, ...(seconds === undefined ? {} : { seconds }) };
}
