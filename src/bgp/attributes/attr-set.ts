import { hexOctet, toHex } from '../../wire/hex.ts';
import { Reader } from '../../wire/reader.ts';
import { attribute, OPTIONAL_TRANSITIVE } from './codec.ts';

/** A customer's attributes on their way through a provider, RFC 6368 section 5. */
export interface AttrSet {
  readonly originAs: number;
  /** Path attributes as they stand on the wire. */
  readonly attributes: Uint8Array;
}

/** RFC 6368 section 8: they must be whole, and MP_REACH_NLRI and MP_UNREACH_NLRI are not allowed. */
function checked(r: Reader): Uint8Array {
  const octets = r.rest().slice();
  const inner = new Reader(octets);
  while (!inner.done) {
    const extended = (inner.u8() & 0x10) !== 0;
    const code = inner.u8();
    if (code === 14 || code === 15) throw new RangeError(`attribute 0x${hexOctet(code)} inside`);
    inner.octets(extended ? inner.u16() : inner.u8());
  }
  return octets;
}

function hexOf({ originAs, attributes }: AttrSet): string {
  return `0x${originAs.toString(16).padStart(8, '0')}${toHex(attributes)}`;
}

/** ATTR_SET, RFC 6368 section 5: origin AS and path attributes. Events show it as ExaBGP does: unnamed. */
export const attrSet = attribute<AttrSet, 'attrSet'>({
  code: 128,
  rfc: 'RFC 6368',
  key: 'attrSet',
  word: 'attr-set',
  flags: OPTIONAL_TRANSITIVE,
  malformed: 'treat-as-withdraw',
  decode: (r) => ({ originAs: r.u32(), attributes: checked(r) }),
  encode: (w, value) => w.u32(value.originAs, 'AS number').octets(value.attributes),
  toJson: (value) => ({ 'attribute-0x80-0xE0': hexOf(value) }),
  toText: (value) => `attribute [ 0x80 0xE0 ${hexOf(value)} ]`,
  toConfig: (value) => `attribute [ 0x80 0xC0 ${hexOf(value)} ]`,
});
