import type { Reader } from '../../wire/reader.ts';
import type { ApiVersion, Json } from '../json.ts';

/** How one TLV of the BGP-LS attribute reads in events; a ShortInputError or RangeError shows it as octets. */
export interface LinkStateTlv {
  readonly type: number;
  readonly word: (version: ApiVersion) => string;
  readonly read: (r: Reader, version: ApiVersion) => Json;
  /** Several TLVs under one word make a list; absent: the first counts. */
  readonly list?: (version: ApiVersion) => boolean;
  /** The members of the object that was read stand beside those of other TLVs. */
  readonly spread?: boolean;
}

export type Read = LinkStateTlv['read'];

export const fromVersion5 = (version: ApiVersion): boolean => version !== 4;

export function tlv(type: number, word: string, read: Read): LinkStateTlv {
  return { type, word: () => word, read };
}

/** One bit each from the highest of the octet on, the rest as RSV. */
export function flagsOf(octet: number, names: readonly string[]): Readonly<Record<string, number>> {
  const bits = names.map((name, i) => [name, (octet >> (7 - i)) & 1] as const);
  return Object.fromEntries([...bits, ['RSV', octet & (0xff >> names.length)]]);
}

export function flags(names: readonly string[]): Read {
  return (r) => flagsOf(r.u8(), names);
}
