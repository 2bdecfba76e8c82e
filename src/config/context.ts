import { dirname } from 'node:path';
import { type ApiVersion, apiVersionOf, type Dialect } from '../bgp/json.ts';
import { RouteTails } from '../bgp/route-tails.ts';
import { quoteFound, type Source } from '../syntax/source.ts';
import { type Word, WordError } from '../syntax/words.ts';
import { textOf } from '../wire/common-values.ts';
import { safeLine } from '../wire/text.ts';
import type { ResolveProgram } from './programs.ts';

/** One reading of one file: collects what is wrong with it. */
export class LoadContext {
  readonly source: Source;
  readonly resolveProgram: ResolveProgram;
  /** Of a process that names none. */
  readonly encoder: 'json' | 'text';
  /** Whose language it is, where versions differ: `api.version`. */
  readonly version: ApiVersion;
  /** Whose events processes are told that do not say so themselves. */
  readonly dialect: Dialect;
  readonly errors: WordError[] = [];
  readonly warnings: string[] = [];
  /** Of static routes. */
  readonly tails = new RouteTails();
  readonly #shared = new Map<string, unknown>();
  readonly #old = new Set<string>();
  readonly #later: Generator<void, void, void>[] = [];
  /** Names that must be unique in the file, by kind (`api`, `template neighbor`): the word that took each. */
  readonly #names = new Map<string, Word>();

  constructor(
    source: Source,
    resolveProgram: ResolveProgram,
    {
      encoder = 'text',
      version = 5,
    }: { readonly encoder?: 'json' | 'text'; readonly version?: Dialect } = {},
  ) {
    this.source = source;
    this.resolveProgram = resolveProgram;
    this.encoder = encoder;
    this.version = apiVersionOf(version);
    this.dialect = version;
  }

  /** Where programs are looked for. */
  get directory(): string {
    return dirname(this.source.file);
  }

  /** Runs one step; a word that does not fit is kept as an error, and the next step may run. */
  attempt<T>(step: () => T): T | undefined {
    try {
      return step();
    } catch (err) {
      return this.#keep(err);
    }
  }

  /** As `attempt`, of a step that gives back control now and then. */
  *attempting<T>(step: Generator<void, T, void>): Generator<void, T | undefined, void> {
    try {
      return yield* step;
    } catch (err) {
      return this.#keep(err);
    }
  }

  #keep(err: unknown): undefined {
    if (!(err instanceof WordError)) throw err;
    this.errors.push(err);
  }

  /** What takes long is put off until the rest was read, and then done a little at a time. */
  later(work: Generator<void, void, void>): void {
    this.#later.push(work);
  }

  /** Does what was put off, giving back control now and then. */
  *settling(): Generator<void, void, void> {
    for (let work = this.#later.shift(); work !== undefined; work = this.#later.shift()) yield* work;
  }

  /** The value, once for all that say the same. It holds no secrets: of these one looks like the other. */
  shared<T>(value: T): T {
    if (value === undefined) return value;
    const key = textOf(value);
    const known = this.#shared.get(key);
    if (known !== undefined) return known as T;
    this.#shared.set(key, value);
    return value;
  }

  fail(error: WordError): void {
    this.errors.push(error);
  }

  warn(word: { readonly at: number }, text: string): void {
    const { line, column } = this.source.place(word.at);
    this.warnings.push(`${safeLine(this.source.file)}:${line}:${column}: ${safeLine(text)}`);
  }

  /** A form of the past, told once a file: what it is today. */
  deprecate(word: Word, today: string): void {
    if (this.#old.has(word.text)) return;
    this.#old.add(word.text);
    this.warn(word, `'${word.text}' is of ExaBGP 3: ${today} ('peerline check --migrate' rewrites it)`);
  }

  /** A process of the 3.x kind without a version: its handler may be as old as its configuration. */
  oldHandler(name: Word): void {
    if (this.dialect === 3 || this.#old.has('version')) return;
    this.#old.add('version');
    const now = `'${name.text}' is told events of version ${this.dialect}`;
    this.warn(
      name,
      `${now}: for a handler of ExaBGP 3.4 say 'version 3;' in its section, or set api.version`,
    );
  }

  /** Whether `next` starts a line, one that is not the continuation of `previous`'s. */
  onNewLine(previous: Pick<Word, 'end'>, next: Pick<Word, 'at'>): boolean {
    return this.source
      .slice(previous.end, next.at)
      .replace(/\\[ \t]*\r?\n/g, '')
      .includes('\n');
  }

  /** @throws WordError when another section of this kind has the name */
  claim(kind: string, name: Word): void {
    const key = `${kind} ${name.text}`;
    const first = this.#names.get(key);
    if (first !== undefined) {
      const { line } = this.source.place(first.at);
      throw new WordError(
        name,
        `another name: the ${kind} of line ${line} is called ${quoteFound(name.text)}`,
      );
    }
    this.#names.set(key, name);
  }
}
