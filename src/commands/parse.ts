import { flatWords, wordsWithBlocks } from '../syntax/flat.ts';
import { parseCommandText } from '../syntax/parse.ts';
import { tooDear } from '../syntax/plain-words.ts';
import { nearest } from '../syntax/suggest.ts';
import { type Word, WordError, Words } from '../syntax/words.ts';
import type { Command, Selector } from './command.ts';
import { CommandError } from './command-error.ts';
import { RepeatedRoutes } from './repeat.ts';
import type { CommandRow } from './row.ts';
import { parseSelector, startsSelector } from './selector.ts';
import { COMMANDS } from './table.ts';

export { CommandError } from './command-error.ts';

/** Longest line that is read, in UTF-16 units: some tens of thousands of prefixes. */
export const MAX_COMMAND_LENGTH = 1_048_576;
/**
 * Most words of a line that the grammar reads, which takes a few microseconds for each: four times as many as the
 * attributes and NLRI of one UPDATE need. Lines of prefixes are read without (`RouteLines`).
 */
export const MAX_COMMAND_WORDS = 16_384;
/** How much of a word is repeated in the reason for refusing it. */
const SHOWN_LENGTH = 60;

/** How one row may be written: its words apart. */
interface Spelling {
  readonly words: readonly string[];
  readonly row: CommandRow;
}

const SPELLINGS: readonly Spelling[] = COMMANDS.flatMap((row) =>
  row.words.map((text) => ({ words: text.split(' '), row })),
);

/** Spellings by their first word, longest first: `show adj-rib` before `show`. */
const BY_FIRST = new Map<string, readonly Spelling[]>();
for (const spelling of SPELLINGS.toSorted((a, b) => b.words.length - a.words.length)) {
  const first = spelling.words[0] ?? '';
  BY_FIRST.set(first, [...(BY_FIRST.get(first) ?? []), spelling]);
}

/** Processes rarely write tables at the same time: one memory is enough. */
const REPEATED = new RepeatedRoutes();

/**
 * One line from a process or the control socket, without its line end, as a command.
 * @throws CommandError for every line that is none
 */
export function parseCommand(line: string): Command {
  if (line.length > MAX_COMMAND_LENGTH) {
    throw new CommandError(MAX_COMMAND_LENGTH + 1, `a line of more than ${MAX_COMMAND_LENGTH} characters`);
  }
  const repeated = REPEATED.read(line);
  if (repeated !== undefined) return repeated;
  const command = parseAnew(line);
  REPEATED.learn(line, command);
  return command;
}

/** As `parseCommand`, whatever was read before. */
export function parseAnew(line: string): Command {
  const verbatim = /^\s*(#|debug(?:\s|$))/.exec(line);
  if (verbatim?.[1] === '#') return { type: 'comment' };
  if (verbatim !== null) return { type: 'debug', text: line.slice(verbatim[0].length).trim() };
  if (line.length > MAX_COMMAND_WORDS) {
    const dear = tooDear(line, MAX_COMMAND_WORDS);
    if (dear !== undefined) throw new CommandError(dear.at + 1, dear.reason);
  }
  try {
    return parseWords(line);
  } catch (err) {
    if (!(err instanceof WordError)) throw err;
    throw commandError(err);
  }
}

type CommandText = Pick<ReturnType<typeof parseCommandText>, 'list' | 'blocks' | 'end'>;

function parseWords(line: string, text: CommandText = parseCommandText(line)): Command {
  const { list, blocks, end } = text;
  if (list.length === 0) throw new WordError({ at: 0, end: 0 }, 'a command');
  const words = new Words(wordsWithBlocks(list, blocks), end);
  const selector = startsSelector(words) ? parseSelector(words) : undefined;
  const spelling = spellingAt(words, selector);
  const [block] = blocks;
  if (block !== undefined && spelling?.row.blocks === 'flat')
    return parseWords(line, { list: flatWords(list, blocks), blocks: [], end });
  if (block !== undefined && spelling?.row.blocks !== true) {
    throw new WordError({ at: block.open, end: block.open + 1, text: '{' }, 'a command without blocks');
  }
  if (spelling !== undefined && (selector === undefined || spelling.row.selects)) {
    for (const word of spelling.words) words.expect(word);
    const command = spelling.row.parse(words, { selector, line });
    if (spelling.row.loose !== true) words.finish('the end of the command');
    return command;
  }
  const loose = parseLoose(list, { selector, line });
  if (loose !== undefined) return loose;
  if (spelling !== undefined) words.failNext('a command that concerns neighbors');
  return words.failNext('a command', commandWords(words));
}

function spellingAt(words: Words, selector: Selector | undefined): Spelling | undefined {
  const first = words.peek();
  if (first === undefined) return undefined;
  return BY_FIRST.get(first.text)?.find(
    ({ words: spelled, row }) =>
      (selector !== undefined || row.alone !== false) &&
      spelled.every((text, i) => isWord(words.peek(i), text)),
  );
}

function isWord(word: Word | undefined, text: string): boolean {
  return word?.text === text && !word.quoted;
}

/** `api version`, `neighbor 192.0.2.1 version`: words that are found anywhere in the line. */
function parseLoose(
  list: readonly Word[],
  context: { readonly selector: Selector; readonly line: string },
): Command | undefined {
  for (const { words: spelled, row } of SPELLINGS) {
    if (row.loose !== true) continue;
    const at = list.findIndex((_, i) => spelled.every((text, j) => isWord(list[i + j], text)));
    if (at < 0) continue;
    const rest = list.slice(at + spelled.length);
    return row.parse(new Words(rest, context.line.length), context);
  }
  return undefined;
}

/** What could stand where a command was not understood, for the suggestion. */
function commandWords(words: Words): string[] {
  const first = words.peek()?.text ?? '';
  const known = BY_FIRST.get(first);
  if (known === undefined) return [...BY_FIRST.keys()];
  words.take(first);
  return known.flatMap(({ words: spelled }) => spelled[1] ?? []);
}

function commandError(err: WordError): CommandError {
  const { at, found, expected, candidates } = err;
  const near = found === undefined ? undefined : nearest(found, candidates);
  const what = found === undefined ? 'the end' : `'${shortened(found)}'`;
  const suggestion = near === undefined || near === found ? '' : `; did you mean '${near}'?`;
  return new CommandError(at + 1, `found ${what}, expected ${expected}${suggestion}`, { cause: err });
}

function shortened(text: string): string {
  return text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH)}…`;
}
