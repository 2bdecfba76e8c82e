import type { Words } from '../../syntax/words.ts';
import { parseAddress } from '../../wire/address.ts';
import { fromHex } from '../../wire/hex.ts';
import { type Prefix, PrefixError, parsePrefix } from '../../wire/prefix.ts';
import { AFI, afiOf, type FamilyId } from '../family.ts';
import { parseRd, type RouteDistinguisher } from './rd.ts';

/** Octets of an address of the family. */
export function addressOctets(family: FamilyId): 4 | 16 {
  return afiOf(family) === AFI.ipv6 ? 16 : 4;
}

function ip(octets: 4 | 16 | undefined): string {
  if (octets === undefined) return 'IPv4 or IPv6';
  return octets === 4 ? 'IPv4' : 'IPv6';
}

/** @param octets of its addresses; absent: any */
export function prefixWord(words: Words, octets?: 4 | 16): Prefix {
  const expected = `an ${ip(octets)} prefix`;
  const word = words.next(expected);
  try {
    const prefix = parsePrefix(word.text);
    if (octets === undefined || prefix.address.length === octets) return prefix;
  } catch (err) {
    if (!(err instanceof PrefixError)) throw err;
    words.fail(word, `${expected}: ${err.message}`);
  }
  return words.fail(word, expected);
}

export function addressWord(words: Words, octets?: 4 | 16): Uint8Array {
  const expected = octets === undefined ? 'an IP address' : `an ${ip(octets)} address`;
  const word = words.next(expected);
  const address = parseAddress(word.text);
  if (address === undefined || (octets !== undefined && address.length !== octets))
    words.fail(word, expected);
  return address;
}

export function macWord(words: Words): Uint8Array {
  const expected = 'a MAC address (00:11:22:33:44:55)';
  const word = words.next(expected);
  const octets = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(word.text)
    ? fromHex(word.text.replaceAll(':', ''))
    : undefined;
  return octets ?? words.fail(word, expected);
}

/** Octets as `0x` and digits: how routes that were not understood stand in text. */
export function hexWord(words: Words, what = 'octets'): Uint8Array {
  const expected = `${what} in hexadecimal (0x…)`;
  const word = words.next(expected);
  return (word.text.startsWith('0x') ? fromHex(word.text) : undefined) ?? words.fail(word, expected);
}

/** What follows `rd` or `route-distinguisher`. */
export function rdWord(words: Words): RouteDistinguisher {
  const expected = 'a route distinguisher (65000:1, 192.0.2.1:1 or 70000:1)';
  const word = words.next(expected);
  return parseRd(word.text) ?? words.fail(word, expected);
}

/** Consumes `rd` or `route-distinguisher`. */
export function takeRd(words: Words): boolean {
  return words.take('rd') || words.take('route-distinguisher');
}

export function expectRd(words: Words): RouteDistinguisher {
  if (!takeRd(words)) words.failNext("'rd'", ['rd', 'route-distinguisher']);
  return rdWord(words);
}

/**
 * `key value` pairs in any order, until a word that is none of them.
 * Every key must be there, once, but the `optional` ones.
 * @param keyOf the key that another word means
 */
export function pairs<const K extends string>(
  words: Words,
  keys: readonly K[],
  optional: readonly K[] = [],
  keyOf: (text: string) => string = (text) => text,
): (read: (key: K, word: string) => void) => void {
  return (read) => {
    const seen = new Set<K>();
    for (;;) {
      const word = words.peek();
      const text = word?.text === 'route-distinguisher' ? 'rd' : keyOf(word?.text ?? '');
      const key = word?.quoted === true ? undefined : keys.find((k) => k === text);
      if (key === undefined || seen.has(key)) break;
      words.next(key);
      seen.add(key);
      read(key, word?.text ?? key);
    }
    const missing = keys.filter((key) => !seen.has(key) && !optional.includes(key));
    if (missing.length > 0) words.failNext(missing.map((key) => `'${key}'`).join(', '), missing);
  };
}
