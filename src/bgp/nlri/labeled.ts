import { toHex } from '../../wire/hex.ts';
import { formatPrefix, octetsOf, type Prefix, readPrefixAddress } from '../../wire/prefix.ts';
import { AFI, type FamilyId, familyId, SAFI } from '../family.ts';
import { nlri } from './codec.ts';
import {
  type LabelEntry,
  labelBits,
  labelStack,
  labelsToJson,
  labelsToText,
  parseLabels,
  readLabels,
  writeLabels,
} from './labels.ts';
import { framedPrefix } from './skip.ts';
import { addressOctets, prefixWord } from './words.ts';

/** A prefix and its label stack, RFC 8277. Labels are none only in a withdrawal that names none. */
export interface LabeledPrefix {
  readonly labels: readonly LabelEntry[];
  readonly prefix: Prefix;
}

/** The value of a prefix and its labels (20 bits each), top first. */
export function makeLabeled(prefix: Prefix, labels: readonly number[]): LabeledPrefix {
  return { labels: labelStack(labels), prefix };
}

/** Labelled unicast, RFC 8277 section 2: length in bits of labels and prefix, labels, prefix. */
function labeled(family: FamilyId) {
  const octets = addressOctets(family);
  return nlri<LabeledPrefix>({
    family,
    rfc: 'RFC 8277',
    decode(r, _context, withdraw) {
      const bits = r.u8();
      const body = r.slice(octetsOf(bits));
      const labels = readLabels(body, bits, { withdraw });
      const length = bits - 24 * labels.length;
      return { labels, prefix: { length, address: readPrefixAddress(body, length, octets) } };
    },
    encode(w, { labels, prefix }, _context, withdraw) {
      w.u8(labelBits(labels, withdraw) + prefix.length, 'labelled prefix length');
      writeLabels(w, labels, withdraw);
      w.octets(prefix.address.subarray(0, octetsOf(prefix.length)));
    },
    skip: framedPrefix(octets, { labels: true }),
    zeroIsDefault: true,
    key: (value) => `${toHex(value.prefix.address)}/${value.prefix.length}`,
    toJson: ({ labels, prefix }, version) => ({
      nlri: formatPrefix(prefix),
      label: labelsToJson(labels, version === 6),
    }),
    toText: ({ labels, prefix }, version) => `${formatPrefix(prefix)}${labelsToText(labels, version)}`,
    parse(words) {
      const prefix = prefixWord(words, octets);
      return makeLabeled(prefix, words.take('label') ? parseLabels(words) : []);
    },
  });
}

export const IPV4_LABELED: FamilyId = familyId(AFI.ipv4, SAFI['nlri-mpls']);
export const IPV6_LABELED: FamilyId = familyId(AFI.ipv6, SAFI['nlri-mpls']);

export const ipv4Labeled = labeled(IPV4_LABELED);
export const ipv6Labeled = labeled(IPV6_LABELED);
