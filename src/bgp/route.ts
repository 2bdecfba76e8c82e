import type { Words } from '../syntax/words.ts';
import { dottedQuad, formatAddress } from '../wire/address.ts';
import { type Attributes, attributesToConfig } from './attributes/index.ts';
import { afiOf, type FamilyId, familyText, SAFI, safiOf } from './family.ts';
import type { NextHop } from './nlri/codec.ts';
import { isKnownFamily, type Nlri, nlriCodec } from './nlri/index.ts';
import { prefixWord } from './nlri/words.ts';
import { type Purpose, RouteBuilder } from './route-builder.ts';
import { fitting } from './route-fit.ts';
import { type LeftOver, parseFlowRoute } from './route-flow.ts';
import { parseSrPolicyRoute } from './route-sr-policy.ts';
import { parseVplsRoute } from './route-vpls.ts';

/**
 * A route as configuration, a command or a file gives it: just what was said, without the defaults that
 * depend on the session (ORIGIN, AS_PATH, LOCAL_PREF are added when it is sent).
 */
export interface Route {
  readonly nlri: Nlri;
  /** `self`: the session's local address. Undefined: the family needs none. */
  readonly nextHop: NextHop | 'self' | undefined;
  readonly attributes: Attributes;
  /** Group of routes that `announce watchdog NAME` and `withdraw watchdog NAME` move. */
  readonly watchdog?: string;
  /** With `watchdog`: the route starts withdrawn. */
  readonly startsWithdrawn?: boolean;
  readonly name?: string;
}

/** Routes to withdraw need no next hop and no label. */
export interface RouteOptions {
  readonly withdraw?: boolean;
}

/** Routes as `parse` has them; what would not fit an UPDATE is refused. */
function read(
  words: Words,
  { withdraw = false }: RouteOptions,
  parse: (purpose: Purpose) => Route[],
): Route[] {
  return fitting(words, () => parse(withdraw ? 'withdraw' : 'announce'), withdraw);
}

/**
 * `PREFIX next-hop IP … ATTRIBUTE VALUE …`: what follows the word `route`. Several routes with `split`.
 * The family is mpls-vpn with `rd`, nlri-mpls with `label`, multicast for 224.0.0.0/4 and ff00::/8, else unicast.
 * @throws WordError
 */
export function parseRoute(words: Words, options: RouteOptions = {}): Route[] {
  return read(words, options, (purpose) => {
    const prefix = prefixWord(words);
    const builder = new RouteBuilder({ purpose });
    builder.readAll(words);
    return builder.prefixRoutes(prefix, words);
  });
}

/** As `parseRoute`, for what is to be withdrawn. */
export function parseWithdrawRoute(words: Words): Route[] {
  return parseRoute(words, { withdraw: true });
}

/** `next-hop IP ATTRIBUTE VALUE … nlri PREFIX PREFIX …`: what follows the word `attributes`. */
export function parseAttributesNlri(words: Words, options: RouteOptions = {}): Route[] {
  return read(words, options, (purpose) => {
    const builder = new RouteBuilder({ purpose });
    for (;;) {
      if (words.done) words.failNext("'nlri' and prefixes", ['nlri']);
      if (words.take('nlri')) break;
      builder.keyword(words.next('a keyword of a route'), words);
    }
    const prefixes = [prefixWord(words)];
    while (!words.done) prefixes.push(prefixWord(words));
    return prefixes.flatMap((prefix) => builder.prefixRoutes(prefix, words));
  });
}

const OF_PREFIXES: ReadonlySet<number> = new Set([
  SAFI.unicast,
  SAFI.multicast,
  SAFI['nlri-mpls'],
  SAFI['mpls-vpn'],
]);

/** What follows `announce { ipv4 { unicast` and `announce ipv4 unicast`: a route of that family. */
export function parseFamilyRoute(words: Words, family: FamilyId, options: RouteOptions = {}): Route[] {
  return read(words, options, (purpose) => familyRoute(words, family, purpose));
}

