import { hashFour } from '../wire/prefix-hash.ts';
import type { PrefixList } from '../wire/prefix-list.ts';
import { hashText, Keys } from './keys.ts';
import { LongAddresses } from './long-addresses.ts';
import { prefixOrder } from './prefix-order.ts';
import { Rows } from './rows.ts';
import { EMPTY, Slots } from './slots.ts';
import { Values } from './values.ts';
import { type Walk, Walks } from './walks.ts';

/** What an entry is of. */
export const KIND = { hole: 0, other: 1, ipv4: 4, ipv6: 6 } as const;

/** Columns of an entry: the address of IPv4, or where that of IPv6, or another key, stands; what is for the owner; the value; the rest. */
const WORD = 0;
const PLACE = 1;
const VALUE = 2;
const REST = 3;
/** In the last column, from the lowest bits on: what it is of, bits of the prefix, mark. */
const OCTET = 0xff;
const BITS_AT = 8;
const MARK_AT = 16;

/** Of all slots. */
const SHARE = 0.5;
/** So much of all entries may be holes before those that are left move together. */
const HOLES = 0.25;
const FEWEST_TO_MOVE = 16;
/** So many entries are looked at, and move where there are holes before them, with each that comes. */
const MOVED_PER_ENTRY = 4;
/** No entry. */
const NONE = -1;

/**
 * A table of routes in rows, in the order in which they came: a prefix of IPv4 or IPv6 unicast is numbers, every
 * other destination a key. A million routes take some thirty octets each, which the garbage collector does not look at.
 * Whatever there is to do when it grows, or when much of it is gone, is done a little at a time.
 */
export class Entries<Value> {
  readonly #rows = new Rows();
  /** Of IPv6. */
  #six: LongAddresses | undefined;
  /** Destinations that are no prefixes. */
  #others: Keys | undefined;
  readonly #slots = new Slots(this, SHARE);
  #used = 0;
  #holes = 0;
  /** Entries move together: up to the first they have, from the second on they have still to. Between them are holes. */
  #moving: { to: number; from: number } | undefined;
  readonly #moved: (from: number, to: number) => void;
  readonly #walks = new Walks();
  /** What the table is of. */
  readonly #values = new Values<Value>();
  /** What `expect` read, which would not be read if nobody had it. */
  touched = 0;

  /** @param moved told when an entry has another number */
  constructor(moved: (from: number, to: number) => void) {
    this.#moved = moved;
  }

  kind(entry: number): number {
    return this.#rows.get(entry, REST) & OCTET;
  }

  value(entry: number): Value | undefined {
    return this.#values.at(this.#rows.get(entry, VALUE));
  }

  setValue(entry: number, value: Value | undefined): void {
    this.#rows.set(entry, VALUE, this.#values.place(value, this.#rows.get(entry, VALUE)));
  }

  bits(entry: number): number {
    return (this.#rows.get(entry, REST) >>> BITS_AT) & OCTET;
  }

  /** For whoever owns the table: what it has to do with the entry; an octet, 0 at first. */
  mark(entry: number): number {
    return this.#rows.get(entry, REST) >>> MARK_AT;
  }

  setMark(entry: number, mark: number): void {
    const rest = this.#rows.get(entry, REST) & ((OCTET << BITS_AT) | OCTET);
    this.#rows.set(entry, REST, rest | (mark << MARK_AT));
  }

  /** For whoever owns the table: a number of 32 bits. */
  place(entry: number): number {
    return this.#rows.get(entry, PLACE);
  }

  setPlace(entry: number, place: number): void {
    this.#rows.set(entry, PLACE, place);
  }

  /** The address of an IPv4 prefix, or a word of an IPv6 one. */
  word(entry: number, nth = 0): number {
    const word = this.#rows.get(entry, WORD);
    return this.#six !== undefined && this.kind(entry) === KIND.ipv6 ? this.#six.word(word, nth) : word;
  }

  /** Of an IPv4 prefix: as of `prefixOrder`. */
  order(entry: number): number {
    return prefixOrder(this.bits(entry), this.#rows.get(entry, WORD));
  }

  /** The entry of a prefix of the list; -1: there is none. */
  find(list: PrefixList, nth: number): number {
    const hash = list.hashes[nth] as number;
    const { now, before } = this.#slots;
    const found = this.#findIn(now, list, nth, hash);
    return found < 0 && before !== undefined ? this.#findIn(before, list, nth, hash) : found;
  }

  /** The entry of a prefix of the list, a new one where there is none. */
  findOrAdd(list: PrefixList, nth: number): number {
    const found = this.find(list, nth);
    return found < 0 ? this.add(list, nth) : found;
  }

  /**
   * The prefixes of the list will be looked for: what that takes comes into the caches side by side. One by one each
   * would be waited for.
   */
  expect(list: PrefixList): void {
    this.touched = this.#slots.touch(list.hashes, list.count);
  }

  findKey(key: string): number {
    if (this.#others === undefined) return NONE;
    const hash = hashText(key);
    const { now, before } = this.#slots;
    const found = this.#findKeyIn(now, key, hash);
    return found < 0 && before !== undefined ? this.#findKeyIn(before, key, hash) : found;
  }

  #findKeyIn(slots: Int32Array, key: string, hash: number): number {
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const found = slots[slot] as number;
      if (found === EMPTY) return NONE;
      const entry = (found & mask) - 1;
      if (((found ^ hash) & ~mask) === 0 && this.kind(entry) === KIND.other && this.#keyOf(entry) === key)
        return entry;
    }
  }

  #keyOf(entry: number): string | undefined {
    return this.#others?.at(this.#rows.get(entry, WORD));
  }

  #findIn(slots: Int32Array, list: PrefixList, nth: number, hash: number): number {
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const found = slots[slot] as number;
      if (found === EMPTY) return NONE;
      // the same bits of the hash
      if (((found ^ hash) & ~mask) === 0 && this.#is((found & mask) - 1, list, nth))
        return (found & mask) - 1;
    }
  }

