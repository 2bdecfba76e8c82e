import { createToken, type IToken, Lexer, type TokenType } from 'chevrotain';
import type { Word } from './words.ts';

/** A string, or a line, longer than this many characters is a mistake, and reading it would take seconds. */
export const STRING_LIMIT = 65_536;
export const LINE_LIMIT = 4_194_304;

/**
 * White space separates words. An escaped blank or line end is white space too: `\` at the end of a line
 * continues it, and commands write the line ends of a block as `\n`.
 */
const WhiteSpace = createToken({
  name: 'WhiteSpace',
  pattern: /(?:\s+|\\[\snrtf]|\\(?![\s\S]))+/,
  group: Lexer.SKIPPED,
});
const Comment = createToken({ name: 'Comment', pattern: /#[^\n]*/, group: Lexer.SKIPPED });

export const Open = createToken({ name: 'Open', pattern: '{' });
export const Close = createToken({ name: 'Close', pattern: '}' });
export const Semicolon = createToken({ name: 'Semicolon', pattern: ';' });

/** What the grammar calls a word: any of the tokens below. */
export const AnyWord = createToken({ name: 'AnyWord', pattern: Lexer.NA });
const Quoted = createToken({
  name: 'Quoted',
  pattern: /"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'/,
  categories: [AnyWord],
});
/** Everything up to the end of the line, so that one missing quote is one error. */
const Unterminated = createToken({ name: 'Unterminated', pattern: /["'][^\n]*/, categories: [AnyWord] });
/** Brackets, parentheses and commas stand for themselves, with or without spaces around them. */
const Bracket = createToken({ name: 'Bracket', pattern: /[[\](),]/, categories: [AnyWord] });
const Plain = createToken({
  name: 'Plain',
  pattern: /(?:[^\s{};[\](),"'#\\]+|\\[^\snrtf])+/,
  categories: [AnyWord],
});

export const TOKENS: TokenType[] = [
  WhiteSpace,
  Comment,
  Plain,
  Semicolon,
  Open,
  Close,
  Bracket,
  Quoted,
  Unterminated,
  AnyWord,
];

let lexer: Lexer | undefined;

/** Every character belongs to some token, so that reading never fails; `isUnterminated` tells the bad ones. */
export function tokenize(text: string): IToken[] {
  lexer ??= new Lexer(TOKENS, { positionTracking: 'onlyOffset', ensureOptimizations: false });
  return lexer.tokenize(text).tokens;
}

export function isUnterminated(token: IToken): boolean {
  return token.tokenType === Unterminated;
}

export function endOf(token: IToken): number {
  return token.startOffset + token.image.length;
}

export function wordOf(token: IToken): Word {
  const { image, startOffset: at } = token;
  const quoted = token.tokenType === Quoted;
  const inner = quoted ? image.slice(1, -1) : image;
  return { text: inner.includes('\\') ? unescaped(inner) : inner, at, end: at + image.length, quoted };
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g, (_, hex: string | undefined, other: string) =>
    hex === undefined ? (ESCAPES[other] ?? other) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
