import {
  AFI,
  afiOf,
  type FamilyId,
  familyId,
  familyText,
  SAFI,
  SAFI_ALIASES,
  safiOf,
  safiWord,
} from '../bgp/family.ts';
import { NLRI } from '../bgp/nlri/index.ts';
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
import { type Word, WordError, Words } from '../syntax/words.ts';
import { parseAddress } from '../wire/address.ts';
import type { LoadContext } from './context.ts';
import type { NeighborDraft } from './draft.ts';
import { BraceRefusal, Refusal } from './errors.ts';
import { type Keyword, type Place, Section, tellLeftOver } from './schema.ts';

type RouteParser = (words: Words, context: LoadContext) => Route[];

/** The routes of one statement: its words must all be read. */
function take(parse: RouteParser, words: Words, place: Place<NeighborDraft>): void {
  told(place, () => finished(parse(words, place.context), words, place));
}

/** A route's own keyword in its midst, on a new line, begins the next statement: the `;` before it is missing. */
function told({ statement, context }: Place<NeighborDraft>, step: () => void): void {
  try {
    step();
  } catch (err) {
    if (!(err instanceof WordError) || err.found !== statement.word.text) throw err;
    const before = statement.words.findLast(({ end }) => end <= err.at);
    if (before === undefined || !context.onNewLine(before, err)) throw err;
    throw new WordError({ at: err.at, end: err.end, text: err.found }, `';' after '${before.text}'`);
  }
}

function finished(
  routes: readonly Route[],
  words: Words,
  { target, statement, ownAggregator }: Place<NeighborDraft> & { readonly ownAggregator?: true },
): void {
  words.finish();
  const more = ownAggregator === undefined ? {} : { ownAggregator };
  for (const route of routes) target.routes.push({ route, word: statement.word, ...more });
}

