import type { Socket } from 'node:net';
import { DEFAULT_CONTEXT } from '../bgp/context.ts';
import { NotificationError, notify } from '../bgp/errors.ts';
import {
  type BgpLimits,
  bgpFraming,
  EXTENDED_LENGTH,
  messageTypeWord,
  STANDARD_LENGTH,
} from '../bgp/header.ts';
import { KEEPALIVE } from '../bgp/keepalive.ts';
import { readMessage } from '../bgp/message.ts';
import { type Negotiated, negotiate } from '../bgp/negotiated.ts';
import { encodeNotification, type NotificationMessage, notificationOf } from '../bgp/notification.ts';
import { encodeOpen, type Open, sharedOpen } from '../bgp/open.ts';
import { checkOpen, effectivePeerAs } from '../bgp/open-check.ts';
import type { Clock } from './clock.ts';
import { ConnectionTimers, type TimedConnection } from './connection-timers.ts';
import { type Effect, type FsmEvent, type State, transition } from './fsm.ts';
import { downReason, type SessionEvent, sentMessage } from './session-event.ts';
import type { SessionSettings } from './settings.ts';
import { openSocket, Transport, type TransportHandlers } from './transport.ts';

/** Why an attempt to connect failed that nobody answered. */
export const NO_ANSWER = 'no answer';

/** What a connection asks of its session. */
export interface ConnectionOwner {
  readonly settings: SessionSettings;
  readonly clock: Clock;
  observesSend(octets: Uint8Array): boolean;
  emit(connection: Connection, event: SessionEvent): void;
  /** Octets of the peer are here, see `TransportHandlers`. */
  arrived(connection: Connection): void;
  /** UPDATEs in a row (see `SessionOptions`); gives where the first message stands that it leaves. */
  updates(connection: Connection, octets: Uint8Array, from: number): number;
  /** The peer's OPEN is here. False: this connection lost a collision, and is closed. */
  mayConfirm(connection: Connection): boolean;
  /** About to be up: whatever else there is of connections goes. */
  won(connection: Connection): void;
  /** The connection is over; `retry`: by itself, so that another is to follow. */
  over(connection: Connection, retry: boolean): void;
}

/** One TCP connection with its state machine and timers: RFC 4271 has one machine for each. */
export class Connection implements TransportHandlers, TimedConnection, BgpLimits {
  readonly openedBy: 'opened-by-us' | 'opened-by-peer';
  readonly #owner: ConnectionOwner;
  readonly #timers: ConnectionTimers;
  #state: State = 'IDLE';
  #connecting: Socket | undefined;
  #transport: Transport | undefined;
  #localOpen: Open | undefined;
  #remoteOpen: Open | undefined;
  #negotiated: Negotiated | undefined;
  #wasConnected = false;
  #wasUp = false;
  #reason: string | undefined;
  #told: { notification: NotificationMessage; direction: 'send' | 'receive' } | undefined;
  #last: Uint8Array | undefined;
  #cause: FsmEvent['type'] = 'stop';
  #closed: Promise<void> = Promise.resolve();

  constructor(owner: ConnectionOwner, openedBy: Connection['openedBy']) {
    this.#owner = owner;
    this.openedBy = openedBy;
    this.#timers = new ConnectionTimers(this);
  }

  get settings(): SessionSettings {
    return this.#owner.settings;
  }

  get clock(): Clock {
    return this.#owner.clock;
  }

  get state(): State {
    return this.#state;
  }

  get negotiated(): Negotiated | undefined {
    return this.#negotiated;
  }

  get transport(): Transport | undefined {
    return this.#transport;
  }

  /** What both OPENs say of who is who, once the peer's came. */
  get speakers(): { local: { id: number; as: number }; remote: { id: number; as: number } } | undefined {
    const n = this.#negotiated ?? this.#agree();
    if (n === undefined) return undefined;
    return { local: { id: n.localId, as: n.localAs }, remote: { id: n.peerId, as: n.peerAs } };
  }

  /** Resolves when the socket is closed. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  start(): void {
    this.handle({ type: 'start' });
  }

  /** Takes a connection that the peer opened. */
  accept(socket: Socket): void {
    this.handle({ type: 'start-passive' });
    this.#adopt(socket);
    this.handle({ type: 'tcp-connected' });
  }

  /** Ends it for good, telling the peer when `notification` is given. */
  stop(notification: NotificationMessage | undefined, reason?: string): void {
    if (reason !== undefined) this.#reason = reason;
    this.handle({ type: 'stop', notification });
  }

  /** Loses a collision. */
  dump(reason?: string): void {
    this.#reason = reason;
    this.handle({
      type: 'stop',
      notification: notificationOf(notify('Cease', 'Connection Collision Resolution')),
    });
  }

