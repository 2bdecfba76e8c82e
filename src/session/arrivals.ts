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

interface Machine {
  readonly state: State;
  readonly negotiated: Negotiated | undefined;
  handle(event: FsmEvent): void;
}

/** What is told of what comes, besides the state machine. */
interface ArrivalsOptions {
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
  readonly #machine: Machine;
  readonly #options: ArrivalsOptions;

  constructor(machine: Machine, options: ArrivalsOptions) {
    this.#machine = machine;
    this.#options = options;
  }

  arrived(): void {
    this.#options.arrived();
  }

  progress(): void {
    this.#options.progress();
  }

  drain(): void {
    this.#options.emit({ type: 'drain' });
  }

  failed(): void {
    this.#machine.handle({ type: 'tcp-failed' });
  }

  broken(error: NotificationError): void {
    this.#refuse('header-error', error, error.data);
  }

  /** In Established the state machine has nothing else for an UPDATE than the hold timer: once for all of them. */
  run(octets: Uint8Array, from: number): number {
    if (this.#machine.state !== 'ESTABLISHED') return from;
    const to = this.#options.updates(octets, from);
    if (to > from) this.#options.heard();
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
    this.#options.emit({ type: 'rejected', reason: error.message, octets });
    this.#machine.handle({ type, notification: notificationOf(error) });
  }

  /** A message out of place is told as such (RFC 6608), whatever is in it. */
  #dispatch(octets: Uint8Array): void {
    const machine = this.#machine;
    const options = this.#options;
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
    options.emit({ type: 'message', direction: 'receive', octets, message });
    switch (message.type) {
      case 'open':
        if (machine.state === 'OPENSENT' && !options.opened(message.open)) return;
        break;
      case 'notification':
        options.ended(message.notification);
        break;
      case 'keepalive':
        if (machine.state === 'OPENCONFIRM') options.confirmed();
        break;
      case 'update':
      case 'route-refresh':
      case 'operational':
        break;
    }
    machine.handle({ type });
  }
}
