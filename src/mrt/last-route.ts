import { WORD } from '../wire/ascii.ts';
import type { LineWriter } from '../wire/line-writer.ts';

/** Longer attributes are rare. */
const MOST_OCTETS = 1024;
const NOTHING = -1;

/**
 * What the last route of a peer in a table said, as octets and as text: prefixes that are neighbors often have the same
 * attributes, and to compare them takes a fraction of what it takes to read and write them.
 */
export class LastRoute {
  #octets = new Uint8Array(64);
  #length = NOTHING;
  #words = new Int32Array(64);
  #textLength = 0;

  /** Whether the attributes from one place to another are those. */
  says(octets: Uint8Array, from: number, to: number): boolean {
    const length = this.#length;
    if (to - from !== length) return false;
    const own = this.#octets;
    for (let i = 0; i < length; i++) if (own[i] !== octets[from + i]) return false;
    return true;
  }

  /** Writes its text. */
  write(out: LineWriter): void {
    out.reserve(this.#textLength).words(this.#words, this.#textLength);
  }

  /** These attributes are the last, and what was written from `start` on is their text. */
  keep(
    octets: Uint8Array,
    { from, to }: { readonly from: number; readonly to: number },
    { out, start }: { readonly out: LineWriter; readonly start: number },
  ): void {
    const length = to - from;
    this.#length = length > MOST_OCTETS ? NOTHING : length;
    if (length > MOST_OCTETS) return;
    if (length > this.#octets.length) this.#octets = new Uint8Array(2 * length);
    for (let i = 0; i < length; i++) this.#octets[i] = octets[from + i] as number;
    this.#textLength = out.length - start;
    if (this.#textLength > this.#words.length * WORD) this.#words = new Int32Array(this.#textLength);
    out.readWords(start, this.#words);
  }
}
