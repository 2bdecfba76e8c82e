import type { Entries } from './entries.ts';

/** More than these are sorted by the system. */
const FEW = 24;
/** Of a number of `prefixOrder`: what is before the address. */
const WORD = 0x100000000;
/** Octets of a prefix at most. */
export const LONGEST_NLRI = 5;

/** The IPv4 prefixes of one message, ascending: the numbers of `prefixOrder`, which say all that is written of them. */
export class PrefixOrders {
  #numbers = new Float64Array(FEW);
  count = 0;

  /** Those of entries. */
  take(routes: readonly number[], entries: Entries<unknown>): this {
    const { length } = routes;
    if (length > this.#numbers.length) this.#numbers = new Float64Array(length * 2);
    this.count = length;
    const numbers = this.#numbers;
    if (length > FEW) {
      for (let i = 0; i < length; i++) numbers[i] = entries.order(routes[i] as number);
      numbers.subarray(0, length).sort();
      return this;
    }
    for (let i = 0; i < length; i++) {
      const number = entries.order(routes[i] as number);
      let to = i;
      for (; to > 0 && (numbers[to - 1] as number) > number; to--) numbers[to] = numbers[to - 1] as number;
      numbers[to] = number;
    }
    return this;
  }

  /** That of one entry. */
  takeOne(entry: number, entries: Entries<unknown>): this {
    this.#numbers[0] = entries.order(entry);
    this.count = 1;
    return this;
  }

  /** Writes them from the `from`th on: length and address, as many octets as are needed. Gives where they end. */
  write(octets: Uint8Array, at: number, from: number, to: number): number {
    const numbers = this.#numbers;
    let end = at;
    for (let nth = from; nth < to; nth++) {
      const number = numbers[nth] as number;
      const word = number >>> 0;
      const bits = (number / WORD) | 0;
      octets[end++] = bits;
      if (bits > 0) octets[end++] = word >>> 24;
      if (bits > 8) octets[end++] = word >>> 16;
      if (bits > 16) octets[end++] = word >>> 8;
      if (bits > 24) octets[end++] = word;
    }
    return end;
  }

  /** The first one from `from` on that so many octets have no room for. */
  fitting(from: number, room: number): number {
    const { count } = this;
    // most have room for all
    if ((count - from) * LONGEST_NLRI <= room) return count;
    let left = room;
    let nth = from;
    for (; nth < count; nth++) {
      left -= 1 + (((((this.#numbers[nth] as number) / WORD) | 0) + 7) >> 3);
      if (left < 0) break;
    }
    return nth;
  }
}
