import type { Word, Words } from '../syntax/words.ts';
import { isLinkLocal } from '../wire/address.ts';
import type { Prefix } from '../wire/prefix.ts';
import { written } from '../wire/writer.ts';
import { parseAsNumber } from './attributes/as-number.ts';
import type { RawAttribute } from './attributes/codec.ts';
import {
  type AttributeKey,
  type Attributes,
  attributeByWord,
  attributeWords,
  encodeAttributes,
} from './attributes/index.ts';
import { parseRawAttribute } from './attributes/raw.ts';
import { DEFAULT_CONTEXT } from './context.ts';
import { AFI, type FamilyId, familyId, IPV4_UNICAST, SAFI, safiOf } from './family.ts';
import type { NextHop } from './nlri/codec.ts';
import { type Nlri, type NlriValue, nlriCodec } from './nlri/index.ts';
import { makeLabeled } from './nlri/labeled.ts';
import { parseLabels } from './nlri/labels.ts';
import type { RouteDistinguisher } from './nlri/rd.ts';
import { makeVpn } from './nlri/vpn.ts';
import { rdWord } from './nlri/words.ts';
import type { Route } from './route.ts';
import { parseLinkLocal, parseNextHop, parsePathId, parseSplit, parseWatchdog } from './route-words.ts';
import { splitPrefix } from './split.ts';

/** Words of a route that are no attribute. */
const OWN_WORDS = [
  'next-hop',
  'link-local',
  'path-information',
  'rd',
  'route-distinguisher',
  'label',
  'split',
  'name',
  'watchdog',
  'withdraw',
  'withdrawn',
] as const;
const WORDS: readonly string[] = [...OWN_WORDS, ...attributeWords];
/** ExaBGP writes the IPv4 next hop of these routes as an IPv6 address. */
const IPV6_MUP = familyId(AFI.ipv6, SAFI.mup);
const [NEXT_HOP, ATTR_SET] = [3, 128] as const;
/** Words of ExaBGP 3. */
const OLD_ATTRIBUTES: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  'as-sequence': 'as-path',
});
export type Purpose = 'announce' | 'withdraw';

/** Words that routes of one kind have beside those of all. */
export interface RouteWords {
  readonly words: readonly string[];
  /** Reads what follows `word`, which was consumed. False: it is none of these. */
  read(word: Word, words: Words, builder: RouteBuilder): boolean;
}

/** Gathers the `key value` pairs of one route, or of several that share them. */
export class RouteBuilder {
  readonly #family: FamilyId | undefined;
  readonly #purpose: Purpose;
  readonly #extra: RouteWords | undefined;
  readonly #attributes: Record<string, unknown> = {};
  readonly #raw: RawAttribute[] = [];
  readonly #codes = new Set<number>();
  readonly #communities: Uint8Array[] = [];
  #shared: Attributes | undefined;
  #nextHop: NextHop | 'self' | undefined;
  #firstHop: NextHop | 'self' | undefined;
  #linkLocal: Uint8Array | undefined;
  #pathId: number | undefined;
  #rd: RouteDistinguisher | undefined;
  #labels: readonly number[] | undefined;
  #splitTo: number | undefined;
  #name: string | undefined;
  #watchdog: string | undefined;
  #withdrawn = false;

  /** @param family the family that was named; undefined: found from prefix, rd and label */
  constructor(options: {
    readonly family?: FamilyId | undefined;
    readonly purpose: Purpose;
    readonly extra?: RouteWords;
  }) {
    this.#family = options.family;
    this.#extra = options.extra;
    this.#purpose = options.purpose;
  }

  /** Reads all pairs up to the end, or up to the word `until`. */
  readAll(words: Words, until?: string): void {
    while (!words.done && !(until !== undefined && words.take(until))) {
      this.keyword(words.next('a keyword of a route'), words);
    }
  }

