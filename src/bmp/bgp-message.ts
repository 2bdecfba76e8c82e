import type { Reader } from '../wire/reader.ts';
import { BmpError } from './errors.ts';

/** Octets of a BGP header: marker, length, type. */
export const BGP_HEADER_LENGTH = 19;
export const MARKER_LENGTH = 16;
export const MARKER_OCTET = 0xff;

/** Whether octets have a BGP marker at their start, and room for the header. */
export function startsBgpMessage(octets: Uint8Array): boolean {
  return (
    octets.length >= BGP_HEADER_LENGTH &&
    octets.subarray(0, MARKER_LENGTH).every((octet) => octet === MARKER_OCTET)
  );
}

/**
 * One whole BGP message with its header, whose own length field says where it ends.
 * @throws ShortInputError or BmpError when no whole message is there
 */
export function readBgpMessage(r: Reader, what: string): Uint8Array {
  const at = r.offset;
  for (let i = 0; i < MARKER_LENGTH; i++) {
    if (r.peek(i) !== MARKER_OCTET) throw new BmpError({ offset: at, reason: `${what}: no BGP marker` });
  }
  const length = ((r.peek(MARKER_LENGTH) ?? 0) << 8) | (r.peek(MARKER_LENGTH + 1) ?? 0);
  if (length < BGP_HEADER_LENGTH || length > r.remaining) {
    const reason = `${what}: BGP message length ${length}, ${r.remaining} octets are left`;
    throw new BmpError({ offset: at + MARKER_LENGTH, reason });
  }
  return r.octets(length);
}

/** Type of a whole BGP message. */
export function bgpType(message: Uint8Array): number {
  return message[BGP_HEADER_LENGTH - 1] as number;
}

export function bgpBody(message: Uint8Array): Uint8Array {
  return message.subarray(BGP_HEADER_LENGTH);
}
