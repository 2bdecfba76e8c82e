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

/** Some of a text, and where in it that begins. */
interface PlainPart {
  readonly text: string;
  readonly begin: number;
}

/** A statement whose words are read when they are asked for: those of a table are too many to keep. */
class PlainStatement implements Statement {
  readonly word: Word;
  readonly end: number;
  readonly block?: readonly Statement[];
  readonly close?: number;
  readonly #text: PlainPart;

  constructor(
    text: PlainPart,
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
    const { text, begin } = this.#text;
    return text.slice(this.word.end + 1 - begin, this.end - begin);
  }

  get words(): readonly Word[] {
    const words: Word[] = [];
    const { text, begin } = this.#text;
    const stop = this.end - begin;
    for (let at = this.word.end - begin; at < stop; ) {
      const kind = kindAt(text, at);
      const end = endAt(text, at, kind) ?? stop;
      if (kind === LETTER || kind === ALONE || kind === QUOTE) words.push(wordAt(this.#text, at, end));
      at = end;
    }
    return words;
  }
}

function wordAt({ text, begin }: PlainPart, at: number, end: number): Word {
  const quoted = KINDS[text.charCodeAt(at)] === QUOTE;
  const word = quoted ? text.slice(at + 1, end - 1) : text.slice(at, end);
  return { text: word, at: begin + at, end: begin + end, quoted };
}

/** A block that is open, and the statement that it belongs to. */
interface Opened {
  readonly word: Word;
  readonly open: number;
  readonly outside: Statement[];
  readonly part: PlainPart;
}

/**
 * The statements of a text that is right, as the grammar gives them, many times faster. Undefined for a text with an
 * escape, with words that are not ASCII, or with anything wrong: those are the grammar's to read, and to tell of.
 * @param nesting how many blocks may lie within each other
 */
export function plainStatements(text: string, nesting: number): readonly Statement[] | undefined {
  return finished(plainReading([text], nesting));
}

/** As `plainStatements` of a text in parts, giving back control now and then. */
export function* plainReading(
  parts: readonly string[],
  nesting: number,
): Generator<void, readonly Statement[] | undefined, void> {
  const reader = new PlainReader(nesting);
  let rest = '';
  let begin = 0;
  for (const [nth, next] of parts.entries()) {
    const text = rest + next;
    // no word goes on from one line to the next
    const stop = nth === parts.length - 1 ? text.length : text.lastIndexOf('\n') + 1;
    for (let at = reader.to - begin; at < stop; at = reader.to - begin) {
      if (!reader.read({ text, begin }, Math.min(stop, at + PAUSE_EVERY))) return undefined;
      yield;
    }
    // a statement is in one part with its words
    const kept = Math.min(reader.from, begin + stop);
    rest = text.slice(kept - begin);
    begin = kept;
  }
  return reader.statements;
}

/** Reads one part of a text after the other. */
class PlainReader {
  readonly #nesting: number;
  #statements: Statement[] = [];
  readonly #blocks: Opened[] = [];
  /** Of the statement that has begun. */
  #word: Word | undefined;
  /** How far it has read. */
  to = 0;

  constructor(nesting: number) {
    this.#nesting = nesting;
  }

  /** What comes next begins, or where it has begun. */
  get from(): number {
    return this.#word?.at ?? this.to;
  }

  /** All of the text; undefined: something is still open. */
  get statements(): readonly Statement[] | undefined {
    return this.#word === undefined && this.#blocks.length === 0 ? this.#statements : undefined;
  }

  /** Reads on until `stop` or a bit further. False: only the grammar can tell. */
  read(part: PlainPart, stop: number): boolean {
    const { text, begin } = part;
    let at = this.to - begin;
    while (at < stop) {
      const kind = kindAt(text, at);
      const end = endAt(text, at, kind);
      if (end === undefined) return false;
      if (kind === END) {
        if (!this.#end(part, at)) return false;
      } else if (this.#word === undefined && kind !== BLANK && kind !== COMMENT)
        this.#word = wordAt(part, at, end);
      at = end;
    }
    this.to = begin + at;
    return true;
  }

  /** At a `;` or brace. */
  #end(part: PlainPart, offset: number): boolean {
    const word = this.#word;
    const code = part.text.charCodeAt(offset);
    const at = part.begin + offset;
    // a statement needs a word, and none may be left where a block ends
    if ((word === undefined) === (code === SEMICOLON || code === OPEN)) return false;
    if (word === undefined) {
      const opened = this.#blocks.pop();
      if (opened === undefined) return false;
      const block = { statements: this.#statements, close: at };
      this.#statements = opened.outside;
      this.#statements.push(new PlainStatement(opened.part, opened.word, opened.open, block));
    } else if (code === OPEN) {
      if (this.#blocks.length >= this.#nesting) return false;
      this.#blocks.push({ word, open: at, outside: this.#statements, part });
      this.#statements = [];
    } else this.#statements.push(new PlainStatement(part, word, at));
    this.#word = undefined;
    return true;
  }
}
