import { parseCommandText } from '../syntax/parse.ts';
import { Words } from '../syntax/words.ts';
import type { CommandOf, Selector } from './command.ts';
import { parseCommand } from './parse.ts';
import { parseSelector, selectorToPeers, startsSelector } from './selector.ts';
import { COMMANDS } from './table.ts';

/** Lines that ExaBGP 6 reads as they are: comments, and what begins with its own words. */
const SINCE_6 = /^\s*(?:$|#|(?:debug|peer|rib|daemon|system|session|group)(?:\s|$))/;
/** Spellings of its commands that have their place before the neighbors, or want none. */
const WHOLE = /^(?:peer|rib|daemon|system|session)\s/;

interface Spelling {
  readonly words: readonly string[];
  /** How ExaBGP 6 writes it. */
  readonly modern: string;
  readonly selects: boolean;
}

/** Longest first: `show adj-rib` before `show`. */
const SPELLINGS: readonly Spelling[] = COMMANDS.flatMap(({ words, selects }) => {
  const modern = words.find((text) => WHOLE.test(text)) ?? words[0];
  return words.map((text): Spelling => ({ words: text.split(' '), modern, selects }));
}).sort((a, b) => b.words.length - a.words.length);

/**
 * A command of ExaBGP 4 or 5 as its main branch writes it: `peer * announce route …`, `rib show out …`,
 * `daemon reload`. A line that is so already stays as it is.
 * @throws CommandError for a line that is no command
 */
export function modernCommand(line: string): string {
  if (SINCE_6.test(line)) return line;
  const command = parseCommand(line);
  if (command.type === 'show-neighbor') return shownNeighbor(command);
  const { list, end } = parseCommandText(line);
  const words = new Words(list, end);
  const selector = startsSelector(words) ? parseSelector(words) : undefined;
  const own = list.slice(list.length - words.remaining);
  const spelling = SPELLINGS.find((each) => each.words.every((text, i) => own[i]?.text === text));
  // `my version`: words that ExaBGP 4 finds anywhere
  if (spelling === undefined) return line;
  const rest = line.slice(own[spelling.words.length - 1]?.end).trim();
  return `${whom(spelling, selector)}${spelling.modern}${rest === '' ? '' : ` ${rest}`}`;
}

function whom({ selects, modern }: Spelling, selector: Selector): string {
  const named = selects && (selector !== undefined || !WHOLE.test(modern));
  return named ? `peer ${selectorToPeers(selector)} ` : '';
}

function shownNeighbor({ form, peer }: CommandOf<'show-neighbor'>): string {
  return `peer ${peer === undefined ? '' : `${peer} `}show${form === undefined ? '' : ` ${form}`}`;
}
