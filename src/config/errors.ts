import type { SyntaxProblem } from '../syntax/parse.ts';
import { quoteFound, type Source } from '../syntax/source.ts';
import { nearest } from '../syntax/suggest.ts';
import { WordError } from '../syntax/words.ts';
import { safeLine } from '../wire/text.ts';

/** A word that is right by its syntax and yet cannot stand; `reason` is the whole message. */
export class Refusal extends WordError {
  readonly reason: string;

  constructor(place: { readonly at: number; readonly end: number; readonly text?: string }, reason: string) {
    super(place, reason);
    this.name = 'Refusal';
    this.reason = reason;
  }
}

/** A brace where none can stand: what follows on its line is read with the wrong ones, and is not told. */
export class BraceRefusal extends Refusal {}

/** One mistake in a configuration file. Its message has the place, the line with a caret, and a suggestion. */
export class ConfigError extends Error {
  readonly file: string;
  /** Line and column count from 1. */
  readonly line: number;
  readonly column: number;
  /** Undefined: the end of the statement or file. */
  readonly found: string | undefined;
  readonly expected: string;
  readonly suggestion: string | undefined;
  /** The line with a caret under the word. */
  readonly text: string;

  constructor(source: Source, error: WordError) {
    const { line, column } = source.place(error.at);
    const text = source.caret(error.at, error.end);
    const suggestion = error.found === undefined ? undefined : nearest(error.found, error.candidates);
    const what =
      error instanceof Refusal
        ? error.reason
        : `found ${quoteFound(error.found)}, expected ${error.expected}`;
    const hint = suggestion === undefined ? '' : `\ndid you mean '${suggestion}'?`;
    super(`${safeLine(source.file)}:${line}:${column}: ${safeLine(what)}\n${text}${hint}`);
    this.name = 'ConfigError';
    this.file = source.file;
    this.line = line;
    this.column = column;
    this.found = error.found;
    this.expected = error.expected;
    this.suggestion = suggestion;
    this.text = text;
  }
}

/** Every mistake of one file, in the order of the text. */
export class ConfigErrors extends Error {
  readonly errors: readonly ConfigError[];

  constructor(errors: readonly ConfigError[]) {
    super(errors.map((error) => error.message).join('\n'));
    this.name = 'ConfigErrors';
    this.errors = errors;
  }
}

export function syntaxError({ at, end, found, expected }: SyntaxProblem): WordError {
  return new WordError(found === undefined ? { at, end } : { at, end, text: found }, expected);
}

/** In the order of the text; one per place, since a second there is the consequence of the first. */
export function configErrors(source: Source, errors: readonly WordError[]): ConfigErrors {
  const sorted = [...errors].sort((a, b) => a.at - b.at);
  const lineOf = ({ at }: WordError) => source.place(at).line;
  const braces = new Map(
    sorted.filter((error) => error instanceof BraceRefusal).map((e) => [lineOf(e), e.at]),
  );
  const first = sorted.filter((error, i) => {
    if (i > 0 && error.at === sorted[i - 1]?.at) return false;
    return error.at <= (braces.get(lineOf(error)) ?? error.at);
  });
  return new ConfigErrors(first.map((error) => new ConfigError(source, error)));
}
