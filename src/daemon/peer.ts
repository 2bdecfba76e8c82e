import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { type FamilyId, familyText } from '../bgp/family.ts';
import type { Message } from '../bgp/message.ts';
import type { Negotiated } from '../bgp/negotiated.ts';
import { nlriKey } from '../bgp/nlri/index.ts';
import { tooManyPrefixes } from '../bgp/notification.ts';
import type { Open } from '../bgp/open.ts';
import { encodeOperational, type Operational } from '../bgp/operational.ts';
import type { RegularUpdate } from '../bgp/regular-update.ts';
import type { Route } from '../bgp/route.ts';
import { encodeRouteRefresh, REFRESH_SUBTYPES, type RouteRefresh } from '../bgp/route-refresh.ts';
import type { NeighborConfig, PrefixLimit } from '../config/model.ts';
import type { Direction, Event, Neighbor } from '../events/event.ts';
import type { Subscriptions } from '../hooks/subscriptions.ts';
import { AdjRibIn } from '../rib/adj-rib-in.ts';
import { AdjRibOut } from '../rib/adj-rib-out.ts';
import type { Clock } from '../session/clock.ts';
import { NO_ANSWER } from '../session/connection.ts';
import { Session, type SessionEvent } from '../session/session.ts';
import { formatAddress, parseAddress } from '../wire/address.ts';
import { Departure, type Talker } from './departure.ts';
import { finalEnd, type Stop, stopEnding, teardownEnding } from './endings.ts';
import { type NeighborName, neighborName, neighborText } from './neighbor-name.ts';
import { Outbox } from './outbox.ts';
import { PeerReports, type PeerReportsOptions } from './peer-reports.ts';
import type { ProtectedSockets } from './protected-sockets.ts';
import { ReceivedRoutes } from './received-routes.ts';
import { sessionSettings } from './session-settings.ts';

interface Monitor {
  /** It wants each message. */
  readonly watches: boolean;
  on(event: SessionEvent): void;
}

/** What all neighbors have in common. */
export interface PeerOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** What the software version capability says. */
  readonly software: string;
  /** Where outgoing connections go when the neighbor names no port. */
  readonly defaultPort: number;
  readonly openWaitSeconds: number;
  readonly sockets: ProtectedSockets;
  /** Gives a promise when no more events should be made until it resolves. */
  readonly emit: (event: Event, subscriptions: Subscriptions) => Promise<void> | undefined;
  readonly gather?: PeerReportsOptions['gather'];
  /** As `emit`, before there is an event: gives a promise while those who are told of UPDATEs have enough to read. */
  readonly room: (subscriptions: Subscriptions) => Promise<void> | undefined;
  /** Whether somebody is told of every event, whatever the neighbor's `api` sections say. */
  readonly watched: () => boolean;
  /** Processes that cannot take more: what feeds them is not read. */
  readonly blocked: () => ReadonlySet<string>;
  /** Whether a process of the neighbor has still to announce its routes. */
  readonly holdsEndOfRib: (config: NeighborConfig) => boolean;
  /** Who sees all that the session does. */
  readonly monitor?: ((peer: Peer) => Monitor) | undefined;
}

/** What is a neighbor's own. */
export interface PeerIdentity {
  readonly config: NeighborConfig;
  /** The address of this very peer: for a range, of the one that came. */
  readonly peerAddress: string;
  /** A connection failed, or ended. */
  readonly attempted?: (peer: Peer) => void;
  /** The session of a dynamic peer ended: it is forgotten. */
  readonly ended?: (peer: Peer) => void;
}

/** Of all neighbors whose routes are not kept. */
const NOTHING_KEPT = new AdjRibIn();

/** Between looks at whether the system has taken all. */
const LOOK_EVERY_MS = 5;

