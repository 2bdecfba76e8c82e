import { familyText } from '../bgp/family.ts';
import type { Message } from '../bgp/message.ts';
import type { Negotiated } from '../bgp/negotiated.ts';
import { cease, type NotificationMessage, tooManyPrefixes } from '../bgp/notification.ts';
import type { RegularUpdate } from '../bgp/regular-update.ts';
import type { NeighborConfig, PrefixLimit } from '../config/model.ts';
import { AdjRibIn } from '../rib/adj-rib-in.ts';
import type { Clock } from '../session/clock.ts';
import type { Session } from '../session/session.ts';
import { finalEnd } from './endings.ts';
import type { LineLog } from './peer-log.ts';
import type { PeerOptions } from './peer-options.ts';
import type { PeerReports } from './peer-reports.ts';
import { Reading } from './reading.ts';
import { ReceivedRoutes } from './received-routes.ts';

/** A Cease subcode, RFC 4486. */
const OUT_OF_RESOURCES = 8;
/** For so long the neighbor is neither taken nor called. */
const OUT_OF_RESOURCES_SECONDS = 60;

/** Of all neighbors whose routes are not kept. */
const NOTHING_KEPT = new AdjRibIn();

export interface IntakeOptions extends Pick<PeerOptions, 'room' | 'blocked'> {
  readonly config: NeighborConfig;
  readonly clock: Clock;
  readonly log: LineLog;
  readonly session: Pick<Session, 'pauseReading' | 'resumeReading' | 'teardown'>;
  readonly reports: Pick<PeerReports, 'subscriptions' | 'updates' | 'restart'>;
  /** Somebody wants each message by itself. */
  readonly watched: () => boolean;
}

/** What one neighbor sends: read as there is room for it, told, kept where that is wanted, and limited. */
export class Intake {
  readonly rib: AdjRibIn;
  readonly #options: IntakeOptions;
  readonly #reading: Reading;
  /** Undefined: they are not kept. */
  readonly #received: ReceivedRoutes | undefined;
  #config: NeighborConfig;
  /** What the session that is up agreed on. */
  #agreed: Negotiated | undefined;
  /** How the session is to end, once what brought that about is told. */
  #due: { readonly notification: NotificationMessage; readonly seconds: number | undefined } | undefined;

  constructor(options: IntakeOptions) {
    const { config, session, room, reports } = options;
    this.#options = options;
    this.#config = config;
    this.rib = config.adjRibIn ? new AdjRibIn() : NOTHING_KEPT;
    this.#received = config.adjRibIn ? this.#receivedRoutes() : undefined;
    this.#reading = new Reading(session, () => room(reports.subscriptions));
  }

  #receivedRoutes(): ReceivedRoutes {
    return new ReceivedRoutes({
      clock: this.#options.clock,
      rib: this.rib,
      limits: this.#config.prefixLimits,
      report: (report) => this.#options.reports.restart(report),
      limitReached: (limit, routes, warning) => this.#limitReached(limit, routes, warning),
    });
  }

  reconfigure(config: NeighborConfig): void {
    this.#config = config;
  }

  /** A session came up. */
  up(negotiated: Negotiated): void {
    this.#agreed = negotiated;
    this.#received?.up(negotiated);
    this.throttle();
  }

  /**
   * The session, or an attempt at one, is over.
   * @param told the NOTIFICATION that ended it, of either side
   * @param ending there will be no other
   */
  down(told: NotificationMessage | undefined, ending: boolean): void {
    const negotiated = this.#agreed;
    this.#agreed = undefined;
    this.#due = undefined;
    this.#reading.ended();
    if (ending) this.clear();
    else this.#received?.down(negotiated, told);
  }

  /** Octets are here, and nothing of them was handed on. */
  arrived(): void {
    if (this.#agreed !== undefined) this.#reading.arrived();
  }

  /** The short way of UPDATEs; what it leaves goes the long way, message by message. */
  updates(octets: Uint8Array, from: number): number {
    const negotiated = this.#agreed;
    if (negotiated === undefined || this.#options.watched()) return from;
    const received = this.#received;
    const each = (update: RegularUpdate) => {
      received?.regular(update);
      return this.#due === undefined;
    };
    const { to, room } = this.#options.reports.updates(octets, from, { negotiated, each });
    this.told(room);
    return to;
  }

  /** The long way of one message. */
  message(message: Message, octets: Uint8Array): void {
    if (message.type === 'update') this.#received?.message(message, octets);
    else if (message.type === 'route-refresh') this.#received?.refresh(message.refresh);
  }

  /** A message, or some, came and were told. @param room what telling gave */
  told(room: Promise<void> | undefined): void {
    this.#reading.told(room);
    const due = this.#due;
    this.#due = undefined;
    if (due !== undefined) this.#end(due.notification, due.seconds);
  }

  /** The processes that are blocked changed: the peer's messages wait in TCP while one of its own is. */
  throttle(): void {
    const { reports, blocked } = this.#options;
    if (this.#agreed !== undefined && reports.subscriptions.tells(blocked())) this.#reading.hold();
    else this.#reading.release();
  }

  /** All routes are forgotten. */
  clear(): void {
    this.#received?.clear();
  }

  /** Its routes take memory that there is no more of: the peer is to come back later. */
  outOfResources(): void {
    this.#options.log.error({ routes: this.rib.size }, 'memory is exhausted: session ends');
    this.#end(cease(OUT_OF_RESOURCES), OUT_OF_RESOURCES_SECONDS);
  }

  #limitReached({ family, maximum }: PrefixLimit, routes: number, warning: boolean): void {
    const fields = { family: familyText(family), routes, maximum };
    const text = warning ? 'prefix limit is near or passed' : 'too many prefixes: session ends';
    this.#options.log.warn(fields, text);
    if (warning) return;
    const seconds = this.#config.prefixLimitRestartSeconds;
    this.#due ??= { notification: tooManyPrefixes(family, maximum), seconds };
  }

  #end(notification: NotificationMessage, seconds: number | undefined): void {
    this.#options.session.teardown(finalEnd(notification, this.#agreed), undefined, seconds);
  }
}
