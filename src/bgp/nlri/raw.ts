import { toHex } from '../../wire/hex.ts';
import type { FamilyId } from '../family.ts';
import { nlri, type RawNlri } from './codec.ts';
import { hexWord } from './words.ts';

/** A family without a row: one value holds the octets of the whole field, and they go back as they came. */
export function rawNlri(family: FamilyId) {
  return nlri<RawNlri>({
    family,
    rfc: '',
    nextHopOptional: true,
    decode: (r) => ({ octets: r.rest() }),
    encode: (w, value) => w.octets(value.octets),
    key: (value) => toHex(value.octets),
    toJson: (value) => ({ parsed: false, raw: toHex(value.octets).toUpperCase() }),
    toText: (value) => `raw 0x${toHex(value.octets)}`,
    parse(words) {
      words.expect('raw');
      return { octets: hexWord(words) };
    },
  });
}
