import { encodeNotification, type NotificationMessage } from '../bgp/notification.ts';
import type { SessionEvent } from './session-event.ts';

type Told = Pick<Extract<SessionEvent, { type: 'down' }>, 'reason' | 'notification' | 'direction'>;

/** How a connection ends: the NOTIFICATION that went or came last, and why, where that is known better. */
export class Farewell {
  #told: { readonly notification: NotificationMessage; readonly direction: 'send' | 'receive' } | undefined;
  #octets: Uint8Array | undefined;
  /** In place of what the NOTIFICATION says. */
  reason: string | undefined;
  /** As of `Transport.close`. */
  patienceMs: number | undefined;

  /** We end it: gives the octets that are to be the last. */
  send(notification: NotificationMessage): Uint8Array {
    this.#told = { notification, direction: 'send' };
    this.#octets = encodeNotification(notification);
    return this.#octets;
  }

  /** The peer ends it. */
  receive(notification: NotificationMessage): void {
    this.#told = { notification, direction: 'receive' };
  }

  /** Of our NOTIFICATION, if there is one. */
  get octets(): Uint8Array | undefined {
    return this.#octets;
  }

  /** What is told of it. */
  get told(): Told {
    return { reason: this.reason ?? this.#words(), ...this.#told };
  }

  #words(): string {
    if (this.#told === undefined) return 'closing connection';
    const { notification, direction } = this.#told;
    const { code, subcode } = notification;
    return `notification ${direction === 'send' ? 'sent' : 'received'} (${code},${subcode})`;
  }
}
