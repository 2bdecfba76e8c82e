import {
  LONG_WORD,
  putDecimal,
  putDotted,
  putQuadPrefix,
  putSlash,
  putWords,
  Text,
  WORD,
  wordOf,
} from './ascii.ts';
import { leadingOctets } from './prefix.ts';

const ZERO = 0x30;
const COLON = 0x3a;
const HEX = Uint8Array.from('0123456789abcdef', (c) => c.charCodeAt(0));

const COMMA = wordOf(', ');
const OPEN_PAIR = wordOf(', [ ');
const END_PAIR = wordOf(' ]');

/** What stands before and behind each of a list. */
export interface Around {
  readonly before: Text;
  readonly after: Text;
}

/**
 * Lines of ASCII being written by hand, for the hot path: no strings, no values between. One large buffer that is
 * used again and again. Writing never checks for room: `reserve` does, once, before much is written.
 */
export class LineWriter {
  #octets: Uint8Array;
  /** The same octets. */
  #view: DataView;
  #at = 0;

  constructor(capacity = 16 * 1024) {
    this.#octets = new Uint8Array(capacity);
    this.#view = new DataView(this.#octets.buffer);
  }

  /** How many octets are written. */
  get length(): number {
    return this.#at;
  }

  /** Begins anew; what `written` gave before is no longer valid. */
  reset(): this {
    this.#at = 0;
    return this;
  }

