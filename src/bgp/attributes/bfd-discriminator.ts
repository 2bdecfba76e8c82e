import type { Words } from '../../syntax/words.ts';
import { toHex } from '../../wire/hex.ts';
import { Reader } from '../../wire/reader.ts';
import { type Writer, written } from '../../wire/writer.ts';
import { hexWord } from '../nlri/words.ts';
import { attribute, OPTIONAL_TRANSITIVE } from './codec.ts';

/** A BFD session that tells whether the route's tunnel is up, RFC 9026 section 3.1.6. */
export interface BfdDiscriminator {
  readonly mode: number;
  readonly discriminator: number;
  /** Whole TLVs: type and length of one octet each. */
  readonly tlvs: Uint8Array;
}

function wholeTlvs(octets: Uint8Array): Uint8Array {
  const r = new Reader(octets);
  while (!r.done) {
    r.u8();
    r.octets(r.u8());
  }
  return octets;
}

function encode(w: Writer, { mode, discriminator, tlvs }: BfdDiscriminator): void {
  w.u8(mode, 'BFD mode').u32(discriminator, 'BFD discriminator').octets(tlvs);
}

/** `mode N discriminator N [tlv N 0x…]…` */
function parse(words: Words): BfdDiscriminator {
  words.expect('mode');
  const mode = words.unsigned('a BFD mode', 0xff);
  words.expect('discriminator');
  const discriminator = words.unsigned('a BFD discriminator', 0xffffffff);
  const tlvs = written((w) => {
    while (words.take('tlv')) parseTlv(words, w);
  });
  return { mode, discriminator, tlvs };
}

function parseTlv(words: Words, w: Writer): void {
  const type = words.unsigned('a TLV type', 0xff);
  const at = words.peek();
  const octets = hexWord(words);
  if (octets.length > 0xff && at !== undefined) words.fail(at, 'at most 255 octets in a TLV');
  w.u8(type).u8Length('TLV', () => w.octets(octets));
}

function tlvTexts(octets: Uint8Array): string {
  const r = new Reader(octets);
  let text = '';
  while (!r.done) text += ` tlv ${r.u8()} 0x${toHex(r.octets(r.u8()))}`;
  return text;
}

const hex = (value: BfdDiscriminator) => `0x${toHex(written((w) => encode(w, value)))}`;

/** BFD Discriminator, RFC 9026 section 3.1.6. Events show it as ExaBGP does: unnamed. */
export const bfdDiscriminator = attribute<BfdDiscriminator, 'bfdDiscriminator'>({
  code: 38,
  rfc: 'RFC 9026',
  key: 'bfdDiscriminator',
  word: 'bfd-discriminator',
  flags: OPTIONAL_TRANSITIVE,
  malformed: 'attribute-discard',
  wrongFlags: 'attribute-discard',
  decode: (r) => ({ mode: r.u8(), discriminator: r.u32(), tlvs: wholeTlvs(r.rest().slice()) }),
  encode,
  toJson: (value) => ({ 'attribute-0x26-0xE0': hex(value) }),
  toText: (value) => `attribute [ 0x26 0xE0 ${hex(value)} ]`,
  toConfig: ({ mode, discriminator, tlvs }) =>
    `bfd-discriminator mode ${mode} discriminator ${discriminator}${tlvTexts(tlvs)}`,
  parse,
});
