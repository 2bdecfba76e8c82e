import { createTokenInstance, type IToken } from 'chevrotain';
import { finished } from '../wire/finished.ts';
import { type CommandBlock, type Statement, type SyntaxProblem, shapeParser } from './grammar.ts';
import {
  Close,
  endOf,
  isUnterminated,
  LINE_LIMIT,
  Open,
  Semicolon,
  STRING_LIMIT,
  tokenize,
  wordOf,
} from './lexer.ts';
import { plainReading } from './plain-text.ts';
import { plainWords } from './plain-words.ts';
import { type Word, WordError, Words } from './words.ts';

export type { CommandBlock, Statement, SyntaxProblem } from './grammar.ts';

/** Blocks within blocks; more would only serve to exhaust the stack. */
const NESTING_LIMIT = 64;

export interface ConfigText {
  readonly statements: readonly Statement[];
  /** In the order of the text. */
  readonly errors: readonly SyntaxProblem[];
  /** Tolerated: each `{` that is never closed. */
  readonly unclosed: readonly SyntaxProblem[];
  /** Tolerated: each `}` too many at the end, where nothing follows that it would hide. */
  readonly superfluous: readonly SyntaxProblem[];
}

/** Configuration text as a tree of words. Never throws: what is wrong is listed, and the rest is read. */
export function parseConfigText(text: string): ConfigText {
  return finished(parsingConfigText([text]));
}

/** As `parseConfigText` of a text in parts, giving back control now and then, where the text is right. */
export function* parsingConfigText(parts: readonly string[]): Generator<void, ConfigText, void> {
  const plain = hasLongLine(parts) ? undefined : yield* plainReading(parts, NESTING_LIMIT);
  if (plain === undefined) return parseConfigGrammar(parts.join(''));
  return { statements: plain, errors: [], unclosed: [], superfluous: [] };
}

/** As `parseConfigText`, by the grammar alone. */
export function parseConfigGrammar(text: string): ConfigText {
  const { tokens, problems } = safeTokens(text);
  const parser = shapeParser();
  parser.read(tokens);
  const statements = parser.file();
  parser.forget();
  // a '}' too many hides nothing where nothing follows
  const end =
    tokens.findLast(({ tokenType }) => tokenType !== Close)?.startOffset ?? Number.POSITIVE_INFINITY;
  const stray = parser.stray.map((close) => problem(close, "a statement: no '{' is open here"));
  const superfluous = stray.filter(({ at }) => at > end);
  const errors = [...problems, ...parser.problems, ...stray.filter(({ at }) => at <= end)];
  errors.sort((x, y) => x.at - y.at);
  const unclosed = parser.unclosed.map((open) => ({
    at: open.startOffset,
    end: endOf(open),
    found: open.image,
    expected: "a '}' that closes it",
  }));
  return { statements, errors, unclosed, superfluous };
}

/**
 * One command: its words, and its blocks (`{ match { … } then { … } }`); a final `;` is allowed.
 * @throws WordError where its shape is wrong
 */
export function parseCommandText(line: string): {
  words: Words;
  list: readonly Word[];
  blocks: readonly CommandBlock[];
  /** Where the command ends. */
  end: number;
} {
  const plain = line.length <= LINE_LIMIT ? plainWords(line) : undefined;
  if (plain !== undefined) {
    const last = plain.at(-1)?.end ?? 0;
    return { words: new Words(plain, last), list: plain, blocks: [], end: last };
  }
  return parseBlocks(line);
}

/** As `parseCommandText`, by the grammar alone. As in a file, each `}` that is missing or too many at the end is tolerated. */
export function parseBlocks(line: string): ReturnType<typeof parseCommandText> {
  const { tokens, problems } = safeTokens(line);
  const parser = shapeParser();
  parser.read(withoutStray(tokens));
  const { words, blocks, end } = parser.command();
  parser.forget();
  const [problem] = [...problems, ...parser.problems].sort((a, b) => a.at - b.at);
  if (problem !== undefined) throw wordErrorOf(problem);
  // not a number where the line is empty
  const last = Math.max(end || 0, 0);
  return { words: new Words(words, last), list: words, blocks, end: last };
}

