import { NotificationError } from '../bgp/errors.ts';
import type { FamilyId } from '../bgp/family.ts';
import { HEADER_LENGTH } from '../bgp/header.ts';
import type { Negotiated } from '../bgp/negotiated.ts';
import { encodeEndOfRib } from '../bgp/update.ts';
import type { PeerDownReason, PerPeerHeader } from '../bmp/messages.ts';
import {
  type MonitoredSession,
  mirroringFrame,
  monitoringFrame,
  monitoringHead,
  peerDownFrame,
  peerUpFrame,
  type SessionOpening,
  sessionHeader,
  statisticsFrame,
} from '../bmp/sender.ts';
import type { StatisticName } from '../bmp/statistics.ts';
import { EXPORT_VIEWS, type ExportView } from '../config/bmp-model.ts';
import type { AttributePool } from '../rib/octets/attribute-pool.ts';
import { type Applied, OctetRoutes } from '../rib/octets/octet-routes.ts';
import type { Clock } from '../session/clock.ts';
import { ShortInputError } from '../wire/errors.ts';

/** Which way routes went: both views of what is sent are of the same messages, as there is no policy between. */
export type Way = 'receive' | 'send';
export const wayOf = (view: ExportView): Way => (view === 'adj-rib-in-pre-policy' ? 'receive' : 'send');
export const VIEWS_OF: Readonly<Record<Way, readonly ExportView[]>> = {
  receive: EXPORT_VIEWS.filter((view) => wayOf(view) === 'receive'),
  send: EXPORT_VIEWS.filter((view) => wayOf(view) === 'send'),
};

/** What a session is, beyond what its messages say. */
export type SessionFacts = MonitoredSession & SessionOpening;

const ONE_EPOCH = { epoch: 0 } as const;

/** One BGP session while it is up, as stations are told of it: Peer Up, routes as they stand, statistics, Peer Down. */
export class ExportedSession {
  readonly negotiated: Negotiated;
  /** Peer Up: the same for every station, whenever it connects. */
  readonly up: Uint8Array;
  readonly #clock: Clock;
  readonly #facts: SessionFacts;
  readonly #pool: AttributePool;
  readonly #tables = new Map<Way, OctetRoutes>();
  readonly #heads = new Map<ExportView, Uint8Array>();
  readonly #counts = { duplicates: 0, absent: 0, repeats: 0, malformed: 0, malformedPrefixes: 0 };
  #over = false;

  constructor(
    facts: SessionFacts,
    negotiated: Negotiated,
    { clock, pool }: { readonly clock: Clock; readonly pool: AttributePool },
  ) {
    this.#facts = facts;
    this.negotiated = negotiated;
    this.#clock = clock;
    this.#pool = pool;
    this.up = peerUpFrame(this.#header(), facts);
    for (const view of EXPORT_VIEWS) this.#heads.set(view, monitoringHead(this.#header(), view));
  }

  get peerAddress(): Uint8Array {
    return this.#facts.peerAddress;
  }

  get instance(): number {
    return this.#facts.instance;
  }

  /** It is down: nothing of it may be told any more. */
  get over(): boolean {
    return this.#over;
  }

  /** Keeps the routes of one way from now on; false: they were kept already. */
  keep(way: Way): boolean {
    if (this.#tables.has(way)) return false;
    this.#tables.set(way, new OctetRoutes(this.#pool));
    return true;
  }

  /** Keeps them no longer. */
  drop(way: Way): void {
    this.#tables.get(way)?.clear();
    this.#tables.delete(way);
  }

  /** An UPDATE went its way. @param withdrawn RFC 7606: what it announces is to be taken as withdrawn */
  apply(way: Way, octets: Uint8Array, withdrawn: () => boolean): void {
    const table = this.#tables.get(way);
    if (table === undefined) return;
    const context = way === 'receive' ? this.negotiated.receive : this.negotiated.send;
    try {
      const withdraw = withdrawn();
      const applied = table.apply(octets.subarray(HEADER_LENGTH), context, { ...ONE_EPOCH, withdraw });
      if (way === 'receive') this.#count(applied, withdraw);
    } catch (err) {
      // what a configuration has us send as raw attributes need not be what it says it is
      if (!(err instanceof NotificationError || err instanceof ShortInputError)) throw err;
    }
  }

  /** Route Monitoring of an UPDATE, octet by octet. */
  monitoring(view: ExportView, octets: Uint8Array): Uint8Array {
    return monitoringFrame(this.#heads.get(view) as Uint8Array, octets, this.#clock.wall());
  }

  /** The routes of a view as they stand when they are asked for, then End-of-RIB of each family. */
  *table(view: ExportView): Generator<Uint8Array, void> {
    const table = this.#tables.get(wayOf(view));
    for (const { update } of table?.updates() ?? []) {
      if (this.#over) return;
      yield this.monitoring(view, update);
    }
    if (!this.#over) yield* this.ends(view);
  }

  *ends(view: ExportView): Generator<Uint8Array, void> {
    for (const family of this.negotiated.families) yield this.monitoring(view, encodeEndOfRib(family));
  }

  mirroring(octets: Uint8Array): Uint8Array {
    return mirroringFrame(this.#header(), octets);
  }

  /** Peer Down; the routes are forgotten. */
  down(reason: PeerDownReason): Uint8Array {
    this.#over = true;
    for (const way of [...this.#tables.keys()]) this.drop(way);
    return peerDownFrame(this.#header(), reason);
  }

  /** A Statistics Report of these views; undefined: nothing is counted of them. */
  statistics(views: ReadonlySet<ExportView>): Uint8Array | undefined {
    const told = [...views].flatMap((view) => {
      const table = this.#tables.get(wayOf(view));
      if (table === undefined) return [];
      return view === 'adj-rib-in-pre-policy'
        ? [...this.#counters(), ...this.#sizes(table, 'adj-rib-in'), ...this.#sizes(table, view)]
        : this.#sizes(table, view);
    });
    return told.length === 0 ? undefined : statisticsFrame(this.#header(), told);
  }

  #header(): PerPeerHeader {
    return sessionHeader(this.#facts, this.#clock.wall() / 1000);
  }

  #count({ changed, unchanged, absent }: Applied, withdraw: boolean): void {
    const counts = this.#counts;
    counts.duplicates += unchanged;
    counts.absent += withdraw ? 0 : absent;
    if (changed === 0 && unchanged > 0) counts.repeats++;
    if (!withdraw) return;
    counts.malformed++;
    counts.malformedPrefixes += changed + absent;
  }

  #counters(): Counted[] {
    const { duplicates, absent, repeats, malformed, malformedPrefixes } = this.#counts;
    return [
      ['duplicate-advertisements', duplicates],
      ['duplicate-withdraws', absent],
      ['treat-as-withdraw-updates', malformed],
      ['treat-as-withdraw-prefixes', malformedPrefixes],
      ['duplicate-updates', repeats],
    ];
  }

  #sizes(table: OctetRoutes, of: ExportView | 'adj-rib-in'): Counted[] {
    const { families } = this.negotiated;
    const each = families.map((family): Counted => [`family-${of}-routes`, table.sizeOf(family), family]);
    return [[`${of}-routes`, table.size], ...each];
  }
}

type Counted = readonly [StatisticName, number, FamilyId?];
