import type { Words } from '../syntax/words.ts';
import { formatAddress, sameOctets } from '../wire/address.ts';
import { toHex } from '../wire/hex.ts';
import type { Reader } from '../wire/reader.ts';
import { type Writer, written } from '../wire/writer.ts';
import { tryRead } from './nlri/typed.ts';
import { addressWord, hexWord } from './nlri/words.ts';

/** One type of TLV in words: `interface 10.0.0.1`. */
export interface TlvWord {
  readonly type: number;
  readonly word: string;
  /** Other words that are read. */
  readonly aliases?: readonly string[];
  /** What stands behind the word; undefined where reading that would not give the same octets. */
  toText(octets: Uint8Array): string | undefined;
  /** The octets; undefined, with nothing consumed, where another row of the same word is meant. */
  parse(words: Words): Uint8Array | undefined;
}

/** A kind of value: its octets and its text. */
export interface Form<Value> {
  read(r: Reader): Value;
  write(w: Writer, value: Value): void;
  toText(value: Value): string;
  /** @param what the TLV's word, for messages */
  parse(words: Words, what: string): Value | undefined;
}

export function tlvWord<Value>(
  type: number,
  word: string,
  form: Form<Value>,
  aliases: readonly string[] = [],
): TlvWord {
  const octetsOf = (value: Value) => written((w) => form.write(w, value));
  return {
    type,
    word,
    aliases,
    toText(octets) {
      const found = tryRead(octets, (r) => ({ value: form.read(r) }));
      if (found === undefined || !sameOctets(octetsOf(found.value), octets)) return undefined;
      return form.toText(found.value);
    },
    parse(words) {
      const value = form.parse(words, word);
      return value === undefined ? undefined : octetsOf(value);
    },
  };
}

/** An unsigned number of 1 to 4 octets. */
export function unsigned(octets: 1 | 2 | 3 | 4, maximum = 2 ** (8 * octets) - 1): Form<number> {
  return {
    read(r) {
      const value = octets === 1 ? r.u8() : octets === 2 ? r.u16() : octets === 3 ? r.u24() : r.u32();
      if (value > maximum) throw new RangeError(`${value} is more than ${maximum}`);
      return value;
    },
    write(w, value) {
      if (octets === 1) w.u8(value);
      else if (octets === 2) w.u16(value);
      else if (octets === 3) w.u24(value);
      else w.u32(value);
    },
    toText: String,
    parse: (words, what) => words.unsigned(`a number after '${what}'`, maximum),
  };
}

/** An address; with both lengths under one word, one row takes IPv4, the other IPv6. */
export function address(octets: 4 | 16): Form<Uint8Array> {
  return {
    read: (r) => r.octets(octets),
    write: (w, value) => void w.octets(value),
    toText: formatAddress,
    parse(words) {
      const isIpv6 = words.peek()?.text.includes(':') === true;
      return isIpv6 === (octets === 16) ? addressWord(words, octets) : undefined;
    },
  };
}

/** Any octets as `0x` and digits. */
export const digits: Form<Uint8Array> = {
  read: (r) => r.rest(),
  write: (w, value) => void w.octets(value),
  toText: (value) => `0x${toHex(value)}`,
  parse: (words) => hexWord(words),
};

/** `X`, or `[ X Y ]`: values until the octets end, one at least. */
export function listOf<Value>(form: Form<Value>, count?: number): Form<readonly Value[]> {
  return {
    read(r) {
      const values = [form.read(r)];
      while (!r.done) values.push(form.read(r));
      if (count !== undefined && values.length !== count) throw new RangeError(`not ${count} values`);
      return values;
    },
    write(w, values) {
      for (const value of values) form.write(w, value);
    },
    toText: (values) =>
      values.length === 1 ? values.map(form.toText).join() : `[ ${values.map(form.toText).join(' ')} ]`,
    parse(words, what) {
      const at = words.peek();
      const values = words.list((one) => form.parse(one, what) ?? one.failNext(`a value of '${what}'`));
      const wrong = count === undefined ? values.length === 0 : values.length !== count;
      if (wrong && at !== undefined) words.fail(at, `${count ?? 'at least one'} of '${what}'`);
      return values;
    },
  };
}

/** The row whose word comes next, consumed, and its octets; undefined: none of them. */
export function takeTlvWord(
  words: Words,
  rows: readonly TlvWord[],
): { readonly type: number; readonly octets: Uint8Array } | undefined {
  const word = words.peek();
  if (word === undefined || word.quoted) return undefined;
  const mine = rows.filter((row) => row.word === word.text || row.aliases?.includes(word.text));
  if (mine.length === 0) return undefined;
  words.next(word.text);
  for (const row of mine) {
    const octets = row.parse(words);
    if (octets !== undefined) return { type: row.type, octets };
  }
  return words.failNext('an IP address');
}

/** `word value`; undefined where no row says just these octets. */
export function tlvWordText(
  tlv: { readonly type: number; readonly octets: Uint8Array },
  rows: readonly TlvWord[],
): string | undefined {
  const row = rows.find((one) => one.type === tlv.type);
  const text = row?.toText(tlv.octets);
  return row === undefined || text === undefined ? undefined : `${row.word} ${text}`;
}