/** Tokens of a command with blocks, without each `}` at the end that closes none. */
function withoutStray(tokens: IToken[]): IToken[] {
  let depth = 0;
  for (const { tokenType } of tokens) depth += tokenType === Open ? 1 : tokenType === Close ? -1 : 0;
  let end = tokens.length;
  for (; depth < 0 && end > 1 && isClose(tokens[end - 1]) && isClose(tokens[end - 2]); depth++) end--;
  return tokens.slice(0, end);
}

function isClose(token: IToken | undefined): boolean {
  return token?.tokenType === Close;
}

function wordErrorOf(problem: SyntaxProblem): WordError {
  const { at, end, found, expected } = problem;
  return new WordError(found === undefined ? { at, end } : { at, end, text: found }, expected);
}

/**
 * The words of one statement as a program's arguments: words that touch are one argument, as `a(1)` is;
 * `[`, `]` and `,` are arguments of their own.
 */
export function gluedWords(words: readonly Word[]): string[] {
  const glued: { text: string; end: number; alone: boolean }[] = [];
  for (const word of words) {
    const last = glued.at(-1);
    const alone = !word.quoted && ['[', ']', ','].includes(word.text);
    if (last !== undefined && last.end === word.at && !last.alone && !alone) {
      last.text += word.text;
      last.end = word.end;
    } else glued.push({ text: word.text, end: word.end, alone });
  }
  return glued.map((argument) => argument.text);
}

/** The tokens that the grammar can read without harm, and why others were left out. */
function safeTokens(text: string): { tokens: IToken[]; problems: SyntaxProblem[] } {
  const long = longLine(text);
  if (long !== undefined) return { tokens: [], problems: [long] };
  const problems: SyntaxProblem[] = [];
  const tokens: IToken[] = [];
  let depth = 0;
  for (const token of tokenize(text)) {
    if (token.tokenType === Close) depth--;
    const tooDeep = depth >= NESTING_LIMIT;
    if (tooDeep && depth === NESTING_LIMIT && token.tokenType === Open) {
      problems.push(problem(token, `at most ${NESTING_LIMIT} levels of blocks`));
    }
    if (token.tokenType === Open) depth++;
    if (token.tokenType === Close && depth >= NESTING_LIMIT) continue;
    if (depth < 0) depth = 0;
    const word = wordProblem(token);
    if (word !== undefined) problems.push(word);
    if (tooDeep) continue;
    tokens.push(token);
    if (isUnterminated(token)) tokens.push(swallowed(token));
  }
  return { tokens, problems };
}

/** The end of the statement that an unterminated string hides: `{` or `;`, so that its line is the only one to suffer. */
function swallowed(token: IToken): IToken {
  const type = token.image.trimEnd().endsWith('{') ? Open : Semicolon;
  const at = endOf(token);
  return createTokenInstance(type, type === Open ? '{' : ';', at, at, 0, 0, 0, 0);
}

function wordProblem(token: IToken): SyntaxProblem | undefined {
  if (isUnterminated(token)) return problem(token, `a closing ${token.image.startsWith('"') ? '"' : "'"}`);
  if (token.image.length > STRING_LIMIT)
    return problem(token, `at most ${STRING_LIMIT} characters in a word`);
  return undefined;
}

function problem(token: IToken, expected: string): SyntaxProblem {
  return { at: token.startOffset, end: endOf(token), found: wordOf(token).text, expected };
}

function hasLongLine(parts: readonly string[]): boolean {
  let begin = 0;
  let lineAt = 0;
  for (const part of parts) {
    const first = part.indexOf('\n');
    const end = begin + (first < 0 ? part.length : first);
    if (end - lineAt > LINE_LIMIT || longLine(part) !== undefined) return true;
    if (first >= 0) lineAt = begin + part.lastIndexOf('\n') + 1;
    begin += part.length;
  }
  return false;
}

/** Looks at the last line end within the limit only: lines before it are short, however many they are. */
function longLine(text: string): SyntaxProblem | undefined {
  let start = 0;
  while (text.length - start > LINE_LIMIT) {
    const newline = text.lastIndexOf('\n', start + LINE_LIMIT);
    if (newline < start) {
      const next = text.indexOf('\n', start);
      const end = next < 0 ? text.length : next;
      const found = text.slice(start, start + 20);
      return { at: start, end, found, expected: `a line of at most ${LINE_LIMIT} characters` };
    }
    start = newline + 1;
  }
  return undefined;
}
