import type { Reader } from '../../wire/reader.ts';
import type { ApiVersion, Json } from '../json.ts';

export type Read = (r: Reader, version: ApiVersion) => Json;

/** How a TLV of the BGP-LS attribute reads in events; a ShortInputError or RangeError shows it as octets. */
export interface LinkStateForm {
  readonly word: string;
  readonly read: Read;
  /** Several TLVs under one word make a list, which one alone is too. Absent: the first counts. */
  readonly list?: boolean;
  /** The members of the object that was read stand beside those of other TLVs. */
  readonly spread?: boolean;
  /** ExaBGP repeats the key; a JSON object has it once, with a list in it when there are several. */
  readonly repeats?: boolean;
}

/** That version of ExaBGP has no such TLV: 4.2 shows its number alone, 5 its octets. */
export const UNKNOWN = 'unknown';

export interface LinkStateTlv extends LinkStateForm {
  readonly type: number;
  /** What version 4 has in its place, and version 5; the rows are those of version 6. */
  readonly version4?: LinkStateForm | typeof UNKNOWN;
  readonly version5?: LinkStateForm | typeof UNKNOWN;
}

export function tlv(type: number, word: string, read: Read): LinkStateTlv {
  return { type, word, read };
}

/** One bit each from the highest of the octet on, the rest as RSV. */
export function flagsOf(octet: number, names: readonly string[]): Readonly<Record<string, number>> {
  const bits = names.map((name, i) => [name, (octet >> (7 - i)) & 1] as const);
  return Object.fromEntries([...bits, ['RSV', octet & (0xff >> names.length)]]);
}

export function flags(names: readonly string[]): Read {
  return (r) => flagsOf(r.u8(), names);
}
