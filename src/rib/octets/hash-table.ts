import { Rows } from '../rows.ts';
import { EMPTY, Slots } from '../slots.ts';
import { Arena, hash } from './arena.ts';

/** Columns of an entry: where its key stands and how long that is, and what it has. */
const KEY = 0;
const LENGTH = 1;
const VALUE = 2;
const MARK = 3;
/** Of all slots. */
const SHARE = 0.75;

/**
 * Short keys of octets to a number and a mark, in typed arrays: an IPv4 route with its path identifier takes
 * some thirty octets, and none of it is looked at by the garbage collector. Whatever there is to do when it grows is done
 * a little at a time.
 */
export class OctetTable {
  readonly #rows = new Rows();
  readonly #slots = new Slots(this, SHARE);
  readonly #arena = new Arena();
  #size = 0;
  /** Entries whose mark is less are old. */
  #since = 0;
  #old = 0;

  get size(): number {
    return this.#size;
  }

  /** How many of the entries that there were when `age` was called last have no mark from then on. */
  get old(): number {
    return this.#old;
  }

  /** Octets of memory. */
  get bytes(): number {
    return this.#slots.bytes + this.#rows.bytes + this.#arena.bytes;
  }

  /** The entry of a key, or -1. An entry is valid until the next `add` or `delete`. */
  find(octets: Uint8Array, from: number, length: number): number {
    const key = hash(octets, from, length);
    const { now, before } = this.#slots;
    const found = this.#findIn(now, key, octets, from, length);
    return found < 0 && before !== undefined ? this.#findIn(before, key, octets, from, length) : found;
  }

  #findIn(slots: Int32Array, key: number, octets: Uint8Array, from: number, length: number): number {
    const mask = slots.length - 1;
    for (let slot = key & mask; ; slot = (slot + 1) & mask) {
      const found = slots[slot] as number;
      if (found === EMPTY) return -1;
      // the same bits of the hash
      if (((found ^ key) & ~mask) !== 0) continue;
      const entry = (found & mask) - 1;
      if (this.#is(entry, octets, from, length)) return entry;
    }
  }

  value(entry: number): number {
    return this.#rows.get(entry, VALUE);
  }

  mark(entry: number): number {
    return this.#rows.get(entry, MARK);
  }

  /** A view of the key, valid until the next `add` or `delete`. */
  key(entry: number): Uint8Array {
    return this.#arena.view(this.#rows.get(entry, KEY), this.#lengthOf(entry));
  }

  /** All that is there is old. @param since more than any mark was yet, and no more than any will be */
  age(since: number): void {
    this.#since = since;
    this.#old = this.#size;
  }

  /** @param mark that of the entry, or one that none of before `age` had */
  put(entry: number, value: number, mark: number): void {
    if (this.#isOld(entry) && mark >= this.#since) this.#old--;
    this.#write(entry, value, mark);
  }

  #isOld(entry: number): boolean {
    return this.mark(entry) < this.#since;
  }

  #write(entry: number, value: number, mark: number): void {
    this.#rows.set(entry, VALUE, value);
    this.#rows.set(entry, MARK, mark);
  }

  /** Adds a key that is not there. */
  add(octets: Uint8Array, from: number, length: number, value: number, mark: number): void {
    const entry = this.#size;
    if (entry === this.#rows.length) this.#rows.grow();
    this.#slots.reserve(entry, entry);
    this.#size++;
    this.#rows.set(entry, KEY, this.#arena.add(octets, from, length));
    this.#rows.set(entry, LENGTH, length);
    this.#write(entry, value, mark);
    this.#slots.add(entry, hash(octets, from, length));
  }

  /** Removes an entry: the last one takes its number. */
  delete(entry: number): void {
    if (this.#isOld(entry)) this.#old--;
    this.#slots.remove(entry);
    this.#arena.remove(this.#rows.get(entry, KEY), this.#lengthOf(entry));
    const last = --this.#size;
    if (entry !== last) {
      this.#slots.renumber(last, entry);
      this.#rows.copy(last, entry);
    }
    this.#rows.shrink(last);
  }

  #lengthOf(entry: number): number {
    return this.#rows.get(entry, LENGTH);
  }

  #is(entry: number, octets: Uint8Array, from: number, length: number): boolean {
    return (
      this.#lengthOf(entry) === length && this.#arena.holds(this.#rows.get(entry, KEY), octets, from, length)
    );
  }

  isIndexed(entry: number): boolean {
    return entry < this.#size;
  }

  /** Of an entry's key. */
  hash(entry: number): number {
    return this.#arena.hash(this.#rows.get(entry, KEY), this.#lengthOf(entry));
  }
}
