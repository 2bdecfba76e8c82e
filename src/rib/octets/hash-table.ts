import { longer } from '../columns.ts';
import { EMPTY, emptySlot, slotOf } from '../slots.ts';

const FIRST_SLOTS = 16;

/**
 * Short keys of octets to a number and a mark, in typed arrays: an IPv4 route with its path identifier takes
 * some thirty octets, and none of it is looked at by the garbage collector. Open addressing with linear
 * probing; the octets of the keys stand in one arena, which is packed when half of it is waste.
 */
export class OctetTable {
  #slots = new Int32Array(FIRST_SLOTS);
  #keyAt = new Uint32Array(8);
  #keyLength = new Uint32Array(8);
  #value = new Uint32Array(8);
  #mark = new Uint16Array(8);
  #arena = new Uint8Array(128);
  #used = 0;
  #waste = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Octets of memory. */
  get bytes(): number {
    const entries = this.#keyAt.length * 14;
    return this.#slots.byteLength + entries + this.#arena.byteLength;
  }

  /** The entry of a key, or -1. An entry is valid until the next `set` or `delete`. */
  find(octets: Uint8Array, from: number, length: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash(octets, from, length) & mask; ; slot = (slot + 1) & mask) {
      const found = this.#slots[slot] as number;
      if (found === EMPTY) return -1;
      if (this.#is(found - 1, octets, from, length)) return found - 1;
    }
  }

  value(entry: number): number {
    return this.#value[entry] as number;
  }

  mark(entry: number): number {
    return this.#mark[entry] as number;
  }

  /** A view of the key, valid until the next `set` or `delete`. */
  key(entry: number): Uint8Array {
    const at = this.#keyAt[entry] as number;
    return this.#arena.subarray(at, at + (this.#keyLength[entry] as number));
  }

  put(entry: number, value: number, mark: number): void {
    this.#value[entry] = value;
    this.#mark[entry] = mark;
  }

  /** Adds a key that is not there. */
  add(octets: Uint8Array, from: number, length: number, value: number, mark: number): void {
    if ((this.#size + 1) * 4 > this.#slots.length * 3) this.#rehash(this.#slots.length * 2);
    if (this.#size === this.#keyAt.length) this.#growEntries();
    if (this.#used + length > this.#arena.length) this.#room(length);
    const entry = this.#size++;
    this.#arena.set(octets.subarray(from, from + length), this.#used);
    this.#keyAt[entry] = this.#used;
    this.#keyLength[entry] = length;
    this.#used += length;
    this.put(entry, value, mark);
    this.#place(entry);
  }

  /** Removes an entry: the last one takes its number. */
  delete(entry: number): void {
    emptySlot(this.#slots, this.#slotOf(entry), this);
    this.#waste += this.#keyLength[entry] as number;
    const last = --this.#size;
    if (entry === last) return;
    const slot = this.#slotOf(last);
    this.#keyAt[entry] = this.#keyAt[last] as number;
    this.#keyLength[entry] = this.#keyLength[last] as number;
    this.put(entry, this.#value[last] as number, this.#mark[last] as number);
    this.#slots[slot] = entry + 1;
  }

  #is(entry: number, octets: Uint8Array, from: number, length: number): boolean {
    if (this.#keyLength[entry] !== length) return false;
    const at = this.#keyAt[entry] as number;
    for (let i = length - 1; i >= 0; i--) if (this.#arena[at + i] !== octets[from + i]) return false;
    return true;
  }

  /** Of what stands in a slot. */
  home(found: number): number {
    return this.#hash(found - 1);
  }

  #hash(entry: number): number {
    return hash(this.#arena, this.#keyAt[entry] as number, this.#keyLength[entry] as number);
  }

  #place(entry: number): void {
    this.#slots[slotOf(this.#slots, this.#hash(entry), EMPTY)] = entry + 1;
  }

  #slotOf(entry: number): number {
    return slotOf(this.#slots, this.#hash(entry), entry + 1);
  }

  #rehash(length: number): void {
    this.#slots = new Int32Array(length);
    for (let entry = 0; entry < this.#size; entry++) this.#place(entry);
  }

  #growEntries(): void {
    const length = this.#size + (this.#size >> 1);
    this.#keyAt = longer(this.#keyAt, length);
    this.#keyLength = longer(this.#keyLength, length);
    this.#value = longer(this.#value, length);
    this.#mark = longer(this.#mark, length);
  }

  #room(length: number): void {
    const live = this.#used - this.#waste;
    const wanted = this.#waste * 2 > this.#used ? this.#arena.length : this.#arena.length * 1.5;
    const arena = new Uint8Array(Math.max(Math.ceil(wanted), (live + length) * 1.25));
    if (this.#waste === 0) {
      // in one piece: key by key a million take 100 ms
      arena.set(this.#arena.subarray(0, this.#used));
      this.#arena = arena;
      return;
    }
    let at = 0;
    for (let entry = 0; entry < this.#size; entry++) {
      const from = this.#keyAt[entry] as number;
      const size = this.#keyLength[entry] as number;
      arena.set(this.#arena.subarray(from, from + size), at);
      this.#keyAt[entry] = at;
      at += size;
    }
    this.#arena = arena;
    this.#used = at;
    this.#waste = 0;
  }
}

/** FNV-1a with a last mix: prefixes differ in few bits. */
function hash(octets: Uint8Array, from: number, length: number): number {
  let value = 0x811c9dc5;
  for (let i = from; i < from + length; i++) value = Math.imul(value ^ (octets[i] as number), 0x01000193);
  value ^= value >>> 15;
  value = Math.imul(value, 0x2c1b3c6d);
  return value ^ (value >>> 13);
}
