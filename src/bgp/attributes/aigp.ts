import type { Words } from '../../syntax/words.ts';
import type { Reader } from '../../wire/reader.ts';
import { attribute, OPTIONAL_NON_TRANSITIVE } from './codec.ts';

const AIGP_TLV = 1;
/** Type, length and the eight octets of the metric. */
const AIGP_TLV_LENGTH = 11;

function decode(r: Reader): bigint {
  let metric: bigint | undefined;
  while (!r.done) {
    const type = r.u8();
    const length = r.u16();
    if (length < 3) throw new RangeError(`TLV length ${length} is less than its own header`);
    const value = r.slice(length - 3);
    if (type !== AIGP_TLV) continue;
    if (length !== AIGP_TLV_LENGTH) throw new RangeError(`AIGP TLV length ${length}`);
    metric ??= value.u64();
  }
  if (metric === undefined) throw new RangeError('no AIGP TLV');
  return metric;
}

function parse(words: Words): bigint {
  const expected = 'an AIGP metric: a decimal or 0x number of up to 64 bits';
  const word = words.next(expected);
  if (!/^(\d{1,20}|0x[0-9a-f]{1,16})$/i.test(word.text)) words.fail(word, expected);
  const value = BigInt(word.text);
  return value >> 64n === 0n ? value : words.fail(word, expected);
}

const hex = (value: bigint) => `0x${value.toString(16).padStart(16, '0')}`;

/**
 * AIGP, RFC 7311 section 3: the accumulated metric of the first AIGP TLV; other TLVs are not kept.
 * It stays inside an administrative domain: external peers get it only where it is enabled.
 */
export const aigp = attribute<bigint, 'aigp'>({
  code: 26,
  rfc: 'RFC 7311',
  key: 'aigp',
  word: 'aigp',
  flags: OPTIONAL_NON_TRANSITIVE,
  malformed: 'attribute-discard',
  wrongFlags: 'attribute-discard',
  sendTo: (context) => context.peering !== 'external' || context.aigp === true,
  decode,
  encode: (w, value) => w.u8(AIGP_TLV).u16(AIGP_TLV_LENGTH).u64(value, 'AIGP metric'),
  toJson: (value, version): Readonly<Record<string, string>> => (version === 4 ? {} : { aigp: hex(value) }),
  toText: (value) => `aigp ${hex(value)}`,
  parse,
});