  /** Makes room for so many octets more. */
  reserve(count: number): this {
    // a word is written whole whatever its text's length
    const needed = this.#at + count + LONG_WORD;
    if (needed <= this.#octets.length) return this;
    const larger = new Uint8Array(Math.max(needed, this.#octets.length * 2));
    larger.set(this.#octets.subarray(0, this.#at));
    this.#octets = larger;
    this.#view = new DataView(larger.buffer);
    return this;
  }

  /** What was written, as a view: valid until the next `reset`. */
  written(): Uint8Array {
    return this.#octets.subarray(0, this.#at);
  }

  /** What was written, to be written again: it must be ASCII. */
  toText(): Text {
    return new Text(Buffer.from(this.#octets.buffer, 0, this.#at).toString('latin1'));
  }

  /** Forgets all that was written after the first `length` octets. */
  truncate(length: number): this {
    this.#at = length;
    return this;
  }

  /** Writes over an octet that is already there. */
  patch(at: number, octet: number): this {
    this.#octets[at] = octet;
    return this;
  }

  /** What stands there already, from one place to another, once more. */
  again(from: number, to: number): this {
    this.#octets.copyWithin(this.#at, from, to);
    this.#at += to - from;
    return this;
  }

  octet(value: number): this {
    this.#octets[this.#at++] = value;
    return this;
  }

  text(text: Text): this {
    putWords(this.#view, this.#at, text.words);
    this.#at += text.length;
    return this;
  }

  /** Text of so many octets, as `readWords` gave it. */
  words(words: Int32Array, length: number): this {
    const view = this.#view;
    const from = this.#at;
    for (let i = 0; i * WORD < length; i++) view.setInt32(from + i * WORD, words[i] as number, true);
    this.#at = from + length;
    return this;
  }

  /** What was written from `from` on as words, the last of them with more behind it. */
  readWords(from: number, into: Int32Array): void {
    const view = this.#view;
    for (let i = 0; from + i * WORD < this.#at; i++) into[i] = view.getInt32(from + i * WORD, true);
  }

  /** Octets as they are. */
  raw(octets: Uint8Array): this {
    this.#octets.set(octets, this.#at);
    this.#at += octets.length;
    return this;
  }

  /** An unsigned number of 32 bits, or of up to 52. */
  decimal(value: number): this {
    this.#at = putDecimal(this.#view, this.#at, value);
    return this;
  }

  /** `, 1, 2` of the numbers of two octets, or of four, from one place to another. */
  decimals(octets: Uint8Array, from: number, to: number, width: number): this {
    const view = this.#view;
    let at = this.#at;
    for (let one = from; one < to; one += width) {
      let value = ((octets[one] as number) << 8) | (octets[one + 1] as number);
      if (width === 4)
        value = value * 65_536 + (((octets[one + 2] as number) << 8) | (octets[one + 3] as number));
      view.setInt32(at, COMMA, true);
      at = putDecimal(view, at + 2, value);
    }
    this.#at = at;
    return this;
  }

  /** `, [ 1, 2 ]` of the two halves of each of the first `count` values. */
  pairs(values: Uint32Array, count: number): this {
    const view = this.#view;
    let at = this.#at;
    for (let i = 0; i < count; i++) {
      const value = values[i] as number;
      view.setInt32(at, OPEN_PAIR, true);
      at = putDecimal(view, at + WORD, value >>> 16);
      view.setInt32(at, COMMA, true);
      at = putDecimal(view, at + 2, value & 0xffff);
      view.setInt32(at, END_PAIR, true);
      at += 2;
    }
    this.#at = at;
    return this;
  }

  /** So many decimal digits of a number below 2^31, zeros before it where it has fewer. */
  digits(value: number, count: number): this {
    const octets = this.#octets;
    const end = this.#at + count;
    let rest = value | 0;
    for (let i = end - 1; i >= this.#at; i--) {
      const tenth = (rest / 10) | 0;
      octets[i] = ZERO + rest - tenth * 10;
      rest = tenth;
    }
    this.#at = end;
    return this;
  }

  /** A dotted quad of a 32-bit number. */
  quad(value: number): this {
    this.#at = putDotted(this.#view, this.#at, value) - 1;
    return this;
  }

  /** `192.0.2.0/24`: `bits` of a 32-bit number, those behind read as zero. */
  quadPrefix(value: number, bits: number): this {
    this.#at = putQuadPrefix(this.#view, this.#at, value, bits);
    return this;
  }

  /** The IPv4 prefixes from one place to another, each between two texts. */
  quadPrefixes(octets: Uint8Array, from: number, to: number, { before, after }: Around): this {
    const view = this.#view;
    let at = this.#at;
    for (let one = from; one < to; ) {
      const bits = octets[one] as number;
      putWords(view, at, before.words);
      at = putQuadPrefix(view, at + before.length, leadingOctets(octets, one + 1, bits), bits);
      putWords(view, at, after.words);
      at += after.length;
      one += 1 + ((bits + 7) >> 3);
    }
    this.#at = at;
    return this;
  }

  /** An IPv6 address of eight 16-bit groups in RFC 5952 form. */
  groups(groups: ArrayLike<number>): this {
    const run = longestZeroRun(groups);
    if (run === MAPPED_RUN && groups[5] === 0xffff) {
      return this.text(MAPPED).quad(((groups[6] as number) << 16) | (groups[7] as number));
    }
    const start = run >> 4;
    const count = run & 15;
    for (let i = 0; i < 8; i++) {
      if (count > 0 && i === start) {
        this.octet(COLON);
        if (i === 0) this.octet(COLON);
        i += count - 1;
        continue;
      }
      this.#group(groups[i] as number);
      if (i < 7) this.octet(COLON);
    }
    return this;
  }

  /** `/48` */
  slash(bits: number): this {
    this.#at = putSlash(this.#view, this.#at, bits);
    return this;
  }

  #group(value: number): void {
    const octets = this.#octets;
    let at = this.#at;
    if (value >= 0x1000) octets[at++] = HEX[value >> 12] as number;
    if (value >= 0x100) octets[at++] = HEX[(value >> 8) & 15] as number;
    if (value >= 0x10) octets[at++] = HEX[(value >> 4) & 15] as number;
    octets[at++] = HEX[value & 15] as number;
    this.#at = at;
  }
}

const MAPPED = new Text('::ffff:');
/** Five zero groups from the first on: what stands before an IPv4 address in an IPv6 one. */
const MAPPED_RUN = 5;

/** The first of the longest runs of two or more zero groups, RFC 5952 section 4.2: `start * 16 + length`, 0 for none. */
function longestZeroRun(groups: ArrayLike<number>): number {
  let best = 0;
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length >= 2 && length > (best & 15)) best = start * 16 + length;
    start += length;
  }
  return best;
}
