import type { Prefix } from '../wire/prefix.ts';

/** More routes than this from one `split` are a mistake. */
const MAX_PARTS_BITS = 16;

/**
 * All prefixes of `length` bits inside `prefix`, in order; the prefix itself when it is as long already.
 * Undefined: they would be more than 65536, or the address has fewer bits.
 */
export function splitPrefix(prefix: Prefix, length: number): Prefix[] | undefined {
  const extra = length - prefix.length;
  if (extra <= 0) return [prefix];
  if (extra > MAX_PARTS_BITS || length > prefix.address.length * 8) return undefined;
  return Array.from({ length: 2 ** extra }, (_, i) => ({
    address: withBits(prefix.address, i, length),
    length,
  }));
}

/** `value` set into the bits of `address` that end at bit `end`. */
function withBits(address: Uint8Array, value: number, end: number): Uint8Array {
  const out = address.slice();
  for (let bit = end - 1, rest = value; rest > 0; bit--, rest = Math.floor(rest / 2)) {
    const octet = bit >> 3;
    if (rest % 2 === 1) out[octet] = (out[octet] ?? 0) | (0x80 >> (bit & 7));
  }
  return out;
}
