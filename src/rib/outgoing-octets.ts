import { DEFAULT_LOCAL_PREF } from './outgoing.ts';

const ORIGIN = 1;
const AS_PATH = 2;
const NEXT_HOP = 3;
const MED = 4;
const LOCAL_PREFERENCE = 5;
const COMMUNITY = 8;
const EXTENDED_COMMUNITY = 16;
const LARGE_COMMUNITY = 32;
/** Flags, code and a length of one octet. */
const HEADER = 3;
const NEXT_HOP_LENGTH = HEADER + 4;
/** A community is one word, an extended one two, a large one three. */
const WORDS_OF_EXTENDED = 2;
const WORDS_OF_LARGE = 3;
const MOST_WORDS = 64;

/** Where attributes are put together, one session's after another's: what is here is valid until the next call. */
export const FIELD = Buffer.alloc(2048);
const FIELD_VIEW = new DataView(FIELD.buffer, FIELD.byteOffset, FIELD.length);
const WORDS = new Uint32Array(MOST_WORDS);

/**
 * What `outgoingAttributes` and their encoding make of `PackedSaid`, of octets to octets: RFC 4271 section 5.1 for what is
 * not said, communities ascending, large ones each once.
 */
export class OutgoingAttributes {
  readonly #origin: string;
  readonly #asPath: string;
  /** Undefined: LOCAL_PREF is not sent. */
  readonly #localPreference: string | undefined;
  #used = 0;

  /** @param externalAs ours, towards an external peer */
  constructor(externalAs: number | undefined) {
    this.#origin = octets(0x40, ORIGIN, 1, 0);
    this.#asPath =
      externalAs === undefined ? octets(0x40, AS_PATH, 0) : octets(0x40, AS_PATH, 6, 2, 1) + u32(externalAs);
    this.#localPreference =
      externalAs === undefined ? octets(0x40, LOCAL_PREFERENCE, 4) + u32(DEFAULT_LOCAL_PREF) : undefined;
  }

  /**
   * Writes a path attributes field to `FIELD`, and gives its length.
   * @param said as of `PackedSaid`
   * @param nextHop an IPv4 address
   */
  write(said: string, nextHop: Uint8Array): number {
    this.#used = 0;
    let at = this.#take(said, 0, { code: ORIGIN, instead: this.#origin });
    at = this.#take(said, at, { code: AS_PATH, instead: this.#asPath });
    this.#used = putNextHop(FIELD, this.#used, nextHop);
    at = this.#take(said, at, { code: MED, instead: '' });
    const sends = this.#localPreference !== undefined;
    if (sends) at = this.#take(said, at, { code: LOCAL_PREFERENCE, instead: this.#localPreference ?? '' });
    else if (at < said.length && said.charCodeAt(at + 1) === LOCAL_PREFERENCE) at = after(said, at);
    while (at < said.length) {
      const from = this.#used;
      const code = said.charCodeAt(at + 1);
      at = this.#copy(said, at, after(said, at));
      if (code === COMMUNITY) sortCommunities(from + HEADER, this.#used);
      else if (code === EXTENDED_COMMUNITY) this.#sort(from, WORDS_OF_EXTENDED);
      else if (code === LARGE_COMMUNITY) this.#sort(from, WORDS_OF_LARGE);
    }
    return this.#used;
  }

  /** The attribute at `from` if it has the code, or what stands for it; gives where the next one begins. */
  #take(said: string, from: number, { code, instead }: { code: number; instead: string }): number {
    if (from < said.length && said.charCodeAt(from + 1) === code)
      return this.#copy(said, from, after(said, from));
    this.#copy(instead, 0, instead.length);
    return from;
  }

  #copy(text: string, from: number, to: number): number {
    let used = this.#used;
    for (let at = from; at < to; at++) FIELD[used++] = text.charCodeAt(at);
    this.#used = used;
    return to;
  }

  /** The items of the attribute that was written last, in place. */
  #sort(from: number, size: number): void {
    let count = 0;
    for (let at = from + HEADER; at < this.#used; at += 4) WORDS[count++] = FIELD.readUInt32BE(at);
    count = sortItems(WORDS, count, size);
    let at = from + HEADER;
    for (let i = 0; i < count; i++, at += 4) FIELD.writeUInt32BE(WORDS[i] as number, at);
    FIELD[from + HEADER - 1] = at - from - HEADER;
    this.#used = at;
  }
}

/** In place, by insertion, as they are few. */
function sortCommunities(from: number, end: number): void {
  for (let at = from + 4; at < end; at += 4) {
    const word = FIELD_VIEW.getUint32(at);
    let to = at;
    for (; to > from; to -= 4) {
      const before = FIELD_VIEW.getUint32(to - 4);
      if (before <= word) break;
      FIELD_VIEW.setUint32(to, before);
    }
    FIELD_VIEW.setUint32(to, word);
  }
}

/** By insertion, too, of so many words each. Gives how many words are left: large communities that are there twice go. */
function sortItems(words: Uint32Array, count: number, size: number): number {
  let kept = 0;
  for (let next = 0; next < count; next += size) {
    let to = kept;
    let order = -1;
    while (to > 0) {
      order = compare(words, to - size, { with: next, size });
      if (order <= 0) break;
      to -= size;
    }
    if (to > 0 && order === 0 && size === WORDS_OF_LARGE) continue;
    insert(words, { from: next, to, end: kept, size });
    kept += size;
  }
  return kept;
}

function compare(
  words: Uint32Array,
  at: number,
  { with: other, size }: { with: number; size: number },
): number {
  for (let i = 0; i < size; i++) {
    const difference = (words[at + i] as number) - (words[other + i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

const ITEM = new Uint32Array(WORDS_OF_LARGE);

function insert(
  words: Uint32Array,
  { from, to, end, size }: { from: number; to: number; end: number; size: number },
): void {
  for (let i = 0; i < size; i++) ITEM[i] = words[from + i] as number;
  for (let i = end - 1; i >= to; i--) words[i + size] = words[i] as number;
  for (let i = 0; i < size; i++) words[to + i] = ITEM[i] as number;
}

/** Where the next attribute begins. */
function after(field: string, at: number): number {
  return at + HEADER + field.charCodeAt(at + 2);
}

/** Puts NEXT_HOP into a field that has none, by its code. */
export function withNextHop(field: Uint8Array, nextHop: Uint8Array): Uint8Array {
  let at = 0;
  while (at < field.length && (field[at + 1] as number) <= NEXT_HOP) {
    const isLong = ((field[at] as number) & 0x10) !== 0;
    const length = field[at + 2] as number;
    at += isLong ? HEADER + 1 + length * 256 + (field[at + HEADER] as number) : HEADER + length;
  }
  const whole = new Uint8Array(field.length + NEXT_HOP_LENGTH);
  whole.set(field.subarray(0, at));
  whole.set(field.subarray(at), putNextHop(whole, at, nextHop));
  return whole;
}

function putNextHop(field: Uint8Array, from: number, nextHop: Uint8Array): number {
  let at = from;
  field[at++] = 0x40;
  field[at++] = NEXT_HOP;
  field[at++] = NEXT_HOP_LENGTH - HEADER;
  for (let i = 0; i < NEXT_HOP_LENGTH - HEADER; i++) field[at++] = nextHop[i] as number;
  return at;
}

function octets(...values: readonly number[]): string {
  return String.fromCharCode(...values);
}

function u32(value: number): string {
  return octets(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}
