import type { Words } from '../../syntax/words.ts';
import { parseAddress } from '../../wire/address.ts';
import { fromHex } from '../../wire/hex.ts';
import { type Writer, written } from '../../wire/writer.ts';
import { colons } from './fields.ts';

const OCTETS = 10;
const EXPECTED = 'an Ethernet Segment Identifier: ten octets (00:11:…), - for none, or its type and parts';

/** One type of identifier, RFC 7432 section 5: what its nine octets are made of. */
interface EsiType {
  readonly word: string;
  readonly code: number;
  readonly write: (words: Words, w: Writer) => void;
}

function octets(count: number, what: string): (words: Words, w: Writer) => void {
  return (words, w) => {
    const expected = `${what} of ${count} octets (00:11:…)`;
    const word = words.next(expected);
    const value = fromHex(word.text.replaceAll(':', ''));
    w.octets(value?.length === count ? value : words.fail(word, expected));
  };
}

const mac = octets(6, 'a MAC address');

function routerId(words: Words, w: Writer): void {
  const expected = 'an IPv4 address';
  const word = words.next(expected);
  const address = parseAddress(word.text);
  w.octets(address?.length === 4 ? address : words.fail(word, expected));
}

const discriminator = (words: Words, w: Writer) =>
  void w.u32(words.unsigned('a discriminator', 0xffffffff)).u8(0);

const TYPES: readonly EsiType[] = [
  { word: 'arbitrary', code: 0, write: octets(9, 'a value') },
  {
    word: 'lacp',
    code: 1,
    write(words, w) {
      mac(words, w);
      w.u16(words.unsigned('a port key', 0xffff)).u8(0);
    },
  },
  {
    word: 'mstp',
    code: 2,
    write(words, w) {
      mac(words, w);
      w.u16(words.unsigned('a bridge priority', 0xffff)).u8(0);
    },
  },
  {
    word: 'mac',
    code: 3,
    write(words, w) {
      mac(words, w);
      w.u24(words.unsigned('a discriminator', 0xffffff));
    },
  },
  {
    word: 'routerid',
    code: 4,
    write(words, w) {
      routerId(words, w);
      discriminator(words, w);
    },
  },
  {
    word: 'as',
    code: 5,
    write(words, w) {
      w.u32(words.unsigned('an AS number', 0xffffffff));
      discriminator(words, w);
    },
  },
];

/** Ten octets of `00:11:…`, `-` or 0 for none, or of a type by GoBGP's word and its parts: `lacp MAC KEY`. */
export function parseEsi(words: Words): Uint8Array {
  const word = words.next(EXPECTED);
  const row = TYPES.find((type) => type.word === word.text.toLowerCase());
  if (row !== undefined) return written((w) => row.write(words, w.u8(row.code)));
  const none = word.text === '-' || word.text === '0';
  const value = none ? new Uint8Array(OCTETS) : fromHex(word.text.replaceAll(':', ''));
  const candidates = TYPES.map((type) => type.word);
  return value?.length === OCTETS ? value : words.fail(word, EXPECTED, candidates);
}

/** As events show it: `-` when zero. */
export function esiText(value: Uint8Array): string {
  return value.every((octet) => octet === 0) ? '-' : colons(value);
}
