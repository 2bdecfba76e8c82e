import { dottedQuad, parseAddress } from '../../wire/address.ts';
import { fromHex, toHex } from '../../wire/hex.ts';
import { Reader } from '../../wire/reader.ts';
import { written } from '../../wire/writer.ts';

/** Route Distinguisher, RFC 4364 section 4.2: the eight octets, type first. */
export type RouteDistinguisher = Uint8Array;

export const RD_OCTETS = 8;

/**
 * As events show it: `65000:1` (type 0), `192.0.2.1:5` (type 1), `70000:1` (type 2), `0x` and 16 digits for
 * other types. Types 0 and 2 look alike when the AS number fits two octets; `rdToText` tells them apart.
 */
export function formatRd(rd: RouteDistinguisher): string {
  const r = new Reader(rd);
  switch (r.u16()) {
    case 0:
      return `${r.u16()}:${r.u32()}`;
    case 1:
      return `${dottedQuad(r.u32())}:${r.u16()}`;
    case 2:
      return `${r.u32()}:${r.u16()}`;
    default:
      return `0x${toHex(rd)}`;
  }
}

/** As `formatRd`, but an `L` after the AS number of a type 2 that would be read back as type 0. */
export function rdToText(rd: RouteDistinguisher): string {
  const r = new Reader(rd);
  if (r.u16() !== 2) return formatRd(rd);
  const as = r.u32();
  return `${as}${as > 0xffff ? '' : 'L'}:${r.u16()}`;
}

/** The octets of what `formatRd` or `rdToText` wrote, undefined for other text or numbers that do not fit. */
export function parseRd(text: string): RouteDistinguisher | undefined {
  if (/^0x[0-9a-f]{16}$/i.test(text)) return fromHex(text);
  const match = /^(?:(\d{1,10})(L?)|(\d+\.\d+\.\d+\.\d+)):(\d{1,10})$/.exec(text);
  if (match === null) return undefined;
  const number = Number(match[4]);
  if (match[3] !== undefined) {
    const address = parseAddress(match[3]);
    if (address === undefined || number > 0xffff) return undefined;
    return written((w) => w.u16(1).octets(address).u16(number));
  }
  const as = Number(match[1]);
  if (as <= 0xffff && match[2] === '') {
    return number > 0xffffffff ? undefined : written((w) => w.u16(0).u16(as).u32(number));
  }
  if (as > 0xffffffff || number > 0xffff) return undefined;
  return written((w) => w.u16(2).u32(as).u16(number));
}
