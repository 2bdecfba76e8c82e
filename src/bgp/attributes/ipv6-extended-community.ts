import { toHex } from '../../wire/hex.ts';
import { ipv6CommunityConfig, parseIpv6Community } from '../communities/ipv6.ts';
import type { ApiVersion, Json } from '../json.ts';
import { attribute, OPTIONAL_TRANSITIVE } from './codec.ts';
import { items, listText } from './list.ts';

function numberOf(octets: Uint8Array): bigint {
  return BigInt(`0x${toHex(octets)}`);
}

/** As ExaBGP 4.2 shows what it does not read further: the only hexadecimal value of its events in capitals. */
const opaque = (value: readonly Uint8Array[]) => `0x${value.map(toHex).join('').toUpperCase()}`;

function toJson(value: readonly Uint8Array[], version: ApiVersion): Readonly<Record<string, Json>> {
  if (version === 4) return { 'attribute-0x19-0xC0': opaque(value) };
  const members = value.map((one) => ({ value: numberOf(one), string: `0x${toHex(one).toUpperCase()}` }));
  return { 'extended-community-ipv6': members };
}

/** IPv6 Address Specific Extended Communities, RFC 5701: twenty octets each. */
export const ipv6ExtendedCommunity = attribute<readonly Uint8Array[], 'ipv6ExtendedCommunity'>({
  code: 25,
  rfc: 'RFC 5701',
  key: 'ipv6ExtendedCommunity',
  word: 'extended-community-ipv6',
  flags: OPTIONAL_TRANSITIVE,
  malformed: 'treat-as-withdraw',
  decode: (r) => items(r, 20, (item) => item.octets(20).slice()),
  encode: (w, value) => {
    for (const one of value) w.octets(one);
  },
  toJson,
  toText: (value, version) =>
    `attribute [ 0x19 0xC0 ${version === 4 ? opaque(value) : opaque(value).toLowerCase()} ]`,
  toConfig: (value) => listText('extended-community-ipv6', value.map(ipv6CommunityConfig)),
  parse: (words) => words.list(parseIpv6Community),
});
