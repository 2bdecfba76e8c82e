import { AFI, type FamilyId, familyId, familyOfWords, familyText, SAFI, safiOf } from '../bgp/family.ts';
import type { ApiVersion } from '../bgp/json.ts';
import { OPERATIONAL_WORDS, parseOperational } from '../bgp/operational.ts';
import type { Words } from '../syntax/words.ts';
import type { NeighborDraft } from './draft.ts';
import { Refusal } from './errors.ts';
import { type Keyword, Section } from './schema.ts';

const PREFIX_SAFIS = ['unicast', 'multicast', 'nlri-mpls', 'mcast-vpn', 'mup', 'mpls-vpn'] as const;
const FLOW_SAFIS = ['flow', 'flow-vpn'] as const;

/** Families that a neighbor without a `family` section announces in version 5. */
const DEFAULT_SAFIS = {
  ipv4: [...PREFIX_SAFIS, 'rtc', ...FLOW_SAFIS],
  ipv6: [...PREFIX_SAFIS, ...FLOW_SAFIS],
  l2vpn: ['vpls', 'evpn'],
  'bgp-ls': ['bgp-ls', 'bgp-ls-vpn'],
} as const;

/** Families that others do not announce unless they are named: which versions do. */
const SINCE: Readonly<Record<string, ApiVersion>> = { 'mcast-vpn': 5, mup: 5, 'sr-policy': 6 };

/** Families beside them: those of version 6, and what is announced only where it is named. */
const NAMED_SAFIS = { ipv4: ['sr-policy'], ipv6: ['sr-policy'], l2vpn: FLOW_SAFIS, 'bgp-ls': [] } as const;

type AfiWord = keyof typeof DEFAULT_SAFIS;
const AFI_WORDS = Object.keys(DEFAULT_SAFIS) as AfiWord[];

/** 3.x words for the address families. */
const AFI_ALIASES: Readonly<Record<string, AfiWord>> = { inet: 'ipv4', inet4: 'ipv4', inet6: 'ipv6' };

/** Every family that ExaBGP of a version knows, which is what a neighbor announces that names none. */
export function defaultFamilies(version: ApiVersion): readonly FamilyId[] {
  const all = AFI_WORDS.flatMap((afi) => {
    const named = NAMED_SAFIS[afi].filter((safi) => safi in SINCE);
    const safis: readonly (keyof typeof SAFI)[] = [...DEFAULT_SAFIS[afi], ...named];
    return safis
      .filter((safi) => (SINCE[safi] ?? 4) <= version)
      .map((safi) => familyId(AFI[afi], SAFI[safi]));
  });
  return all.sort((a, b) => a - b);
}

/** Those of any version. */
export const DEFAULT_FAMILIES = defaultFamilies(6);

const ADD_PATH_SAFIS = [SAFI.unicast, SAFI['nlri-mpls'], SAFI['mpls-vpn'], SAFI.mup];

/** RFC 7911 path identifiers are offered for these only, in the order in which ExaBGP's capability has them. */
export const ADD_PATH_FAMILIES: readonly FamilyId[] = ADD_PATH_SAFIS.flatMap((safi) =>
  [AFI.ipv4, AFI.ipv6].map((afi) => familyId(afi, safi)),
);

export function canAddPath(family: FamilyId): boolean {
  return ADD_PATH_FAMILIES.includes(family);
}

/** The SAFI word after the AFI word `afi`. */
function family(afi: AfiWord, words: Words): FamilyId {
  const options: readonly (keyof typeof SAFI)[] = [...DEFAULT_SAFIS[afi], ...NAMED_SAFIS[afi]];
  const expected = `a SAFI of ${afi} (${options.join(', ')})`;
  const word = words.next(expected);
  const id = familyOfWords(afi, word.text.toLowerCase());
  const known = id !== undefined && options.some((safi) => SAFI[safi] === safiOf(id));
  return known ? id : words.fail(word, expected, options);
}

function afiRows(read: (afi: AfiWord, words: Words, draft: NeighborDraft) => void): Keyword<NeighborDraft>[] {
  const words = [...AFI_WORDS.map((afi) => [afi, afi] as const), ...Object.entries(AFI_ALIASES)];
  return words.map(([word, afi]) => ({
    word,
    value: (rest, { target }) => read(afi, rest, target),
  }));
}

/** `family { ipv4 unicast; … }`; empty or absent: every family. */
export const FAMILY = new Section<NeighborDraft>('family', [
  {
    word: 'all',
    value: (_, { target, context }) => {
      target.allFamilies = true;
      for (const id of defaultFamilies(context.version)) target.families.add(id);
    },
  },
  {
    word: 'minimal',
    value: (_, { target }) => {
      target.minimal = true;
    },
  },
  ...afiRows((afi, words, draft) => {
    const at = words.peek();
    const id = family(afi, words);
    if (at !== undefined && draft.families.has(id))
      throw new Refusal(at, `${familyText(id)} is listed twice`);
    draft.families.add(id);
  }),
]);

/** `add-path { ipv4 unicast limit 10; … }`: which families the capability is for, and how many paths are taken. */
export const ADD_PATH = new Section<NeighborDraft>('add-path', [
  { word: 'all', value: (_, { target }) => void target.addPath.push(...ADD_PATH_FAMILIES) },
  ...afiRows((afi, words, draft) => {
    const id = family(afi, words);
    draft.addPath.push(id);
    // since 6.0
    if (words.take('limit'))
      draft.pathsLimit.push({ family: id, limit: words.unsigned('a number of paths', 65535, 1) });
  }),
]);

/** `operational { asm afi ipv4 safi unicast advisory "text"; … }` */
export const OPERATIONAL = new Section<NeighborDraft>(
  'operational',
  OPERATIONAL_WORDS.map((word) => ({
    word,
    value: (words, { target }) => void target.operational.push(parseOperational(word, words)),
  })),
);

/** `maximum-prefix { ipv4 unicast 1000; ipv6 unicast 200 warn; restart 300; }` */
export const MAXIMUM_PREFIX = new Section<NeighborDraft>('maximum-prefix', [
  ...afiRows((afi, words, draft) => {
    const id = family(afi, words);
    const maximum = words.unsigned('a number of prefixes', 0xffffffff, 1);
    draft.prefixLimits.push({ family: id, maximum, warnOnly: words.take('warn') });
  }),
  {
    word: 'restart',
    value: (words, { target }) => {
      target.scalars.prefixLimitRestartSeconds = words.unsigned('a time in seconds', 86_400, 1);
    },
  },
]);

/** `nexthop { ipv4 unicast ipv6; … }`: RFC 8950. */
export const NEXTHOP = new Section<NeighborDraft>('nexthop', [
  ...afiRows((afi, words, draft) => {
    const id = family(afi, words);
    const nextHopAfi = AFI[words.oneOf(['ipv4', 'ipv6'], 'the AFI of the next hop')];
    draft.nexthops.push({ family: id, nextHopAfi });
  }),
]);
