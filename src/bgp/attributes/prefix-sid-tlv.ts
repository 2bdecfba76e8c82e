import { Reader } from '../../wire/reader.ts';
import { written } from '../../wire/writer.ts';

/** One TLV of the attribute. */
export interface PrefixSidTlv {
  readonly type: number;
  readonly value: Uint8Array;
}

export const LABEL_INDEX = 1;
export const ORIGINATOR_SRGB = 3;
/** RFC 9252 section 2: SRv6 services by TLV type. */
export const SERVICES: ReadonlyMap<number, string> = new Map([
  [5, 'l3-service'],
  [6, 'l2-service'],
]);

/** First label and how many. */
export type LabelRange = readonly [number, number];

/** Lengths in bits of locator block, node, function, argument, transposition, and the last one's offset. */
export type SidStructure = readonly [number, number, number, number, number, number];

export interface ServiceSid {
  /** The SID, an IPv6 address, in text and in octets. */
  readonly text: string;
  readonly sid: Uint8Array;
  readonly flags: number;
  readonly behavior: number;
  readonly structure?: SidStructure;
}

/** Originator SRGB, RFC 8669 section 3.2: flags, then ranges of three octets each. */
export function readRanges(value: Uint8Array): LabelRange[] {
  const r = new Reader(value);
  r.u16();
  const ranges: LabelRange[] = [];
  while (!r.done) ranges.push([r.u24(), r.u24()]);
  return ranges;
}

export function labelIndexTlvs(index: number, ranges: readonly LabelRange[]): PrefixSidTlv[] {
  const label = {
    type: LABEL_INDEX,
    value: written((w) => w.u8(0).u16(0).u32(index, 'label index')),
  };
  if (ranges.length === 0) return [label];
  const value = written((w) => {
    w.u16(0);
    for (const [base, range] of ranges) w.u24(base, 'SRGB base').u24(range, 'SRGB range');
  });
  return [label, { type: ORIGINATOR_SRGB, value }];
}

/** A service with one SID, RFC 9252 sections 2 and 3. */
export function serviceTlv(type: number, sid: ServiceSid): PrefixSidTlv {
  const value = written((w) => {
    w.u8(0).u8(1);
    w.u16Length('SRv6 SID information', () => {
      w.u8(0).octets(sid.sid).u8(sid.flags).u16(sid.behavior, 'endpoint behavior').u8(0);
      const { structure } = sid;
      if (structure === undefined) return;
      w.u8(1).u16Length('SID structure', () => {
        for (const bits of structure) w.u8(bits, 'SID structure');
      });
    });
  });
  return { type, value };
}
