import { longer } from './longer.ts';
import { EMPTY } from './slots.ts';

const FIRST_OCTETS = 4096;
const FIRST_FIELDS = 32;
const FIRST_SLOTS = 64;

/** Octets of UPDATEs that are being put together, the same ones once: numbered from 0 in the order in which they came. */
export class Fields {
  octets = new Uint8Array(FIRST_OCTETS);
  /** Where each ends, and where the next one begins; the first is 0. */
  #ends = new Uint32Array(FIRST_FIELDS);
  #hashes = new Int32Array(FIRST_FIELDS);
  #slots = new Int32Array(FIRST_SLOTS);
  #count = 0;

  from(number: number): number {
    return this.#ends[number] as number;
  }

  to(number: number): number {
    return this.#ends[number + 1] as number;
  }

  /** The number of the first `length` octets of `field`. */
  numberOf(field: Uint8Array, length: number): number {
    const hash = hashOf(field, length);
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (; slots[slot] !== EMPTY; slot = (slot + 1) & mask) {
      const number = (slots[slot] as number) - 1;
      if (this.#hashes[number] === hash && this.#is(number, field, length)) return number;
    }
    slots[slot] = this.#count + 1;
    return this.#add(field, length, hash);
  }

  /** There are none any more. */
  clear(): void {
    if (this.#count === 0) return;
    this.#count = 0;
    this.#slots.fill(EMPTY);
  }

  #is(number: number, field: Uint8Array, length: number): boolean {
    const from = this.from(number);
    if (this.to(number) - from !== length) return false;
    for (let i = 0; i < length; i++) if (this.octets[from + i] !== field[i]) return false;
    return true;
  }

  #add(field: Uint8Array, length: number, hash: number): number {
    const number = this.#count++;
    const from = this.from(number);
    const to = from + length;
    if (to > this.octets.length) this.octets = longer(this.octets, to * 2);
    for (let i = 0; i < length; i++) this.octets[from + i] = field[i] as number;
    if (number + 2 > this.#ends.length) this.#ends = longer(this.#ends, this.#ends.length * 2);
    this.#ends[number + 1] = to;
    if (number + 1 > this.#hashes.length) this.#hashes = longer(this.#hashes, this.#hashes.length * 2);
    this.#hashes[number] = hash;
    if (this.#count * 2 > this.#slots.length) this.#rehash(this.#slots.length * 2);
    return number;
  }

  #rehash(length: number): void {
    this.#slots = new Int32Array(length);
    for (let number = 0; number < this.#count; number++) {
      let slot = (this.#hashes[number] as number) & (length - 1);
      while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & (length - 1);
      this.#slots[slot] = number + 1;
    }
  }
}

function hashOf(field: Uint8Array, length: number): number {
  let hash = length;
  for (let i = 0; i < length; i++) hash = Math.imul(hash, 31) + (field[i] as number);
  return hash ^ (hash >>> 15);
}
