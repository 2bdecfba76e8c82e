/** IANA Address Family Numbers that BGP families here use, by the word in configuration and events. */
export const AFI = { ipv4: 1, ipv6: 2, l2vpn: 25, 'bgp-ls': 16388 } as const;

/** IANA Subsequent Address Family Identifiers, by the word in configuration and events. */
export const SAFI = {
  unicast: 1,
  multicast: 2,
  'nlri-mpls': 4,
  'mcast-vpn': 5,
  vpls: 65,
  evpn: 70,
  'bgp-ls': 71,
  'bgp-ls-vpn': 72,
  'sr-policy': 73,
  mup: 85,
  'mpls-vpn': 128,
  'mcast-mpls-vpn': 129,
  rtc: 132,
  flow: 133,
  'flow-vpn': 134,
} as const;

/** AFI and SAFI as one number: `afi * 256 + safi`. The key of every table and set of families. */
export type FamilyId = number;

export function familyId(afi: number, safi: number): FamilyId {
  return afi * 256 + safi;
}

export function afiOf(family: FamilyId): number {
  return family >>> 8;
}

export function safiOf(family: FamilyId): number {
  return family & 255;
}

export const IPV4_UNICAST: FamilyId = familyId(AFI.ipv4, SAFI.unicast);
export const IPV6_UNICAST: FamilyId = familyId(AFI.ipv6, SAFI.unicast);
export const IPV4_MULTICAST: FamilyId = familyId(AFI.ipv4, SAFI.multicast);
export const IPV6_MULTICAST: FamilyId = familyId(AFI.ipv6, SAFI.multicast);

const AFI_CODES = new Map<string, number>(Object.entries(AFI));
/** Of ExaBGP 6. */
export const SAFI_ALIASES = { 'labeled-unicast': 'nlri-mpls' } as const;
const SAFI_CODES = new Map<string, number>([
  ...Object.entries(SAFI),
  ...Object.entries(SAFI_ALIASES).map(([alias, word]) => [alias, SAFI[word]] as const),
]);
const AFI_WORDS = new Map<number, string>(Object.entries(AFI).map(([word, code]) => [code, word]));
const SAFI_WORDS = new Map<number, string>(Object.entries(SAFI).map(([word, code]) => [code, word]));

export function afiWord(afi: number): string {
  return AFI_WORDS.get(afi) ?? `unknown afi ${afi}`;
}

export function safiWord(safi: number): string {
  return SAFI_WORDS.get(safi) ?? `unknown safi ${safi}`;
}

/** `ipv4 unicast`; with another separator `ipv4/unicast`. */
export function familyText(family: FamilyId, separator = ' '): string {
  return `${afiWord(afiOf(family))}${separator}${safiWord(safiOf(family))}`;
}

/** Whether the word names an address family. */
export function isAfiWord(word: string): word is keyof typeof AFI {
  return AFI_CODES.has(word);
}

/** The family that two words name, or undefined. */
export function familyOfWords(afi: string, safi: string): FamilyId | undefined {
  const afiCode = AFI_CODES.get(afi);
  const safiCode = SAFI_CODES.get(safi);
  return afiCode === undefined || safiCode === undefined ? undefined : familyId(afiCode, safiCode);
}
