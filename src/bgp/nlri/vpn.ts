import type { Words } from '../../syntax/words.ts';
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
import { formatRd, RD_OCTETS, type RouteDistinguisher, rdToText } from './rd.ts';
import { framedPrefix } from './skip.ts';
import { addressOctets, expectRd, prefixWord, rdWord, takeRd } from './words.ts';

const RD_BITS = 8 * RD_OCTETS;

/** A prefix of a VPN with its label stack. Labels are none only in a withdrawal that names none. */
export interface VpnPrefix {
  readonly labels: readonly LabelEntry[];
  readonly rd: RouteDistinguisher;
  readonly prefix: Prefix;
}

/** A prefix of a multicast VPN, which has no labels. */
export interface MulticastVpnPrefix {
  readonly rd: RouteDistinguisher;
  readonly prefix: Prefix;
}

/** The value of a prefix, its route distinguisher and its labels (20 bits each), top first. */
export function makeVpn(rd: RouteDistinguisher, prefix: Prefix, labels: readonly number[]): VpnPrefix {
  return { labels: labelStack(labels), rd, prefix };
}

const key = ({ rd, prefix }: MulticastVpnPrefix) => `${toHex(rd)} ${toHex(prefix.address)}/${prefix.length}`;

/** VPN-IPv4 and VPN-IPv6 unicast, RFC 4364 section 4.3.4 and RFC 4659: length in bits, labels, RD, prefix. */
function vpn(family: FamilyId, rfc: string) {
  const octets = addressOctets(family);
  return nlri<VpnPrefix>({
    family,
    rfc,
    nextHopRd: true,
    decode(r, _context, withdraw) {
      const bits = r.u8();
      const body = r.slice(octetsOf(bits));
      const labels = readLabels(body, bits, { withdraw, reserved: RD_BITS });
      const length = bits - 24 * labels.length - RD_BITS;
      const rd = body.octets(RD_OCTETS);
      return { labels, rd, prefix: { length, address: readPrefixAddress(body, length, octets) } };
    },
    encode(w, { labels, rd, prefix }, _context, withdraw) {
      w.u8(labelBits(labels, withdraw) + RD_BITS + prefix.length, 'VPN prefix length');
      writeLabels(w, labels, withdraw);
      w.octets(rd).octets(prefix.address.subarray(0, octetsOf(prefix.length)));
    },
    skip: framedPrefix(octets, { labels: true, rd: true }),
    zeroIsDefault: true,
    key,
    toJson: ({ labels, rd, prefix }, version) => ({
      nlri: formatPrefix(prefix),
      label: labelsToJson(labels, version === 6),
      rd: formatRd(rd),
    }),
    toText: ({ labels, rd, prefix }, version) =>
      `${formatPrefix(prefix)}${labelsToText(labels, version)} rd ${rdToText(rd)}`,
    parse: (words) => parseVpn(words, octets),
  });
}

function parseVpn(words: Words, octets: 4 | 16): VpnPrefix {
  const prefix = prefixWord(words, octets);
  let rd: RouteDistinguisher | undefined;
  let labels: number[] | undefined;
  for (;;) {
    if (labels === undefined && words.take('label')) labels = parseLabels(words);
    else if (rd === undefined && takeRd(words)) rd = rdWord(words);
    else break;
  }
  return makeVpn(rd ?? expectRd(words), prefix, labels ?? []);
}

/** Multicast routes of a VPN, RFC 6514 section 11: as SAFI 128, without labels. */
function multicastVpn(family: FamilyId) {
  const octets = addressOctets(family);
  return nlri<MulticastVpnPrefix>({
    family,
    rfc: 'RFC 6514',
    nextHopRd: true,
    decode(r) {
      const length = r.u8() - RD_BITS;
      if (length < 0) throw new RangeError(`a length of ${length + RD_BITS} bits has no room for an RD`);
      const rd = r.octets(RD_OCTETS);
      return { rd, prefix: { length, address: readPrefixAddress(r, length, octets) } };
    },
    encode(w, { rd, prefix }) {
      w.u8(RD_BITS + prefix.length, 'VPN prefix length');
      w.octets(rd).octets(prefix.address.subarray(0, octetsOf(prefix.length)));
    },
    skip: framedPrefix(octets, { rd: true }),
    zeroIsDefault: true,
    key,
    toJson: ({ rd, prefix }) => ({ nlri: formatPrefix(prefix), rd: formatRd(rd) }),
    toText: ({ rd, prefix }) => `${formatPrefix(prefix)} rd ${rdToText(rd)}`,
    parse(words) {
      const prefix = prefixWord(words, octets);
      return { rd: expectRd(words), prefix };
    },
  });
}

export const IPV4_VPN: FamilyId = familyId(AFI.ipv4, SAFI['mpls-vpn']);
export const IPV6_VPN: FamilyId = familyId(AFI.ipv6, SAFI['mpls-vpn']);

export const ipv4Vpn = vpn(IPV4_VPN, 'RFC 4364');
export const ipv6Vpn = vpn(IPV6_VPN, 'RFC 4659');
export const ipv4MulticastVpn = multicastVpn(familyId(AFI.ipv4, SAFI['mcast-mpls-vpn']));
export const ipv6MulticastVpn = multicastVpn(familyId(AFI.ipv6, SAFI['mcast-mpls-vpn']));
