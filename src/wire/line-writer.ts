/** Text of 0 to 255: four octets each, how many digits there are, then the digits. */
const OCTET_DIGITS = new Uint8Array(256 * 4);
for (let octet = 0; octet < 256; octet++) {
  const text = String(octet);
  OCTET_DIGITS[octet * 4] = text.length;
  for (let i = 0; i < text.length; i++) OCTET_DIGITS[octet * 4 + 1 + i] = text.charCodeAt(i);
}

const ZERO = 0x30;
const DOT = 0x2e;
const COLON = 0x3a;
const SLASH = 0x2f;
/** Numbers are written four digits at a time: text of 0 to 9999, zeros before it. */
const PART = 10_000;
const PART_DIGITS = new Uint8Array(PART * 4);
for (let part = 0; part < PART; part++) {
  for (let rest = part, i = 3; i >= 0; i--, rest = (rest / 10) | 0)
    PART_DIGITS[part * 4 + i] = ZERO + (rest % 10);
}
const HEX = ascii('0123456789abcdef');

/** The octets of a text of ASCII characters. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

/**
 * Lines of ASCII being written by hand, for the hot path: no strings, no values between. One large buffer that is
 * used again and again. Writing never checks for room: `reserve` does, once, before much is written.
 */
export class LineWriter {
  #octets: Uint8Array;
  #at = 0;

  constructor(capacity = 16 * 1024) {
    this.#octets = new Uint8Array(capacity);
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
    // a text of three digits is written as three octets whatever its length
    const needed = this.#at + count + 4;
    if (needed <= this.#octets.length) return this;
    const larger = new Uint8Array(Math.max(needed, this.#octets.length * 2));
    larger.set(this.#octets.subarray(0, this.#at));
    this.#octets = larger;
    return this;
  }

  /** What was written, as a view: valid until the next `reset`. */
  written(): Uint8Array {
    return this.#octets.subarray(0, this.#at);
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

  text(text: Uint8Array): this {
    const octets = this.#octets;
    let at = this.#at;
    if (text.length > 64) octets.set(text, at);
    else for (let i = 0; i < text.length; i++) octets[at + i] = text[i] as number;
    at += text.length;
    this.#at = at;
    return this;
  }

  /** An unsigned number of 32 bits, or of up to 52. */
  decimal(value: number): this {
    if (value >= PART) {
      const high = value > 0x7fffffff ? Math.floor(value / PART) : (value / PART) | 0;
      this.decimal(high);
      this.#at = putFour(this.#octets, this.#at, (value - high * PART) << 2);
    } else this.#at = putPart(this.#octets, this.#at, value);
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

  /** A dotted quad of an unsigned 32-bit number. */
  quad(value: number): this {
    const octets = this.#octets;
    let at = put(octets, this.#at, value >>> 24);
    octets[at] = DOT;
    at = put(octets, at + 1, (value >>> 16) & 255);
    octets[at] = DOT;
    at = put(octets, at + 1, (value >>> 8) & 255);
    octets[at] = DOT;
    this.#at = put(octets, at + 1, value & 255);
    return this;
  }

  /** `192.0.2.0/24`: `bits` of an unsigned 32-bit number, those behind read as zero. */
  quadPrefix(value: number, bits: number): this {
    this.quad(bits === 0 ? 0 : value & (-1 << (32 - bits)));
    this.#octets[this.#at] = SLASH;
    this.#at = put(this.#octets, this.#at + 1, bits);
    return this;
  }

  /** An IPv6 address of eight 16-bit groups in RFC 5952 form. */
  groups(groups: ArrayLike<number>): this {
    const run = longestZeroRun(groups);
    if (run === MAPPED_RUN && groups[5] === 0xffff) {
      return this.text(MAPPED).quad((((groups[6] as number) << 16) | (groups[7] as number)) >>> 0);
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
    this.#octets[this.#at] = SLASH;
    this.#at = put(this.#octets, this.#at + 1, bits);
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

function putFour(octets: Uint8Array, at: number, digits: number): number {
  octets[at] = PART_DIGITS[digits] as number;
  octets[at + 1] = PART_DIGITS[digits + 1] as number;
  octets[at + 2] = PART_DIGITS[digits + 2] as number;
  octets[at + 3] = PART_DIGITS[digits + 3] as number;
  return at + 4;
}

/** A number below `PART`, without zeros before it. */
function putPart(octets: Uint8Array, at: number, value: number): number {
  const digits = value << 2;
  if (value >= 1000) return putFour(octets, at, digits);
  let to = at;
  if (value >= 100) octets[to++] = PART_DIGITS[digits + 1] as number;
  if (value >= 10) octets[to++] = PART_DIGITS[digits + 2] as number;
  octets[to] = PART_DIGITS[digits + 3] as number;
  return to + 1;
}

function put(octets: Uint8Array, at: number, value: number): number {
  const digits = value << 2;
  octets[at] = OCTET_DIGITS[digits + 1] as number;
  octets[at + 1] = OCTET_DIGITS[digits + 2] as number;
  octets[at + 2] = OCTET_DIGITS[digits + 3] as number;
  return at + (OCTET_DIGITS[digits] as number);
}

const MAPPED = ascii('::ffff:');
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