/** 3.x: an `aggregator` without a value is the neighbor's own end. True: it was one, and the route is read. */
function takeOwnAggregator(list: readonly Word[], place: Place<NeighborDraft>): boolean {
  const at = list.findIndex(
    ({ text, quoted }, i) => !quoted && text === 'aggregator' && !/[:(]|^\d/.test(list[i + 1]?.text ?? ''),
  );
  const word = list[at];
  if (word === undefined) return false;
  place.context.warn(
    word,
    "'aggregator' without a value is of ExaBGP 3: local-as and local-address are meant",
  );
  const words = new Words(list.toSpliced(at, 1), place.statement.end);
  finished(parseRoute(words), words, { ...place, ownAggregator: true });
  return true;
}

/** `PREFIX { key value; … }` says the same as `PREFIX key value …;`. */
function flatList(statement: Statement, block: readonly Statement[]): Word[] {
  const words: Word[] = [...statement.words];
  if (words.findLast(({ text }) => text !== '[')?.text === 'as-path') {
    const end = { at: statement.end, end: statement.end + 1 };
    throw new BraceRefusal(
      end,
      "'{' ends the statement: a confederation's sequence is 'as-path confed [ 1 2 ]', its set 'as-path confed ( 1 2 )'",
    );
  }
  for (const inner of block) {
    if (inner.block !== undefined) {
      throw new Refusal(inner.word, `'${inner.word.text}' of a route has no block`);
    }
    words.push(inner.word, ...inner.words);
  }
  return words;
}

function flattened(statement: Statement, block: readonly Statement[]): Words {
  return new Words(flatList(statement, block), block.at(-1)?.end ?? statement.end);
}

function skipAll(words: Words): void {
  while (!words.done) words.next('');
}

/** A statement that gives routes in one line. */
function lineRow(word: string, parse: RouteParser): Keyword<NeighborDraft> {
  return {
    word,
    value: (words, place) => take(parse, words, place),
  };
}

/** As `lineRow`, with a block too. */
function routeRow(word: string, parse: RouteParser): Keyword<NeighborDraft> {
  return {
    ...lineRow(word, parse),
    block: (words, place) => {
      take(parse, flattened(place.statement, place.block), place);
      skipAll(words);
    },
  };
}

/** Of a table most routes are as one before but for the prefix: their words need not be read. */
const TABLE_ROUTE: Pick<Keyword<NeighborDraft>, 'written' | 'value'> = {
  written: (source, { context, statement, target }) => {
    const route = context.tails.read(source, 0);
    if (route !== undefined) target.routes.push({ route, word: statement.word });
    return route !== undefined;
  },
  value: (words, place) => {
    if (takeOwnAggregator(place.statement.words, place)) return skipAll(words);
    const { context, statement } = place;
    let routes: Route[] = [];
    told(place, () => {
      routes = parseRoute(words);
      finished(routes, words, place);
    });
    if (statement.source !== undefined) context.tails.learn(statement.source, 0, routes);
  },
};

const ROUTE = routeRow('route', (words) => parseRoute(words));

/** `static { route …; attributes … nlri …; }` */
export const STATIC = new Section<NeighborDraft>('static', [
  {
    ...ROUTE,
    ...TABLE_ROUTE,
    block: (words, place) => {
      if (takeOwnAggregator(flatList(place.statement, place.block), place)) skipAll(words);
      else ROUTE.block?.(words, place);
    },
  },
  routeRow('attributes', (words) => parseAttributesNlri(words)),
  routeRow('attribute', (words) => parseAttributesNlri(words)),
  { ...lineRow('sr-policy', (words) => parseSrPolicy(words)), since: '6.0' },
]);

/** The words of an AFI's families in `announce`: all that have a syntax. */
function announcedWords(afi: number): string[] {
  const rows = NLRI.filter((row) => row.parse !== undefined && afiOf(row.family) === afi);
  const words: string[] = rows.map((row) => safiWord(safiOf(row.family)));
  const aliases = Object.entries(SAFI_ALIASES).filter(([, word]) => words.includes(word));
  return [...words, ...aliases.map(([alias]) => alias)];
}

const VPLS = familyId(AFI.l2vpn, SAFI.vpls);
const parseVpls: RouteParser = (words) => parseFamilyRoute(words, VPLS);

/** `l2vpn { vpls NAME { endpoint 1; …; next-hop …; } }`, in any order, or `vpls endpoint 1 …;`. */
export const L2VPN = new Section<NeighborDraft>('l2vpn', [
  {
    ...lineRow('vpls', parseVpls),
    block: (words, place) => {
      if (!words.done) words.next('a name');
      take(parseVpls, flattened({ ...place.statement, words: [] }, place.block), place);
    },
  },
]);

const parseFlowBlock: RouteParser = (words, context) =>
  parseFlow(words, { leftOver: (...place) => tellLeftOver(context, ...place) });

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
      take(parseFlowBlock, new Words([...name, ...inner], close), place);
      skipAll(words);
    },
  },
]);

function familyRow(afi: number, word: string): Keyword<NeighborDraft> {
  const safi = SAFI_ALIASES[word as keyof typeof SAFI_ALIASES] ?? word;
  const id = familyId(afi, SAFI[safi as keyof typeof SAFI]);
  return routeRow(word, (words, context) => parseFamilyRoute(words, familyOfPrefix(id, words, context)));
}

/** ExaBGP does not mind a prefix in the section of the other address family, and announces it as what it is. */
function familyOfPrefix(id: FamilyId, words: Words, context: LoadContext): FamilyId {
  const prefix = words.peek();
  const octets = prefix === undefined ? undefined : parseAddress(prefix.text.replace(/\/\d+$/, ''));
  const afi = octets?.length === 4 ? AFI.ipv4 : AFI.ipv6;
  if (prefix === undefined || octets === undefined || afi === afiOf(id)) return id;
  const other = familyId(afi, safiOf(id));
  context.warn(prefix, `${prefix.text} is announced as ${familyText(other)}: it belongs in that section`);
  return other;
}

function afiRow(word: keyof typeof AFI): Keyword<NeighborDraft> {
  const section = new Section(
    `announce ${word}`,
    announcedWords(AFI[word]).map((safi) => familyRow(AFI[word], safi)),
  );
  return { word, block: (_, place) => readInto(section, place) };
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
export const ANNOUNCE = new Section<NeighborDraft>(
  'announce',
  (Object.keys(AFI) as (keyof typeof AFI)[]).map(afiRow),
);
