import { HASH_SEED } from './hash-seed.ts';

/** Of an IPv4 prefix: these differ in few bits, in the middle. */
export function hashFour(word: number, bits: number): number {
  let value = word ^ HASH_SEED;
  value = Math.imul(value ^ (value >>> 15) ^ Math.imul(bits, 0x9e3779b1), 0x2c1b3c6d);
  value = Math.imul(value ^ (value >>> 12), 0x297a2d39);
  return value ^ (value >>> 15);
}

/** Of an IPv6 prefix, whose four words stand at `at`. */
export function hashSix(words: Uint32Array, at: number, bits: number): number {
  let value = bits;
  for (let i = 0; i < 4; i++) value = hashFour(words[at + i] as number, value);
  return value;
}
