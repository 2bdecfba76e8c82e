const WORD = 4;
const FIRST_WORDS = 64;

/** Octets that are recognised where they stand once more: four are compared at a time, as one takes as long. */
export class Passage {
  length = 0;
  /** All octets but those of the last word that overlaps them; of fewer than a word each octet. */
  #words = new Int32Array(FIRST_WORDS);
  #last = 0;

  /** Is from now on what stands there. */
  set(view: DataView, from: number, length: number): void {
    const words = length >> 2;
    if (words > this.#words.length) this.#words = new Int32Array(words * 2);
    this.length = length;
    if (length < WORD) {
      for (let i = 0; i < length; i++) this.#words[i] = view.getUint8(from + i);
      return;
    }
    for (let i = 0; i < words; i++) this.#words[i] = view.getInt32(from + i * WORD, true);
    this.#last = view.getInt32(from + length - WORD, true);
  }

  /** Whether it stands there. */
  isAt(view: DataView, from: number): boolean {
    const { length } = this;
    if (from + length > view.byteLength) return false;
    if (length < WORD) return this.#isShortAt(view, from);
    // most that are not the same end in another way
    if (view.getInt32(from + length - WORD, true) !== this.#last) return false;
    const words = this.#words;
    const end = length >> 2;
    for (let i = 0; i < end; i++) if (view.getInt32(from + i * WORD, true) !== words[i]) return false;
    return true;
  }

  #isShortAt(view: DataView, from: number): boolean {
    for (let i = 0; i < this.length; i++) if (view.getUint8(from + i) !== this.#words[i]) return false;
    return true;
  }
}

/** Of the octets that stand there. */
export function passageHash(view: DataView, from: number, length: number): number {
  let hash = length;
  let at = from;
  for (const end = from + length - WORD; at <= end; at += WORD)
    hash = Math.imul(hash ^ view.getInt32(at, true), 0x2c1b3c6d) ^ (hash >>> 15);
  for (; at < from + length; at++) hash = Math.imul(hash, 31) + view.getUint8(at);
  return hash ^ (hash >>> 15);
}
