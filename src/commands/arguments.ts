import { AFI, type FamilyId, familyOfWords, IPV4_UNICAST, SAFI } from '../bgp/family.ts';
import { nlriCodec } from '../bgp/nlri/index.ts';
import type { Route } from '../bgp/route.ts';
import type { Words } from '../syntax/words.ts';
import { parseAddress } from '../wire/address.ts';
import {
  ADJ_RIB_FILTERS,
  type Command,
  type CommandOf,
  MONITORED_TYPES,
  NEIGHBOR_FORMS,
  type Selector,
} from './command.ts';

/** RFC 9003 section 2: what the shutdown text may have, in octets of UTF-8. */
const SHUTDOWN_TEXT_LIMIT = 128;
/** Cease subcodes that carry a text: Administrative Shutdown and Administrative Reset. */
const SUBCODES_WITH_TEXT = [2, 4];

/** Routes without a next hop are refused here: no UPDATE could carry them. */
export function announced(selector: Selector, routes: readonly Route[], words: Words): Command {
  const missing = routes.some(
    ({ nlri, nextHop }) => nextHop === undefined && nlriCodec(nlri.family).nextHopOptional !== true,
  );
  if (missing) words.failNext('next-hop and an IP address or self', ['next-hop']);
  return { type: 'announce', selector, routes };
}

/** The family whose AFI stands in the command and whose SAFI is the next word. */
export function familyOf(afi: keyof typeof AFI, words: Words): FamilyId {
  const candidates = Object.keys(SAFI).filter((safi) => familyOfWords(afi, safi) !== undefined);
  const expected = `a family of ${afi}`;
  const safi = words.next(expected);
  return familyOfWords(afi, safi.text) ?? words.fail(safi, expected, candidates);
}

export function family(words: Words): FamilyId {
  const afis = Object.keys(AFI) as (keyof typeof AFI)[];
  const expected = `an address family (${afis.join(', ')})`;
  const word = words.next(expected);
  const afi = afis.find((each) => each === word.text);
  return afi === undefined ? words.fail(word, expected, afis) : familyOf(afi, words);
}

export function optionalFamily(words: Words): FamilyId {
  return words.done ? IPV4_UNICAST : family(words);
}

export function watchdogName(words: Words): string | undefined {
  return words.done ? undefined : words.next('the name of a group').text;
}

/** All words that are left, as they stand in the line. */
export function restOfLine(words: Words, line: string): string {
  const at = words.peek()?.at;
  while (!words.done) words.next('a word');
  return at === undefined ? '' : line.slice(at).trimEnd();
}

export function teardown(words: Words, context: { selector: Selector; line: string }): Command {
  const subcode = words.unsigned('a Cease subcode', 255);
  if (words.done) return { type: 'teardown', selector: context.selector, subcode, text: undefined };
  const first = words.next('a text');
  if (!SUBCODES_WITH_TEXT.includes(subcode)) words.fail(first, 'no text: only subcodes 2 and 4 carry one');
  const rest = restOfLine(words, context.line);
  const text = rest === '' ? first.text : context.line.slice(first.at).trimEnd();
  if (Buffer.byteLength(text) > SHUTDOWN_TEXT_LIMIT) {
    words.fail(first, `a text of at most ${SHUTDOWN_TEXT_LIMIT} octets`);
  }
  return { type: 'teardown', selector: context.selector, subcode, text };
}

/** The one neighbor that a selector names, for commands that show one or all. */
function selectedPeer(selector: Selector): string | undefined {
  const peer = selector?.[0]?.peer;
  return peer === '*' ? undefined : peer;
}

/** What a word of `show` sets; undefined: it is none of its words. */
type Setter = (text: string) => boolean;

/** Reads words in any order until none is left; each must set something. */
function anyOrder(words: Words, expected: string, candidates: readonly string[], set: Setter): void {
  while (!words.done) {
    const word = words.next(expected);
    if (!set(word.text)) words.fail(word, expected, candidates);
  }
}

export function monitor(words: Words): CommandOf<'monitor'> {
  const encoder = (['json', 'text'] as const).find((each) => words.take(each)) ?? 'json';
  const types: CommandOf<'monitor'>['types'][number][] = [];
  while (!words.done) types.push(words.oneOf(MONITORED_TYPES, 'a type of event'));
  return { type: 'monitor', encoder, types };
}

export function shownNeighbor(words: Words, selector: Selector): CommandOf<'show-neighbor'> {
  let peer = selectedPeer(selector);
  let form: CommandOf<'show-neighbor'>['form'];
  const expected = `an IP address or ${NEIGHBOR_FORMS.join(', ')}`;
  anyOrder(words, expected, NEIGHBOR_FORMS, (text) => {
    const found = NEIGHBOR_FORMS.find((each) => each === text);
    form ??= found;
    if (found !== undefined || text === '*') return true;
    if (parseAddress(text) === undefined) return false;
    peer = text;
    return true;
  });
  return { type: 'show-neighbor', form, peer };
}

export function shownAdjRib(words: Words, selector: Selector): CommandOf<'show-adj-rib'> {
  const direction = words.oneOf(['in', 'out'], 'a direction');
  const options: string[] = [];
  let peer = selectedPeer(selector);
  const candidates = ['extensive', 'json', ...ADJ_RIB_FILTERS];
  anyOrder(words, `${candidates.join(', ')} or an IP address`, candidates, (text) => {
    if (parseAddress(text) === undefined) return candidates.includes(text) && options.push(text) > 0;
    peer = text;
    return true;
  });
  return {
    type: 'show-adj-rib',
    direction,
    extensive: options.includes('extensive'),
    json: options.includes('json'),
    filter: ADJ_RIB_FILTERS.find((filter) => options.includes(filter)),
    peer,
  };
}
