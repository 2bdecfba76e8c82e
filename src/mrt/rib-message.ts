import { FLAG } from '../bgp/attributes/codec.ts';
import { u16At } from '../bgp/attributes/render.ts';
import { HEADER_LENGTH } from '../bgp/header.ts';

const MP_REACH = 14;

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** A route of a table. */
export interface Entry {
  readonly prefix: Range;
  readonly attributes: Range;
  readonly ipv4: boolean;
  readonly peer: number;
}

/**
 * The UPDATE of an IPv6 route of a table, written over `message`; its length, undefined where MP_REACH_NLRI has
 * another form than most. `ribUpdate` defines it.
 */
export function makeUpdate(
  message: Uint8Array,
  octets: Uint8Array,
  { prefix, attributes }: Entry,
): number | undefined {
  const reach = findReach(octets, attributes.from, attributes.to);
  if (reach === undefined) return undefined;
  const start = HEADER_LENGTH + 4;
  let at = copy(message, start, octets, attributes.from, reach.from);
  at = writeReach(message, at, octets, { hop: reach.hop, prefix });
  at = copy(message, at, octets, reach.to, attributes.to);
  const length = at - start;
  if (length > 0xffff) return undefined;
  message[HEADER_LENGTH] = 0;
  message[HEADER_LENGTH + 1] = 0;
  message[HEADER_LENGTH + 2] = length >> 8;
  message[HEADER_LENGTH + 3] = length;
  return at;
}

function copy(message: Uint8Array, at: number, octets: Uint8Array, from: number, to: number): number {
  for (let i = from; i < to; i++) message[at + i - from] = octets[i] as number;
  return at + to - from;
}

/** MP_REACH_NLRI with a next hop of 16 octets, alone or in the whole attribute. */
function findReach(
  octets: Uint8Array,
  from: number,
  end: number,
): { from: number; to: number; hop: number } | undefined {
  let at = from;
  while (at + 3 <= end) {
    const extended = ((octets[at] as number) & FLAG.extendedLength) !== 0;
    if (extended && at + 4 > end) return undefined;
    const value = at + (extended ? 4 : 3);
    const length = extended ? u16At(octets, at + 2) : (octets[at + 2] as number);
    if (value + length > end) return undefined;
    if (octets[at + 1] === MP_REACH) {
      const to = value + length;
      if (length === 17 && octets[value] === 16) return { from: at, to, hop: value + 1 };
      return length >= 20 && octets[value] === 0 && octets[value + 3] === 16
        ? { from: at, to, hop: value + 4 }
        : undefined;
    }
    at = value + length;
  }
  return undefined;
}

function writeReach(
  message: Uint8Array,
  start: number,
  octets: Uint8Array,
  { hop, prefix }: { readonly hop: number; readonly prefix: Range },
): number {
  let at = start;
  message[at++] = FLAG.optional;
  message[at++] = MP_REACH;
  message[at++] = 21 + prefix.to - prefix.from;
  message[at++] = 0;
  message[at++] = 2;
  message[at++] = 1;
  message[at++] = 16;
  at = copy(message, at, octets, hop, hop + 16);
  message[at++] = 0;
  return copy(message, at, octets, prefix.from, prefix.to);
}
