import type { Words } from '../../syntax/words.ts';
import { fromHex } from '../../wire/hex.ts';
import type { RawAttribute } from './codec.ts';

function octetWord(words: Words, what: string): number {
  const expected = `${what} from 0x00 to 0xFF`;
  const word = words.next(expected);
  return /^0x[0-9a-f]{1,2}$/i.test(word.text) ? Number(word.text) : words.fail(word, expected);
}

/** `[ 0xCODE 0xFLAGS 0xDATA ]`: what follows the word `attribute`. Nothing of it is checked but that it fits. */
export function parseRawAttribute(words: Words): RawAttribute {
  words.expect('[');
  const code = octetWord(words, 'an attribute code');
  const flags = octetWord(words, 'attribute flags');
  const expected = 'the octets of an attribute: 0x and hexadecimal digits in pairs';
  const word = words.next(expected);
  const value = /^0x/i.test(word.text) ? fromHex(word.text) : undefined;
  if (value === undefined || value.length > 0xffff) words.fail(word, expected);
  words.expect(']');
  return { code, flags, value };
}
