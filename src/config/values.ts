import type { Word, Words } from '../syntax/words.ts';
import { ipv4ToNumber, parseAddress } from '../wire/address.ts';
import { masked, type Prefix } from '../wire/prefix.ts';

const TRUE = ['true', 'enable', 'enabled', 'yes', '1'];
const FALSE = ['false', 'disable', 'disabled', 'no', '0'];

/** A boolean; without a word it is `bare`. */
export function boolean(words: Words, bare: boolean): boolean {
  if (words.done) return bare;
  const word = words.next('true or false');
  const text = word.text.toLowerCase();
  if (TRUE.includes(text)) return true;
  if (FALSE.includes(text)) return false;
  return words.fail(word, 'true or false (enable or disable)', ['true', 'false', 'enable', 'disable']);
}

/** 3.x: as if the keyword were not there. The word is consumed then. */
export function takeUnset(words: Words): boolean {
  return words.take('unset');
}

/** Whether the next word switches something off; it is consumed then. */
export function takeOff(words: Words): boolean {
  return ['disable', 'disabled', 'false'].some((word) => words.take(word));
}

/** An address of 4 or 16 octets. */
export function address(words: Words, expected = 'an IPv4 or IPv6 address'): Uint8Array {
  const word = words.next(expected);
  return parseAddress(word.text) ?? words.fail(word, expected);
}

export function ipv4Number(words: Words, expected: string): number {
  const word = words.next(expected);
  const octets = parseAddress(word.text);
  if (octets?.length !== 4) return words.fail(word, expected);
  return ipv4ToNumber(octets);
}

/** Undefined is `auto`. */
export function autoOr<T>(words: Words, read: (words: Words) => T): T | 'auto' {
  return words.take('auto') ? 'auto' : read(words);
}

const AS_EXPECTED = "an AS number from 1 to 4294967295, or 'auto'";

/** An AS number, plain or `1.10` (RFC 5396). */
export function asNumber(words: Words): number {
  const word = words.next(AS_EXPECTED);
  const match = /^(?:(\d{1,5})\.)?(\d{1,10})$/.exec(word.text);
  const high = Number(match?.[1] ?? 0);
  const low = Number(match?.[2] ?? Number.NaN);
  const value = high * 65536 + low;
  const fits = high <= 65535 && low <= (match?.[1] === undefined ? 0xffffffff : 65535) && value > 0;
  return fits ? value : words.fail(word, AS_EXPECTED);
}

export function holdTime(words: Words): number {
  const expected = 'a hold time of 0 or 3-65535 seconds';
  const word = words.next(expected);
  const value = /^\d{1,5}$/.test(word.text) ? Number(word.text) : Number.NaN;
  return value === 0 || (value >= 3 && value <= 65535) ? value : words.fail(word, expected);
}

export function port(words: Words): number {
  return words.unsigned('a port', 65535, 1);
}

/** A neighbor's address, or a range of them; host bits are cleared. */
export function addressOrRange(word: Word, words: Words): Prefix & { readonly hostBits: boolean } {
  const expected = 'the address of a neighbor, or a range of them';
  const [text = '', mask, ...rest] = word.text.split('/');
  const octets = parseAddress(text);
  if (octets === undefined || rest.length > 0) return words.fail(word, expected);
  const bits = octets.length * 8;
  const length = mask === undefined ? bits : /^\d{1,3}$/.test(mask) ? Number(mask) : Number.NaN;
  if (!(length <= bits)) return words.fail(word, `a prefix length from 0 to ${bits}`);
  const network = masked(octets.slice(), length);
  return { address: network, length, hostBits: network.some((octet, i) => octet !== octets[i]) };
}

/** The text of one word; several unquoted ones are taken as they stand, a blank between. */
export function sentence(words: Words, expected: string): string {
  const all = [words.next(expected).text];
  while (!words.done) all.push(words.next(expected).text);
  return all.join(' ');
}
