import { AFI, familyId, SAFI } from '../bgp/family.ts';
import { nlriCodec } from '../bgp/nlri/index.ts';
import {
  parseAttributesNlri,
  parseFamilyRoute,
  parseFlow,
  parseRoute,
  parseSrPolicy,
  type Route,
} from '../bgp/route.ts';
import { blockWords } from '../syntax/flat.ts';
import type { Statement } from '../syntax/parse.ts';
import { type Word, Words } from '../syntax/words.ts';
import type { LoadContext } from './context.ts';
import type { NeighborDraft } from './draft.ts';
import { Refusal } from './errors.ts';
import { type Keyword, type Place, Section } from './schema.ts';

function add(routes: readonly Route[], { target, statement }: Place<NeighborDraft>): void {
  for (const route of routes) target.routes.push({ route, word: statement.word });
}

/** `PREFIX { key value; … }` says the same as `PREFIX key value …;`. */
function flattened(statement: Statement, block: readonly Statement[]): Words {
  const words: Word[] = [...statement.words];
  for (const inner of block) {
    if (inner.block !== undefined) {
      throw new Refusal(inner.word, `'${inner.word.text}' of a route has no block`);
    }
    words.push(inner.word, ...inner.words);
  }
  return new Words(words, block.at(-1)?.end ?? statement.end);
}

/** A statement that gives routes in one line: its words must all be read. */
function lineRow(word: string, parse: (words: Words) => Route[]): Keyword<NeighborDraft> {
  return {
    word,
    value: (words, place) => {
      const routes = parse(words);
      words.finish();
      add(routes, place);
    },
  };
}

/** As `lineRow`, with a block too. */
function routeRow(word: string, parse: (words: Words) => Route[]): Keyword<NeighborDraft> {
  return {
    ...lineRow(word, parse),
    block: (words, place) => {
      const all = flattened(place.statement, place.block);
      const routes = parse(all);
      all.finish();
      add(routes, place);
      while (!words.done) words.next('');
    },
  };
}

/** `static { route …; attributes … nlri …; }` */
export const STATIC = new Section<NeighborDraft>('static', [
  routeRow('route', parseRoute),
  routeRow('attributes', parseAttributesNlri),
  routeRow('attribute', parseAttributesNlri),
  { ...lineRow('sr-policy', parseSrPolicy), since: '6.0' },
]);

const ANNOUNCED = {
  ipv4: [
    'unicast',
    'multicast',
    'nlri-mpls',
    'labeled-unicast',
    'mpls-vpn',
    'mcast-vpn',
    'flow',
    'flow-vpn',
    'mup',
    'sr-policy',
  ],
  ipv6: [
    'unicast',
    'multicast',
    'nlri-mpls',
    'labeled-unicast',
    'mpls-vpn',
    'mcast-vpn',
    'flow',
    'flow-vpn',
    'mup',
    'sr-policy',
  ],
  l2vpn: ['vpls', 'evpn'],
} as const;

const VPLS = familyId(AFI.l2vpn, SAFI.vpls);

/** `l2vpn { vpls NAME { endpoint 1; …; next-hop …; } }`, in any order, or `vpls endpoint 1 …;`. */
export const L2VPN = new Section<NeighborDraft>('l2vpn', [
  {
    ...lineRow('vpls', (words) => parseFamilyRoute(words, VPLS)),
    block: (words, place) => {
      if (!words.done) words.next('a name');
      const all = flattened({ ...place.statement, words: [] }, place.block);
      const routes = parseFamilyRoute(all, VPLS);
      all.finish();
      add(routes, place);
    },
  },
]);

/** `flow { route [NAME] { match { … } then { … } } }`, or `route COMPONENT … ACTION …;`. */
export const FLOW = new Section<NeighborDraft>('flow', [
  {
    ...lineRow('route', (words) => parseFlow(words)),
    block: (words, place) => {
      if (words.remaining > 1) {
        words.next('a name');
        words.failNext("'{': a flow route has one name");
      }
      const { words: name, end, close = end } = place.statement;
      const inner = blockWords({ statements: place.block, open: end, close });
      const all = new Words([...name, ...inner], close);
      const routes = parseFlow(all);
      all.finish();
      add(routes, place);
      while (!words.done) words.next('');
    },
  },
]);

/** A family whose routes have a text form is announced; others are refused by name. */
function familyRow(afi: keyof typeof ANNOUNCED, word: string): Keyword<NeighborDraft> {
  const safi = word === 'labeled-unicast' ? 'nlri-mpls' : word;
  const id = familyId(AFI[afi], SAFI[safi as keyof typeof SAFI]);
  if (nlriCodec(id).parse === undefined) {
    return { word, refused: `announcing '${afi} ${word}' is not supported yet` };
  }
  return routeRow(word, (words) => parseFamilyRoute(words, id));
}

function afiRow(afi: keyof typeof ANNOUNCED): Keyword<NeighborDraft> {
  const section = new Section(
    `announce ${afi}`,
    ANNOUNCED[afi].map((word) => familyRow(afi, word)),
  );
  return { word: afi, block: (_, place) => readInto(section, place) };
}

function readInto(
  section: Section<NeighborDraft>,
  place: {
    readonly block: readonly Statement[];
    readonly target: NeighborDraft;
    readonly context: LoadContext;
  },
): void {
  section.read(place.block, place.target, place.context);
}

/** `announce { ipv4 { unicast …; } … }` */
export const ANNOUNCE = new Section<NeighborDraft>('announce', [
  afiRow('ipv4'),
  afiRow('ipv6'),
  afiRow('l2vpn'),
]);
