import type { FamilyId } from '../bgp/family.ts';
import { nlriCodec } from '../bgp/nlri/index.ts';
import { Reader } from '../wire/reader.ts';

const PATH_ID_OCTETS = 4;

/** How well octets read: not at all, with a default route among them, or well. */
export type Fit = 'none' | 'odd' | 'good';

/**
 * Whether octets may be NLRI of a family, with or without path identifiers: each fits, unused bits are zero,
 * nothing is left over, and the default route stands there once at most. It makes the reading odd: that is
 * what many wrong readings end in. Families whose NLRI have no form that could tell read well.
 */
export function nlriFit(octets: Uint8Array, family: FamilyId, pathIds: boolean): Fit {
  const { skip, zeroIsDefault } = nlriCodec(family);
  if (skip === undefined) return 'good';
  const r = new Reader(octets);
  let defaults = 0;
  while (!r.done) {
    if (pathIds && r.remaining <= PATH_ID_OCTETS) return 'none';
    if (pathIds) r.u32();
    if (zeroIsDefault === true && r.peek() === 0) defaults++;
    if (!skip(r)) return 'none';
  }
  if (defaults === 0) return 'good';
  return defaults === 1 || pathIds ? 'odd' : 'none';
}

/**
 * How many prefixes, of at most `most` bits, fill a range of octets; -1 where `nlriFit` finds that they fit badly
 * or not at all. On the hot path.
 */
export function plausiblePrefixes(
  octets: Uint8Array,
  { from, to }: { readonly from: number; readonly to: number },
  most: number,
  pathIds: boolean,
): number {
  const before = pathIds ? PATH_ID_OCTETS : 0;
  let count = 0;
  let defaults = 0;
  for (let at = from; at < to; count++) {
    at += before;
    const bits = at < to ? (octets[at] as number) : most + 1;
    at += 1 + ((bits + 7) >> 3);
    if (bits > most || at > to) return -1;
    if (bits === 0) defaults++;
    else if ((bits & 7) !== 0 && ((octets[at - 1] as number) & (0xff >> (bits & 7))) !== 0) return -1;
  }
  return defaults > 1 && !pathIds ? -1 : count;
}

/** Whether NLRI of a family have a form that can tell whether path identifiers are there. */
export function canTell(family: FamilyId): boolean {
  return nlriCodec(family).skip !== undefined;
}

const SEGMENT_TYPES = 4;

/** Whether an AS_PATH's segments fit exactly with AS numbers of this many octets, RFC 4271 section 4.3. */
export function asPathFits(value: Uint8Array, asOctets: 2 | 4): boolean {
  const r = new Reader(value);
  while (!r.done) {
    if (r.remaining < 2) return false;
    const type = r.u8();
    const count = r.u8();
    if (type === 0 || type > SEGMENT_TYPES || count === 0 || count * asOctets > r.remaining) return false;
    r.octets(count * asOctets);
  }
  return true;
}
