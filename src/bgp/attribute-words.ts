import { parseAddress } from '../wire/address.ts';
import type { NextHop } from './nlri/codec.ts';
import { PackedSaid } from './said.ts';

const BLANK = 0x20;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const COLON = 0x3a;
const ZERO = 0x30;
/** Values of one attribute are at most 255 octets: longer ones need another header. */
const MOST_VALUE = 255;
const MOST_DIGITS = 10;
const MAX_U32 = 0xffffffff;
const MAX_U16 = 0xffff;
const KEPT_HOPS = 256;

/** The attributes that most commands have. */
const ORIGIN = 1;
const AS_PATH = 2;
const MED = 4;
const LOCAL_PREFERENCE = 5;
const COMMUNITY = 8;
const LARGE_COMMUNITY = 32;
const NEXT_HOP_WORD = 3;
const WORDS: Readonly<Record<string, number>> = Object.assign(Object.create(null), {
  'next-hop': NEXT_HOP_WORD,
  origin: ORIGIN,
  'as-path': AS_PATH,
  med: MED,
  'local-preference': LOCAL_PREFERENCE,
  community: COMMUNITY,
  'large-community': LARGE_COMMUNITY,
});
const ORIGINS: Readonly<Record<string, number>> = Object.assign(Object.create(null), {
  igp: 0,
  egp: 1,
  incomplete: 2,
});
const IN_ORDER = [ORIGIN, AS_PATH, MED, LOCAL_PREFERENCE, COMMUNITY, LARGE_COMMUNITY] as const;
const FLAGS: readonly number[] = Object.assign([], {
  [ORIGIN]: 0x40,
  [AS_PATH]: 0x40,
  [MED]: 0x80,
  [LOCAL_PREFERENCE]: 0x40,
  [COMMUNITY]: 0xc0,
  [LARGE_COMMUNITY]: 0xc0,
});

/**
 * Reads `next-hop IP|self` and the most common attributes, as commands write them, straight to octets: a tenth of the
 * time of the grammar. Everything else is the grammar's, which says what all of it means.
 */
export class AttributeWords {
  #text = '';
  #at = 0;
  /** The value of each attribute, by code: where it begins in `#octets`, and where it ends. */
  readonly #from = new Int32Array(LARGE_COMMUNITY + 1);
  readonly #to = new Int32Array(LARGE_COMMUNITY + 1);
  readonly #octets = Buffer.alloc(2048);
  #used = 0;
  readonly #field = Buffer.alloc(2048);
  readonly #hops = new Map<string, NextHop>();
  #failed = false;

  /** What the words say; undefined: the grammar has to read them. */
  read(text: string): PackedSaid | undefined {
    this.#text = text;
    this.#at = 0;
    this.#used = 0;
    this.#failed = false;
    this.#from.fill(-1);
    let nextHop: NextHop | 'self' | undefined;
    for (let word = this.#word(); word !== ''; word = this.#word()) {
      const code = WORDS[word];
      if (code === undefined) return undefined;
      if (code === NEXT_HOP_WORD) {
        nextHop = this.#nextHop();
        if (nextHop === undefined) return undefined;
      } else if (!this.#attribute(code)) return undefined;
    }
    return new PackedSaid(nextHop, this.#joined());
  }

  #attribute(code: number): boolean {
    if (this.#from[code] !== -1 || this.#used > 1024) return false;
    const from = this.#used;
    this.#from[code] = from;
    switch (code) {
      case ORIGIN:
        this.#origin();
        break;
      case AS_PATH:
        this.#path();
        break;
      case COMMUNITY:
        this.#list(() => this.#parts(2, MAX_U16));
        break;
      case LARGE_COMMUNITY:
        this.#list(() => this.#parts(3, MAX_U32));
        break;
      default:
        this.#blanks();
        this.#u32(this.#number(MAX_U32));
    }
    this.#to[code] = this.#used;
    const length = this.#used - from;
    return !this.#failed && length <= MOST_VALUE && (length > 0 || code === AS_PATH) && this.#wordEnds();
  }

  #origin(): void {
    const value = ORIGINS[this.#word()];
    if (value === undefined) this.#failed = true;
    else this.#octets[this.#used++] = value;
  }

  /** One sequence: without sets, and AS numbers as numbers. */
  #path(): void {
    const start = this.#used;
    this.#used += 2;
    this.#list(() => {
      const asn = this.#number(MAX_U32);
      // RFC 7607: whoever reads the octets refuses AS 0
      if (asn === 0) this.#failed = true;
      this.#u32(asn);
    });
    const count = (this.#used - start - 2) >> 2;
    if (count === 0) this.#used = start;
    this.#octets[start] = 2;
    this.#octets[start + 1] = count;
  }

