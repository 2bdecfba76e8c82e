import type { Words } from '../../syntax/words.ts';
import { fromHex, hexOctet, toHex } from '../../wire/hex.ts';
import { Reader } from '../../wire/reader.ts';
import { tryRead } from '../nlri/typed.ts';
import { parseAsNumber } from './as-number.ts';
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

/** `AS 0xOCTETS`; the words of attributes in parentheses are read where routes are (route-builder.ts). */
function parse(words: Words): AttrSet {
  const originAs = parseAsNumber(words);
  const expected = "whole path attributes in hexadecimal (0x…), or '(' and attributes";
  const word = words.next(expected);
  const octets = /^0x/i.test(word.text) ? fromHex(word.text) : undefined;
  const attributes = octets && tryRead(octets, checked);
  return attributes === undefined ? words.fail(word, expected) : { originAs, attributes };
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
  toConfig: (value) => `attr-set ${value.originAs} 0x${toHex(value.attributes)}`,
  parse,
});
