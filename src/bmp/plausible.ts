import { AFI, afiOf, type FamilyId, SAFI, safiOf } from '../bgp/family.ts';
import { Reader } from '../wire/reader.ts';
import { framedSkip, type Skip } from './framed.ts';

const ADDRESS_BITS: ReadonlyMap<number, number> = new Map([
  [AFI.ipv4, 32],
  [AFI.ipv6, 128],
]);

/** What stands before the prefix in NLRI of a SAFI. */
const PREFIX_FORMS: ReadonlyMap<number, { readonly labels: boolean; readonly rdBits: number }> = new Map([
  [SAFI.unicast, { labels: false, rdBits: 0 }],
  [SAFI.multicast, { labels: false, rdBits: 0 }],
  [SAFI['nlri-mpls'], { labels: true, rdBits: 0 }],
  [SAFI['mpls-vpn'], { labels: true, rdBits: 64 }],
  [SAFI['mcast-mpls-vpn'], { labels: false, rdBits: 64 }],
]);

const PATH_ID_OCTETS = 4;
const LABEL_BITS = 24;
const BOTTOM_OF_STACK = 1;
/** Label fields of withdrawals, RFC 8277 section 2.4: neither has the bottom bit. */
const WITHDRAWN_LABELS: readonly number[] = [0x800000, 0x000000];

/** How well octets read: not at all, with a default route among them, or well. */
export type Fit = 'none' | 'odd' | 'good';

/**
 * Whether octets may be NLRI of a family, with or without path identifiers: each fits, unused bits are zero,
 * nothing is left over, and the default route stands there once at most. It makes the reading odd: that is
 * what many wrong readings end in. Families whose NLRI have no form that could tell read well.
 */
export function nlriFit(octets: Uint8Array, family: FamilyId, pathIds: boolean): Fit {
  const skip = skipOf(family);
  if (skip === undefined) return 'good';
  const r = new Reader(octets);
  const mayBeDefault = hasDefault(family);
  let defaults = 0;
  while (!r.done) {
    if (pathIds && r.remaining <= PATH_ID_OCTETS) return 'none';
    if (pathIds) r.u32();
    if (mayBeDefault && r.peek() === 0) defaults++;
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
  return skipOf(family) !== undefined;
}

function skipOf(family: FamilyId): Skip | undefined {
  const bits = ADDRESS_BITS.get(afiOf(family));
  const form = PREFIX_FORMS.get(safiOf(family));
  if (bits === undefined || form === undefined) return framedSkip(family);
  return (r) => skipPrefix(r, bits, form);
}

/** Whether a first octet of 0 is a default route: it is no part of a route type or of a length. */
function hasDefault(family: FamilyId): boolean {
  const safi = safiOf(family);
  return PREFIX_FORMS.has(safi) || safi === SAFI.rtc;
}

function skipPrefix(r: Reader, addressBits: number, form: { labels: boolean; rdBits: number }): boolean {
  let bits = r.u8();
  if ((bits + 7) >> 3 > r.remaining) return false;
  if (form.labels) bits -= skipLabels(r, bits);
  if (bits < form.rdBits) return false;
  r.octets(form.rdBits >> 3);
  bits -= form.rdBits;
  if (bits > addressBits) return false;
  const address = r.octets((bits + 7) >> 3);
  const unused = 0xff >> (bits & 7);
  return (bits & 7) === 0 || ((address[address.length - 1] as number) & unused) === 0;
}

/** Bits of the label stack; more than `bits` when there is none. */
function skipLabels(r: Reader, bits: number): number {
  for (let used = LABEL_BITS; used <= bits; used += LABEL_BITS) {
    const label = r.u24();
    if ((label & BOTTOM_OF_STACK) !== 0 || WITHDRAWN_LABELS.includes(label)) return used;
  }
  return bits + 1;
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