  /** `one`, or `[ one one ]`. */
  #list(one: () => void): void {
    this.#blanks();
    if (this.#text.charCodeAt(this.#at) !== OPEN) {
      one();
      return;
    }
    this.#at++;
    const most = this.#used + MOST_VALUE + 2;
    for (;;) {
      this.#blanks();
      if (this.#text.charCodeAt(this.#at) === CLOSE) break;
      if (this.#failed || this.#used > most) {
        this.#failed = true;
        return;
      }
      one();
    }
    this.#at++;
  }

  /** `N:N`, or `N:N:N`. */
  #parts(count: number, most: number): void {
    for (let i = 0; i < count; i++) {
      if (i > 0 && this.#text.charCodeAt(this.#at++) !== COLON) this.#failed = true;
      const value = this.#number(most);
      if (most === MAX_U32) this.#u32(value);
      else {
        this.#octets[this.#used++] = value >>> 8;
        this.#octets[this.#used++] = value;
      }
    }
  }

  #number(most: number): number {
    const text = this.#text;
    const start = this.#at;
    let at = start;
    let value = 0;
    for (
      let digit = text.charCodeAt(at) - ZERO;
      digit >= 0 && digit <= 9;
      digit = text.charCodeAt(++at) - ZERO
    )
      value = value * 10 + digit;
    if (at === start || at - start > (most === MAX_U16 ? 5 : MOST_DIGITS) || value > most)
      this.#failed = true;
    this.#at = at;
    // what stands behind a number decides whether it was one
    const next = text.charCodeAt(at);
    if (at < text.length && next !== BLANK && next !== CLOSE && next !== COLON) this.#failed = true;
    return value;
  }

  #u32(value: number): void {
    const octets = this.#octets;
    octets[this.#used] = value >>> 24;
    octets[this.#used + 1] = value >>> 16;
    octets[this.#used + 2] = value >>> 8;
    octets[this.#used + 3] = value;
    this.#used += 4;
  }

  #nextHop(): NextHop | 'self' | undefined {
    const word = this.#word();
    if (word === 'self') return word;
    const known = this.#hops.get(word);
    if (known !== undefined) return known;
    const address = parseAddress(word);
    if (address === undefined) return undefined;
    const hop = { address };
    if (this.#hops.size >= KEPT_HOPS) this.#hops.clear();
    this.#hops.set(word, hop);
    return hop;
  }

  /** The next word of letters; empty: there is none. */
  #word(): string {
    this.#blanks();
    const start = this.#at;
    const end = this.#text.indexOf(' ', start);
    this.#at = end < 0 ? this.#text.length : end;
    return this.#text.slice(start, this.#at);
  }

  #blanks(): void {
    while (this.#text.charCodeAt(this.#at) === BLANK) this.#at++;
  }

  /** Brackets end a word, too: what stands right behind one may be anything. */
  #wordEnds(): boolean {
    return this.#at >= this.#text.length || this.#text.charCodeAt(this.#at) === BLANK;
  }

  #joined(): string {
    const field = this.#field;
    let at = 0;
    for (const code of IN_ORDER) {
      const from = this.#from[code] as number;
      if (from < 0) continue;
      const to = this.#to[code] as number;
      field[at++] = FLAGS[code] as number;
      field[at++] = code;
      field[at++] = to - from;
      for (let i = from; i < to; i++) field[at++] = this.#octets[i] as number;
    }
    return field.toString('latin1', 0, at);
  }
}
