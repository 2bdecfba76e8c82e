import { hashFour, hashSix } from './prefix-hash.ts';

const ZERO = 0x30;
const NINE = 0x39;
const DOT = 0x2e;
const SLASH = 0x2f;
const COLON = 0x3a;
const FIRST_PREFIXES = 64;
const IPV4_BITS = 32;
const IPV6_BITS = 128;
const GROUPS = 8;
const MULTICAST_V4 = 0xe;
const MULTICAST_V6 = 0xff;

/** Unicast prefixes as numbers, read from text: four words of an address and a length in bits for each, no objects. */
export class PrefixList {
  /** Of IPv6 four words each; of IPv4 the first of them. */
  words = new Uint32Array(FIRST_PREFIXES * 4);
  bits = new Uint8Array(FIRST_PREFIXES);
  /** 4 or 6. */
  version = new Uint8Array(FIRST_PREFIXES);
  /** As tables have it: the prefix is looked for in that of each neighbor. */
  hashes = new Int32Array(FIRST_PREFIXES);
  count = 0;
  readonly #groups = new Uint16Array(GROUPS);

  clear(): void {
    this.count = 0;
  }

  /** Appends a prefix of another list. */
  push(list: PrefixList, nth: number): void {
    if (this.count === this.bits.length) this.#grow();
    this.version[this.count] = list.version[nth] as number;
    this.bits[this.count] = list.bits[nth] as number;
    this.hashes[this.count] = list.hashes[nth] as number;
    const words = list.version[nth] === 6 ? 4 : 1;
    for (let i = 0; i < words; i++) this.words[this.count * 4 + i] = list.words[nth * 4 + i] as number;
    this.count++;
  }

  /** Makes the prefix the nth: of the address that stands in `words`. */
  put(nth: number, version: 4 | 6, bits: number): void {
    this.version[nth] = version;
    this.bits[nth] = bits;
    this.hashes[nth] =
      version === 4 ? hashFour(this.words[nth * 4] as number, bits) : hashSix(this.words, nth * 4, bits);
  }

  hasIpv6(): boolean {
    for (let nth = 0; nth < this.count; nth++) if (this.version[nth] === 6) return true;
    return false;
  }

  /**
   * Appends the unicast prefix that is written at `from`, in its usual form: a network, with or without a length.
   * @returns where it ends, or -1: there is none, `parsePrefix` and the families say what of that is one
   */
  read(octets: Uint8Array, from: number): number {
    if (this.count === this.bits.length) this.#grow();
    let at = from;
    let value = 0;
    let code = octets[at] ?? 0;
    for (; code >= ZERO && code <= NINE; code = octets[++at] ?? 0) value = value * 10 + code - ZERO;
    return code === DOT ? this.#four(octets, from) : this.#six(octets, from);
  }

  #four(octets: Uint8Array, from: number): number {
    let at = from;
    let address = 0;
    for (let nth = 0; nth < 4; nth++) {
      const start = at;
      let value = 0;
      let code = octets[at] as number;
      for (; code >= ZERO && code <= NINE; code = octets[++at] as number) value = value * 10 + code - ZERO;
      const digits = at - start;
      if (digits === 0 || digits > 3 || value > 255 || (digits > 1 && octets[start] === ZERO)) return -1;
      address = ((address << 8) | value) >>> 0;
      if (nth < 3 && octets[at++] !== DOT) return -1;
    }
    const end = this.#length(octets, at, IPV4_BITS);
    const bits = this.bits[this.count] as number;
    const hostBits = bits === IPV4_BITS ? 0 : address & (bits === 0 ? -1 : 0xffffffff >>> bits);
    if (end < 0 || hostBits !== 0 || address >>> 28 === MULTICAST_V4) return -1;
    this.words[this.count * 4] = address;
    this.put(this.count++, 4, bits);
    return end;
  }

  /** Without IPv4 addresses in it. */
  #six(octets: Uint8Array, from: number): number {
    const groups = this.#groups;
    let at = from;
    let count = 0;
    let gap = -1;
    if (octets[at] === COLON) {
      if (octets[at + 1] !== COLON) return -1;
      gap = 0;
      at += 2;
    }
    for (let digit = hexDigit(octets[at]); digit >= 0; digit = hexDigit(octets[at])) {
      if (count === GROUPS) return -1;
      const start = at;
      let value = 0;
      for (; digit >= 0; digit = hexDigit(octets[++at])) value = value * 16 + digit;
      if (at - start > 4) return -1;
      groups[count++] = value;
      if (octets[at] !== COLON) break;
      at++;
      if (octets[at] === COLON) {
        if (gap >= 0) return -1;
        gap = count;
        at++;
      } else if (hexDigit(octets[at]) < 0) return -1;
    }
    if (gap < 0 ? count !== GROUPS : count === GROUPS) return -1;
    return this.#sixOf(octets, at, { count, gap });
  }

  #sixOf(octets: Uint8Array, at: number, { count, gap }: { count: number; gap: number }): number {
    const groups = this.#groups;
    if (gap >= 0) {
      const behind = count - gap;
      groups.copyWithin(GROUPS - behind, gap, count);
      groups.fill(0, gap, GROUPS - behind);
    }
    const end = this.#length(octets, at, IPV6_BITS);
    const bits = this.bits[this.count] as number;
    if (end < 0 || (groups[0] as number) >>> 8 === MULTICAST_V6) return -1;
    for (let i = 0; i < 4; i++) {
      const word = (((groups[i * 2] as number) << 16) | (groups[i * 2 + 1] as number)) >>> 0;
      const known = Math.min(32, Math.max(0, bits - i * 32));
      if (known < 32 && (word & (known === 0 ? -1 : 0xffffffff >>> known)) !== 0) return -1;
      this.words[this.count * 4 + i] = word;
    }
    this.put(this.count++, 6, bits);
    return end;
  }

  /** Without a length it is a host's. */
  #length(octets: Uint8Array, from: number, most: number): number {
    if (octets[from] !== SLASH) {
      this.bits[this.count] = most;
      return from;
    }
    let at = from + 1;
    let value = 0;
    for (let code = octets[at] ?? 0; code >= ZERO && code <= NINE; code = octets[++at] ?? 0)
      value = value * 10 + code - ZERO;
    const digits = at - from - 1;
    if (digits === 0 || digits > 3 || value > most) return -1;
    this.bits[this.count] = value;
    return at;
  }

  #grow(): void {
    const { words, bits, version, hashes } = this;
    this.words = new Uint32Array(words.length * 2);
    this.words.set(words);
    this.bits = new Uint8Array(bits.length * 2);
    this.bits.set(bits);
    this.version = new Uint8Array(version.length * 2);
    this.version.set(version);
    this.hashes = new Int32Array(hashes.length * 2);
    this.hashes.set(hashes);
  }
}

function hexDigit(code: number | undefined): number {
  if (code === undefined) return -1;
  if (code >= ZERO && code <= NINE) return code - ZERO;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 87 : -1;
}
