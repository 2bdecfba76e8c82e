import { finished } from '../wire/finished.ts';
import type { Statement } from './grammar.ts';
import { STRING_LIMIT } from './lexer.ts';
import type { Word } from './words.ts';

/** What a character is to a text that is read without the grammar. */
const OTHER = 0;
const LETTER = 1;
const BLANK = 2;
const ALONE = 3;
const QUOTE = 4;
const COMMENT = 5;
const END = 6;

/** Characters that take a millisecond or two. */
const PAUSE_EVERY = 32 * 1024;

const LAST = 0x7e;
const NEWLINE = 0x0a;
const BACKSLASH = 0x5c;
const [SEMICOLON, OPEN] = [0x3b, 0x7b];

const KINDS = new Uint8Array(LAST + 1).fill(LETTER);
for (const [kind, characters] of [
  [BLANK, ' \t\n\v\f\r'],
  [ALONE, '[](),'],
  [QUOTE, '"\''],
  [COMMENT, '#'],
  [END, ';{}'],
  [OTHER, '\\'],
] as const) {
  for (const character of characters) KINDS[character.charCodeAt(0)] = kind;
}

function kindAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code > LAST ? OTHER : (KINDS[code] as number);
}

/** Where what begins here ends; undefined where only the grammar can tell. */
function endAt(text: string, at: number, kind: number): number | undefined {
  switch (kind) {
    case LETTER: {
      let end = at + 1;
      while (end < text.length && kindAt(text, end) === LETTER) end++;
      return end - at > STRING_LIMIT ? undefined : end;
    }
    case QUOTE:
      return closing(text, at);
    case COMMENT: {
      const newline = text.indexOf('\n', at);
      return newline < 0 ? text.length : newline;
    }
    case OTHER:
      return undefined;
    default:
      return at + 1;
  }
}

/** Behind the quote that closes the one here, where it does so on its line and nothing is escaped. */
function closing(text: string, at: number): number | undefined {
  const quote = text.charCodeAt(at);
  for (let end = at + 1; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === quote) return end - at >= STRING_LIMIT ? undefined : end + 1;
    if (code === NEWLINE || code === BACKSLASH) return undefined;
  }
  return undefined;
}

/** A statement whose words are read when they are asked for: those of a table are too many to keep. */
class PlainStatement implements Statement {
  readonly word: Word;
  readonly end: number;
  readonly block?: readonly Statement[];
  readonly close?: number;
  readonly #text: string;

  constructor(
    text: string,
    word: Word,
    end: number,
    block?: { statements: readonly Statement[]; close: number },
  ) {
    this.#text = text;
    this.word = word;
    this.end = end;
    if (block === undefined) return;
    this.block = block.statements;
    this.close = block.close;
  }

  get source(): string {
    return this.#text.slice(this.word.end + 1, this.end);
  }

  get words(): readonly Word[] {
    const words: Word[] = [];
    for (let at = this.word.end; at < this.end; ) {
      const kind = kindAt(this.#text, at);
      const end = endAt(this.#text, at, kind) ?? this.end;
      if (kind === LETTER || kind === ALONE || kind === QUOTE) words.push(wordAt(this.#text, at, end));
      at = end;
    }
    return words;
  }
}

function wordAt(text: string, at: number, end: number): Word {
  const quoted = KINDS[text.charCodeAt(at)] === QUOTE;
  return { text: quoted ? text.slice(at + 1, end - 1) : text.slice(at, end), at, end, quoted };
}

/** A block that is open, and the statement that it belongs to. */
interface Opened {
  readonly word: Word;
  readonly open: number;
  readonly outside: Statement[];
}

/**
 * The statements of a text that is right, as the grammar gives them, many times faster. Undefined for a text with an
 * escape, with words that are not ASCII, or with anything wrong: those are the grammar's to read, and to tell of.
 * @param nesting how many blocks may lie within each other
 */
export function plainStatements(text: string, nesting: number): readonly Statement[] | undefined {
  return finished(plainReading(text, nesting));
}

/** As `plainStatements`, giving back control now and then. */
export function* plainReading(
  text: string,
  nesting: number,
): Generator<void, readonly Statement[] | undefined, void> {
  let pauseAt = PAUSE_EVERY;
  let statements: Statement[] = [];
  const blocks: Opened[] = [];
  let word: Word | undefined;
  for (let at = 0; at < text.length; ) {
    const kind = kindAt(text, at);
    const end = endAt(text, at, kind);
    if (end === undefined) return undefined;
    if (kind !== END) {
      if (word === undefined && kind !== BLANK && kind !== COMMENT) word = wordAt(text, at, end);
    } else {
      const code = text.charCodeAt(at);
      // a statement needs a word, and none may be left where a block ends
      if ((word === undefined) === (code === SEMICOLON || code === OPEN)) return undefined;
      if (word === undefined) {
        const opened = blocks.pop();
        if (opened === undefined) return undefined;
        const block = { statements, close: at };
        statements = opened.outside;
        statements.push(new PlainStatement(text, opened.word, opened.open, block));
      } else if (code === OPEN) {
        if (blocks.length >= nesting) return undefined;
        blocks.push({ word, open: at, outside: statements });
        statements = [];
      } else statements.push(new PlainStatement(text, word, at));
      word = undefined;
      if (at > pauseAt) {
        pauseAt = at + PAUSE_EVERY;
        yield;
      }
    }
    at = end;
  }
  return word === undefined && blocks.length === 0 ? statements : undefined;
}
