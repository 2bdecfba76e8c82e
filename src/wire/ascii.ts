const ZERO = 0x30;
const SLASH = 0x2f;

/**
 * Text is written in words of four octets, as storing one takes as long as storing an octet: numbers from tables, and
 * what stands between numbers. What a word has too many is written over by what comes next.
 */
export const WORD = 4;
/** Whole texts in words of eight, as floating-point numbers: what is not a number, of which bits may change, has octets above 0x7f. */
export const LONG_WORD = 8;
const LAST_ASCII = 0x7f;

/** Up to four characters from `at` on as a word, the first one in front once it is written. */
export function wordOf(text: string, at = 0): number {
  let word = 0;
  for (let i = 0; i < WORD && at + i < text.length; i++) word |= text.charCodeAt(at + i) << (i * 8);
  return word;
}

/** `192.`, and how long that is: the last dot of an address is written over. */
const DOTTED = Int32Array.from({ length: 256 }, (_, octet) => wordOf(`${octet}.`));
const DOTTED_LENGTHS = Uint8Array.from({ length: 256 }, (_, octet) => `${octet}.`.length);
/** Numbers are written four digits at a time: zeros before them, and how many digits they have without. */
const PART = 10_000;
const DIGITS = new Int32Array(PART);
const DIGIT_COUNTS = new Uint8Array(PART);
for (let part = 0; part < PART; part++) {
  for (let rest = part, i = 3; i >= 0; i--, rest = (rest / 10) | 0)
    DIGITS[part] = (DIGITS[part] as number) | ((ZERO + (rest % 10)) << (i * 8));
  DIGIT_COUNTS[part] = part < 10 ? 1 : part < 100 ? 2 : part < 1000 ? 3 : 4;
}

/** A text of ASCII characters that is written again and again. */
export class Text {
  readonly length: number;
  readonly words: Float64Array;

  /** @throws RangeError for other characters */
  constructor(text: string) {
    this.length = text.length;
    this.words = new Float64Array(Math.ceil(text.length / LONG_WORD));
    const octets = new DataView(this.words.buffer);
    for (let i = 0; i < text.length; i++) octets.setUint8(i, asciiAt(text, i));
    for (let i = 0; i < this.words.length; i++) this.words[i] = octets.getFloat64(i * LONG_WORD, true);
  }
}

function asciiAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code > LAST_ASCII) throw new RangeError(`character ${code} at ${at} is not ASCII`);
  return code;
}

export function putWords(view: DataView, at: number, words: Float64Array): void {
  for (let i = 0; i < words.length; i++) view.setFloat64(at + i * LONG_WORD, words[i] as number, true);
}

/** Each of these gives where it ended. The usual ones call nothing that calls itself, so that V8 makes one piece of them. */
export function putDecimal(view: DataView, at: number, value: number): number {
  if (value < PART) return putPart(view, at, value);
  if (value >= PART * PART) return putLong(view, at, value);
  const high = (value / PART) | 0;
  return putFour(view, putPart(view, at, high), value - high * PART);
}

function putLong(view: DataView, at: number, value: number): number {
  const high = Math.floor(value / PART);
  return putFour(view, putDecimal(view, at, high), value - high * PART);
}

/** Without zeros before it. */
function putPart(view: DataView, at: number, part: number): number {
  const count = DIGIT_COUNTS[part] as number;
  view.setInt32(at, (DIGITS[part] as number) >> ((WORD - count) * 8), true);
  return at + count;
}

function putFour(view: DataView, at: number, part: number): number {
  view.setInt32(at, DIGITS[part] as number, true);
  return at + WORD;
}

/** `192.0.2.1.` */
export function putDotted(view: DataView, from: number, value: number): number {
  let at = putOctet(view, from, value >>> 24);
  at = putOctet(view, at, (value >>> 16) & 255);
  at = putOctet(view, at, (value >>> 8) & 255);
  return putOctet(view, at, value & 255);
}

function putOctet(view: DataView, at: number, octet: number): number {
  view.setInt32(at, DOTTED[octet] as number, true);
  return at + (DOTTED_LENGTHS[octet] as number);
}

/** `192.0.2.0/24`, bits behind the prefix being zero. */
export function putQuadPrefix(view: DataView, at: number, value: number, bits: number): number {
  return putSlash(view, putDotted(view, at, bits === 0 ? 0 : value & (-1 << (32 - bits))) - 1, bits);
}

export function putSlash(view: DataView, at: number, bits: number): number {
  view.setUint8(at, SLASH);
  return putOctet(view, at + 1, bits) - 1;
}
