import type { Words } from '../../syntax/words.ts';

export const MAX_AS = 0xffffffff;

/** An AS number of `65001`, or asdot `1.10` (RFC 5396); undefined when it is none or too large. */
export function asNumberOf(text: string): number | undefined {
  const dotted = /^(\d{1,5})\.(\d{1,5})$/.exec(text);
  if (dotted !== null) {
    const high = Number(dotted[1]);
    const low = Number(dotted[2]);
    return high <= 0xffff && low <= 0xffff ? high * 0x10000 + low : undefined;
  }
  if (!/^\d{1,10}$/.test(text)) return undefined;
  const value = Number(text);
  return value <= MAX_AS ? value : undefined;
}

/** The next word as an AS number. */
export function parseAsNumber(words: Words): number {
  const expected = 'an AS number from 0 to 4294967295';
  const word = words.next(expected);
  return asNumberOf(word.text) ?? words.fail(word, expected);
}
