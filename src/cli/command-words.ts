import { familyText } from '../bgp/family.ts';
import { ADJ_RIB_FILTERS, MONITORED_TYPES, NEIGHBOR_FORMS } from '../commands/command.ts';
import { COMMANDS } from '../commands/table.ts';
import { DEFAULT_FAMILIES } from '../config/families.ts';

/** A tree of the words that commands are made of. */
interface WordTree {
  readonly next: Map<string, WordTree>;
}

function treeOf(phrases: readonly (readonly string[])[]): WordTree {
  const tree: WordTree = { next: new Map() };
  for (const phrase of phrases) {
    let node = tree;
    for (const word of phrase) {
      const next = node.next.get(word) ?? { next: new Map() };
      node.next.set(word, next);
      node = next;
    }
  }
  return tree;
}

/** What may follow some commands, beside what their own words say. */
const ARGUMENTS: readonly (readonly [string, readonly string[]])[] = [
  ...['show neighbor', 'peer show'].map((words) => [words, NEIGHBOR_FORMS] as const),
  ...['show adj-rib', 'rib show'].flatMap((words) =>
    ['in', 'out'].map((way) => [`${words} ${way}`, ['extensive', 'json', ...ADJ_RIB_FILTERS]] as const),
  ),
  ['clear adj-rib', ['in', 'out']],
  ['rib clear', ['in', 'out']],
  ['monitor', ['json', 'text', ...MONITORED_TYPES]],
  ['monitor json', MONITORED_TYPES],
  ['monitor text', MONITORED_TYPES],
  ['show process', ['json']],
];

/** Commands that end with a family. */
const WITH_FAMILY = ['announce eor', 'announce route-refresh'];

const FAMILIES = DEFAULT_FAMILIES.map((family) => familyText(family));

const TREE = treeOf([
  ...COMMANDS.flatMap(({ words }) => words.map((text) => text.split(' '))),
  ...ARGUMENTS.flatMap(([words, next]) => next.map((word) => [...words.split(' '), word])),
  ...WITH_FAMILY.flatMap((words) => FAMILIES.map((family) => [...words.split(' '), ...family.split(' ')])),
]);

/** Words that name neighbors and stand before a command. */
const SELECTORS = ['neighbor', 'peer'];

/** The words after those that were written; undefined: none that is known. */
function nodeAfter(words: readonly string[]): WordTree | undefined {
  let node: WordTree | undefined = TREE;
  for (const word of withoutSelector(words)) node = node?.next.get(word);
  return node;
}

/** `neighbor 192.0.2.1 show` as `show`: what follows is the same. `show neighbor IP` as `show neighbor`. */
function withoutSelector(words: readonly string[]): readonly string[] {
  const plain = words.filter((word, i) => !(isAddress(word) && SELECTORS.includes(words[i - 1] ?? '')));
  const first = plain[0] ?? '';
  return SELECTORS.includes(first) && plain.length < words.length ? plain.slice(1) : plain;
}

function isAddress(word: string): boolean {
  return word === '*' || /^[0-9.]+$/.test(word) || (word.includes(':') && /^[0-9a-f:.]+$/i.test(word));
}

/**
 * What may stand where the last word of `line` is, or after it when a blank ends the line.
 * @param neighbors addresses of the daemon's neighbors
 */
export function completeCommand(
  line: string,
  neighbors: readonly string[],
): { readonly candidates: string[]; readonly word: string } {
  const words = line.split(/\s+/).filter((word) => word !== '');
  const word = /\S$/.test(line) ? (words.pop() ?? '') : '';
  const candidates = [...(nodeAfter(words)?.next.keys() ?? [])];
  if (words.length === 0) candidates.push('neighbor');
  const previous = words.at(-1) ?? '';
  if (SELECTORS.includes(previous)) candidates.push(...neighbors, ...(words.length === 1 ? ['*'] : []));
  return { candidates: [...new Set(candidates)].filter((each) => each.startsWith(word)).sort(), word };
}

/**
 * Shortened words in full, as `exabgpcli` takes them: `sh ne su`, `s a o e`, `neighbor 192.0.2.1 te 2`. A word
 * that could be several stays as it is, and so does everything after a word that is none.
 */
export function expandCommand(line: string): string {
  const words = line.split(/\s+/).filter((word) => word !== '');
  const found: string[] = [];
  for (const [i, word] of words.entries()) {
    if (SELECTORS.includes(found.at(-1) ?? '') && isAddress(word)) {
      found.push(word);
      continue;
    }
    const next = nodeAfter(found)?.next;
    const full =
      next === undefined ? undefined : fullWord(word, [...next.keys(), ...(i === 0 ? ['neighbor'] : [])]);
    if (full === undefined) return [...found, ...words.slice(i)].join(' ');
    found.push(full);
  }
  return found.join(' ');
}

/** Words that win where a short form could be several: what people type most. */
const PREFERRED = [
  'show',
  'announce',
  'withdraw',
  'neighbor',
  'summary',
  'extensive',
  'adj-rib',
  'out',
  'in',
  'route',
];

function fullWord(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.includes(word)) return word;
  const fitting = candidates.filter((candidate) => candidate.startsWith(word));
  if (fitting.length === 1) return fitting[0];
  return fitting.length === 0 ? undefined : PREFERRED.find((each) => fitting.includes(each));
}
