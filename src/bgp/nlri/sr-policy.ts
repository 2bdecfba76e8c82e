import { formatAddress } from '../../wire/address.ts';
import { toHex } from '../../wire/hex.ts';
import { AFI, type FamilyId, familyId, SAFI } from '../family.ts';
import { nlri } from './codec.ts';
import { skipOctets } from './skip.ts';
import { addressOctets, addressWord, pairs } from './words.ts';

/** Names a candidate path of an SR Policy, RFC 9830 section 2.1. */
export interface SrPolicyName {
  readonly distinguisher: number;
  readonly color: number;
  readonly endpoint: Uint8Array;
}

/** SR Policy: a length in bits (96 or 192), distinguisher, color, endpoint. */
function srPolicy(family: FamilyId) {
  const octets = addressOctets(family);
  const bits = 8 * (4 + 4 + octets);
  return nlri<SrPolicyName>({
    family,
    rfc: 'RFC 9830',
    decode(r) {
      const length = r.u8();
      if (length !== bits) throw new RangeError(`an SR Policy of ${length} bits, not ${bits}`);
      return { distinguisher: r.u32(), color: r.u32(), endpoint: r.octets(octets) };
    },
    encode(w, { distinguisher, color, endpoint }) {
      w.u8(bits).u32(distinguisher, 'distinguisher').u32(color, 'color').octets(endpoint);
    },
    skip: (r) => r.u8() === bits && skipOctets(r, bits / 8),
    key: ({ distinguisher, color, endpoint }) => `${distinguisher} ${color} ${toHex(endpoint)}`,
    toJson: ({ distinguisher, color, endpoint }) => ({
      distinguisher,
      color,
      endpoint: formatAddress(endpoint),
    }),
    toText: ({ distinguisher, color, endpoint }) =>
      `sr-policy distinguisher ${distinguisher} color ${color} endpoint ${formatAddress(endpoint)}`,
    parse(words) {
      words.take('sr-policy');
      const value = { distinguisher: 0, color: 0, endpoint: new Uint8Array(octets) as Uint8Array };
      pairs(words, ['distinguisher', 'color', 'endpoint'])((key) => {
        if (key === 'endpoint') value.endpoint = addressWord(words, octets);
        else value[key] = words.unsigned(`a ${key}`, 0xffffffff);
      });
      return value;
    },
  });
}

export const ipv4SrPolicy = srPolicy(familyId(AFI.ipv4, SAFI['sr-policy']));
export const ipv6SrPolicy = srPolicy(familyId(AFI.ipv6, SAFI['sr-policy']));
