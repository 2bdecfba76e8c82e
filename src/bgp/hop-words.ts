import { parseAddress } from '../wire/address.ts';
import type { NextHop } from './nlri/codec.ts';

const KEPT_HOPS = 256;

/** Reads next hops as commands write them; the same words give the same object. */
export class HopWords {
  readonly #hops = new Map<string, NextHop>();
  /** The one that was read last, and how it was written. */
  #hop: NextHop | undefined;
  #word: Uint8Array = new Uint8Array(0);

  /** Of the word between two places: most often it is that of the line before. Undefined: it is none. */
  read(text: Buffer, from: number, to: number): NextHop | 'self' | undefined {
    const known = this.#word;
    if (known.length > 0 && to - from === known.length && isAt(known, text, from)) return this.#hop;
    const word = text.toString('latin1', from, to);
    if (word === 'self') return word;
    this.#hop = this.#hops.get(word) ?? this.#newHop(word);
    this.#word = Buffer.from(this.#hop === undefined ? '' : word);
    return this.#hop;
  }

  #newHop(word: string): NextHop | undefined {
    const address = parseAddress(word);
    if (address === undefined) return undefined;
    const hop = { address };
    if (this.#hops.size >= KEPT_HOPS) this.#hops.clear();
    this.#hops.set(word, hop);
    return hop;
  }
}

/** Whether the word stands at `from`, where there are that many octets. */
export function isAt(word: Uint8Array, octets: Uint8Array, from: number): boolean {
  for (let i = 0; i < word.length; i++) if (word[i] !== octets[from + i]) return false;
  return true;
}
