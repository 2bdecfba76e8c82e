import { type FamilyId, familyId, IPV4_UNICAST } from '../../bgp/family.ts';
import { Reader } from '../../wire/reader.ts';

const EXTENDED_LENGTH = 0x10;
const MP_REACH_NLRI = 14;
const MP_UNREACH_NLRI = 15;

/** Routes of one family in an UPDATE, as octets. */
export interface RouteField {
  readonly family: FamilyId;
  readonly nlri: Uint8Array;
  /** The next hop field of MP_REACH_NLRI; undefined for the plain field and for withdrawals. */
  readonly nextHop: Uint8Array | undefined;
}

/** An UPDATE as a table keeps it. */
export interface UpdateParts {
  readonly announced: readonly RouteField[];
  readonly withdrawn: readonly RouteField[];
  /** Path attributes without those that hold routes. */
  readonly attributes: Uint8Array;
}

/** The parts of the body of an UPDATE, which was decoded before: it is known to be well formed. */
export function updateParts(body: Uint8Array): UpdateParts {
  const r = new Reader(body);
  const announced: RouteField[] = [];
  const withdrawn: RouteField[] = [];
  const plainWithdrawn = r.octets(r.u16());
  const all = r.octets(r.u16());
  const kept: Uint8Array[] = [];
  let from = 0;
  const attributes = new Reader(all);
  while (!attributes.done) {
    const start = attributes.offset;
    const flags = attributes.u8();
    const code = attributes.u8();
    const value = attributes.slice((flags & EXTENDED_LENGTH) === 0 ? attributes.u8() : attributes.u16());
    if (code !== MP_REACH_NLRI && code !== MP_UNREACH_NLRI) continue;
    kept.push(all.subarray(from, start));
    from = attributes.offset;
    const family = familyId(value.u16(), value.u8());
    if (code === MP_UNREACH_NLRI) withdrawn.push({ family, nlri: value.rest(), nextHop: undefined });
    else announced.push({ family, ...reach(value) });
  }
  kept.push(all.subarray(from));
  if (plainWithdrawn.length > 0) {
    withdrawn.push({ family: IPV4_UNICAST, nlri: plainWithdrawn, nextHop: undefined });
  }
  if (!r.done) announced.push({ family: IPV4_UNICAST, nlri: r.rest(), nextHop: undefined });
  return { announced, withdrawn, attributes: joined(kept) };
}

function reach(value: Reader): Pick<RouteField, 'nlri' | 'nextHop'> {
  const nextHop = value.octets(value.u8());
  value.u8();
  return { nextHop, nlri: value.rest() };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only, ...more] = parts.filter((part) => part.length > 0);
  if (only === undefined) return new Uint8Array(0);
  return more.length === 0 ? only : Buffer.concat([only, ...more]);
}
