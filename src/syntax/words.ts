/** One token of configuration or command text. Offsets count UTF-16 units from the start of the text. */
export interface Word {
  readonly text: string;
  readonly at: number;
  readonly end: number;
  /** It stood in quotes: never a keyword or a bracket. */
  readonly quoted: boolean;
}

/** A word that does not fit. Becomes a ConfigError or a CommandError, which know file, line and column. */
export class WordError extends Error {
  /** Where: offsets into the text that was read. */
  readonly at: number;
  readonly end: number;
  /** The word found; undefined at the end of the statement. */
  readonly found: string | undefined;
  /** What would have been right, as a noun phrase: `a hold time of 0 or 3-65535 seconds`. */
  readonly expected: string;
  /** Words that would have been right, for the nearest-keyword suggestion. */
  readonly candidates: readonly string[];

  constructor(
    place: { readonly at: number; readonly end: number; readonly text?: string },
    expected: string,
    candidates: readonly string[] = [],
  ) {
    super(`found ${place.text === undefined ? 'the end' : `'${place.text}'`}, expected ${expected}`);
    this.name = 'WordError';
    this.at = place.at;
    this.end = place.end;
    this.found = place.text;
    this.expected = expected;
    this.candidates = candidates;
  }
}

/**
 * The words of one statement or command, read in order. What every `parse` of the codec tables reads from,
 * so that configuration and commands share one syntax.
 * @throws WordError from every reading method
 */
export class Words {
  readonly #words: readonly Word[];
  readonly #end: number;
  #at = 0;

  /** @param end the offset where the statement ends: where a missing word is reported */
  constructor(words: readonly Word[], end: number) {
    this.#words = words;
    this.#end = end;
  }

  get done(): boolean {
    return this.#at >= this.#words.length;
  }

  /** The offset where the statement ends. */
  get end(): number {
    return this.#end;
  }

  /** How many words are left. */
  get remaining(): number {
    return this.#words.length - this.#at;
  }

  /** The next word, not consumed. */
  peek(ahead = 0): Word | undefined {
    return this.#words[this.#at + ahead];
  }

  /** The next word, whatever it is. */
  next(expected: string): Word {
    const word = this.#words[this.#at];
    if (word === undefined) throw new WordError({ at: this.#end, end: this.#end }, expected);
    this.#at++;
    return word;
  }

  /** Consumes the next word when it is `text`, unquoted. */
  take(text: string): boolean {
    const word = this.#words[this.#at];
    if (word === undefined || word.quoted || word.text !== text) return false;
    this.#at++;
    return true;
  }

  /** Consumes `text` or fails. */
  expect(text: string): void {
    if (!this.take(text)) this.failNext(`'${text}'`, [text]);
  }

  /** Fails at `word`, which was consumed before. */
  fail(word: Word, expected: string, candidates: readonly string[] = []): never {
    throw new WordError(word, expected, candidates);
  }

  /** Fails at the next word, or at the end. */
  failNext(expected: string, candidates: readonly string[] = []): never {
    throw new WordError(this.peek() ?? { at: this.#end, end: this.#end }, expected, candidates);
  }

  /** Every word must have been read. */
  finish(expected = 'the end of the statement'): void {
    if (!this.done) this.failNext(expected);
  }

  /** A decimal number from `minimum` to `maximum`. */
  unsigned(what: string, maximum: number, minimum = 0): number {
    const expected = `${what} from ${minimum} to ${maximum}`;
    const word = this.next(expected);
    const value = /^\d{1,16}$/.test(word.text) ? Number(word.text) : Number.NaN;
    if (!(value >= minimum && value <= maximum)) this.fail(word, expected);
    return value;
  }

  /** One of `options`, compared without regard to case. */
  oneOf<const T extends string>(options: readonly T[], what: string): T {
    const expected = `${what} (${options.join(', ')})`;
    const word = this.next(expected);
    const text = word.text.toLowerCase();
    const found = options.find((option) => option === text);
    if (found === undefined) this.fail(word, expected, options);
    return found;
  }

  /** `one`, or `[ one one … ]`; commas between are allowed where `commas` is set. */
  list<T>(one: (words: Words) => T, options: { readonly commas?: boolean } = {}): T[] {
    if (!this.take('[')) return [one(this)];
    const values: T[] = [];
    while (!this.take(']')) {
      if (this.done) this.failNext("']'");
      const from = this.#at;
      values.push(one(this));
      // one that takes no word has nothing to list, and would be read for ever
      if (this.#at === from) this.failNext("']'");
      if (options.commas === true) this.take(',');
    }
    return values;
  }
}
