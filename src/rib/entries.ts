import type { PrefixList } from '../wire/prefix-list.ts';
import { longer } from './columns.ts';
import { hashFour, hashOf, hashSix } from './prefix-hash.ts';
import { EMPTY, emptySlot, slotOf } from './slots.ts';
import { Values } from './values.ts';
import { Walks } from './walks.ts';

/** What an entry is of. */
export const KIND = { hole: 0, other: 1, ipv4: 4, ipv6: 6 } as const;

const FIRST_ENTRIES = 16;
const FIRST_SLOTS = 32;
/** So much of all entries may be holes before those that are left move together. */
const HOLES = 0.25;

/** Most neighbors are sent nothing for long: a table without entries has no columns of its own. */
const NO_OCTETS = new Uint8Array(0);
const NO_WORDS = new Uint32Array(0);
const NO_SLOTS = new Int32Array(1);
/** No entry. */
const NONE = -1;

/**
 * A table of routes in columns, in the order in which they came: a prefix of IPv4 or IPv6 unicast is numbers, every
 * other destination a key. A million routes take some forty octets each, which the garbage collector does not look at.
 */
export class Entries<Value> {
  #kind = NO_OCTETS;
  #bits = NO_OCTETS;
  /** The address of IPv4; of IPv6 where its four words stand in `#six`, in fours. */
  #word = NO_WORDS;
  #six = NO_WORDS;
  #sixUsed = 0;
  /** Entries that are no prefixes, both ways. */
  #others: { readonly entries: Map<string, number>; readonly keys: Map<number, string> } | undefined;
  /**
   * Entries at their hashes. Above the bits that an entry needs are those of its hash: who looks for another one seldom has
   * to look at the columns, which are not in the caches.
   */
  #slots = NO_SLOTS;
  #used = 0;
  #holes = 0;
  readonly #moved: (places: Int32Array) => void;
  readonly #walks = new Walks();
  /** What the table is of. */
  readonly #values = new Values<Value>();
  /** What `expect` read, which would not be read if nobody had it. */
  touched = 0;
  /** For whoever owns the table: what it has to do with the entry, and when. */
  mark = NO_OCTETS;
  place = NO_WORDS;

  /** @param moved told the new entry of each old one, -1 for holes, when entries move together */
  constructor(moved: (places: Int32Array) => void) {
    this.#moved = moved;
  }

  kind(entry: number): number {
    return this.#kind[entry] as number;
  }

  value(entry: number): Value | undefined {
    return this.#values.of(entry);
  }

  setValue(entry: number, value: Value | undefined): void {
    this.#values.set(entry, value);
  }

  bits(entry: number): number {
    return this.#bits[entry] as number;
  }

  /** The address of an IPv4 prefix, or a word of an IPv6 one. */
  word(entry: number, nth = 0): number {
    const word = this.#word[entry] as number;
    return this.#kind[entry] === KIND.ipv6 ? (this.#six[word * 4 + nth] as number) : word;
  }

  /** The entry of a prefix of the list; -1: there is none. */
  find(list: PrefixList, nth: number): number {
    const hash = hashOf(list, nth);
    const found = this.#slots[this.#slotFor(list, nth, hash)] as number;
    return found === EMPTY ? NONE : this.#entryIn(found);
  }

  /** The entry of a prefix of the list, a new one where there is none. */
  findOrAdd(list: PrefixList, nth: number): number {
    const hash = hashOf(list, nth);
    const slot = this.#slotFor(list, nth, hash);
    const found = this.#slots[slot] as number;
    return found === EMPTY ? this.#add(list, nth, { hash, slot }) : this.#entryIn(found);
  }

  /**
   * The prefixes of the list will be looked for: what that takes comes into the caches side by side. One by one each
   * would be waited for.
   */
  expect(list: PrefixList): void {
    const slots = this.#slots;
    let sum = 0;
    for (let nth = 0; nth < list.count; nth++) sum += slots[hashOf(list, nth) & (slots.length - 1)] as number;
    this.touched = sum | 0;
  }

  findKey(key: string): number {
    return this.#others?.entries.get(key) ?? NONE;
  }

