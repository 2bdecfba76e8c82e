import { u16At } from '../../bgp/attributes/render.ts';
import { afiOf, type FamilyId, familyId, IPV4_UNICAST, safiOf } from '../../bgp/family.ts';
import { message } from '../../bgp/header.ts';
import { Reader } from '../../wire/reader.ts';

const OPTIONAL = 0x80;
const EXTENDED_LENGTH = 0x10;
const LONGEST = 65_535;
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

/** The octets of path attributes without those that hold routes: a view where there are none of these. */
export function ownAttributes(all: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = [];
  let from = 0;
  for (let at = 0; at < all.length; ) {
    const start = at;
    const extended = ((all[at] as number) & EXTENDED_LENGTH) !== 0;
    const code = all[at + 1] as number;
    at += extended ? 4 + u16At(all, at + 2) : 3 + (all[at + 2] as number);
    if (code !== MP_REACH_NLRI && code !== MP_UNREACH_NLRI) continue;
    kept.push(all.subarray(from, start));
    from = at;
  }
  kept.push(all.subarray(from));
  return joined(kept);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only, ...more] = parts.filter((part) => part.length > 0);
  if (only === undefined) return new Uint8Array(0);
  return more.length === 0 ? only : Buffer.concat([only, ...more]);
}

/** Octets of NLRI in one UPDATE: with any attributes it stays below 4096 octets, or is one route's. */
const NLRI_OCTETS = 2048;

/** UPDATEs of routes that share their attributes, written from their octets as they came. */
export function* updatesOf(
  shared: {
    readonly family: FamilyId;
    readonly attributes: Uint8Array;
    readonly nextHop: Uint8Array | undefined;
  },
  nlri: readonly Uint8Array[],
): Generator<{ readonly update: Uint8Array; readonly routes: number }, void> {
  let field: Uint8Array[] = [];
  let size = 0;
  for (const octets of nlri) {
    if (size > 0 && size + octets.length > NLRI_OCTETS) {
      yield { update: updateOf(shared, Buffer.concat(field)), routes: field.length };
      field = [];
      size = 0;
    }
    field.push(octets);
    size += octets.length;
  }
  if (size > 0) yield { update: updateOf(shared, Buffer.concat(field)), routes: field.length };
}

function updateOf(
  { family, attributes, nextHop }: Parameters<typeof updatesOf>[0],
  nlri: Uint8Array,
): Uint8Array {
  return message(
    'update',
    (w) => {
      w.u16(0);
      w.u16Length('path attributes', () => {
        w.octets(attributes);
        if (nextHop === undefined) return;
        w.u8(OPTIONAL | EXTENDED_LENGTH).u8(MP_REACH_NLRI);
        w.u16Length('MP_REACH_NLRI', () => {
          w.u16(afiOf(family)).u8(safiOf(family));
          w.u8Length('next hop', () => w.octets(nextHop))
            .u8(0)
            .octets(nlri);
        });
      });
      if (nextHop === undefined) w.octets(nlri);
    },
    LONGEST,
  );
}
