import type { Statement } from '../../syntax/parse.ts';

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Where a statement stops: behind its `;` or `}`. */
export function stopOf({ end, close }: Statement): number {
  return (close ?? end) + 1;
}

/**
 * Replacements in a text. A part may be moved: `render` gives it with the smaller edits that lie in it, and a
 * bigger edit that holds it replaces them.
 */
export class Edits {
  readonly text: string;
  readonly #edits: Edit[] = [];
  #sorted: readonly Edit[] | undefined;

  constructor(text: string) {
    this.text = text;
  }

  replace(from: number, to: number, text: string): void {
    this.#edits.push({ from, to, text });
    this.#sorted = undefined;
  }

  insert(at: number, text: string): void {
    this.replace(at, at, text);
  }

  /** Takes a statement away, and its line with the break before it where nothing else stands on it. */
  remove(statement: Statement): void {
    const [from, to] = [statement.word.at, stopOf(statement)];
    const start = this.lineStart(from);
    const behind = this.text.slice(to, this.lineEnd(to));
    const alone = this.text.slice(start, from).trim() === '' && behind.trim() === '';
    if (alone) this.replace(Math.max(0, start - 1), to + behind.trimEnd().length, '');
    else this.replace(from, to, '');
  }

  /** The text from one offset to another, edited. */
  render(from = 0, to = this.text.length): string {
    const edits = this.#inOrder();
    let at = from;
    let text = '';
    for (let i = firstFrom(edits, from); i < edits.length; i++) {
      const edit = edits[i] as Edit;
      if (edit.from > to) break;
      if (edit.from < at || edit.to > to) continue;
      text += this.text.slice(at, edit.from) + edit.text;
      at = edit.to;
    }
    return text + this.text.slice(at, to);
  }

  lineStart(at: number): number {
    return at === 0 ? 0 : this.text.lastIndexOf('\n', at - 1) + 1;
  }

  /** Behind the line's end, or the end of the text. */
  lineEnd(at: number): number {
    const newline = this.text.indexOf('\n', at);
    return newline < 0 ? this.text.length : newline + 1;
  }

  /** The blanks before what starts its line; none elsewhere. */
  indentation(at: number): string {
    const before = this.text.slice(this.lineStart(at), at);
    return before.trim() === '' ? before : '';
  }

  /** By place; what is inserted comes before what is replaced there, and the bigger before the smaller. */
  #inOrder(): readonly Edit[] {
    this.#sorted ??= [...this.#edits].sort(
      (a, b) => a.from - b.from || Number(a.to > a.from) - Number(b.to > b.from) || b.to - a.to,
    );
    return this.#sorted;
  }
}

function firstFrom(edits: readonly Edit[], from: number): number {
  let low = 0;
  let high = edits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edits[middle] as Edit).from < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Lines of a statement, from one indentation to another; the first line's own is dropped. */
export function reindented(text: string, from: string, to: string): string {
  const [first = '', ...rest] = text.trim().split('\n');
  const moved = rest.map((line) => {
    if (line.trim() === '') return '';
    return line.startsWith(from) ? to + line.slice(from.length) : to + line.trimStart();
  });
  return [to + first.trimStart(), ...moved].join('\n');
}
