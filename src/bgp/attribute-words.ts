import { communityWords, extendedCommunityWords, type KnownWords } from './community-words.ts';
import { HopWords, isAt } from './hop-words.ts';
import type { NextHop } from './nlri/codec.ts';
import { PackedSaid } from './said.ts';

const BLANK = 0x20;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const COLON = 0x3a;
const ZERO = 0x30;
const NINE = 0x39;
/** Values of one attribute are at most 255 octets: longer ones need another header. */
const MOST_VALUE = 255;
const NO_OCTETS = Buffer.alloc(0);

/** The attributes that most commands have. */
const ORIGIN = 1;
const AS_PATH = 2;
const MED = 4;
const LOCAL_PREFERENCE = 5;
const COMMUNITY = 8;
const EXTENDED_COMMUNITY = 16;
const LARGE_COMMUNITY = 32;
const NEXT_HOP_WORD = 3;

interface Word {
  readonly octets: Uint8Array;
  readonly code: number;
}

/** By their length: no two have the same. */
function byLength(codes: Readonly<Record<string, number>>): readonly (Word | undefined)[] {
  const words: (Word | undefined)[] = [];
  for (const [text, code] of Object.entries(codes)) words[text.length] = { octets: Buffer.from(text), code };
  return Array.from(words);
}

const WORDS = byLength({
  'next-hop': NEXT_HOP_WORD,
  origin: ORIGIN,
  'as-path': AS_PATH,
  med: MED,
  'local-preference': LOCAL_PREFERENCE,
  community: COMMUNITY,
  'extended-community': EXTENDED_COMMUNITY,
  'large-community': LARGE_COMMUNITY,
});
/** How values are written, and in how many octets each part of one is sent. */
interface Shape {
  /** Between colons. */
  readonly parts: number;
  readonly width: 2 | 4;
  readonly digits: number;
  readonly least: number;
  readonly most: number;
}

const NUMBER: Shape = { parts: 1, width: 4, digits: 10, least: 0, most: 0xffffffff };
/** RFC 7607: whoever reads the octets refuses AS 0. */
const AS_NUMBERS: Shape = { ...NUMBER, least: 1 };
const COMMUNITIES: Shape = { parts: 2, width: 2, digits: 5, least: 0, most: 0xffff };
const LARGE_COMMUNITIES: Shape = { ...NUMBER, parts: 3 };
const IGP = Buffer.from('igp');
const EGP = Buffer.from('egp');
const INCOMPLETE = Buffer.from('incomplete');
const IN_ORDER = [
  ORIGIN,
  AS_PATH,
  MED,
  LOCAL_PREFERENCE,
  COMMUNITY,
  EXTENDED_COMMUNITY,
  LARGE_COMMUNITY,
] as const;
const FLAGS: readonly number[] = Object.assign([], {
  [ORIGIN]: 0x40,
  [AS_PATH]: 0x40,
  [MED]: 0x80,
  [LOCAL_PREFERENCE]: 0x40,
  [COMMUNITY]: 0xc0,
  [EXTENDED_COMMUNITY]: 0xc0,
  [LARGE_COMMUNITY]: 0xc0,
});

/**
 * Reads `next-hop IP|self` and the most common attributes, as commands write them, straight to octets: a tenth of the
 * time of the grammar. Everything else is the grammar's, which says what all of it means.
 */
export class AttributeWords {
  /** What is read, and where its end is. */
  #in: Buffer = NO_OCTETS;
  #at = 0;
  #end = 0;
  /** The value of each attribute, by code: where it begins in `#octets`, and where it ends. */
  readonly #from = new Int32Array(LARGE_COMMUNITY + 1);
  readonly #to = new Int32Array(LARGE_COMMUNITY + 1);
  readonly #octets = new Uint8Array(2048);
  #used = 0;
  readonly #field = Buffer.alloc(2048);
  readonly #hops = new HopWords();
  #failed = false;

