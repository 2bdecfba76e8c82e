import { parseConfigText, type Statement } from '../../syntax/parse.ts';
import { Source } from '../../syntax/source.ts';
import type { Word } from '../../syntax/words.ts';
import { LoadContext } from '../context.ts';
import { Edits } from './edits.ts';

export interface Change {
  /** Line of the original, from 1. */
  readonly line: number;
  readonly what: string;
}

/** One migration of one file: what was rewritten, and what a person should look at. */
export class Migrating {
  readonly edits: Edits;
  readonly statements: readonly Statement[];
  readonly changes: Change[] = [];
  readonly notes: string[] = [];
  /** Reads what is rewritten by its meaning; mistakes in it are left for the loader to tell. */
  readonly context: LoadContext;
  readonly #source: Source;

  constructor(text: string, file: string) {
    this.#source = new Source(file, text);
    this.edits = new Edits(text);
    this.context = new LoadContext(this.#source, (path) => ({ path }));
    this.statements = parseConfigText(text).statements;
  }

  readonly change = (place: { readonly at: number }, what: string): void => {
    this.changes.push({ line: this.#source.place(place.at).line, what });
  };

  note(place: { readonly at: number }, what: string): void {
    const { line, column } = this.#source.place(place.at);
    this.notes.push(`${this.#source.file}:${line}:${column}: ${what}`);
  }

  rename(word: Word, to: string): void {
    this.edits.replace(word.at, word.end, to);
    this.change(word, `'${word.text}' is '${to}' today`);
  }
}
