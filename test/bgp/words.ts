import { type Word, Words } from '../../src/syntax/words.ts';

/** Words of a line for the tests of `parse`: brackets, commas and braces stand alone, quotes join. */
export function wordsOf(text: string): Words {
  const words: Word[] = [...text.matchAll(/"[^"]*"|[[\](){},]|[^\s[\](){},]+/g)].map((match) => {
    const quoted = match[0].startsWith('"');
    return {
      text: quoted ? match[0].slice(1, -1) : match[0],
      at: match.index,
      end: match.index + match[0].length,
      quoted,
    };
  });
  return new Words(words, text.length);
}

/** Octets of hexadecimal digits with any spaces. */
export function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replace(/\s/g, ''), 'hex'));
}

export function toHex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}
