import { notificationNames } from '../bgp/iana.ts';
import type { Negotiated } from '../bgp/negotiated.ts';
import { cease, hardReset, type NotificationMessage } from '../bgp/notification.ts';

/** How a session is ended: what the peer is told, if anything, and the words of the `down` event. */
export interface Ending {
  /** Undefined: the connection closes without a word, so that the peer keeps our routes (RFC 4724). */
  readonly notification: NotificationMessage | undefined;
  /** Undefined: the words of the NOTIFICATION. */
  readonly reason: string | undefined;
}

const CEASE = 6;
/** Its data is a NOTIFICATION, RFC 8538 section 3: text would be read as one. */
const HARD_RESET = 9;
const ADMINISTRATIVE_RESET = 4;

/** Cease subcodes of RFC 4486, and ExaBGP's words for the `down` event. */
const STOPS = {
  shutdown: { subcode: 2, reason: 'stop, message [shutting down]' },
  removed: { subcode: 3, reason: 'stop, message [removed]' },
  reconfigured: { subcode: 3, reason: undefined },
} as const;
export type Stop = keyof typeof STOPS;

/** ExaBGP's words for it. */
const RETAINED = 'graceful restarted negotiated, closing without sending any notification';

/** Whether ExaBGP ends sessions for this reason without a NOTIFICATION. */
export function endedSilently(reason: string): boolean {
  return reason === RETAINED || reason.startsWith('stop,');
}

/** The end for good. With graceful restart agreed the peer shall keep our routes over a shutdown: we may be back. */
export function stopEnding(why: Stop, negotiated: Negotiated | undefined): Ending {
  const { subcode, reason } = STOPS[why];
  const retained = why === 'shutdown' && negotiated?.gracefulRestart !== undefined;
  const said = why === 'reconfigured' ? notificationNames(CEASE, subcode).subcode : undefined;
  return { notification: retained ? undefined : finalEnd(cease(subcode, said), negotiated), reason };
}

/** A command's. With graceful restart agreed the peer shall keep its routes, but over a hard reset. */
export function teardownEnding(
  subcode: number,
  text: string | undefined,
  negotiated: Negotiated | undefined,
): Ending {
  if (subcode === HARD_RESET) {
    return { notification: hardReset(cease(ADMINISTRATIVE_RESET, text)), reason: undefined };
  }
  if (negotiated?.gracefulRestart !== undefined) return { notification: undefined, reason: RETAINED };
  // a command without text has ExaBGP's: the name of the subcode
  const said = text ?? notificationNames(CEASE, subcode).subcode;
  return { notification: cease(subcode, said), reason: undefined };
}

/** With the N bit agreed on (RFC 8538) a plain NOTIFICATION would have the peer keep our routes. */
export function finalEnd(
  notification: NotificationMessage,
  negotiated: Negotiated | undefined,
): NotificationMessage {
  return negotiated?.gracefulRestart?.notification ? hardReset(notification) : notification;
}
