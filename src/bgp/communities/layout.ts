import { dottedQuad, parseAddress } from '../../wire/address.ts';
import { hexOctet, toHex } from '../../wire/hex.ts';
import { Reader } from '../../wire/reader.ts';
import { type Writer, written } from '../../wire/writer.ts';
import { asNumberOf } from '../attributes/as-number.ts';
import type { ExtendedCommunityCodec } from './codec.ts';
import { decimal } from './octets.ts';

/** One part of a community's six octets, written between colons. */
interface Field {
  readonly toText: (r: Reader) => string;
  /** False when the text is none. */
  readonly write: (w: Writer, text: string) => boolean;
}

function unsigned(size: 1 | 2 | 3 | 4): Field {
  const read = (r: Reader) => {
    if (size === 1) return r.u8();
    if (size === 2) return r.u16();
    return size === 3 ? r.u24() : r.u32();
  };
  return {
    toText: (r) => String(read(r)),
    write(w, text) {
      const value = decimal(text, 2 ** (8 * size) - 1);
      if (value === undefined) return false;
      for (let at = size - 1; at >= 0; at--) w.u8(Math.floor(value / 256 ** at) % 256);
      return true;
    },
  };
}

export const U8 = unsigned(1);
export const U16 = unsigned(2);
export const U24 = unsigned(3);
export const U32 = unsigned(4);

/** A four-octet AS; one that two octets hold is marked by `L`, which keeps it apart from the other form. */
export const AS4: Field = {
  toText(r) {
    const as = r.u32();
    return as > 0xffff ? String(as) : `${as}L`;
  },
  write(w, text) {
    const as = asNumberOf(text.replace(/L$/, ''));
    if (as === undefined || (as <= 0xffff && !text.endsWith('L'))) return false;
    w.u32(as);
    return true;
  },
};

export const IPV4: Field = {
  toText: (r) => dottedQuad(r.u32()),
  write(w, text) {
    const address = parseAddress(text);
    if (address?.length !== 4) return false;
    w.octets(address);
    return true;
  },
};

/** Six octets with hyphens: colons part the fields. */
export const MAC: Field = {
  toText: (r) => [...r.octets(6)].map(hexOctet).join('-'),
  write(w, text) {
    if (!/^[0-9a-f]{2}(-[0-9a-f]{2}){5}$/i.test(text)) return false;
    for (const octet of text.split('-')) w.u8(Number.parseInt(octet, 16));
    return true;
  },
};

/** Six octets that mean nothing here. */
export const SIX: Field = {
  toText: (r) => `0x${toHex(r.octets(6))}`,
  write(w, text) {
    if (!/^0x[0-9a-f]{12}$/i.test(text)) return false;
    for (let at = 2; at < text.length; at += 2) w.u8(Number.parseInt(text.slice(at, at + 2), 16));
    return true;
  },
};

/** One of some names, by their position, in one octet after `before` octets of zero. */
export function nameAfter(before: number, names: readonly string[]): Field {
  return {
    toText(r) {
      r.octets(before);
      const value = r.u8();
      return names[value] ?? String(value);
    },
    write(w, text) {
      const value = names.indexOf(text.toLowerCase());
      if (value >= 0) w.octets(new Uint8Array(before)).u8(value);
      return value >= 0;
    },
  };
}

/**
 * A community that configuration names and events do not: ExaBGP's show its octets, or nothing. Octets after
 * the fields are zero; others are written as `0x…`.
 */
export function laidOut(
  type: number,
  subtype: number,
  word: string,
  fields: readonly Field[],
): ExtendedCommunityCodec {
  return {
    type,
    subtype,
    word,
    toText: () => '',
    toConfig(octets) {
      const r = new Reader(octets.subarray(2));
      return [word, ...fields.map((field) => field.toText(r))].join(':');
    },
    parse(text) {
      const parts = text === '' ? [] : text.split(':');
      if (parts.length !== fields.length) return undefined;
      let good = true;
      const body = written((w) => {
        for (const [i, field] of fields.entries()) good &&= field.write(w, parts[i] ?? '');
      });
      if (!good) return undefined;
      const octets = Uint8Array.of(type, subtype, 0, 0, 0, 0, 0, 0);
      octets.set(body, 2);
      return octets;
    },
  };
}