  /**
   * One keyword, which was consumed, and its value. An attribute that was there before is read and dropped.
   * @param others what else could stand there, for the suggestion
   */
  keyword(word: Word, words: Words, others: readonly string[] = []): void {
    if (word.quoted) this.#unknown(word, words, others);
    if (this.#extra?.read(word, words, this) === true) return;
    if (word.text === 'attr-set' && words.peek(1)?.text === '(') {
      const value = parseAttributeSet(words);
      if (this.#isFirst(ATTR_SET)) this.attribute('attrSet', value);
      return;
    }
    const codec = attributeByWord(OLD_ATTRIBUTES[word.text] ?? word.text);
    if (codec !== undefined) {
      const value = codec.parse?.(words);
      if (codec.key === 'extendedCommunity') this.communities(value as readonly Uint8Array[]);
      else if (!isNothing(codec.key, value) && this.#isFirst(codec.code)) this.#attributes[codec.key] = value;
    } else if (word.text === 'attribute') {
      const raw = parseRawAttribute(words);
      if (this.#isFirst(raw.code)) this.#raw.push(raw);
    } else if (!this.#own(word, words)) this.#unknown(word, words, others);
  }

  /** Extended communities of eight octets, which join those that are there. */
  communities(values: readonly Uint8Array[]): void {
    this.#communities.push(...values);
  }

  /** The last one counts; the first, where it goes into the attribute of that name, unless octets for that came before. */
  nextHop(value: NextHop | 'self' | undefined): void {
    this.#firstHop ??= value;
    if (value !== undefined) this.#isFirst(NEXT_HOP);
    this.#nextHop = value;
  }

  /** Of what is split twice the first counts. */
  #split(length: number): void {
    this.#splitTo ??= length;
  }

  attribute<K extends AttributeKey>(key: K, value: NonNullable<Attributes[K]>): void {
    this.#attributes[key] ??= value;
  }

  /** What was gathered, one object however often it is asked for: grouping compares by reference first. */
  get attributes(): Attributes {
    this.#shared ??= {
      ...(this.#attributes as Attributes),
      ...(this.#communities.length > 0 && !this.#codes.has(16)
        ? { extendedCommunity: this.#communities }
        : {}),
      ...(this.#raw.length > 0 ? { raw: this.#raw } : {}),
    };
    return this.#shared;
  }

  #isFirst(code: number): boolean {
    if (this.#codes.has(code)) return false;
    this.#codes.add(code);
    return true;
  }

  #own(word: Word, words: Words): boolean {
    switch (word.text as (typeof OWN_WORDS)[number]) {
      case 'next-hop':
        this.nextHop(parseNextHop(words));
        return true;
      case 'link-local':
        this.#linkLocal = parseLinkLocal(words);
        return true;
      case 'path-information':
        this.#pathId = parsePathId(words);
        return true;
      case 'rd':
      case 'route-distinguisher':
        this.#rd = rdWord(words);
        return true;
      case 'label':
        this.#labels = parseLabels(words);
        return true;
      case 'split':
        this.#split(parseSplit(words));
        return true;
      case 'name':
        this.#name = words.next('a name').text;
        return true;
      case 'watchdog':
        this.#watchdog = parseWatchdog(words);
        return true;
      case 'withdraw':
      case 'withdrawn':
        this.#withdrawn = true;
        return true;
    }
    return false;
  }

  #unknown(word: Word, words: Words, others: readonly string[]): never {
    return words.fail(word, 'a keyword of a route', [...others, ...(this.#extra?.words ?? []), ...WORDS]);
  }

  /** The routes to a prefix: several with `split`. Fails at the next word, or the end, for what is missing. */
  prefixRoutes(prefix: Prefix, words: Words): Route[] {
    const parts = this.#splitTo === undefined ? [prefix] : splitPrefix(prefix, this.#splitTo);
    if (parts === undefined) words.failNext('a split into fewer routes');
    return parts.map((part) => this.#route(this.#destination(part, words), words));
  }

  /** The route to what a family's own syntax gave. */
  valueRoutes(family: FamilyId, value: NlriValue, words: Words): Route[] {
    if (this.#rd !== undefined || this.#labels !== undefined || this.#splitTo !== undefined) {
      words.failNext('no route distinguisher, label or split in such a route');
    }
    const hop = this.#nextHop;
    if (family === IPV6_MUP && hop !== undefined && hop !== 'self' && hop.address.length === 4) {
      this.#nextHop = { address: mapped(hop.address) };
    }
    return [this.#route({ family, value }, words)];
  }

  #destination(prefix: Prefix, words: Words): { family: FamilyId; value: NlriValue } {
    const afi = prefix.address.length === 4 ? 1 : 2;
    const safi = this.#family === undefined ? this.#safiOf(prefix) : safiOf(this.#family);
    const family = familyId(afi, safi);
    if (safi === SAFI['mpls-vpn']) {
      if (this.#rd === undefined) return words.failNext('a route distinguisher', ['rd']);
      return { family, value: makeVpn(this.#rd, prefix, this.#neededLabels(words)) };
    }
    if (this.#rd !== undefined) words.failNext('no route distinguisher in this family');
    if (safi === SAFI['nlri-mpls']) return { family, value: makeLabeled(prefix, this.#neededLabels(words)) };
    if (this.#labels !== undefined) words.failNext('no label in this family');
    return { family, value: prefix };
  }

  #neededLabels(words: Words): readonly number[] {
    const labels = this.#labels ?? [];
    if (labels.length === 0 && this.#purpose === 'announce') words.failNext('a label', ['label']);
    return labels;
  }

  #safiOf({ address }: Prefix): number {
    if (this.#rd !== undefined) return SAFI['mpls-vpn'];
    if (this.#labels !== undefined) return SAFI['nlri-mpls'];
    const first = address[0] ?? 0;
    const multicast = address.length === 4 ? first >= 224 && first < 240 : first === 0xff;
    return multicast ? SAFI.multicast : SAFI.unicast;
  }

  /** RFC 2545 section 3: a link-local address stands behind a global one. */
  #wholeNextHop(family: FamilyId, words: Words): NextHop | 'self' | undefined {
    const [first, last, linkLocal] = [this.#firstHop, this.#nextHop, this.#linkLocal];
    const hop = family === IPV4_UNICAST && isIpv4(first) && isIpv4(last) ? first : last;
    if (linkLocal === undefined) return hop;
    if (hop === undefined || hop === 'self' || hop.address.length !== 16 || isLinkLocal(hop.address))
      return words.failNext('a global IPv6 next-hop beside the link-local address', ['next-hop']);
    return { ...hop, linkLocal };
  }

  #route(destination: { readonly family: FamilyId; readonly value: NlriValue }, words: Words): Route {
    const optional = nlriCodec(destination.family).nextHopOptional === true;
    if (this.#nextHop === undefined && !optional && this.#purpose === 'announce') {
      words.failNext('a next-hop', ['next-hop']);
    }
    const nlri: Nlri = this.#pathId === undefined ? destination : { ...destination, pathId: this.#pathId };
    return {
      nlri,
      nextHop: this.#wholeNextHop(destination.family, words),
      attributes: this.attributes,
      ...(this.#watchdog === undefined ? {} : { watchdog: this.#watchdog }),
      ...(this.#watchdog !== undefined && this.#withdrawn ? { startsWithdrawn: true } : {}),
      ...(this.#name === undefined ? {} : { name: this.#name }),
    };
  }
}

/** `AS ( ATTRIBUTE VALUE … )`, RFC 6368: the attributes of somebody else, with AS numbers of four octets. */
function parseAttributeSet(words: Words): { originAs: number; attributes: Uint8Array } {
  const originAs = parseAsNumber(words);
  const inner = new RouteBuilder({ purpose: 'withdraw' });
  words.expect('(');
  while (!words.take(')')) {
    const word = words.next("an attribute or ')'");
    if (!attributeWords.includes(word.text)) words.fail(word, "an attribute or ')'", attributeWords);
    inner.keyword(word, words);
  }
  const attributes = written((w) => encodeAttributes(w, inner.attributes, DEFAULT_CONTEXT));
  return { originAs, attributes };
}

/** Whether a next hop has the form that the NEXT_HOP attribute holds. */
function isIpv4(hop: NextHop | 'self' | undefined): boolean {
  return hop === 'self' || hop?.address.length === 4;
}

/** `community [ ]` means no community: RFC 7606 section 7 has an attribute without values be malformed. */
function isNothing(key: AttributeKey, value: unknown): boolean {
  return key !== 'asPath' && Array.isArray(value) && value.length === 0;
}

/** `::ffff:a.b.c.d` */
function mapped(address: Uint8Array): Uint8Array {
  return Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...address);
}
