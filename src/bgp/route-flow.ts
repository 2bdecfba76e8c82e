import type { Word, Words } from '../syntax/words.ts';
import { parseAddress } from '../wire/address.ts';
import { trafficAction, trafficActionWords } from './communities/index.ts';
import { AFI, afiOf, type FamilyId, familyId, SAFI, safiOf } from './family.ts';
import { makeFlow } from './nlri/flowspec.ts';
import type { FlowComponent } from './nlri/flowspec-components.ts';
import { COMPONENT_WORDS, isLayer2 } from './nlri/flowspec-components.ts';
import { atFlowComponent, parseFlowComponent } from './nlri/flowspec-parse.ts';
import type { RouteDistinguisher } from './nlri/rd.ts';
import { rdWord, takeRd } from './nlri/words.ts';
import type { Route } from './route.ts';
import { type Purpose, RouteBuilder, type RouteWords } from './route-builder.ts';

const SCOPE = 'interface-set';
const SECTIONS = ['match', 'scope', 'then'] as const;
/** Words of a rule's actions, which may stand in braces or without. */
const ACTIONS: RouteWords = {
  words: ['accept', 'copy', ...trafficActionWords],
  read(word, words, builder) {
    if (word.text === 'accept') return true;
    if (word.text === 'copy') toNextHop(addressWord(words), 1, builder);
    else if (word.text === 'redirect' && atAddress(words)) redirect(words, builder);
    else if (word.text === 'redirect-to-nexthop-ietf' && atAddress(words, 16)) redirectIetf(words, builder);
    else {
      const parse = trafficAction(word.text);
      if (parse === undefined) return false;
      const actions = words.list(parse);
      if (actions.length === 0) words.fail(word, 'an action, not an empty list');
      builder.communities(actions);
      // ExaBGP's rule with a redirect to a VRF has no next hop, but one that is written behind it
      if (word.text === 'redirect') builder.nextHop(undefined);
    }
    return true;
  },
};

/** Told of the first word, if any, that a statement in braces has beyond its value; may throw. */
export type LeftOver = (keyword: Word, before: Word, extra: Word) => void;

/**
 * A flow specification and what to do with it: `[NAME] { rd …; next-hop …; match { … } scope { … } then { … } }`,
 * or components and actions in one line. Without a prefix to tell, it is an IPv4 rule.
 * @param options.family of the statement, where that names one: an RD makes a VPN rule of it all the same
 * Words beyond the value of a statement in braces are passed over, as in ExaBGP: `port =80 =8080;` is port 80.
 * @throws WordError
 */
export function parseFlowRoute(
  words: Words,
  options: {
    readonly family?: FamilyId | undefined;
    readonly purpose: Purpose;
    readonly leftOver?: LeftOver | undefined;
  },
): Route[] {
  const family = options.family ?? familyId(AFI.ipv4, SAFI.flow);
  const builder = new RouteBuilder({ family, purpose: options.purpose, extra: ACTIONS });
  const { rd, components, places } = new FlowReader(builder, options.leftOver).read(words);
  if (components.length === 0) words.failNext('a match component', COMPONENT_WORDS);
  if (rd === undefined && safiOf(family) === SAFI['flow-vpn']) words.failNext("'rd'", ['rd']);
  const rule = makeFlow(components, {
    ...(rd === undefined ? {} : { rd }),
    ...(options.family === undefined ? {} : { afi: afiOf(options.family) }),
  });
  const afi = afiOf(rule.family);
  const octets = afi === AFI.ipv6 ? 16 : 4;
  const frames = afi === AFI.l2vpn ? undefined : components.find(isLayer2);
  const frame = frames === undefined ? undefined : places.get(frames);
  if (frame !== undefined) words.fail(frame, 'no component of layer 2 in this family');
  const other = components.find((one) => 'address' in one && one.address.length !== octets);
  const place = other === undefined ? undefined : places.get(other);
  if (place !== undefined) words.fail(place, `only ${octets === 16 ? 'IPv6' : 'IPv4'} prefixes in this rule`);
  return builder.valueRoutes(rule.family, rule.value, words);
}

interface FoundRule {
  readonly rd: RouteDistinguisher | undefined;
  readonly components: readonly FlowComponent[];
  /** The keyword of each component. */
  readonly places: ReadonlyMap<FlowComponent, Word>;
}

