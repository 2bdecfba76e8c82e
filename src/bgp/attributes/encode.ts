import { type Writer, written } from '../../wire/writer.ts';
import type { CodecContext } from '../context.ts';
import { isConfed, needsFourOctets } from './as-path.ts';
import { FLAG } from './codec.ts';
import { type AnyAttribute, type Attributes, attributeRows } from './table.ts';

/**
 * Where an attribute stands: by code, but MP_UNREACH_NLRI first, MP_REACH_NLRI last, and the AS4 ones right
 * after what they belong to.
 */
const PLACE = new Map<number, number>([
  [15, -1],
  [17, 2.5],
  [18, 7.5],
  [14, 256],
]);

const placeOf = (code: number) => PLACE.get(code) ?? code;

interface Item {
  readonly code: number;
  readonly flags: number;
  readonly value: Uint8Array;
}

/**
 * The path attributes field without its length. A raw attribute replaces the row's of the same code; to a
 * speaker of two-octet AS numbers AS4_PATH and AS4_AGGREGATOR are added where they are needed (RFC 6793).
 * @throws FieldOverflowError when a value does not fit
 */
export function encodeAttributes(w: Writer, attributes: Attributes, context: CodecContext): void {
  const all = context.asn4 ? attributes : withFourOctets(attributes);
  const raw = attributes.raw ?? [];
  const items: Item[] = [...raw];
  for (const codec of attributeRows()) {
    const value = all[codec.key];
    if (value === undefined || raw.some((one) => one.code === codec.code)) continue;
    if (codec.sendTo?.(context) === false) continue;
    items.push(item(codec, value, context));
  }
  items.sort((a, b) => placeOf(a.code) - placeOf(b.code));
  for (const one of items) writeAttribute(w, one);
}

function item(codec: AnyAttribute, value: unknown, context: CodecContext): Item {
  return { code: codec.code, flags: codec.flags, value: written((w) => codec.encode(w, value, context)) };
}

function writeAttribute(w: Writer, { code, flags, value }: Item): void {
  const extended = value.length > 255 || (flags & FLAG.extendedLength) !== 0;
  w.u8(extended ? flags | FLAG.extendedLength : flags).u8(code);
  if (extended) w.u16(value.length, 'path attribute');
  else w.u8(value.length);
  w.octets(value);
}

function withFourOctets(attributes: Attributes): Attributes {
  const { asPath, aggregator } = attributes;
  const plain = asPath?.filter((segment) => !isConfed(segment)) ?? [];
  return {
    ...attributes,
    ...(needsFourOctets(plain) ? { as4Path: plain } : {}),
    ...(aggregator !== undefined && aggregator.as > 0xffff ? { as4Aggregator: aggregator } : {}),
  };
}
