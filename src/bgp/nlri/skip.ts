import type { Reader } from '../../wire/reader.ts';
import { skipLabels } from './labels.ts';
import { RD_OCTETS } from './rd.ts';

/** Reads past one NLRI, path identifier excluded; false when it cannot be one. */
export type Skip = (r: Reader) => boolean;

/** A route type and a length, before the route: what the types are, and how many octets each part takes. */
export interface Framing {
  readonly typeOctets: 1 | 2;
  readonly lengthOctets: 1 | 2;
  readonly highestType: number;
  /** Octets that any route has. */
  readonly least: number;
  /** What stands before the type: the architecture of MUP. */
  readonly before?: number;
}

export function framed({ typeOctets, lengthOctets, highestType, least, before }: Framing): Skip {
  const head = (before === undefined ? 0 : 1) + typeOctets + lengthOctets;
  return (r) => {
    if (r.remaining < head) return false;
    if (before !== undefined && r.u8() !== before) return false;
    const type = typeOctets === 1 ? r.u8() : r.u16();
    const length = lengthOctets === 1 ? r.u8() : r.u16();
    return type > 0 && type <= highestType && length >= least && skipOctets(r, length);
  };
}

/** False where fewer are left. */
export function skipOctets(r: Reader, count: number): boolean {
  if (count > r.remaining) return false;
  r.octets(count);
  return true;
}

/** A length in bits, a prefix of an address, and what stands between them; bits that nobody uses are zero. */
export function framedPrefix(
  addressOctets: 4 | 16,
  { labels = false, rd = false }: { readonly labels?: boolean; readonly rd?: boolean } = {},
): Skip {
  const rdOctets = rd ? RD_OCTETS : 0;
  return (r) => {
    let bits = r.u8();
    if ((bits + 7) >> 3 > r.remaining) return false;
    if (labels) bits -= skipLabels(r, bits);
    bits -= 8 * rdOctets;
    if (bits < 0 || bits > 8 * addressOctets) return false;
    r.octets(rdOctets);
    const address = r.octets((bits + 7) >> 3);
    const unused = 0xff >> (bits & 7);
    return (bits & 7) === 0 || ((address[address.length - 1] as number) & unused) === 0;
  };
}
