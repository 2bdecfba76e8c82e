import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { type FamilyId, familyText } from '../bgp/family.ts';
import type { Message } from '../bgp/message.ts';
import type { Negotiated } from '../bgp/negotiated.ts';
import { cease, tooManyPrefixes } from '../bgp/notification.ts';
import type { Open } from '../bgp/open.ts';
import { encodeOperational, type Operational } from '../bgp/operational.ts';
import type { RegularUpdate } from '../bgp/regular-update.ts';
import type { Route } from '../bgp/route.ts';
import { encodeRouteRefresh, REFRESH_SUBTYPES, type RouteRefresh } from '../bgp/route-refresh.ts';
import type { NeighborConfig, PrefixLimit } from '../config/model.ts';
import type { Direction, Neighbor } from '../events/event.ts';
import type { Subscriptions } from '../hooks/subscriptions.ts';
import { AdjRibIn } from '../rib/adj-rib-in.ts';
import type { AdjRibOut } from '../rib/adj-rib-out.ts';
import { NO_ANSWER } from '../session/connection.ts';
import { Session, type SessionEvent } from '../session/session.ts';
import { formatAddress } from '../wire/address.ts';
import type { Talker } from './departure.ts';
import { finalEnd, type Stop, stopEnding, teardownEnding } from './endings.ts';
import { type NeighborName, neighborName, neighborText } from './neighbor-name.ts';
import type { Monitor, PeerIdentity, PeerOptions } from './peer-options.ts';
import { PeerReports } from './peer-reports.ts';
import { Reading } from './reading.ts';
import { ReceivedRoutes } from './received-routes.ts';
import { SentRoutes } from './sent-routes.ts';
import { sessionSettings } from './session-settings.ts';

/** A Cease subcode, RFC 4486. */
const OUT_OF_RESOURCES = 8;
/** For so long the neighbor is neither taken nor called. */
const OUT_OF_RESOURCES_SECONDS = 60;

/** Of all neighbors whose routes are not kept. */
const NOTHING_KEPT = new AdjRibIn();

/** One neighbor while the daemon runs: its session, what it shall be sent, and who is told of it. */
export class Peer {
  readonly name: NeighborName;
  readonly adjRibIn: AdjRibIn;
  readonly #identity: PeerIdentity;
  readonly #options: PeerOptions;
  readonly #session: Session;
  readonly #log: Logger;
  readonly #reports: PeerReports;
  /** Undefined: they are not kept. */
  readonly #received: ReceivedRoutes | undefined;
  readonly #monitor: Monitor | undefined;
  /** What the session that is up agreed on. */
  #agreed: Negotiated | undefined;
  #ending = false;
  #config: NeighborConfig;
  #established = false;
  /** When it was established last, or ceased to be. */
  #sinceMs: number;
  #peerOpen: Open | undefined;
  readonly #sent: SentRoutes;
  readonly #reading: Reading;

