import type { Words } from '../../syntax/words.ts';
import { formatAddress, parseAddress, sameOctets } from '../../wire/address.ts';
import { fromHex, toHex } from '../../wire/hex.ts';
import { Reader } from '../../wire/reader.ts';
import { written } from '../../wire/writer.ts';
import { decimal } from './octets.ts';

/** An IPv6 address specific community, RFC 5701: type and subtype (two octets), address, local number. */
export interface Ipv6Community {
  readonly type: number;
  readonly word: string;
}

const OCTETS = 20;

/** Types of IANA's registry, RFC 5701, 6514, 7524, 8956, draft-ietf-idr-flowspec-redirect-ip and vendors'. */
export const IPV6_COMMUNITIES: readonly Ipv6Community[] = [
  { type: 0x0002, word: 'target' },
  { type: 0x0003, word: 'origin' },
  { type: 0x000b, word: 'vrf-route-import' },
  { type: 0x000c, word: 'redirect-to-nexthop-ietf' },
  { type: 0x000d, word: 'redirect' },
  { type: 0x0010, word: 'vpn-distinguisher' },
  { type: 0x0012, word: 'segmented-next-hop' },
  { type: 0x0014, word: 'vrf-recursive-next-hop' },
];

const WORDS = IPV6_COMMUNITIES.map(({ word }) => word);
const EXPECTED = `an IPv6 extended community: WORD:ADDRESS:NUMBER (${WORDS.join(', ')}) or 0x with 40 hexadecimal digits`;

function ipv6CommunityOf(text: string): Uint8Array | undefined {
  if (/^0x/i.test(text)) {
    const octets = fromHex(text);
    return octets?.length === OCTETS ? octets : undefined;
  }
  const parts = /^([a-z0-9-]+):(.*):(\d+)$/i.exec(text);
  const row = IPV6_COMMUNITIES.find(({ word }) => word === parts?.[1]?.toLowerCase());
  const address = parseAddress(parts?.[2] ?? '');
  const local = decimal(parts?.[3], 0xffff);
  if (row === undefined || address?.length !== 16 || local === undefined) return undefined;
  return written((w) => w.u16(row.type).octets(address).u16(local));
}

/** What follows `extended-community-ipv6`. */
export function parseIpv6Community(words: Words): Uint8Array {
  const word = words.next(EXPECTED);
  return ipv6CommunityOf(word.text) ?? words.fail(word, EXPECTED, WORDS);
}

/** `target:2001:db8::1:5`: what configuration reads as the same octets. */
export function ipv6CommunityConfig(octets: Uint8Array): string {
  const r = new Reader(octets);
  const type = r.u16();
  const row = IPV6_COMMUNITIES.find((one) => one.type === type);
  const text = `${row?.word ?? ''}:${formatAddress(r.octets(16))}:${r.u16()}`;
  const back = ipv6CommunityOf(text);
  return back !== undefined && sameOctets(back, octets) ? text : `0x${toHex(octets)}`;
}
