import { HASH_SEED } from '../wire/hash-seed.ts';
import { Pieces } from './pieces.ts';

/** No key. */
const NONE = -1;

/** Texts by number. A number that was given up is given again. */
export class Keys {
  /** In place of a text, the next number that is free. */
  readonly #texts = new Pieces<string | number>();
  #count = 0;
  #free = NONE;

  at(number: number): string {
    return this.#texts.at(number) as string;
  }

  /** Gives its number. */
  add(key: string): number {
    const number = this.#free === NONE ? this.#count++ : this.#free;
    if (number === this.#free) this.#free = this.#texts.at(number) as number;
    this.#texts.set(number, key);
    return number;
  }

  delete(number: number): void {
    this.#texts.set(number, this.#free);
    this.#free = number;
  }
}

/** Of a key: other than those of prefixes as a rule. */
export function hashText(key: string): number {
  let hash = key.length ^ HASH_SEED;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return hash ^ (hash >>> 15);
}
