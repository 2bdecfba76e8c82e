/** A slot that holds nothing, as all do at first. */
export const EMPTY = 0;
const FIRST_SLOTS = 32;
/** Of a table that has no entries yet, as most have for long. */
const NO_SLOTS = new Int32Array(1);
/**
 * Up to so many there will be four times as many, beyond twice: each entry is put into slots that are not in the caches once per
 * growth, and their pages are new. More would take too much memory.
 */
const MANY_SLOTS = 1 << 19;
/** So many are put into more slots with every so many that are added: all are there in time. */
const MOVED_TOGETHER = 256;
const MOVED_EVERY = 64;
/** So few are put there at once. */
const MOVED_AT_ONCE = 1024;

/** What slots need to know of the table that they are of. */
export interface Slotted {
  /** Whether there is such an entry, which slots are for. */
  isIndexed(entry: number): boolean;
  /** Of an entry's key. */
  hash(entry: number): number;
}

/**
 * Entries of a table at the hashes of their keys: open addressing with linear probing. Above the bits that an entry needs
 * are those of its hash, so that who looks for another one seldom has to look at the table, which is not in the caches.
 * Where there are too few, entries are put into more of them, a little at a time in the order of the table: until all are
 * there, who does not find one in these looks in those that were too few.
 */
export class Slots {
  readonly #table: Slotted;
  /** To be looked through from the hash on, modulo their number, a power of two. */
  now = NO_SLOTS;
  /** Those that were too few, and have all entries of then; undefined: nothing is under way. */
  before: Int32Array | undefined;
  /** The next entry that may not be in the new ones yet, and how many there were. */
  #next = 0;
  #end = 0;
  /** How many of all slots entries may take. */
  readonly #share: number;

  constructor(table: Slotted, share: number) {
    this.#table = table;
    this.#share = share;
  }

  get bytes(): number {
    return this.now.byteLength + (this.before?.byteLength ?? 0);
  }

  /** Room for one more of so many entries, which has this number. */
  reserve(entry: number, count: number): void {
    const { length } = this.now;
    if (count >= length * this.#share || entry + 1 >= length) this.#extend(entry);
    else if (this.before !== undefined && entry % MOVED_EVERY === 0) this.#move(MOVED_TOGETHER);
  }

  /** Reads where the first `count` hashes are to be looked for, and gives what nobody needs. */
  touch(hashes: Int32Array, count: number): number {
    const { now, before } = this;
    let sum = 0;
    for (let nth = 0; nth < count; nth++) sum ^= now[(hashes[nth] as number) & (now.length - 1)] as number;
    if (before === undefined) return sum;
    for (let nth = 0; nth < count; nth++)
      sum ^= before[(hashes[nth] as number) & (before.length - 1)] as number;
    return sum;
  }

  /** Puts an entry where it is to be found. */
  add(entry: number, hash: number): void {
    const wanted = tagged(this.now, entry, hash);
    this.now[slotOf(this.now, hash, wanted)] = wanted;
  }

  /** The entry is to be found no more. */
  remove(entry: number): void {
    const hash = this.#table.hash(entry);
    this.#removeFrom(this.now, entry, hash);
    if (this.before !== undefined) this.#removeFrom(this.before, entry, hash);
  }

  /** The entry has another number; the table still has it under the first one. */
  renumber(entry: number, other: number): void {
    const hash = this.#table.hash(entry);
    if (renumberIn(this.now, entry, other, hash) && this.before === undefined) return;
    if (this.before === undefined || !renumberIn(this.before, entry, other, hash)) return;
    // that number may be one of those that are through
    this.add(other, hash);
  }

  #removeFrom(slots: Int32Array, entry: number, hash: number): void {
    const slot = slotIn(slots, entry, hash);
    if (slot >= 0) this.#empty(slots, slot);
  }

  /** What stands behind the slot and would no longer be found moves up. */
  #empty(slots: Int32Array, slot: number): void {
    const mask = slots.length - 1;
    let hole = slot;
    for (let next = (hole + 1) & mask; ; next = (next + 1) & mask) {
      const found = slots[next] as number;
      if (found === EMPTY) break;
      const home = this.#table.hash(entryIn(slots, found)) & mask;
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      slots[hole] = found;
      hole = next;
    }
    slots[hole] = EMPTY;
  }

  #extend(entries: number): void {
    this.#move(Number.POSITIVE_INFINITY);
    const { now } = this;
    const times = now.length <= MANY_SLOTS ? 4 : 2;
    this.now = new Int32Array(Math.max(FIRST_SLOTS, now.length * times));
    this.before = now;
    this.#next = 0;
    this.#end = entries;
    if (entries <= MOVED_AT_ONCE) this.#move(Number.POSITIVE_INFINITY);
  }

  #move(count: number): void {
    if (this.before === undefined) return;
    const end = Math.min(this.#next + count, this.#end);
    for (; this.#next < end; this.#next++)
      if (this.#table.isIndexed(this.#next)) this.add(this.#next, this.#table.hash(this.#next));
    if (end === this.#end) this.before = undefined;
  }
}

/** The entry of what stands in one of the slots. */
function entryIn(slots: Int32Array, found: number): number {
  return (found & (slots.length - 1)) - 1;
}

/** What stands in a slot of an entry: slots outnumber the entries in them, so that there are bits enough for any. */
function tagged(slots: Int32Array, entry: number, hash: number): number {
  return (hash & -slots.length) | (entry + 1);
}

/** The first slot from the hash on that holds `wanted`, or is empty. */
function slotOf(slots: Int32Array, hash: number, wanted: number): number {
  const mask = slots.length - 1;
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const found = slots[slot];
    if (found === wanted || found === EMPTY) return slot;
  }
}

/** Where the entry stands; -1: it is not there, and came when there were more slots if it has no bits enough. */
function slotIn(slots: Int32Array, entry: number, hash: number): number {
  if (entry + 1 >= slots.length) return -1;
  const slot = slotOf(slots, hash, tagged(slots, entry, hash));
  return slots[slot] === EMPTY ? -1 : slot;
}

/** False: the entry is not there. */
function renumberIn(slots: Int32Array, entry: number, other: number, hash: number): boolean {
  const slot = slotIn(slots, entry, hash);
  if (slot < 0) return false;
  slots[slot] = tagged(slots, other, hash);
  return true;
}
