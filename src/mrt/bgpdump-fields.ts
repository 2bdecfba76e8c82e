import { readGroups, type Span, u16At, u32At } from '../bgp/attributes/render.ts';
import { Text } from '../wire/ascii.ts';
import type { LineWriter } from '../wire/line-writer.ts';
import { leadingOctets, masked } from '../wire/prefix.ts';
import { bgpdumpAddress } from './address.ts';
import { COMMUNITIES } from './bgpdump.ts';

const SPACE = 0x20;
const COLON = 0x3a;
const COMMA = 0x2c;

const NAMED = new Map([...COMMUNITIES].map(([value, name]) => [value, new Text(name)]));

interface Brackets {
  /** 0: none. */
  readonly open: number;
  readonly between: number;
  readonly close: number;
}

/** What stands before, between and after the AS numbers of each segment type, by its code. */
const SEGMENTS: readonly Brackets[] = [
  { open: 0, between: SPACE, close: 0 },
  { open: 0x7b, between: COMMA, close: 0x7d },
  { open: 0, between: SPACE, close: 0 },
  { open: 0x28, between: SPACE, close: 0x29 },
  { open: 0x5b, between: COMMA, close: 0x5d },
];

/** Returns where the next one is. */
export function writePrefix(out: LineWriter, octets: Uint8Array, from: number, ipv4: boolean): number {
  const bits = octets[from] as number;
  const at = from + 1;
  const octetCount = (bits + 7) >> 3;
  if (ipv4) out.quadPrefix(leadingOctets(octets, at, bits), bits);
  else {
    writeIpv6(out, octets, { at, octetCount, bits });
    out.slash(bits);
  }
  return at + octetCount;
}

const GROUPS = new Uint16Array(8);

/** An IPv6 address: most look as in RFC 5952, and the others are made the plain way. */
export function writeIpv6(
  out: LineWriter,
  octets: Uint8Array,
  { at, octetCount, bits }: { readonly at: number; readonly octetCount: number; readonly bits: number },
): void {
  readGroups(GROUPS, octets, at, bits);
  if (isUsual(GROUPS)) {
    out.groups(GROUPS);
    return;
  }
  const address = new Uint8Array(16);
  address.set(octets.subarray(at, at + octetCount));
  out.text(new Text(bgpdumpAddress(masked(address, bits))));
}

/** No zero group, or several in a row that are not the first five. */
function isUsual(groups: Uint16Array): boolean {
  let longest = 0;
  let first = 0;
  for (let i = 0; i < 8; i++) {
    let run = 0;
    while (i + run < 8 && groups[i + run] === 0) run++;
    if (run > longest) {
      longest = run;
      first = i;
    }
    i += run;
  }
  return longest !== 1 && !(first === 0 && longest >= 5);
}

export function writePath(out: LineWriter, { octets, from, to, context }: Span): void {
  const width = context.asn4 ? 4 : 2;
  for (let at = from; at < to; ) {
    if (at > from) out.octet(SPACE);
    const { open, between, close } = SEGMENTS[octets[at] as number] as Brackets;
    const end = at + 2 + (octets[at + 1] as number) * width;
    if (open !== 0) out.octet(open);
    for (let one = at + 2; one < end; one += width) {
      if (one > at + 2) out.octet(between);
      out.decimal(width === 4 ? u32At(octets, one) : u16At(octets, one));
    }
    if (close !== 0) out.octet(close);
    at = end;
  }
}

export function writeCommunities(out: LineWriter, { octets, from, to }: Span): void {
  for (let at = from; at < to; at += 4) {
    if (at > from) out.octet(SPACE);
    const high = u16At(octets, at);
    const name = high === 0xffff ? NAMED.get(u32At(octets, at)) : undefined;
    if (name === undefined)
      out
        .decimal(high)
        .octet(COLON)
        .decimal(u16At(octets, at + 2));
    else out.text(name);
  }
}

export function writeAggregator(out: LineWriter, { octets, from, context: { asn4 } }: Span): void {
  out.decimal(asn4 ? u32At(octets, from) : u16At(octets, from)).octet(SPACE);
  out.quad(u32At(octets, from + (asn4 ? 4 : 2)));
}