  /** What the words between two places say; undefined: the grammar has to read them. */
  read(octets: Buffer, from: number, to: number): PackedSaid | undefined {
    this.#in = octets;
    this.#at = from;
    this.#end = to;
    this.#used = 0;
    this.#failed = false;
    this.#from.fill(-1);
    let nextHop: NextHop | 'self' | undefined;
    for (this.#blanks(); this.#at < to; this.#blanks()) {
      const code = this.#code();
      if (code < 0) return undefined;
      if (code === NEXT_HOP_WORD) {
        // of two, the family says which counts
        if (nextHop !== undefined) return undefined;
        nextHop = this.#nextHop();
        if (nextHop === undefined) return undefined;
      } else if (!this.#attribute(code)) return undefined;
    }
    return new PackedSaid(nextHop, this.#joined());
  }

  /** Of the attribute that the next word names; -1: of none that is known here. */
  #code(): number {
    const start = this.#at;
    this.#toWordEnd();
    const word = WORDS[this.#at - start];
    return word !== undefined && isAt(word.octets, this.#in, start) ? word.code : -1;
  }

  #attribute(code: number): boolean {
    if (this.#from[code] !== -1 || this.#used > 1024) return false;
    const from = this.#used;
    this.#from[code] = from;
    this.#blanks();
    switch (code) {
      case ORIGIN:
        this.#origin();
        break;
      case AS_PATH:
        this.#path();
        break;
      case COMMUNITY:
        this.#communities();
        break;
      case EXTENDED_COMMUNITY:
        this.#words(extendedCommunityWords);
        break;
      case LARGE_COMMUNITY:
        this.#list(LARGE_COMMUNITIES);
        break;
      default:
        this.#numbers(NUMBER, true);
    }
    this.#to[code] = this.#used;
    const length = this.#used - from;
    return !this.#failed && length <= MOST_VALUE && (length > 0 || code === AS_PATH) && this.#wordEnds();
  }

  #origin(): void {
    const start = this.#at;
    this.#toWordEnd();
    const length = this.#at - start;
    let value = -1;
    if (length === INCOMPLETE.length && isAt(INCOMPLETE, this.#in, start)) value = 2;
    else if (length === IGP.length && isAt(IGP, this.#in, start)) value = 0;
    else if (length === EGP.length && isAt(EGP, this.#in, start)) value = 1;
    if (value < 0) this.#failed = true;
    else this.#octets[this.#used++] = value;
  }

  /** One sequence: without sets, and AS numbers as numbers. */
  #path(): void {
    const start = this.#used;
    this.#used += 2;
    this.#list(AS_NUMBERS);
    const count = (this.#used - start - 2) >> 2;
    if (count === 0) this.#used = start;
    this.#octets[start] = 2;
    this.#octets[start + 1] = count;
  }

  /** Numbers as a rule; names are looked up. */
  #communities(): void {
    const at = this.#at;
    this.#list(COMMUNITIES);
    if (!this.#failed) return;
    this.#at = at;
    this.#words(communityWords);
  }

  /** `one`, or `[ one one ]`, of words that are known. */
  #words(known: KnownWords): void {
    const text = this.#in;
    const alone = text[this.#at] !== OPEN;
    if (!alone) this.#at++;
    this.#failed = true;
    do {
      if (!alone) this.#blanks();
      const start = this.#at;
      while (this.#at < this.#end && text[this.#at] !== BLANK && text[this.#at] !== CLOSE) this.#at++;
      if (this.#at === start) break;
      const octets = known.octets(text.toString('latin1', start, this.#at));
      if (octets.length === 0 || this.#used + octets.length > this.#octets.length) return;
      this.#octets.set(octets, this.#used);
      this.#used += octets.length;
    } while (!alone);
    if (!alone && text[this.#at++] !== CLOSE) return;
    this.#failed = alone && text[this.#at] === CLOSE && this.#at < this.#end;
  }

  /** `one`, or `[ one one ]`. */
  #list(shape: Shape): void {
    const alone = this.#in[this.#at] !== OPEN;
    if (!alone) this.#at++;
    this.#numbers(shape, alone);
  }

  /**
   * One value, or all up to a bracket. What stands behind a number decides whether it was one: an end of the text is an end
   * of it, too.
   */
  #numbers({ parts, width, digits, least, most }: Shape, alone: boolean): void {
    const text = this.#in;
    const end = this.#end;
    const out = this.#octets;
    let at = this.#at;
    let used = this.#used;
    const limit = used + MOST_VALUE + 2;
    this.#failed = true;
    for (let part = 0; ; ) {
      if (part === 0 && !alone) {
        while (at < end && text[at] === BLANK) at++;
        if (at < end && text[at] === CLOSE) break;
        if (used > limit) return;
      }
      const start = at;
      let value = 0;
      let code = BLANK;
      for (; at < end; at++) {
        code = text[at] as number;
        if (code < ZERO || code > NINE) break;
        value = value * 10 + (code - ZERO);
      }
      if (at === start || at - start > digits || value < least || value > most) return;
      if (at < end && code !== BLANK && code !== CLOSE && code !== COLON) return;
      for (let shift = (width - 1) * 8; shift >= 0; shift -= 8) out[used++] = value >>> shift;
      if (++part === parts) {
        part = 0;
        if (alone) break;
      } else if (text[at++] !== COLON) return;
    }
    this.#failed = false;
    this.#at = alone ? at : at + 1;
    this.#used = used;
  }

  #nextHop(): NextHop | 'self' | undefined {
    this.#blanks();
    const start = this.#at;
    this.#toWordEnd();
    return this.#hops.read(this.#in, start, this.#at);
  }

  /** Only blanks end a word. */
  #toWordEnd(): void {
    let at = this.#at;
    while (at < this.#end && this.#in[at] !== BLANK) at++;
    this.#at = at;
  }

  #blanks(): void {
    let at = this.#at;
    while (at < this.#end && this.#in[at] === BLANK) at++;
    this.#at = at;
  }

  /** Brackets end a word, too: what stands right behind one may be anything. */
  #wordEnds(): boolean {
    return this.#at >= this.#end || this.#in[this.#at] === BLANK;
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
