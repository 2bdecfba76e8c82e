import type { PrefixList } from '../wire/prefix-list.ts';
import { Rows } from './rows.ts';

/** No row. */
const NONE = 0xffffffff;
const WORDS = 4;

/** Addresses of IPv6 by number. A number that was given up is given again. */
export class LongAddresses {
  readonly #rows = new Rows();
  #count = 0;
  /** In the first word of one that is free is the next. */
  #free = NONE;

  word(number: number, nth: number): number {
    return this.#rows.get(number, nth);
  }

  is(number: number, list: PrefixList, nth: number): boolean {
    for (let i = 0; i < WORDS; i++) if (this.word(number, i) !== list.words[nth * WORDS + i]) return false;
    return true;
  }

  /** Gives the number of that of a prefix of the list. */
  add(list: PrefixList, nth: number): number {
    const number = this.#free === NONE ? this.#count++ : this.#free;
    if (number === this.#rows.length) this.#rows.grow();
    if (number === this.#free) this.#free = this.#rows.get(number, 0);
    for (let i = 0; i < WORDS; i++) this.#rows.set(number, i, list.words[nth * WORDS + i] as number);
    return number;
  }

  delete(number: number): void {
    this.#rows.set(number, 0, this.#free);
    this.#free = number;
  }
}