  /** The slot that a prefix is in, or would be. */
  #slotFor(list: PrefixList, nth: number, hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const found = slots[slot] as number;
      if (found === EMPTY) return slot;
      // the same bits of the hash
      if (((found ^ hash) & ~mask) === 0 && this.#is((found & mask) - 1, list, nth)) return slot;
    }
  }

  #entryIn(found: number): number {
    return (found & (this.#slots.length - 1)) - 1;
  }

  #add(list: PrefixList, nth: number, { hash, slot }: { hash: number; slot: number }): number {
    const slots = this.#slots;
    const entry = this.#next();
    const six = list.version[nth] === 6;
    this.#kind[entry] = list.version[nth] as number;
    this.#bits[entry] = list.bits[nth] as number;
    this.#word[entry] = six ? this.#addSix(list, nth) : (list.words[nth * 4] as number);
    if ((this.#used + 1) * 2 > this.#slots.length) this.#rehash();
    else if (slots !== this.#slots) this.#index(entry);
    else slots[slot] = this.#tagged(entry, hash);
    return entry;
  }

  /** A new entry for a key that has none. */
  addKey(key: string): number {
    const entry = this.#next();
    this.#kind[entry] = KIND.other;
    this.#others ??= { entries: new Map(), keys: new Map() };
    this.#others.entries.set(key, entry);
    this.#others.keys.set(entry, key);
    return entry;
  }

  /** The entry is none any more. */
  free(entry: number): void {
    if (this.#kind[entry] === KIND.other) {
      this.#others?.entries.delete(this.#others.keys.get(entry) ?? '');
      this.#others?.keys.delete(entry);
    } else {
      const hash = this.#hash(entry);
      emptySlot(this.#slots, slotOf(this.#slots, hash, this.#tagged(entry, hash)), this);
    }
    this.#kind[entry] = KIND.hole;
    this.#values.set(entry, undefined);
    this.mark[entry] = 0;
    this.#holes++;
  }

  /** All entries, in their order. What comes meanwhile comes, too; what goes does not. */
  *walk(): IterableIterator<number> {
    const walk = this.#walks.begin();
    try {
      while (walk.at < this.#used) {
        const entry = walk.at++;
        if (this.#kind[entry] !== KIND.hole) yield entry;
      }
    } finally {
      this.#walks.end(walk);
    }
  }

  #next(): number {
    if (this.#used === this.#kind.length) {
      if (this.#holes > this.#used * HOLES) this.#compact();
      else this.#grow();
    }
    return this.#used++;
  }

  #addSix(list: PrefixList, nth: number): number {
    if (this.#sixUsed + 4 > this.#six.length)
      this.#six = longer(this.#six, Math.max(64, this.#six.length * 1.5 + 4) & ~3);
    for (let i = 0; i < 4; i++) this.#six[this.#sixUsed + i] = list.words[nth * 4 + i] as number;
    this.#sixUsed += 4;
    return this.#sixUsed / 4 - 1;
  }

  #grow(): void {
    const length = Math.max(FIRST_ENTRIES, this.#used * 2);
    this.#kind = longer(this.#kind, length);
    this.#bits = longer(this.#bits, length);
    this.#word = longer(this.#word, length);
    this.mark = longer(this.mark, length);
    this.place = longer(this.place, length);
    this.#values.grow(length);
  }

  #compact(): void {
    const places = new Int32Array(this.#used).fill(NONE);
    let to = 0;
    let six = 0;
    for (let from = 0; from < this.#used; from++) {
      const kind = this.#kind[from] as number;
      this.#walks.moved(from, to);
      if (kind === KIND.hole) continue;
      if (kind === KIND.ipv6) {
        const at = (this.#word[from] as number) * 4;
        this.#six.copyWithin(six, at, at + 4);
        this.#word[from] = six / 4;
        six += 4;
      }
      places[from] = to;
      this.#kind[to] = kind;
      this.#bits[to] = this.#bits[from] as number;
      this.#word[to] = this.#word[from] as number;
      this.mark[to] = this.mark[from] as number;
      this.place[to] = this.place[from] as number;
      this.#values.move(from, to);
      to++;
    }
    this.#end(places, to, six);
  }

  #end(places: Int32Array, used: number, six: number): void {
    this.#walks.moved(this.#used, used);
    this.#kind.fill(KIND.hole, used);
    this.mark.fill(0, used);
    this.#used = used;
    this.#sixUsed = six;
    this.#holes = 0;
    this.#rehash();
    this.#moveOthers(places);
    this.#moved(places);
  }

  #moveOthers(places: Int32Array): void {
    if (this.#others === undefined) return;
    const { entries, keys } = this.#others;
    keys.clear();
    for (const [key, entry] of entries) {
      const now = places[entry] as number;
      entries.set(key, now);
      keys.set(now, key);
    }
  }

  #is(entry: number, list: PrefixList, nth: number): boolean {
    const version = list.version[nth] as number;
    if (this.#bits[entry] !== list.bits[nth] || this.#kind[entry] !== version) return false;
    const word = this.#word[entry] as number;
    if (version === 4) return word === list.words[nth * 4];
    for (let i = 0; i < 4; i++) if (this.#six[word * 4 + i] !== list.words[nth * 4 + i]) return false;
    return true;
  }

  /** Of what stands in a slot. */
  home(found: number): number {
    return this.#hash(this.#entryIn(found));
  }

  /** Of an entry that is a prefix. */
  #hash(entry: number): number {
    const word = this.#word[entry] as number;
    const bits = this.#bits[entry] as number;
    if (this.#kind[entry] === KIND.ipv4) return hashFour(word, bits);
    return hashSix(this.#six, word * 4, bits);
  }

  /** What stands in the slot of an entry: half of all are free, so that there are bits enough for any. */
  #tagged(entry: number, hash: number): number {
    return (hash & -this.#slots.length) | (entry + 1);
  }

  #index(entry: number): void {
    const hash = this.#hash(entry);
    this.#slots[slotOf(this.#slots, hash, EMPTY)] = this.#tagged(entry, hash);
  }

  #rehash(): void {
    let { length } = this.#slots;
    while (length < FIRST_SLOTS || length < (this.#used + 1) * 2) length *= 2;
    this.#slots = new Int32Array(length);
    for (let entry = 0; entry < this.#used; entry++)
      if ((this.#kind[entry] as number) >= KIND.ipv4) this.#index(entry);
  }
}
