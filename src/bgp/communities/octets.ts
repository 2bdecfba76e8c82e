import { parseAddress } from '../../wire/address.ts';
import { written } from '../../wire/writer.ts';
import { asNumberOf } from '../attributes/as-number.ts';

/** A decimal number of at most `maximum`, else undefined. */
export function decimal(text: string | undefined, maximum: number): number | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined;
  const value = Number(text);
  return value <= maximum ? value : undefined;
}

/** Type, subtype, then six octets. */
export function community(type: number, subtype: number, six: readonly number[] | Uint8Array): Uint8Array {
  return Uint8Array.of(type, subtype, ...six);
}

function two(value: number): readonly number[] {
  return [value >>> 8, value & 255];
}

function four(value: number): readonly number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

function halves(text: string): readonly [string, string] | undefined {
  const colon = text.lastIndexOf(':');
  return colon < 0 ? undefined : [text.slice(0, colon), text.slice(colon + 1)];
}

/** Six octets of `AS:N` with a two-octet AS; N may be written as an IPv4 address. */
export function as2Local(text: string): readonly number[] | undefined {
  const parts = halves(text);
  const as = decimal(parts?.[0], 0xffff);
  const address = parseAddress(parts?.[1] ?? '');
  const local = address?.length === 4 ? [...address] : localOf(parts?.[1], 0xffffffff);
  return as === undefined || local === undefined ? undefined : [...two(as), ...local];
}

/** Six octets of `IPv4:N`. */
export function ipv4Local(text: string): readonly number[] | undefined {
  const parts = halves(text);
  const address = parseAddress(parts?.[0] ?? '');
  const local = decimal(parts?.[1], 0xffff);
  return address?.length !== 4 || local === undefined ? undefined : [...address, ...two(local)];
}

/** Six octets of `AS:N` with a four-octet AS: one above 65535, of asdot, or marked by an `L` after it. */
export function as4Local(
  text: string,
  options: { readonly anySize: boolean },
): readonly number[] | undefined {
  const parts = halves(text);
  const marked = parts?.[0].endsWith('L') ?? false;
  const as = asNumberOf((parts?.[0] ?? '').replace(/L$/, ''));
  const local = decimal(parts?.[1], 0xffff);
  if (as === undefined || local === undefined) return undefined;
  if (as <= 0xffff && !marked && !options.anySize) return undefined;
  return [...four(as), ...two(local)];
}

function localOf(text: string | undefined, maximum: number): readonly number[] | undefined {
  const value = decimal(text, maximum);
  return value === undefined ? undefined : four(value);
}

/** IEEE 754 single precision, as rates and bandwidths are carried. */
export function float32(value: number): Uint8Array {
  const octets = new Uint8Array(4);
  new DataView(octets.buffer).setFloat32(0, value);
  return octets;
}

export function float32At(octets: Uint8Array, at: number): number {
  return new DataView(octets.buffer, octets.byteOffset, octets.length).getFloat32(at);
}

/** A community of `AS:RATE`: two octets of AS number, then a rate as IEEE 754 single precision. */
export function rated(type: number, subtype: number, text: string): Uint8Array | undefined {
  const parts = /^(\d{1,5}):(\d{1,15}(?:\.\d{1,9})?)$/.exec(text);
  const as = decimal(parts?.[1], 0xffff);
  return as === undefined
    ? undefined
    : community(type, subtype, [...two(as), ...float32(Number(parts?.[2]))]);
}

/** Eight octets of an `0x` number with 16 digits. */
export function rawCommunity(text: string): Uint8Array | undefined {
  if (!/^0x[0-9a-f]{16}$/i.test(text)) return undefined;
  return written((w) => w.u64(BigInt(text)));
}
