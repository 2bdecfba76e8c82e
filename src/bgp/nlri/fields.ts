import type { Words } from '../../syntax/words.ts';
import { formatAddress } from '../../wire/address.ts';
import { fromHex, toHex } from '../../wire/hex.ts';
import { formatPrefix, type Prefix, readPrefixAddress, writePrefix } from '../../wire/prefix.ts';
import type { Reader } from '../../wire/reader.ts';
import { type Writer, written } from '../../wire/writer.ts';
import { labelOf, labelStack, MAX_LABEL } from './labels.ts';
import { RD_OCTETS, type RouteDistinguisher, rdToText } from './rd.ts';
import type { Field } from './typed.ts';
import { addressWord, prefixWord, rdWord } from './words.ts';

export const rd: Field<'rd', RouteDistinguisher> = {
  key: 'rd',
  word: 'rd',
  read: (r) => r.octets(RD_OCTETS),
  write: (w, value) => void w.octets(value),
  toText: rdToText,
  parse: rdWord,
};

/** A number of 1 to 4 octets. */
export function number<const Key extends string>(
  key: Key,
  octets: 1 | 2 | 4,
  options: { readonly word?: string; readonly maximum?: number; readonly missing?: number } = {},
): Field<Key, number> {
  const maximum = options.maximum ?? 2 ** (8 * octets) - 1;
  const word = options.word ?? key;
  return {
    key,
    word,
    read: (r) => (octets === 1 ? r.u8() : octets === 2 ? r.u16() : r.u32()),
    write: (w, value) =>
      void (octets === 1 ? w.u8(value, word) : octets === 2 ? w.u16(value, word) : w.u32(value, word)),
    toText: (value) => (value === options.missing ? undefined : String(value)),
    parse: (words) => words.unsigned(`a ${word}`, maximum),
    ...(options.missing === undefined ? {} : { missing: { value: options.missing } }),
  };
}

/** Octets of a fixed number; digits in text are hexadecimal. */
export function octetField<const Key extends string>(
  key: Key,
  count: number,
  word: string = key,
): Field<Key, Uint8Array> {
  const expected = `${count} octets in hexadecimal (0x…)`;
  return {
    key,
    word,
    read: (r) => r.octets(count),
    write: (w, value) => void w.octets(value),
    toText: (value) => `0x${toHex(value)}`,
    parse(words) {
      const found = words.next(expected);
      const octets = fromHex(found.text);
      return octets?.length === count ? octets : words.fail(found, expected);
    },
  };
}

/** Octets written `00:11:22`, a MAC address or an Ethernet Segment Identifier. */
export function colonField<const Key extends string>(
  key: Key,
  count: number,
  what: string,
): Field<Key, Uint8Array> {
  return {
    key,
    word: key,
    read: (r) => r.octets(count),
    write: (w, value) => void w.octets(value),
    toText: colons,
    parse(words) {
      const found = words.next(what);
      const isEmpty = found.text === '-';
      const octets = isEmpty ? new Uint8Array(count) : fromHex(found.text.replaceAll(':', ''));
      return octets?.length === count ? octets : words.fail(found, what);
    },
  };
}

/** `00:11:22:aa`. */
export function colons(octets: Uint8Array): string {
  return toHex(octets).replace(/..(?=.)/g, '$&:');
}

/** A length in bits, 0, 32 or 128, and so much of an address. No octets stand for no address. */
export function readBitsAddress(r: Reader): Uint8Array {
  const bits = r.u8();
  if (bits !== 0 && bits !== 32 && bits !== 128) throw new RangeError(`an address of ${bits} bits`);
  return r.octets(bits / 8);
}

export function writeBitsAddress(w: Writer, address: Uint8Array): void {
  w.u8(address.length * 8).octets(address);
}

