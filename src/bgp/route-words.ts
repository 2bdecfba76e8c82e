import type { Words } from '../syntax/words.ts';
import { ipv4ToNumber, isLinkLocal, parseAddress } from '../wire/address.ts';
import type { NextHop } from './nlri/codec.ts';

// What stands behind the words of a route that are no attribute.

const RESERVED_NAMES = ['announce', 'withdraw'];

/** `self` stands for the address of the session, which is known only when there is one. */
export function parseNextHop(words: Words): NextHop | 'self' {
  const expected = "an IP address or 'self'";
  const word = words.next(expected);
  if (word.text.toLowerCase() === 'self') return 'self';
  const address = parseAddress(word.text);
  return address === undefined ? words.fail(word, expected, ['self']) : { address };
}

/** 16 octets, to stand behind a global next hop (RFC 2545 section 3). */
export function parseLinkLocal(words: Words): Uint8Array {
  const expected = 'a link-local address (fe80::/10)';
  const word = words.next(expected);
  const address = parseAddress(word.text);
  return address === undefined || !isLinkLocal(address) ? words.fail(word, expected) : address;
}

/** A path identifier as a number or a dotted quad. */
export function parsePathId(words: Words): number {
  const quad = parseAddress(words.peek()?.text ?? '');
  if (quad?.length !== 4) return words.unsigned('a path identifier (or a dotted quad)', 0xffffffff);
  words.next('a path identifier');
  return ipv4ToNumber(quad);
}

/** `/BITS`: the length of the prefixes that one prefix is split into. */
export function parseSplit(words: Words): number {
  const expected = 'a prefix length from /0 to /128';
  const word = words.next(expected);
  const bits = /^\/\d{1,3}$/.test(word.text) ? Number(word.text.slice(1)) : Number.NaN;
  return bits <= 128 ? bits : words.fail(word, expected);
}

export function parseWatchdog(words: Words): string {
  const expected = "the name of a watchdog group, not 'announce' or 'withdraw'";
  const word = words.next(expected);
  return RESERVED_NAMES.includes(word.text) ? words.fail(word, expected) : word.text;
}
