import { type FamilyId, familyId, IPV4_UNICAST } from '../bgp/family.ts';
import { ShortInputError } from '../wire/errors.ts';
import { Reader } from '../wire/reader.ts';

const EXTENDED_LENGTH = 0x10;
const AS_PATH = 2;
const MP_REACH_NLRI = 14;
const MP_UNREACH_NLRI = 15;

/** The octets of an UPDATE whose reading depends on what its session agreed on. */
export interface UpdateFields {
  readonly nlri: readonly { readonly family: FamilyId; readonly octets: Uint8Array }[];
  readonly asPath: Uint8Array | undefined;
}

/**
 * Finds those fields in the body of an UPDATE without reading them; undefined when the body is broken,
 * which its decoder then tells.
 */
export function updateFields(body: Uint8Array): UpdateFields | undefined {
  const nlri: UpdateFields['nlri'][number][] = [];
  let asPath: Uint8Array | undefined;
  const add = (family: FamilyId, octets: Uint8Array): void => {
    if (octets.length > 0) nlri.push({ family, octets });
  };
  try {
    const r = new Reader(body);
    add(IPV4_UNICAST, r.octets(r.u16()));
    const attributes = r.slice(r.u16());
    while (!attributes.done) {
      const flags = attributes.u8();
      const code = attributes.u8();
      const value = attributes.slice((flags & EXTENDED_LENGTH) === 0 ? attributes.u8() : attributes.u16());
      if (code === AS_PATH) asPath = value.rest();
      if (code === MP_REACH_NLRI) add(readFamily(value), afterNextHop(value));
      if (code === MP_UNREACH_NLRI) add(readFamily(value), value.rest());
    }
    add(IPV4_UNICAST, r.rest());
  } catch (err) {
    if (err instanceof ShortInputError) return undefined;
    throw err;
  }
  return { nlri, asPath };
}

function readFamily(r: Reader): FamilyId {
  return familyId(r.u16(), r.u8());
}

function afterNextHop(r: Reader): Uint8Array {
  r.octets(r.u8());
  r.u8();
  return r.rest();
}
