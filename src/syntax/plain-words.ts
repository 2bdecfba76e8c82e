import { STRING_LIMIT } from './lexer.ts';
import type { Word } from './words.ts';

const SPACE = 0x20;
const TAB = 0x09;
const LAST = 0x7e;

/** What a character is in a plain line; what is none of these needs the grammar. */
const OTHER = 0;
const LETTER = 1;
const BLANK = 2;
const ALONE = 3;
const KINDS = new Uint8Array(LAST + 1).fill(LETTER, SPACE + 1);
for (const blank of [SPACE, TAB]) KINDS[blank] = BLANK;
for (const c of '[](),') KINDS[c.charCodeAt(0)] = ALONE;
for (const c of '{};"\'#\\') KINDS[c.charCodeAt(0)] = OTHER;

/**
 * The words of a line that is nothing but words and brackets, as most commands are: the same that the grammar gives,
 * twenty times faster. Undefined for every other line.
 */
export function plainWords(line: string): Word[] | undefined {
  const words: Word[] = [];
  const { length } = line;
  for (let at = 0; at < length; ) {
    const kind = kindAt(line, at);
    if (kind === OTHER) return undefined;
    let end = at + 1;
    if (kind === LETTER) while (end < length && kindAt(line, end) === LETTER) end++;
    if (end - at > STRING_LIMIT) return undefined;
    if (kind !== BLANK) words.push({ text: line.slice(at, end), at, end, quoted: false });
    at = end;
  }
  return words;
}

/**
 * What makes a line too dear to read, found at a hundredth of the cost: more than `limit` words, where every escape and
 * every word in a string counts as one, or a word that is too long. Undefined: neither.
 */
export function tooDear(line: string, limit: number): { at: number; reason: string } | undefined {
  let words = 0;
  let start = 0;
  let before = BLANK;
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at);
    const kind = code > LAST ? LETTER : (KINDS[code] as number);
    if (kind !== LETTER || before !== LETTER) {
      if (kind !== BLANK && ++words > limit) return { at, reason: `more than ${limit} words in a line` };
      start = at;
    } else if (at - start >= STRING_LIMIT)
      return { at: start, reason: `more than ${STRING_LIMIT} characters in a word` };
    before = kind;
  }
  return undefined;
}

function kindAt(line: string, at: number): number {
  const code = line.charCodeAt(at);
  return code > LAST ? OTHER : (KINDS[code] as number);
}