  send(octets: Uint8Array): boolean {
    if (this.#state !== 'ESTABLISHED' || this.#transport === undefined) return false;
    this.#timers.sent();
    return this.#write(octets);
  }

  handle(event: FsmEvent): void {
    const before = this.#state;
    const unanswered = before === 'CONNECT' && event.type === 'connect-retry-timer-expired';
    if (unanswered) this.#emit({ type: 'connect-failed', reason: NO_ANSWER });
    const next = transition(before, event);
    this.#state = next.state;
    this.#cause = event.type;
    for (const effect of next.effects) this.#run(effect);
    const ended = next.state === 'IDLE' && before !== 'IDLE';
    if (ended || next.effects.some((e) => e.type === 'down')) {
      // the session retries, with a connection of its own
      this.#timers.stopConnectRetry();
      this.#owner.over(
        this,
        next.effects.some((e) => e.type === 'retry' || e.type === 'start-connect-retry-timer'),
      );
    }
  }

  #run(effect: Effect): void {
    switch (effect.type) {
      case 'connect':
        this.#connect();
        return;
      case 'start-connect-retry-timer':
        this.#timers.startConnectRetry();
        return;
      case 'stop-connect-retry-timer':
        this.#timers.stopConnectRetry();
        return;
      case 'connected':
        this.#connected();
        return;
      case 'send-open':
        this.#sendOpen(undefined);
        return;
      case 'start-open-wait':
        this.#timers.startOpenWait();
        return;
      case 'negotiate':
        this.#negotiate();
        return;
      case 'send-keepalive':
        this.#write(KEEPALIVE);
        return;
      case 'start-keepalive-timer':
        this.#timers.startKeepalive(this.#negotiated?.holdTimeSeconds ?? 0);
        return;
      case 'start-hold-timer':
        if (this.#negotiated !== undefined) this.#timers.agree(this.#negotiated);
        return;
      case 'restart-hold-timer':
        this.#timers.heard();
        return;
      case 'report':
        this.#emit({ type: 'fsm', state: this.#state });
        return;
      case 'up':
        this.#up();
        return;
      case 'notification':
        this.#tell(effect.notification);
        return;
      case 'drop':
        this.#drop();
        return;
      case 'down':
        this.#down();
        return;
      case 'retry':
        return;
    }
  }

