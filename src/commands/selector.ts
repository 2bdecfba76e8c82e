import type { Words } from '../syntax/words.ts';
import { parseAddress } from '../wire/address.ts';
import type { Selector, SelectorTerm } from './command.ts';

/** The keys that narrow a term, by their words. */
const KEYS = {
  'local-ip': 'localIp',
  'local-as': 'localAs',
  'peer-as': 'peerAs',
  'router-id': 'routerId',
  'family-allowed': 'familyAllowed',
} as const;
type KeyWord = keyof typeof KEYS;

/** As `parseSelector` reads it, with a blank behind; empty for every neighbor. */
export function selectorToText(selector: Selector): string {
  if (selector === undefined) return '';
  return `${selector.map((term) => `neighbor ${termToText(term)}`).join(', ')} `;
}

/** As ExaBGP 6 has it behind `peer`. */
export function selectorToPeers(selector: Selector): string {
  const terms = selector?.map(termToText) ?? ['*'];
  return terms.length === 1 ? (terms[0] ?? '*') : `[${terms.join(', ')}]`;
}

function termToText(term: SelectorTerm): string {
  const keys = Object.entries(KEYS).flatMap(([word, key]) =>
    term[key] === undefined ? [] : [word, term[key]],
  );
  return [term.peer, ...keys].join(' ');
}

/** Words that start a selector: `peer` is what ExaBGP 6 calls a neighbor. */
const NEIGHBOR = ['neighbor', 'peer'];

/** Whether the next words name neighbors: `show neighbor` and `peer list` do not. */
export function startsSelector(words: Words): boolean {
  const word = words.peek();
  return word !== undefined && !word.quoted && NEIGHBOR.includes(word.text) && namesPeer(words, 1);
}

function namesPeer(words: Words, ahead: number): boolean {
  const text = words.peek(ahead)?.text;
  return text !== undefined && (text === '*' || text === '[' || parseAddress(text) !== undefined);
}

/**
 * `neighbor IP [KEY VALUE …] [, [neighbor] IP …]`, `neighbor *`, or the terms in brackets: the words before
 * a command that say whom it concerns.
 * @throws WordError
 */
export function parseSelector(words: Words): Selector {
  takeNeighbor(words);
  const bracket = words.take('[');
  const terms = [parseTerm(words)];
  while (words.take(',')) {
    // ExaBGP passes over commas behind the last term
    if (!bracket && !namesTerm(words)) continue;
    takeNeighbor(words);
    terms.push(parseTerm(words));
  }
  if (bracket) words.expect(']');
  return terms;
}

function namesTerm(words: Words): boolean {
  return NEIGHBOR.some((word) => word === words.peek()?.text) || namesPeer(words, 0);
}

function takeNeighbor(words: Words): void {
  NEIGHBOR.some((word) => words.take(word));
}

function parseTerm(words: Words): SelectorTerm {
  if (words.take('*')) return { peer: '*' };
  const expected = "the IP address of a neighbor, or '*'";
  const peer = words.next(expected);
  if (parseAddress(peer.text) === undefined) words.fail(peer, expected);
  const keys: Partial<Record<(typeof KEYS)[KeyWord], string>> = {};
  for (let word = keyAt(words); word !== undefined; word = keyAt(words)) {
    words.take(word);
    keys[KEYS[word]] = words.next(`the value of ${word}`).text;
  }
  return { peer: peer.text, ...keys };
}

function keyAt(words: Words): KeyWord | undefined {
  const text = words.peek()?.text;
  return (Object.keys(KEYS) as KeyWord[]).find((key) => key === text);
}