  /** A new entry of a prefix of the list that has none. */
  add(list: PrefixList, nth: number, value?: Value, mark = 0): number {
    const version = list.version[nth] as number;
    if (version === 6) this.#six ??= new LongAddresses();
    const word = version === 6 ? this.#six?.add(list, nth) : list.words[nth * 4];
    const rest = version | ((list.bits[nth] as number) << BITS_AT) | (mark << MARK_AT);
    const entry = this.#next(word as number, this.#values.place(value, 0), rest);
    this.#slots.add(entry, list.hashes[nth] as number);
    return entry;
  }

  /** A new entry for a key that has none. */
  addKey(key: string): number {
    this.#others ??= new Keys();
    const entry = this.#next(this.#others.add(key), 0, KIND.other);
    this.#slots.add(entry, hashText(key));
    return entry;
  }

  /** The entry is none any more. */
  free(entry: number): void {
    const kind = this.kind(entry);
    this.#slots.remove(entry);
    if (kind === KIND.other) this.#others?.delete(this.#rows.get(entry, WORD));
    else if (kind === KIND.ipv6) this.#six?.delete(this.#rows.get(entry, WORD));
    this.setValue(entry, undefined);
    this.#rows.set(entry, REST, KIND.hole);
    this.#holes++;
  }

  /** All entries, in their order. What comes meanwhile comes, too; what goes does not. */
  *walk(): IterableIterator<number> {
    const walk = this.begin();
    try {
      for (let entry = this.next(walk); entry >= 0; entry = this.next(walk)) yield entry;
    } finally {
      this.leave(walk);
    }
  }

  /** A walk that `next` goes on with: it stands at the same entry whatever number that has, for as long as somebody holds it. */
  begin(at = 0): Walk {
    return this.#walks.begin(at);
  }

  /** Where the next entry that comes will stand. */
  end(): Walk {
    return this.#walks.begin(this.#used);
  }

  /** Nobody goes on with the walk. */
  leave(walk: Walk): void {
    this.#walks.end(walk);
  }

  /** The next entry; -1: there is none. */
  next(walk: Walk, end = this.#used): number {
    const moving = this.#moving;
    while (walk.at < end) {
      if (moving?.to === walk.at && moving.from > walk.at) {
        walk.at = moving.from;
        continue;
      }
      const entry = walk.at++;
      if (this.kind(entry) !== KIND.hole) return entry;
    }
    return NONE;
  }

  #next(word: number, value: number, rest: number): number {
    if (this.#holes > FEWEST_TO_MOVE) this.#moveTogether();
    if (this.#used === this.#rows.length) this.#rows.grow();
    const entry = this.#used++;
    this.#slots.reserve(entry, entry - this.#holes);
    this.#rows.put(entry, word, 0, value, rest);
    return entry;
  }

  #moveTogether(): void {
    if (this.#holes === this.#used) this.#movedAll(0);
    else if (this.#holes > this.#used * HOLES) this.#moving ??= { to: 0, from: 0 };
    if (this.#moving !== undefined) this.#move(this.#moving);
  }

  /** Moves some of those that are left to where holes are. */
  #move(moving: { to: number; from: number }): void {
    for (let count = 0; count < MOVED_PER_ENTRY; count++) {
      if (moving.from === this.#used) {
        this.#movedAll(moving.to);
        return;
      }
      const from = moving.from++;
      this.#walks.moved(from, moving.to);
      if (this.kind(from) === KIND.hole) continue;
      if (from !== moving.to) this.#moveTo(from, moving.to);
      moving.to++;
    }
  }

  #movedAll(used: number): void {
    this.#moving = undefined;
    this.#walks.cut(used);
    this.#holes -= this.#used - used;
    this.#used = used;
    this.#rows.shrink(used);
  }

  #moveTo(from: number, to: number): void {
    this.#slots.renumber(from, to);
    this.#rows.copy(from, to);
    this.#rows.set(from, REST, KIND.hole);
    this.#rows.set(from, VALUE, 0);
    this.#moved(from, to);
  }

  #is(entry: number, list: PrefixList, nth: number): boolean {
    const version = list.version[nth] as number;
    const rest = this.#rows.get(entry, REST) & ((OCTET << BITS_AT) | OCTET);
    if (rest !== (version | ((list.bits[nth] as number) << BITS_AT))) return false;
    const word = this.#rows.get(entry, WORD);
    return version === 4 ? word === list.words[nth * 4] : this.#six?.is(word, list, nth) === true;
  }

  isIndexed(entry: number): boolean {
    return entry < this.#used && this.kind(entry) !== KIND.hole;
  }

  hash(entry: number): number {
    if (this.kind(entry) === KIND.other) return hashText(this.#keyOf(entry) ?? '');
    if (this.kind(entry) === KIND.ipv4) return hashFour(this.#rows.get(entry, WORD), this.bits(entry));
    let value = this.bits(entry);
    for (let i = 0; i < 4; i++) value = hashFour(this.word(entry, i), value);
    return value;
  }
}
