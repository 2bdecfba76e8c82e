import { FieldOverflowError } from '../wire/errors.ts';
import type { Framing } from '../wire/framer.ts';
import { type Writer, written } from '../wire/writer.ts';
import { NotificationError, notify } from './errors.ts';
import { MESSAGE_TYPE, type MessageType } from './iana.ts';
import { unknownMessageAnswer } from './octets-of.ts';

/** Marker, length and type, RFC 4271 section 4.1. */
export const HEADER_LENGTH = 19;
const MARKER_LENGTH = 16;
const TYPE_AT = 18;
/** The longest OPEN and KEEPALIVE whatever was agreed (RFC 8654 section 4), and the longest of all without. */
export const STANDARD_LENGTH = 4096;
export const EXTENDED_LENGTH = 65535;

const MARKER = new Uint8Array(MARKER_LENGTH).fill(0xff);

/** Shortest message of each type; ROUTE-REFRESH has an error code of its own for that (RFC 7313). */
const MINIMUM: Readonly<Record<MessageType, number>> = {
  open: 29,
  update: 23,
  notification: 21,
  keepalive: HEADER_LENGTH,
  'route-refresh': HEADER_LENGTH,
  operational: HEADER_LENGTH,
};

const TYPES = new Map<number, MessageType>(
  (Object.entries(MESSAGE_TYPE) as [MessageType, number][]).map(([word, code]) => [code, word]),
);

/** The type of the whole message that begins there. */
export function messageType(octets: Uint8Array, at = 0): number {
  return octets[at + TYPE_AT] ?? 0;
}

/** The type's word, undefined when there is no such type. */
export function messageTypeWord(octets: Uint8Array, at = 0): MessageType | undefined {
  return TYPES.get(messageType(octets, at));
}

/** What the header that begins there says of the message's length. */
export function messageLength(octets: Uint8Array, at: number): number {
  return ((octets[at + MARKER_LENGTH] ?? 0) << 8) | (octets[at + MARKER_LENGTH + 1] ?? 0);
}

/** What a speaker takes; it may change while messages come. */
export interface BgpLimits {
  /** Of a message, octets. */
  readonly maxLength: number;
  /** There are OPERATIONAL messages. */
  readonly operational?: boolean;
}

/**
 * Where BGP messages end, RFC 4271 section 6.1. The framer's errors are
 * @throws NotificationError 1/1, 1/2 (data: the length), 1/3 (data: the type)
 */
export class BgpFraming implements Framing {
  readonly #limits: BgpLimits;

  constructor(limits: BgpLimits) {
    this.#limits = limits;
  }

  get headerLength(): number {
    return HEADER_LENGTH;
  }

  lengthOf(octets: Uint8Array, at: number): number {
    for (let i = at; i < at + MARKER_LENGTH; i++) {
      if (octets[i] !== 0xff) throw notify('Message Header Error', 'Connection Not Synchronized');
    }
    const length = messageLength(octets, at);
    checkHeader(length, octets[at + TYPE_AT] ?? 0, this.#limits);
    return length;
  }
}

/** The length of the whole UPDATE that begins there; 0: something else does, or it is not whole. */
export function wholeUpdateAt(octets: Uint8Array, at: number): number {
  if (octets.length - at < MINIMUM.update || octets[at + TYPE_AT] !== MESSAGE_TYPE.update) return 0;
  for (let i = at; i < at + MARKER_LENGTH; i++) if (octets[i] !== 0xff) return 0;
  const length = messageLength(octets, at);
  return length <= octets.length - at ? length : 0;
}

function checkHeader(length: number, code: number, { maxLength, operational = false }: BgpLimits): void {
  if (length < HEADER_LENGTH || length > maxLength) throw badLength(length);
  const type = TYPES.get(code);
  if (type === undefined || (type === 'operational' && !operational)) {
    throw badType(code);
  }
  const most = type === 'keepalive' ? HEADER_LENGTH : type === 'open' ? STANDARD_LENGTH : maxLength;
  if (length < MINIMUM[type] || length > most) throw badLength(length);
}

function badType(code: number): Error {
  const reason = `there is no message type ${code}`;
  const other = unknownMessageAnswer(code);
  if (other !== undefined) return new NotificationError({ ...other, reason });
  return notify('Message Header Error', 'Bad Message Type', { reason, data: Uint8Array.of(code) });
}

function badLength(length: number): Error {
  return notify('Message Header Error', 'Bad Message Length', {
    reason: `message length ${length}`,
    data: written((w) => w.u16(length)),
  });
}

/**
 * A whole message: header, then what `body` writes.
 * @throws FieldOverflowError when it is longer than `maxLength`
 */
export function message(
  type: MessageType,
  body: (w: Writer) => void,
  maxLength: number = STANDARD_LENGTH,
): Uint8Array {
  return written((w) => {
    w.octets(MARKER).u16(0).u8(MESSAGE_TYPE[type]);
    body(w);
    if (w.length > maxLength) throw new FieldOverflowError(`${type} message`, w.length, maxLength);
    w.patchU16(MARKER_LENGTH, w.length, 'message');
  });
}