function familyRoute(words: Words, family: FamilyId, purpose: Purpose): Route[] {
  // an AFI and a SAFI that do not belong together have no words but octets
  const isKnown = isKnownFamily(family);
  const special = isKnown ? ofItsOwn(words, family, purpose) : undefined;
  if (special !== undefined) return special;
  const builder = new RouteBuilder({ family, purpose });
  if (isKnown && OF_PREFIXES.has(safiOf(family))) {
    const prefix = prefixWord(words, afiOf(family) === 1 ? 4 : 16);
    builder.readAll(words);
    return builder.prefixRoutes(prefix, words);
  }
  const value = nlriCodec(family).parse?.(words);
  if (value === undefined)
    return words.failNext(`a family that can be configured, not ${familyText(family)}`);
  builder.readAll(words);
  return builder.valueRoutes(family, value, words);
}

/** Families with words of their own beside those of the NLRI. */
function ofItsOwn(words: Words, family: FamilyId, purpose: Purpose): Route[] | undefined {
  switch (safiOf(family)) {
    case SAFI.vpls:
      return parseVplsRoute(words, purpose);
    case SAFI['sr-policy']:
      return parseSrPolicyRoute(words, { family, purpose });
    case SAFI.flow:
    case SAFI['flow-vpn']:
      words.take('flow');
      words.take('route');
      return words.peek()?.text === 'raw' ? undefined : parseFlowRoute(words, { family, purpose });
  }
  return undefined;
}

/** `[NAME] { match { … } then { … } }`, or one line: what follows `flow { route`. */
export function parseFlow(
  words: Words,
  { leftOver, ...options }: RouteOptions & { readonly leftOver?: LeftOver } = {},
): Route[] {
  return read(words, options, (purpose) => parseFlowRoute(words, { purpose, leftOver }));
}

/** `distinguisher N color N endpoint IP next-hop IP …`, of the family that the endpoint has. */
export function parseSrPolicy(words: Words, options: RouteOptions = {}): Route[] {
  return read(words, options, (purpose) => parseSrPolicyRoute(words, { purpose }));
}

/** The route as `parseRoute` or `parseFamilyRoute` reads it, without the word before it. */
export function routeToText(route: Route): string {
  const { nlri, nextHop, attributes } = route;
  const parts = [nlriCodec(nlri.family).toText(nlri.value, 5)];
  if (nextHop !== undefined) parts.push(nextHopText(nextHop));
  if (nlri.pathId !== undefined) parts.push(`path-information ${dottedQuad(nlri.pathId)}`);
  parts.push(attributesToConfig(attributes));
  if (route.name !== undefined) parts.push(`name ${quoted(route.name)}`);
  if (route.watchdog !== undefined) parts.push(`watchdog ${quoted(route.watchdog)}`);
  if (route.startsWithdrawn === true) parts.push('withdraw');
  return parts.filter((part) => part !== '').join(' ');
}

function nextHopText(nextHop: NextHop | 'self'): string {
  if (nextHop === 'self') return 'next-hop self';
  const { address, linkLocal } = nextHop;
  const global = `next-hop ${formatAddress(address)}`;
  return linkLocal === undefined ? global : `${global} link-local ${formatAddress(linkLocal)}`;
}

/** As behind `announce`: the family, then the route without the word that only repeats it (`flow`, `evpn`, `vpls`, …). */
export function familyRouteText(route: Route): string {
  const family = familyText(route.nlri.family);
  const text = routeToText(route);
  const [first = ''] = text.split(' ', 1);
  const repeated = family.endsWith(` ${first}`) || family.endsWith(` ${first}-vpn`);
  return `${family} ${repeated ? text.slice(first.length + 1) : text}`;
}

function quoted(text: string): string {
  return /^[\w.:/-]+$/.test(text) ? text : JSON.stringify(text);
}