/** One neighbor while the daemon runs: its session, what it shall be sent, and who is told of it. */
export class Peer {
  readonly name: NeighborName;
  readonly adjRibOut: AdjRibOut;
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
  readonly #outbox: Outbox;
  /** Of what commands bring, once they do. */
  #departure: Departure | undefined;
  #unread = false;
  #waitsForRoom = false;
  /** End-of-RIB waits for a process. */
  #endsLater = false;
  /** Families of which paths are held back, as the log has it. */
  readonly #limited = new Set<FamilyId>();

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
    this.adjRibOut = new AdjRibOut(
      {
        groupUpdates: config.groupUpdates,
        adjRibOut: config.adjRibOut,
        manualEor: config.manualEor,
        aigp: config.capability.aigp,
      },
      (route, reason) => this.#log.warn({ family: route.nlri.family, reason }, 'route not sent'),
      ({ family }, limit) => this.#heldBack(family, limit),
    );
    this.adjRibOut.configure(config.routes);
    this.#outbox = new Outbox({
      clock: options.clock,
      perSecond: config.rateLimit,
      take: () => this.adjRibOut.take(),
      send: (message) => this.#session.send(message),
      flush: () => this.#session.flush(),
    });
    this.#monitor = options.monitor?.(this);
    this.#session = new Session({
      settings: sessionSettings(config, { ...options, peerAddress }),
      clock: options.clock,
      observesSend: (octets) => this.#monitor?.watches === true || this.#reports.observesSend(octets),
      arrived: () => this.#arrived(),
      updates: (octets, from) => this.#updates(octets, from),
      on: (event) => this.#on(event),
    });
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
  reconfigure(config: NeighborConfig): void {
    this.#config = config;
    this.#reports.subscribe(config);
    this.adjRibOut.configure(config.routes);
    this.#outbox.wake();
  }

  /** False: there is no session to end. */
  teardown(subcode: number, text?: string): boolean {
    if (!this.established) return false;
    const { notification, reason } = teardownEnding(subcode, text, this.negotiated);
    this.#session.teardown(notification, reason);
    return true;
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
    if (!this.established) return false;
    if (!this.adjRibOut.endOfRib(family)) return false;
    this.#outbox.wake();
    return true;
  }

  /** A process said that it is ready, or is waited for no longer. */
  readinessChanged(): void {
    if (!this.#endsLater || this.#options.holdsEndOfRib(this.#config)) return;
    this.#endsLater = false;
    this.adjRibOut.endOfRibs();
    this.#outbox.wake();
  }

  resendAll(): void {
    this.adjRibOut.resend();
    this.#outbox.wake();
  }

  clear(direction: 'in' | 'out'): void {
    if (direction === 'in') this.#received?.clear();
    else this.adjRibOut.clear();
    this.#outbox.wake();
  }

  /** The routes that commands brought, and not the configuration. */
  commandedRoutes(): readonly Route[] {
    const configured = new Set(this.#config.routes.map((route) => nlriKey(route.nlri)));
    return [...this.adjRibOut.routes()].filter((route) => !configured.has(nlriKey(route.nlri)));
  }

  signal(code: number, name: string): void {
    this.#reports.signal(code, name);
  }

  /** The processes that are blocked changed: the peer's messages wait in TCP while one of its own is. */
  throttle(): void {
    const unread = this.#established && this.subscriptions.tells(this.#options.blocked());
    if (unread === this.#unread) return;
    this.#unread = unread;
    this.#readOrNot();
  }

  /** Resolves when the system has taken all that is to be sent, or there is no session. With `auto-flush false` at once. */
  async sent(): Promise<void> {
    if (!this.#config.autoFlush) return;
    await this.#outbox.emptied();
    while (this.#established && this.#session.writableLength > 0) {
      await new Promise<void>((resolve) => void this.#options.clock.after(LOOK_EVERY_MS, resolve));
    }
  }

  /**
   * Routes changed: they are sent now, or with `auto-flush false` when a flush asks for it.
   * @param talker the process that changed them
   * @param all nothing is left of what it wrote so far
   */
  changed(talker?: Talker, all = false): void {
    if (!this.#config.autoFlush) return;
    this.#departure ??= new Departure(this.#options.clock, () => this.#outbox.send());
    this.#departure.said(talker, all);
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
        this.#afterMessage(event.direction, reports.message(event, this.negotiated));
        return;
      case 'drain':
        this.#outbox.wake();
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
    this.#afterMessage('receive', room);
    return to;
  }

  #whyUnanswered(reason: string): string {
    if (reason !== NO_ANSWER || this.#config.protection.md5 === undefined) return reason;
    return `${reason}: so it looks when the peer has no TCP MD5 password, or another one`;
  }

  /** Many peers may send at once: each looks whether there is room, else each would hand on a chunk first. */
  #arrived(): void {
    if (!this.#established) return;
    this.#wait(this.#options.room(this.subscriptions));
    // a connection that came after the wait began
    if (this.#waitsForRoom || this.#unread) this.#readOrNot();
  }

  /** Reading stops while those who are told have enough to read. */
  #afterMessage(direction: Direction, room: Promise<void> | undefined): void {
    if (room === undefined || direction === 'send' || this.#waitsForRoom) return;
    // in line behind those who are about to see that there is no room for them: it had its turn
    this.#wait(Promise.resolve().then(() => room));
  }

  #wait(room: Promise<void> | undefined): void {
    if (room === undefined || this.#waitsForRoom) return;
    this.#waitsForRoom = true;
    this.#readOrNot();
    void room.then(() => {
      this.#waitsForRoom = false;
      // others waited, too, and one of them may have filled the room
      this.#wait(this.#options.room(this.subscriptions));
      if (!this.#waitsForRoom) this.#readOrNot();
    });
  }

  #readOrNot(): void {
    if (this.#unread || this.#waitsForRoom) this.#session.pauseReading();
    else this.#session.resumeReading();
  }

  #onUp(negotiated: Negotiated): void {
    this.#established = true;
    this.#sinceMs = this.#options.clock.now();
    this.#reports.up(negotiated);
    this.#agreed = negotiated;
    this.#received?.up(negotiated);
    const localAddress = parseAddress(this.#session.localAddress ?? '') ?? new Uint8Array(4);
    this.#endsLater = this.#options.holdsEndOfRib(this.#config);
    const session = { negotiated, localAddress, localLinkLocal: this.#linkLocal() };
    this.adjRibOut.sessionUp(session, { endOfRib: !this.#endsLater });
    this.#outbox.open();
    for (const message of this.#config.operational) this.sendOperational(message);
    this.throttle();
  }

  /** As ExaBGP has it: for a neighbor on the same link. */
  #linkLocal(): Uint8Array | undefined {
    const { localLinkLocal, protection } = this.#config;
    return (protection.ttl ?? 1) <= 1 ? localLinkLocal : undefined;
  }

  #onDown(event: Extract<SessionEvent, { type: 'down' }>): void {
    const negotiated = this.#agreed;
    this.#agreed = undefined;
    if (this.#established) this.#sinceMs = this.#options.clock.now();
    this.#established = false;
    this.#unread = false;
    this.#endsLater = false;
    this.#limited.clear();
    this.#peerOpen = undefined;
    this.#outbox.close();
    this.adjRibOut.sessionDown();
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

  /** Told once in a session: `show neighbor` has how many there are. */
  #heldBack(family: FamilyId, limit: number): void {
    if (this.#limited.has(family)) return;
    this.#limited.add(family);
    this.#log.warn(
      { family: familyText(family), limit },
      'paths are held back: the peer takes no more to one destination',
    );
  }

  #act(message: Message, octets: Uint8Array): void {
    if (message.type === 'open') this.#peerOpen = message.open;
    else if (message.type === 'update') this.#received?.message(message, octets);
    else if (message.type === 'route-refresh') this.#refreshRequested(message.refresh);
  }

  #refreshRequested({ family, subtype }: RouteRefresh): void {
    this.#received?.refresh({ family, subtype });
    if (REFRESH_SUBTYPES[subtype] !== 'query') return;
    this.adjRibOut.resend(family);
    this.#outbox.wake();
  }
}
