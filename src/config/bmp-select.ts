import { community } from '../bgp/attributes/community.ts';
import { type LargeCommunity, largeCommunity } from '../bgp/attributes/large-community.ts';
import { AFI, type FamilyId, familyOfWords, SAFI } from '../bgp/family.ts';
import { prefixWord } from '../bgp/nlri/words.ts';
import type { BmpView } from '../events/event.ts';
import type { Words } from '../syntax/words.ts';
import type { BmpSelection, PrefixSelection } from './bmp-model.ts';
import { Section } from './schema.ts';
import { asNumber } from './values.ts';

/** The words for RIB views, and what each stands for. */
export const VIEW_WORDS = {
  'adj-rib-in': ['adj-rib-in-pre-policy', 'adj-rib-in-post-policy'],
  'adj-rib-out': ['adj-rib-out-pre-policy', 'adj-rib-out-post-policy'],
  'adj-rib-in-pre-policy': ['adj-rib-in-pre-policy'],
  'adj-rib-in-post-policy': ['adj-rib-in-post-policy'],
  'adj-rib-out-pre-policy': ['adj-rib-out-pre-policy'],
  'adj-rib-out-post-policy': ['adj-rib-out-post-policy'],
  'loc-rib': ['loc-rib'],
} as const satisfies Record<string, readonly BmpView[]>;

interface SelectDraft {
  readonly routers: string[];
  readonly peerAs: number[];
  readonly views: BmpView[];
  readonly families: FamilyId[];
  readonly prefixes: PrefixSelection[];
  readonly communities: number[];
  readonly largeCommunities: LargeCommunity[];
  changesOnly: boolean;
}

const MATCHES = ['exact', 'longer', 'shorter'] as const;

function prefix(words: Words): PrefixSelection {
  const read = prefixWord(words);
  const match = words.done ? 'exact' : words.oneOf(MATCHES, 'which routes');
  return { prefix: read, match };
}

function family(words: Words): FamilyId {
  const afi = words.oneOf(Object.keys(AFI), 'an address family');
  const expected = `a SAFI of ${afi}`;
  const safi = words.next(expected);
  return familyOfWords(afi, safi.text) ?? words.fail(safi, expected, Object.keys(SAFI));
}

function view(words: Words): readonly BmpView[] {
  return VIEW_WORDS[words.oneOf(Object.keys(VIEW_WORDS) as (keyof typeof VIEW_WORDS)[], 'a RIB view')];
}

/** `select { router edge1; view loc-rib; prefix 10.0.0.0/8 longer; … }`: several lines of a kind add up. */
export const SELECT = new Section<SelectDraft>('select', [
  {
    word: 'router',
    value: (words, { target }) =>
      void target.routers.push(
        ...words.list((w) => w.next('the name, address or prefix of a router').text, { commas: true }),
      ),
  },
  {
    word: 'peer-as',
    value: (words, { target }) => void target.peerAs.push(...words.list(asNumber, { commas: true })),
  },
  {
    word: 'view',
    value: (words, { target }) => void target.views.push(...words.list(view, { commas: true }).flat()),
  },
  { word: 'family', value: (words, { target }) => void target.families.push(family(words)) },
  { word: 'prefix', value: (words, { target }) => void target.prefixes.push(prefix(words)) },
  {
    word: 'community',
    value: (words, { target }) => void target.communities.push(...(community.parse?.(words) ?? [])),
  },
  {
    word: 'large-community',
    value: (words, { target }) => void target.largeCommunities.push(...(largeCommunity.parse?.(words) ?? [])),
  },
  {
    word: 'changes-only',
    value: (_, { target }) => {
      target.changesOnly = true;
    },
  },
]);

export function emptySelection(): SelectDraft & BmpSelection {
  return {
    routers: [],
    peerAs: [],
    views: [],
    families: [],
    prefixes: [],
    communities: [],
    largeCommunities: [],
    changesOnly: false,
  };
}