/** An address behind its length in bits; with `optional` it may have no octets. */
export function address<const Key extends string>(
  key: Key,
  options: { readonly word?: string; readonly optional?: boolean } = {},
): Field<Key, Uint8Array> {
  const optional = options.optional === true;
  return {
    key,
    word: options.word ?? key,
    read(r) {
      const value = readBitsAddress(r);
      if (value.length === 0 && !optional) throw new RangeError(`${key}: no address`);
      return value;
    },
    write: writeBitsAddress,
    toText: (value) => (value.length === 0 ? undefined : formatAddress(value)),
    parse: (words) => addressWord(words),
    ...(optional ? { missing: { value: new Uint8Array(0) } } : {}),
  };
}

/** An address that takes all octets that are left. */
export function lastAddress<const Key extends string>(key: Key, word: string = key): Field<Key, Uint8Array> {
  return {
    key,
    word,
    read(r) {
      if (r.remaining !== 4 && r.remaining !== 16)
        throw new RangeError(`${key}: an address of ${r.remaining} octets`);
      return r.rest();
    },
    write: (w, value) => void w.octets(value),
    toText: formatAddress,
    parse: (words) => addressWord(words),
  };
}

/** A prefix of the family's AFI. */
export function prefix<const Key extends string>(key: Key, word: string): Field<Key, Prefix> {
  return {
    key,
    word,
    read(r, octets) {
      const length = r.u8();
      return { length, address: readPrefixAddress(r, length, octets) };
    },
    write: writePrefix,
    toText: formatPrefix,
    parse: (words, octets) => prefixWord(words, octets),
  };
}

/** Another route's NLRI: type, length and as many octets. */
export function routeKey<const Key extends string>(key: Key): Field<Key, Uint8Array> {
  return {
    key,
    word: key,
    read(r) {
      const type = r.u8();
      const length = r.u8();
      const octets = r.octets(length);
      return written((w) => w.u8(type).u8(length).octets(octets));
    },
    write: (w, value) => void w.octets(value),
    toText: (value) => `0x${toHex(value)}`,
    parse(words) {
      const expected = "a route's NLRI in hexadecimal (0x…)";
      const found = words.next(expected);
      const octets = fromHex(found.text);
      const whole = octets !== undefined && octets.length >= 2 && octets[1] === octets.length - 2;
      return whole ? octets : words.fail(found, expected);
    },
  };
}

/**
 * One or two 24-bit label fields, which fill the rest. In text a field that is a label with the bottom bit is
 * the label, another is `0x` and the field; `vni` is read as the number of a VXLAN, which takes all of it (RFC 8365
 * section 5.1.3). Without the word it is 0.
 */
export function labelFields<const Key extends string>(key: Key, most: 1 | 2): Field<Key, readonly number[]> {
  const one = (field: number) =>
    labelStack([labelOf(field)])[0] === field
      ? String(labelOf(field))
      : `0x${field.toString(16).padStart(6, '0')}`;
  return {
    key,
    word: 'label',
    aliases: ['vni'],
    read(r) {
      const count = r.remaining / 3;
      if (count < 1 || count > most || !Number.isInteger(count)) {
        throw new RangeError(`labels in ${r.remaining} octets`);
      }
      return Array.from({ length: count }, () => r.u24());
    },
    write(w, value) {
      for (const field of value) w.u24(field, 'label');
    },
    toText: (value) => (value.length === 1 ? value.map(one).join() : `[ ${value.map(one).join(' ')} ]`),
    missing: { value: [0] },
    parse(words, _, word) {
      const at = words.peek();
      const values = words.list((w) => (word === 'vni' ? w.unsigned('a VNI', 0xffffff) : labelField(w)));
      const fits = values.length >= 1 && values.length <= most;
      return fits || at === undefined
        ? values
        : words.fail(at, most === 1 ? 'one label' : 'one or two labels');
    },
  };
}

/** The field of a label alone on the stack, or any field as `0x` and digits. */
function labelField(words: Words): number {
  const expected = `a label from 0 to ${MAX_LABEL}, or its field as 0x and six digits`;
  const found = words.next(expected);
  if (/^0x[0-9a-f]{1,6}$/i.test(found.text)) return Number(found.text);
  const label = /^\d{1,7}$/.test(found.text) ? Number(found.text) : Number.NaN;
  return label <= MAX_LABEL ? label * 16 + 1 : words.fail(found, expected);
}
