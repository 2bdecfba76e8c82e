import type { Statement } from '../syntax/parse.ts';
import { type Word, WordError, Words } from '../syntax/words.ts';
import type { LoadContext } from './context.ts';

/** What a row's functions are given beside their words. */
export interface Place<T> {
  readonly target: T;
  readonly statement: Statement;
  readonly context: LoadContext;
}

/**
 * One keyword of a section. `value` reads a statement that ends with `;`, `block` one with braces; a row may
 * have both.
 */
export interface Keyword<T> {
  readonly word: string;
  /** The ExaBGP versions that know it, where not all do. */
  readonly since?: string;
  readonly value?: (words: Words, place: Place<T>) => void;
  /** Takes a statement that ends with `;` as it is written; false: its words must be read. */
  readonly written?: (source: string, place: Place<T>) => boolean;
  readonly block?: (words: Words, place: Place<T> & { readonly block: readonly Statement[] }) => void;
}

/** Statements that take no time worth the name. */
const AT_ONCE = 64;

/** A section's keywords. Unknown ones are told with all that are allowed. */
export class Section<T> {
  readonly name: string;
  readonly #rows: ReadonlyMap<string, Keyword<T>>;

  constructor(name: string, rows: readonly Keyword<T>[]) {
    this.name = name;
    this.#rows = new Map(rows.map((row) => [row.word, row]));
  }

  /** Words that may stand here. */
  get allowed(): readonly string[] {
    return [...this.#rows.keys()];
  }

  /** Reads every statement; mistakes go to the context, and the next statement is read. */
  read(statements: readonly Statement[], target: T, context: LoadContext): void {
    for (const statement of statements) {
      context.attempt(() => this.#statement({ target, statement, context }));
    }
  }

  /** As `read`, giving back control now and then. */
  *reading(statements: readonly Statement[], target: T, context: LoadContext): Generator<void, void, void> {
    for (let at = 0; at < statements.length; at += AT_ONCE) {
      this.read(statements.slice(at, at + AT_ONCE), target, context);
      yield;
    }
  }

  /** In 3.x keywords were of any case. */
  #row(word: Word, context: LoadContext): Keyword<T> | undefined {
    const row = this.#rows.get(word.text);
    if (row !== undefined) return row;
    const lower = this.#rows.get(word.text.toLowerCase());
    if (lower !== undefined) context.deprecate(word, `keywords are in lower case, '${lower.word}'`);
    return lower;
  }

  #statement(place: Place<T>): void {
    const { statement, context } = place;
    const row = statement.word.quoted ? undefined : this.#row(statement.word, context);
    if (row === undefined) {
      const expected = `a keyword of ${this.name} (${this.allowed.join(', ')})`;
      throw new WordError(statement.word, expected, this.allowed);
    }
    const { block, source } = statement;
    if (block === undefined && source !== undefined && row.written?.(source, place) === true) return;
    const words = new Words(statement.words, statement.end);
    const end = { at: statement.end, end: statement.end + 1 };
    if (block !== undefined) {
      if (row.block === undefined) throw new WordError({ ...end, text: '{' }, "';'");
      row.block(words, { ...place, block });
    } else if (row.value !== undefined) row.value(words, place);
    else throw new WordError({ ...end, text: ';' }, "'{'");
    leftOver(words, statement, context);
  }
}

/** Extra words: ignored as ExaBGP does, and told; on a line of their own they are a statement whose `;` is missing. */
function leftOver(words: Words, statement: Statement, context: LoadContext): void {
  const extra = words.peek();
  if (extra === undefined) return;
  tellLeftOver(context, statement.word, wordBefore(extra, statement), extra);
}

/** @throws WordError where `extra` begins a line of its own */
export function tellLeftOver(context: LoadContext, keyword: Word, before: Word, extra: Word): void {
  if (context.onNewLine(before, extra)) throw new WordError(extra, `';' after '${before.text}'`);
  context.warn(extra, `'${extra.text}' is ignored: ${keyword.text} takes no more words`);
}

function wordBefore(word: Word, statement: Statement): Word {
  return statement.words.findLast(({ end }) => end <= word.at) ?? statement.word;
}
