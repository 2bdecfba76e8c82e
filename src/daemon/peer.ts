import type { Socket } from 'node:net';
import type { FamilyId } from '../bgp/family.ts';
import type { Message } from '../bgp/message.ts';
import type { Negotiated } from '../bgp/negotiated.ts';
import type { Open } from '../bgp/open.ts';
import { encodeOperational, type Operational } from '../bgp/operational.ts';
import { encodeRouteRefresh, REFRESH_SUBTYPES } from '../bgp/route-refresh.ts';
import type { NeighborConfig } from '../config/model.ts';
import type { Neighbor } from '../events/event.ts';
import type { Subscriptions } from '../hooks/subscriptions.ts';
import type { AdjRibIn } from '../rib/adj-rib-in.ts';
import type { AdjRibOut } from '../rib/adj-rib-out.ts';
import { Session, type SessionEvent } from '../session/session.ts';
import type { Talker } from './departure.ts';
import { type Stop, stopEnding, teardownEnding } from './endings.ts';
import { Intake } from './intake.ts';
import { type NeighborName, neighborName, neighborText } from './neighbor-name.ts';
import { PeerLog } from './peer-log.ts';
import type { Monitor, PeerIdentity, PeerOptions } from './peer-options.ts';
import { PeerReports } from './peer-reports.ts';
import { SentRoutes } from './sent-routes.ts';
import { NeighborSettings } from './session-settings.ts';

/** One neighbor while the daemon runs: its session, what it shall be sent, and who is told of it. */
export class Peer {
  readonly name: NeighborName;
  readonly #identity: PeerIdentity;
  readonly #session: Session;
  readonly #reports: PeerReports;
  readonly #monitor: Monitor | undefined;
  #ending = false;
  #config: NeighborConfig;
  #established = false;
  #peerOpen: Open | undefined;
  readonly #sent: SentRoutes;
  readonly #intake: Intake;

  constructor(identity: PeerIdentity, options: PeerOptions) {
    const { config, peerAddress, gradually = false, rib } = identity;
    this.#identity = identity;
    this.#config = config;
    this.name = neighborName(config, peerAddress);
    const local = config.localAddress === undefined ? {} : { local: this.name.localIp };
    const log = new PeerLog(options.log, { peer: peerAddress, ...local });
    this.#reports = new PeerReports({ ...options, config, peerAddress, log });
    const watched = () => this.#monitor?.watches === true;
    this.#session = new Session({
      settings: new NeighborSettings(config, peerAddress, options),
      clock: options.clock,
      observesSend: (octets, at) => watched() || this.#reports.observesSend(octets, at),
      arrived: () => this.#intake.arrived(),
      updates: (octets, from) => this.#intake.updates(octets, from),
      on: (event) => this.#on(event),
    });
    const { clock, holdsEndOfRib, room, blocked } = options;
    const own = { config, clock, log, session: this.#session };
    this.#sent = new SentRoutes({ ...own, holdsEndOfRib, gradually, rib });
    this.#intake = new Intake({ ...own, room, blocked, reports: this.#reports, watched });
    this.#monitor = options.monitor?.(this);
  }

  /** As commands and replies name it. */
  get text(): string {
    return neighborText(this.name);
  }

  get adjRibIn(): AdjRibIn {
    return this.#intake.rib;
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

  /** Its routes as a whole: those that leave, and those that do not. */
  get outgoing(): Pick<SentRoutes, 'unagreed' | 'unsendable' | 'filled' | 'inherit' | 'release'> {
    return this.#sent;
  }

  get counters(): PeerReports['counters'] {
    return this.#reports.counters;
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
    return this.#reports.stateSeconds;
  }

  start(): void {
    this.#session.start();
  }

  /** Ends the session for good. @param patienceMs as of `Session.stop` */
  async stop(why: Stop, patienceMs?: number): Promise<boolean> {
    const { notification, reason } = stopEnding(why, this.negotiated);
    this.#ending = true;
    const taken = await this.#session.stop(notification, reason, patienceMs);
    this.#intake.clear();
    return taken;
  }

  /** Takes a TCP connection that the peer opened. */
  accept(socket: Socket): void {
    this.#session.accept(socket);
  }

  /** What a reload may change without touching the session. */
  reconfigure(config: NeighborConfig): Promise<void> {
    this.#config = config;
    this.#reports.subscribe(config);
    this.#intake.reconfigure(config);
    return this.#sent.reconfigure(config);
  }

  /** False: there is no session to end. */
  teardown(subcode: number, text?: string): boolean {
    if (!this.established) return false;
    const { notification, reason } = teardownEnding(subcode, text, this.negotiated);
    this.#session.teardown(notification, reason);
    return true;
  }

  /** Its routes take memory that there is no more of. */
  outOfResources(): void {
    this.#intake.outOfResources();
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

  /** Undefined: it is done; else resolves when it is. */
  clear(direction: 'in' | 'out'): Promise<void> | undefined {
    if (direction === 'out') return this.#sent.clear();
    this.#intake.clear();
    return undefined;
  }

  signal(code: number, name: string): void {
    this.#reports.signal(code, name);
  }

  /** The processes that are blocked changed: the peer's messages wait in TCP while one of its own is. */
  throttle(): void {
    this.#intake.throttle();
  }

  /** Resolves when the system has taken all that is to be sent now, or there is no session. With `auto-flush false` at once. */
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
        reports.connectFailed(event.reason);
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
        this.#message(event);
        return;
      case 'drain':
        this.#sent.wake();
        return;
    }
  }

  #onUp(negotiated: Negotiated): void {
    this.#established = true;
    this.#reports.up(negotiated);
    this.#intake.up(negotiated);
    this.#sent.up(negotiated);
    for (const message of this.#config.operational) this.sendOperational(message);
  }

  #onDown(event: Extract<SessionEvent, { type: 'down' }>): void {
    this.#established = false;
    this.#peerOpen = undefined;
    this.#sent.down();
    this.#reports.down(event);
    this.#intake.down(event.notification, this.#ending);
    this.#identity.ended?.(this);
  }

  #message(event: Extract<SessionEvent, { type: 'message' }>): void {
    const received = event.direction === 'receive';
    if (received) this.#received(event.message, event.octets);
    const room = this.#reports.message(event, this.negotiated);
    if (received) this.#intake.told(room);
  }

  #received(message: Message, octets: Uint8Array): void {
    if (message.type === 'open') this.#peerOpen = message.open;
    this.#intake.message(message, octets);
    if (message.type !== 'route-refresh') return;
    const { family, subtype } = message.refresh;
    if (REFRESH_SUBTYPES[subtype] === 'query') this.#sent.resend(family);
  }
}