  #emit(event: SessionEvent): void {
    this.#owner.emit(this, event);
  }

  #connect(): void {
    const socket = openSocket(this.#owner.settings);
    this.#connecting = socket;
    socket.once('connect', () => {
      if (this.#connecting !== socket) {
        socket.destroy();
        return;
      }
      this.#connecting = undefined;
      this.#adopt(socket);
      this.handle({ type: 'tcp-connected' });
    });
    let reason = 'closed by the peer';
    socket.on('error', (err) => {
      reason = err.message;
    });
    socket.once('close', () => {
      if (this.#connecting !== socket) return;
      this.#connecting = undefined;
      this.#emit({ type: 'connect-failed', reason });
      this.handle({ type: 'tcp-failed' });
    });
  }

  #adopt(socket: Socket): void {
    this.#transport = new Transport(socket, {
      clock: this.#owner.clock,
      framing: bgpFraming(this),
      handlers: this,
    });
  }

  /** Of a message of the peer's. */
  get maxLength(): number {
    return this.#localOpen?.capabilities.extendedMessage ? EXTENDED_LENGTH : STANDARD_LENGTH;
  }

  /** Whether the peer may send OPERATIONAL messages. */
  get operational(): boolean {
    return this.#negotiated?.operational ?? false;
  }

  arrived(): void {
    this.#owner.arrived(this);
  }

  broken(error: NotificationError): void {
    this.#emit({ type: 'rejected', reason: error.message, octets: error.data });
    this.handle({ type: 'header-error', notification: notificationOf(error) });
  }

  failed(): void {
    this.handle({ type: 'tcp-failed' });
  }

  drain(): void {
    this.#emit({ type: 'drain' });
  }

  progress(): void {
    this.#timers.progress();
  }

  #connected(): void {
    const transport = this.#transport;
    if (transport === undefined) return;
    this.#wasConnected = true;
    const { localAddress, peerAddress, ports } = transport;
    this.#emit({ type: 'connected', localAddress, peerAddress, ports });
    if (this.openedBy === 'opened-by-peer') {
      this.#emit({ type: 'fsm', state: 'ACTIVE' });
      this.#emit({ type: 'fsm', state: 'IDLE' });
    }
    this.#emit({ type: 'fsm', state: 'CONNECT' });
  }

  /** With `local-as auto` our OPEN waits for the peer's. */
  #sendOpen(peerAs: number | undefined): void {
    const { settings } = this.#owner;
    const localAs = settings.localAs ?? peerAs;
    if (localAs === undefined || this.#localOpen !== undefined) return;
    const open = settings.open(localAs, settings.peerAs ?? peerAs);
    const octets = encodeOpen(open);
    this.#localOpen = sharedOpen(open, octets);
    this.#write(octets);
  }

  #agree(): Negotiated | undefined {
    if (this.#localOpen === undefined || this.#remoteOpen === undefined) return undefined;
    return negotiate(this.#localOpen, this.#remoteOpen);
  }

  #negotiate(): void {
    this.#negotiated = this.#agree();
    if (this.#negotiated !== undefined) this.#emit({ type: 'negotiated', negotiated: this.#negotiated });
  }

  #up(): void {
    const negotiated = this.#negotiated;
    if (negotiated === undefined) return;
    this.#wasUp = true;
    this.#timers.startSendHold();
    this.#emit({ type: 'up', negotiated });
  }

  #write(octets: Uint8Array): boolean {
    const flowing = this.#transport?.write(octets) ?? false;
    if (this.#owner.observesSend(octets)) this.#emit(sentMessage(octets, this.#negotiated?.send));
    return flowing;
  }

  #tell(notification: NotificationMessage): void {
    this.#told = { notification, direction: 'send' };
    this.#last = encodeNotification(notification);
    if (this.#owner.observesSend(this.#last)) this.#emit(sentMessage(this.#last, this.#negotiated?.send));
  }

  #drop(): void {
    this.#timers.stop();
    this.#connecting?.destroy();
    this.#connecting = undefined;
    if (this.#transport !== undefined) this.#closed = this.#transport.close(this.#last);
  }

  #down(): void {
    if (!this.#wasConnected) return;
    const told = this.#told;
    const reason = this.#reason ?? downReason(told);
    this.#emit({ type: 'down', reason, ...(told ?? {}), established: this.#wasUp, cause: this.#cause });
    this.#emit({ type: 'fsm', state: 'IDLE' });
  }

  /** In Established the state machine has nothing else for an UPDATE than the hold timer: once for all of them. */
  run(octets: Uint8Array, from: number): number {
    if (this.#state !== 'ESTABLISHED') return from;
    const to = this.#owner.updates(this, octets, from);
    if (to > from) this.#timers.heard();
    return to;
  }

  message(octets: Uint8Array): void {
    try {
      this.#dispatch(octets);
    } catch (err) {
      if (!(err instanceof NotificationError)) throw err;
      this.#emit({ type: 'rejected', reason: err.message, octets: octets.slice() });
      const type = messageTypeWord(octets) === 'open' ? 'open-error' : 'update-error';
      this.handle({ type, notification: notificationOf(err) });
    }
  }

  /** A message out of place is told as such (RFC 6608), whatever is in it. */
  #dispatch(octets: Uint8Array): void {
    const word = messageTypeWord(octets);
    if (word === undefined) return;
    // to the state machine it is like a ROUTE-REFRESH: nothing but Established takes it
    const type = word === 'operational' ? 'route-refresh' : word;
    const established = this.#state === 'ESTABLISHED';
    if (established ? type === 'open' : type === 'update' || type === 'route-refresh') {
      this.handle({ type });
      return;
    }
    const message = readMessage(octets, this.#negotiated?.receive ?? DEFAULT_CONTEXT);
    this.#emit({ type: 'message', direction: 'receive', octets, message });
    switch (message.type) {
      case 'open':
        this.#receiveOpen(message.open);
        return;
      case 'notification':
        this.#told = { notification: message.notification, direction: 'receive' };
        break;
      case 'keepalive':
        if (this.#state === 'OPENCONFIRM') this.#owner.won(this);
        break;
      case 'update':
      case 'route-refresh':
      case 'operational':
        break;
    }
    this.handle({ type });
  }

  #receiveOpen(open: Open): void {
    if (this.#state !== 'OPENSENT') {
      this.handle({ type: 'open' });
      return;
    }
    const { settings } = this.#owner;
    // with `local-as auto` nothing is known of our capability 65 yet: it is ours to announce
    const asn4 = this.#localOpen === undefined || this.#localOpen.capabilities.asn4 !== undefined;
    checkOpen(open, {
      peerAs: settings.peerAs,
      localAs: settings.localAs,
      routerId: settings.routerId,
      asn4,
      role: settings.role,
    });
    this.#remoteOpen = open;
    this.#sendOpen(effectivePeerAs(asn4, open));
    if (this.#owner.mayConfirm(this)) this.handle({ type: 'open' });
  }
}
