import type { Socket } from 'node:net';
import { BgpFraming, HEADER_LENGTH, messageLength } from '../bgp/header.ts';
import { KEEPALIVE } from '../bgp/keepalive.ts';
import type { Negotiated } from '../bgp/negotiated.ts';
import type { NotificationMessage } from '../bgp/notification.ts';
import type { Open } from '../bgp/open.ts';
import { Arrivals, type ArrivalsOf } from './arrivals.ts';
import type { Clock } from './clock.ts';
import { COLLISION } from './collision.ts';
import type { ConnectionOwner } from './connection-owner.ts';
import { ConnectionTimers, type TimedConnection } from './connection-timers.ts';
import { dial } from './dial.ts';
import { Farewell } from './farewell.ts';
import { type Effect, type FsmEvent, type State, transition } from './fsm.ts';
import { OpenExchange } from './open-exchange.ts';
import { type SessionEvent, sentMessage } from './session-event.ts';
import type { SessionSettings } from './settings.ts';
import { Transport } from './transport.ts';

/** Why an attempt to connect failed that nobody answered. */
export const NO_ANSWER = 'no answer';

/** One TCP connection with its state machine and timers: RFC 4271 has one machine for each. */
export class Connection implements TimedConnection, ArrivalsOf {
  readonly openedBy: 'opened-by-us' | 'opened-by-peer';
  readonly #owner: ConnectionOwner;
  readonly #timers: ConnectionTimers;
  #state: State = 'IDLE';
  readonly #opens: OpenExchange;
  #giveUpDialing: (() => void) | undefined;
  #transport: Transport | undefined;
  #wasConnected = false;
  #wasUp = false;
  readonly #farewell = new Farewell();
  #cause: FsmEvent['type'] = 'stop';
  #closed = Promise.resolve(false);

  constructor(owner: ConnectionOwner, openedBy: Connection['openedBy']) {
    this.#owner = owner;
    this.openedBy = openedBy;
    this.#opens = new OpenExchange(owner.settings);
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
    return this.#opens.negotiated;
  }

  get transport(): Transport | undefined {
    return this.#transport;
  }

  /** What both OPENs say of who is who, once the peer's came. */
  get speakers(): OpenExchange['speakers'] {
    return this.#opens.speakers;
  }

  /** As of `Transport.close`. */
  get closed(): Promise<boolean> {
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

  /** Ends it for good, telling the peer when `notification` is given. @param patienceMs as of `Transport.close` */
  stop(notification: NotificationMessage | undefined, reason?: string, patienceMs?: number): void {
    if (reason !== undefined) this.#farewell.reason = reason;
    this.#farewell.patienceMs = patienceMs;
    this.handle({ type: 'stop', notification });
  }

  /** Loses a collision. */
  dump(reason?: string): void {
    this.stop(COLLISION, reason);
  }

  /** @param now they leave before anything else is done */
  send(octets: Uint8Array, now = false): boolean {
    const transport = this.#transport;
    if (this.#state !== 'ESTABLISHED' || transport === undefined) return false;
    const flowing = now ? transport.writeNow(octets) : transport.write(octets);
    this.#timers.sent();
    this.#sending(octets);
    return flowing;
  }

  handle(event: FsmEvent): void {
    const before = this.#state;
    const unanswered = before === 'CONNECT' && event.type === 'connect-retry-timer-expired';
    if (unanswered) this.emit({ type: 'connect-failed', reason: NO_ANSWER });
    const next = transition(before, event);
    this.#state = next.state;
    this.#cause = event.type;
    for (const effect of next.effects) this.#run(effect);
    const ended = next.state === 'IDLE' && before !== 'IDLE';
    if (ended || next.effects.some((e) => e.type === 'down')) {
      // the session retries, with a connection of its own
      this.#timers.stopConnectRetry();
      this.#owner.over(this);
    }
  }

  #run(effect: Effect): void {
    switch (effect.type) {
      case 'connect':
        this.#connect();
        return;
      case 'connected':
        this.#connected();
        return;
      case 'send-open':
        this.#sendOpen();
        return;
      case 'negotiate':
        this.#negotiate();
        return;
      case 'send-keepalive':
        this.#write(KEEPALIVE);
        return;
      case 'report':
        this.emit({ type: 'fsm', state: this.#state });
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
      case 'start-connect-retry-timer':
      case 'stop-connect-retry-timer':
      case 'start-open-wait':
      case 'start-keepalive-timer':
      case 'start-hold-timer':
      case 'restart-hold-timer':
        this.#timers.run(effect.type, this.negotiated);
        return;
      case 'retry':
        return;
    }
  }

  #connect(): void {
    this.#giveUpDialing = dial(this.#owner.settings, {
      connected: (socket) => {
        this.#adopt(socket);
        this.handle({ type: 'tcp-connected' });
      },
      failed: (reason) => {
        this.emit({ type: 'connect-failed', reason });
        this.handle({ type: 'tcp-failed' });
      },
    });
  }

