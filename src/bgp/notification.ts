import { FieldOverflowError, ShortInputError } from '../wire/errors.ts';
import { toHexUpper } from '../wire/hex.ts';
import { Reader } from '../wire/reader.ts';
import { octetsOfText, printable, utf8 } from '../wire/text.ts';
import { written } from '../wire/writer.ts';
import { type NotificationError, notify } from './errors.ts';
import { afiOf, type FamilyId, safiOf } from './family.ts';
import { message } from './header.ts';
import { NOTIFICATIONS } from './iana.ts';

/** NOTIFICATION, RFC 4271 section 4.5. */
export interface NotificationMessage {
  readonly code: number;
  readonly subcode: number;
  readonly data: Uint8Array;
}

const CEASE = NOTIFICATIONS.Cease;
/** What receivers before RFC 9003 take. */
const LONGEST_SHUTDOWN_TEXT = 128;

/** @throws NotificationError 1/2 when the body is shorter than code and subcode; it is never sent */
export function decodeNotification(body: Uint8Array): NotificationMessage {
  try {
    const r = new Reader(body);
    return { code: r.u8(), subcode: r.u8(), data: r.rest().slice() };
  } catch (err) {
    if (!(err instanceof ShortInputError)) throw err;
    throw notify('Message Header Error', 'Bad Message Length', { cause: err });
  }
}

/** @throws FieldOverflowError when the data is too long for 4096 octets */
export function encodeNotification(n: NotificationMessage): Uint8Array {
  return message('notification', (w) =>
    w.u8(n.code, 'error code').u8(n.subcode, 'error subcode').octets(n.data),
  );
}

/** What an error that ends a session is told to the peer as. */
export function notificationOf(err: NotificationError): NotificationMessage {
  return { code: err.code, subcode: err.subcode, data: err.data };
}

/** Whether a NOTIFICATION may carry a shutdown communication. */
function hasShutdownText(code: number, subcode: number): boolean {
  const { 'Administrative Shutdown': shutdown, 'Administrative Reset': reset } = CEASE.subcodes;
  return code === CEASE.code && (subcode === shutdown || subcode === reset);
}

/**
 * Shutdown Communication, RFC 9003 section 2, safe for a line; undefined when there is none.
 * Octets that are not UTF-8, or that the length does not fit, are shown in hexadecimal.
 */
export function shutdownText(n: NotificationMessage): string | undefined {
  const length = n.data[0];
  if (!hasShutdownText(n.code, n.subcode) || length === undefined) return undefined;
  if (length > n.data.length - 1) return toHexUpper(n.data);
  const octets = n.data.subarray(1, 1 + length);
  const text = utf8(octets);
  return text === undefined ? toHexUpper(octets) : printable(text);
}

/** What the data says when it is meant to be read: a shutdown communication, or a text; else nothing. */
export function notificationText(n: NotificationMessage): string {
  const text = shutdownText(n) ?? utf8(n.data);
  return text === undefined || /\p{Cc}/u.test(text) ? '' : text;
}

const HARD_RESET = CEASE.subcodes['Hard Reset'];

/** RFC 8538 section 3: the peer shall forget our routes though the N bit was agreed. */
export function isHardReset({ code, subcode }: NotificationMessage): boolean {
  return code === CEASE.code && subcode === HARD_RESET;
}

/** A Hard Reset, RFC 8538 section 3.1: its data is the NOTIFICATION that would have been sent otherwise. */
export function hardReset(inner: NotificationMessage): NotificationMessage {
  const data = written((w) => w.u8(inner.code).u8(inner.subcode).octets(inner.data));
  return { code: CEASE.code, subcode: HARD_RESET, data };
}

/** RFC 4486 section 4: the family and the limit that was passed. */
export function tooManyPrefixes(family: FamilyId, limit: number): NotificationMessage {
  const data = written((w) => w.u16(afiOf(family)).u8(safiOf(family)).u32(limit, 'prefix limit'));
  return { code: CEASE.code, subcode: CEASE.subcodes['Maximum Number of Prefixes Reached'], data };
}

/**
 * A Cease NOTIFICATION, RFC 4486. Text is a shutdown communication for Administrative Shutdown and Reset,
 * else the data as it is.
 * @throws FieldOverflowError when a shutdown communication is longer than 128 octets of UTF-8
 */
export function cease(subcode: number, text?: string): NotificationMessage {
  const octets = octetsOfText(text ?? '');
  if (!hasShutdownText(CEASE.code, subcode) || text === undefined) {
    return { code: CEASE.code, subcode, data: octets };
  }
  if (octets.length > LONGEST_SHUTDOWN_TEXT) {
    throw new FieldOverflowError('shutdown communication', octets.length, LONGEST_SHUTDOWN_TEXT);
  }
  return { code: CEASE.code, subcode, data: written((w) => w.u8Length('text', () => w.octets(octets))) };
}
