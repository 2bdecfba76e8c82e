import { finished } from '../wire/finished.ts';
import { printable } from '../wire/text.ts';

/** Characters of a line that are shown beside its caret. */
const SHOWN_WIDTH = 120;
const LINES_AT_ONCE = 4096;

/** What follows a keyword that is, or may have been meant to be, one for a password. */
const PASSWORD = /(\b(?:md5(?!-ip|-base64)|pas+w)[\w-]*\s+)([^;\n]+)/gi;

/** The text that words were read from: turns their offsets into places that a person can find. */
export class Source {
  readonly file: string;
  /** Of a long text, so that nobody has to put them together who only looks for a place. */
  readonly #parts: readonly string[];
  #text: string | undefined;
  #lineStarts: readonly number[] | undefined;
  #shown: string | undefined;

  constructor(file: string, text: string | readonly string[]) {
    this.file = file;
    this.#parts = typeof text === 'string' ? [text] : text;
  }

  get text(): string {
    this.#text ??= this.#parts.join('');
    return this.#text;
  }

  /** From one offset to another. */
  slice(from: number, to: number): string {
    let found = '';
    let begin = 0;
    for (const part of this.#parts) {
      if (begin < to && begin + part.length > from)
        found += part.slice(Math.max(from - begin, 0), to - begin);
      begin += part.length;
    }
    return found;
  }

  /** Line and column, both from 1, in characters. */
  place(at: number): { line: number; column: number } {
    const starts = this.#starts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: at - (starts[low] as number) + 1 };
  }

  /** The line around an offset with a caret under it, clipped to a terminal's width, safe to print. */
  caret(at: number, end: number = at + 1): string {
    const { column } = this.place(at);
    const start = at - column + 1;
    const newline = this.text.indexOf('\n', start);
    const stop = newline < 0 ? this.text.length : newline;
    const from = stop - start <= SHOWN_WIDTH ? start : Math.max(start, at - (SHOWN_WIDTH >> 1));
    const to = Math.min(stop, from + SHOWN_WIDTH);
    const safe = this.#withoutSecrets();
    const before = shown(safe.slice(from, at));
    const marked = shown(safe.slice(at, Math.min(Math.max(end, at + 1), to)));
    const after = shown(safe.slice(Math.min(Math.max(end, at + 1), to), to));
    const lead = from > start ? '…' : '';
    const line = `${lead}${before}${marked}${after}${to < stop ? '…' : ''}`.trimEnd();
    return `${line}\n${' '.repeat(lead.length + before.length)}${'^'.repeat(Math.max(1, marked.length))}`;
  }

  /** The text with stars where passwords are, as long as before. */
  #withoutSecrets(): string {
    this.#shown ??= this.text.replace(
      PASSWORD,
      (_, lead: string, value: string) => `${lead}${'*'.repeat(value.length)}`,
    );
    return this.#shown;
  }

  /** Finds out where lines begin, giving back control now and then: the first `place` of a long text takes a moment. */
  *measuring(): Generator<void, void, void> {
    const starts = [0];
    let begin = 0;
    for (const part of this.#parts) {
      for (let i = part.indexOf('\n'); i >= 0; i = part.indexOf('\n', i + 1)) {
        if (starts.push(begin + i + 1) % LINES_AT_ONCE === 0) yield;
      }
      begin += part.length;
    }
    this.#lineStarts = starts;
  }

  #starts(): readonly number[] {
    if (this.#lineStarts === undefined) finished(this.measuring());
    return this.#lineStarts ?? [];
  }
}

function shown(text: string): string {
  const plain = text.replace(/\t/g, ' ').replace(/\r$/, '');
  // A backslash is a continuation here, not a disguise.
  return plain.split('\\').map(printable).join('\\');
}

/** A word as an error quotes it: clipped, safe to print. */
export function quoteFound(found: string | undefined): string {
  if (found === undefined) return 'the end';
  const clipped = found.length > 60 ? `${found.slice(0, 60)}…` : found;
  return `'${printable(clipped)}'`;
}