  #adopt(socket: Socket): void {
    this.#transport = new Transport(socket, {
      clock: this.#owner.clock,
      framing: new BgpFraming(this.#opens),
      handlers: new Arrivals(this),
    });
  }

  /* What arrivals ask of it. */

  emit(event: SessionEvent): void {
    this.#owner.emit(this, event);
  }

  arrived(): void {
    this.#owner.arrived(this);
  }

  progress(): void {
    this.#timers.progress();
  }

  updates(octets: Uint8Array, from: number): number {
    return this.#owner.updates(this, octets, from);
  }

  heard(): void {
    this.#timers.heard();
  }

  opened(open: Open): boolean {
    this.#sendOpen(this.#opens.theirs(open));
    return this.#owner.mayConfirm(this);
  }

  confirmed(): void {
    this.#owner.won(this);
  }

  ended(notification: NotificationMessage): void {
    this.#farewell.receive(notification);
  }

  #connected(): void {
    const transport = this.#transport;
    if (transport === undefined) return;
    this.#wasConnected = true;
    const { localAddress, peerAddress, ports } = transport;
    this.emit({ type: 'connected', localAddress, peerAddress, ports });
    if (this.openedBy === 'opened-by-peer') {
      this.emit({ type: 'fsm', state: 'ACTIVE' });
      this.emit({ type: 'fsm', state: 'IDLE' });
    }
    this.emit({ type: 'fsm', state: 'CONNECT' });
  }

  /** @param peerAs what the peer's OPEN says, where ours waited for it */
  #sendOpen(peerAs?: number): void {
    const octets = this.#opens.ours(peerAs);
    if (octets !== undefined) this.#write(octets);
  }

  #negotiate(): void {
    const negotiated = this.#opens.agree();
    if (negotiated !== undefined) this.emit({ type: 'negotiated', negotiated });
  }

  #up(): void {
    const negotiated = this.negotiated;
    if (negotiated === undefined) return;
    this.#wasUp = true;
    this.#timers.startSendHold();
    this.emit({ type: 'up', negotiated });
  }

  #write(octets: Uint8Array): boolean {
    const flowing = this.#transport?.write(octets) ?? false;
    this.#sending(octets);
    return flowing;
  }

  /** @param octets one message, or more of them */
  #sending(octets: Uint8Array): void {
    for (let at = 0; at < octets.length; ) {
      const end = at + Math.max(HEADER_LENGTH, messageLength(octets, at));
      if (this.#owner.observesSend(octets, at))
        this.emit(sentMessage(octets.subarray(at, end), this.negotiated?.send));
      at = end;
    }
  }

  #tell(notification: NotificationMessage): void {
    this.#sending(this.#farewell.send(notification));
  }

  #drop(): void {
    this.#timers.stop();
    this.#giveUpDialing?.();
    const { octets, patienceMs } = this.#farewell;
    if (this.#transport !== undefined) this.#closed = this.#transport.close(octets, patienceMs);
  }

  #down(): void {
    if (!this.#wasConnected) return;
    this.emit({ type: 'down', ...this.#farewell.told, established: this.#wasUp, cause: this.#cause });
    this.emit({ type: 'fsm', state: 'IDLE' });
  }
}
