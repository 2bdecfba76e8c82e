import { DEFAULT_CONTEXT } from '../bgp/context.ts';
import { NotificationError } from '../bgp/errors.ts';
import { messageTypeWord } from '../bgp/header.ts';
import { readMessage } from '../bgp/message.ts';
import type { Negotiated } from '../bgp/negotiated.ts';
import { type NotificationMessage, notificationOf } from '../bgp/notification.ts';
import type { Open } from '../bgp/open.ts';
import type { FsmEvent, State } from './fsm.ts';
import type { SessionEvent } from './session-event.ts';
import type { TransportHandlers } from './transport.ts';

/** The connection: its state machine, and what else is told of what comes. */
export interface ArrivalsOf {
  readonly state: State;
  readonly negotiated: Negotiated | undefined;
  handle(event: FsmEvent): void;
  emit(event: SessionEvent): void;
  /** See `TransportHandlers`. */
  arrived(): void;
  progress(): void;
  /** See `SessionOptions`. */
  updates(octets: Uint8Array, from: number): number;
  /** The peer gave a sign of life that the state machine is not told of. */
  heard(): void;
  /**
   * The peer's OPEN came where one may. False: the connection lost a collision, and is closed.
   * @throws NotificationError when it is not acceptable
   */
  opened(open: Open): boolean;
  /** About to be up. */
  confirmed(): void;
  /** The peer ends the connection. */
  ended(notification: NotificationMessage): void;
}

/** What comes over one connection: events for the state machine, and for those who are told of messages. */
export class Arrivals implements TransportHandlers {
  readonly #of: ArrivalsOf;

  constructor(of: ArrivalsOf) {
    this.#of = of;
  }

  arrived(): void {
    this.#of.arrived();
  }

  progress(): void {
    this.#of.progress();
  }

  drain(): void {
    this.#of.emit({ type: 'drain' });
  }

  failed(): void {
    this.#of.handle({ type: 'tcp-failed' });
  }

  broken(error: NotificationError): void {
    this.#refuse('header-error', error, error.data);
  }

  /** In Established the state machine has nothing else for an UPDATE than the hold timer: once for all of them. */
  run(octets: Uint8Array, from: number): number {
    if (this.#of.state !== 'ESTABLISHED') return from;
    const to = this.#of.updates(octets, from);
    if (to > from) this.#of.heard();
    return to;
  }

  message(octets: Uint8Array): void {
    try {
      this.#dispatch(octets);
    } catch (err) {
      if (!(err instanceof NotificationError)) throw err;
      const type = messageTypeWord(octets) === 'open' ? 'open-error' : 'update-error';
      this.#refuse(type, err, octets.slice());
    }
  }

  #refuse(
    type: 'header-error' | 'open-error' | 'update-error',
    error: NotificationError,
    octets: Uint8Array,
  ): void {
    this.#of.emit({ type: 'rejected', reason: error.message, octets });
    this.#of.handle({ type, notification: notificationOf(error) });
  }

  /** A message out of place is told as such (RFC 6608), whatever is in it. */
  #dispatch(octets: Uint8Array): void {
    const machine = this.#of;
    const word = messageTypeWord(octets);
    if (word === undefined) return;
    // to the state machine it is like a ROUTE-REFRESH: nothing but Established takes it
    const type = word === 'operational' ? 'route-refresh' : word;
    const established = machine.state === 'ESTABLISHED';
    if (established ? type === 'open' : type === 'update' || type === 'route-refresh') {
      machine.handle({ type });
      return;
    }
    const message = readMessage(octets, machine.negotiated?.receive ?? DEFAULT_CONTEXT);
    machine.emit({ type: 'message', direction: 'receive', octets, message });
    switch (message.type) {
      case 'open':
        if (machine.state === 'OPENSENT' && !machine.opened(message.open)) return;
        break;
      case 'notification':
        machine.ended(message.notification);
        break;
      case 'keepalive':
        if (machine.state === 'OPENCONFIRM') machine.confirmed();
        break;
      case 'update':
      case 'route-refresh':
      case 'operational':
        break;
    }
    machine.handle({ type });
  }
}