/** Gathers a rule; what is no component goes to the builder. */
class FlowReader {
  readonly #builder: RouteBuilder;
  readonly #components = new Map<FlowComponent, Word>();
  readonly #leftOver: LeftOver | undefined;
  #rd: RouteDistinguisher | undefined;

  constructor(builder: RouteBuilder, leftOver: LeftOver | undefined) {
    this.#builder = builder;
    this.#leftOver = leftOver;
  }

  read(words: Words): FoundRule {
    if (isName(words)) words.next('the name of the rule');
    if (words.peek()?.text === '{') this.#block(words, () => this.#statement(words));
    else while (!words.done) this.#statement(words);
    return { rd: this.#rd, components: [...this.#components.keys()], places: this.#components };
  }

  /** @param one reads one statement, and tells whether that was a block, which needs no `;` */
  #block(words: Words, one: () => boolean): void {
    words.expect('{');
    while (!words.take('}')) {
      if (words.done) words.failNext("'}'");
      const keyword = words.peek();
      if (!one()) this.#end(words, keyword);
    }
  }

  #end(words: Words, keyword: Word | undefined): void {
    const before = words.peek(-1);
    const extra = words.peek();
    if (words.take(';') || extra === undefined) return;
    if (extra.text === '{') words.failNext("';'");
    if (keyword !== undefined && before !== undefined) this.#leftOver?.(keyword, before, extra);
    while (!words.take(';')) words.next("';'");
  }

  #statement(words: Words): boolean {
    const section = SECTIONS.find((name) => words.peek(1)?.text === '{' && words.take(name));
    if (section !== undefined) {
      this.#block(words, () => this.#inside(section, words));
      return true;
    }
    if (atFlowComponent(words)) this.#component(words);
    else if (takeRd(words)) this.#rd = rdWord(words);
    else this.#builder.keyword(words.next('a keyword of a flow route'), words, SECTIONS);
    return false;
  }

  #component(words: Words): void {
    const keyword = words.peek();
    for (const one of parseFlowComponent(words))
      if (keyword !== undefined) this.#components.set(one, keyword);
  }

  #inside(section: (typeof SECTIONS)[number], words: Words): false {
    if (section === 'match') this.#component(words);
    else if (section === 'then') this.#builder.keyword(words.next('an action'), words);
    else {
      const word = words.next(SCOPE);
      if (word.text !== SCOPE) words.fail(word, `'${SCOPE}'`, [SCOPE]);
      this.#builder.keyword(word, words);
    }
    return false;
  }
}

function isName(words: Words): boolean {
  const word = words.peek();
  const isSection = SECTIONS.some((name) => name === word?.text);
  return word?.text !== '{' && !isSection && words.peek(1)?.text === '{';
}

/** Whether an address follows, in brackets too where that is an IPv6 one. */
function atAddress(words: Words, octets?: 16): boolean {
  const address = addressOf(words.peek(words.peek()?.text === '[' ? 1 : 0));
  return address !== undefined && (octets === undefined || address.length === octets);
}

function redirect(words: Words, builder: RouteBuilder): void {
  const bracketed = words.take('[');
  toNextHop(addressWord(words), 0, builder);
  if (!bracketed) return;
  words.expect(']');
  if (words.peek()?.text.startsWith(':')) words.failNext("';': a redirect to an address has no number");
}

/** draft-simpson-idr-flowspec-redirect: the address is the next hop of the route. */
function toNextHop(address: Uint8Array, copy: 0 | 1, builder: RouteBuilder): void {
  builder.nextHop({ address });
  builder.communities([Uint8Array.of(0x08, 0x00, 0, 0, 0, 0, 0, copy)]);
}

/** draft-ietf-idr-flowspec-redirect-ip section 3.2: an IPv6 address has a community of twenty octets. */
function redirectIetf(words: Words, builder: RouteBuilder): void {
  const address = addressWord(words);
  builder.attribute('ipv6ExtendedCommunity', [Uint8Array.of(0x00, 0x0c, ...address, 0, 0)]);
}

function addressOf(word: Word | undefined): Uint8Array | undefined {
  return parseAddress((word?.text ?? '').replace(/^\[(.*)\]$/, '$1'));
}

function addressWord(words: Words): Uint8Array {
  const expected = 'an IP address';
  const word = words.next(expected);
  return addressOf(word) ?? words.fail(word, expected);
}