  constructor(identity: PeerIdentity, options: PeerOptions) {
    const { config, peerAddress } = identity;
    this.#identity = identity;
    this.#options = options;
    this.#sinceMs = options.clock.now();
    this.#config = config;
    this.name = neighborName(config, peerAddress);
    this.#log = options.log.child({
      peer: peerAddress,
      ...(config.localAddress && { local: formatAddress(config.localAddress) }),
    });
    this.#reports = new PeerReports({ ...options, config, peerAddress, log: this.#log });
    this.adjRibIn = config.adjRibIn ? new AdjRibIn() : NOTHING_KEPT;
    this.#received = config.adjRibIn ? this.#receivedRoutes() : undefined;
    this.#session = new Session({
      settings: sessionSettings(config, { ...options, peerAddress }),
      clock: options.clock,
      observesSend: (octets) => this.#monitor?.watches === true || this.#reports.observesSend(octets),
      arrived: () => {
        if (this.#established) this.#reading.arrived();
      },
      updates: (octets, from) => this.#updates(octets, from),
      on: (event) => this.#on(event),
    });
    const { clock, holdsEndOfRib } = options;
    this.#sent = new SentRoutes({ config, clock, log: this.#log, session: this.#session, holdsEndOfRib });
    this.#reading = new Reading(this.#session, () => options.room(this.subscriptions));
    this.#monitor = options.monitor?.(this);
  }

  #receivedRoutes(): ReceivedRoutes {
    return new ReceivedRoutes({
      clock: this.#options.clock,
      rib: this.adjRibIn,
      limits: this.#config.prefixLimits,
      report: (report) => this.#reports.restart(report),
      limitReached: (limit, routes, warning) => this.#limitReached(limit, routes, warning),
    });
  }

  get adjRibOut(): AdjRibOut {
    return this.#sent.rib;
  }

  get config(): NeighborConfig {
    return this.#config;
  }

  get neighbor(): Neighbor {
    return this.#reports.neighbor;
  }

  get subscriptions(): Subscriptions {
    return this.#reports.subscriptions;
  }

  /** Why the neighbor is not up; undefined: it is, or it never was. */
  get downReason(): string | undefined {
    return this.#reports.downReason;
  }

  /** Why there is no session, or none yet; undefined: nothing is known against it. */
  get whyNotUp(): string | undefined {
    return this.#reports.downReason ?? this.#reports.connectFailure;
  }

  /** Routes that the peer has not, though nothing waits: of families that the session does not have, and unsendable ones. */
  get unsent(): Pick<SentRoutes, 'unagreed' | 'unsendable'> {
    return this.#sent;
  }

  get counters(): PeerReports['counters'] {
    return this.#reports.counters;
  }

  get text(): string {
    return neighborText(this.name);
  }

  get state(): string {
    return this.#session.state;
  }

  get established(): boolean {
    return this.#established;
  }

  get negotiated(): Negotiated | undefined {
    return this.#session.negotiated;
  }

  /** The peer's OPEN while there is a session. */
  get peerOpen(): Open | undefined {
    return this.#peerOpen;
  }

  /** How long the session is established, or is not. */
  get stateSeconds(): number {
    return (this.#options.clock.now() - this.#sinceMs) / 1000;
  }

  start(): void {
    this.#session.start();
  }

  /** Ends the session for good. */
  async stop(why: Stop): Promise<void> {
    const { notification, reason } = stopEnding(why, this.negotiated);
    this.#ending = true;
    await this.#session.stop(notification, reason);
    this.#received?.clear();
  }

  /** Takes a TCP connection that the peer opened. */
  accept(socket: Socket): void {
    this.#session.accept(socket);
  }

  /** What a reload may change without touching the session. */
  reconfigure(config: NeighborConfig): Promise<void> {
    this.#config = config;
    this.#reports.subscribe(config);
    return this.#sent.reconfigure(config);
  }

  /** False: there is no session to end. */
  teardown(subcode: number, text?: string): boolean {
    if (!this.established) return false;
    const { notification, reason } = teardownEnding(subcode, text, this.negotiated);
    this.#session.teardown(notification, reason);
    return true;
  }

  /** Its routes take memory that there is no more of: it is to come back later. */
  outOfResources(): void {
    this.#log.error({ routes: this.adjRibIn.size }, 'memory is exhausted: session ends');
    const notification = finalEnd(cease(OUT_OF_RESOURCES), this.negotiated);
    this.#session.teardown(notification, undefined, OUT_OF_RESOURCES_SECONDS);
  }

  /** False: there is no session. A family that was not agreed on is not asked for. */
  requestRefresh(family: FamilyId): boolean {
    const negotiated = this.negotiated;
    if (!this.established || negotiated === undefined) return false;
    if (negotiated.refresh !== 'absent' && negotiated.families.includes(family)) {
      this.#session.send(encodeRouteRefresh({ family, subtype: REFRESH_SUBTYPES.indexOf('query') }));
    }
    return true;
  }

  /** False: there is no session. To a peer that takes no such messages nothing is sent. */
  sendOperational(message: Operational): boolean {
    if (!this.established) return false;
    if (this.negotiated?.operational) this.#session.send(encodeOperational(message, this.#config.routerId));
    return true;
  }

  /** False: there is no session. The family need not be one that was agreed on. */
  announceEndOfRib(family: FamilyId): boolean {
    return this.#sent.endOfRib(family);
  }

  /** A process said that it is ready, or is waited for no longer. */
  readinessChanged(): void {
    this.#sent.readinessChanged();
  }

  resendAll(): void {
    this.#sent.resend();
  }

  clear(direction: 'in' | 'out'): void {
    if (direction === 'in') this.#received?.clear();
    else this.#sent.clear();
  }

  /** The routes that commands brought, and not the configuration. */
  commandedRoutes(): readonly Route[] {
    return this.#sent.commanded();
  }

  signal(code: number, name: string): void {
    this.#reports.signal(code, name);
  }

  /** The processes that are blocked changed: the peer's messages wait in TCP while one of its own is. */
  throttle(): void {
    if (this.#established && this.subscriptions.tells(this.#options.blocked())) this.#reading.hold();
    else this.#reading.release();
  }

  /** Resolves when the system has taken all that is to be sent, or there is no session. With `auto-flush false` at once. */
  sent(): Promise<void> {
    return this.#sent.taken();
  }

  /**
   * Routes changed: they are sent now, or with `auto-flush false` when a flush asks for it.
   * @param talker the process that changed them
   * @param all nothing is left of what it wrote so far
   */
  changed(talker?: Talker, all = false): void {
    this.#sent.changed(talker, all);
  }

  #on(event: SessionEvent): void {
    this.#monitor?.on(event);
    const reports = this.#reports;
    switch (event.type) {
      case 'fsm':
        reports.fsm(event);
        return;
      case 'connect-failed':
        reports.connectFailed(this.#whyUnanswered(event.reason));
        this.#identity.attempted?.(this);
        return;
      case 'connected':
        reports.connected(event.localAddress);
        return;
      case 'negotiated':
        reports.negotiated(event.negotiated);
        return;
      case 'up':
        this.#onUp(event.negotiated);
        return;
      case 'down':
        this.#onDown(event);
        this.#identity.attempted?.(this);
        return;
      case 'rejected':
        reports.rejected(event);
        return;
      case 'message':
        if (event.direction === 'receive') this.#act(event.message, event.octets);
        this.#told(event.direction, reports.message(event, this.negotiated));
        return;
      case 'drain':
        this.#sent.wake();
        return;
    }
  }

  /** The short way of UPDATEs; what it leaves goes the long way, message by message. */
  #updates(octets: Uint8Array, from: number): number {
    const negotiated = this.#agreed;
    if (negotiated === undefined || this.#monitor?.watches) return from;
    const received = this.#received;
    const each = (update: RegularUpdate) => {
      received?.regular(update);
      return this.#established;
    };
    const { to, room } = this.#reports.updates(octets, from, { negotiated, each });
    this.#reading.told(room);
    return to;
  }

  #whyUnanswered(reason: string): string {
    if (reason !== NO_ANSWER || this.#config.protection.md5 === undefined) return reason;
    return `${reason}: so it looks when the peer has no TCP MD5 password, or another one`;
  }

  #told(direction: Direction, room: Promise<void> | undefined): void {
    if (direction === 'receive') this.#reading.told(room);
  }

  #onUp(negotiated: Negotiated): void {
    this.#established = true;
    this.#sinceMs = this.#options.clock.now();
    this.#reports.up(negotiated);
    this.#agreed = negotiated;
    this.#received?.up(negotiated);
    this.#sent.up(negotiated);
    for (const message of this.#config.operational) this.sendOperational(message);
    this.throttle();
  }

  #onDown(event: Extract<SessionEvent, { type: 'down' }>): void {
    const negotiated = this.#agreed;
    this.#agreed = undefined;
    if (this.#established) this.#sinceMs = this.#options.clock.now();
    this.#established = false;
    this.#reading.ended();
    this.#peerOpen = undefined;
    this.#sent.down();
    this.#reports.down(event);
    if (this.#ending) this.#received?.clear();
    else this.#received?.down(negotiated, event.notification);
    this.#identity.ended?.(this);
  }

  #limitReached({ family, maximum }: PrefixLimit, routes: number, warning: boolean): void {
    const fields = { family: familyText(family), routes, maximum };
    this.#log.warn(fields, warning ? 'prefix limit is near or passed' : 'too many prefixes: session ends');
    if (warning) return;
    const seconds = this.#config.prefixLimitRestartSeconds;
    this.#session.teardown(finalEnd(tooManyPrefixes(family, maximum), this.negotiated), undefined, seconds);
  }

  #act(message: Message, octets: Uint8Array): void {
    if (message.type === 'open') this.#peerOpen = message.open;
    else if (message.type === 'update') this.#received?.message(message, octets);
    else if (message.type === 'route-refresh') this.#refreshRequested(message.refresh);
  }

  #refreshRequested({ family, subtype }: RouteRefresh): void {
    this.#received?.refresh({ family, subtype });
    if (REFRESH_SUBTYPES[subtype] !== 'query') return;
    this.#sent.resend(family);
  }
}
