import { type Writer, written } from '../../wire/writer.ts';
import type { CodecContext } from '../context.ts';
import { isConfed, needsFourOctets } from './as-path.ts';
import { FLAG, type RawAttribute } from './codec.ts';
import { type AnyAttribute, type Attributes, attributeByCode, attributeRows } from './table.ts';

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

const NONE: readonly RawAttribute[] = [];
/** Each row with its place, by its property on `Attributes`. */
const BY_KEY: ReadonlyMap<string, { readonly codec: AnyAttribute; readonly place: number }> = new Map(
  attributeRows().map((codec) => [codec.key, { codec, place: placeOf(codec.code) }]),
);

/** The rows of the attributes that are there, in the order of their places. */
function rowsOf(attributes: Attributes): AnyAttribute[] {
  const rows: AnyAttribute[] = [];
  const places: number[] = [];
  for (const key in attributes) {
    const row = BY_KEY.get(key);
    if (row === undefined) continue;
    let i = rows.length;
    for (; i > 0 && (places[i - 1] as number) > row.place; i--) {
      rows[i] = rows[i - 1] as AnyAttribute;
      places[i] = places[i - 1] as number;
    }
    rows[i] = row.codec;
    places[i] = row.place;
  }
  return rows;
}

/**
 * The path attributes field without its length. A raw attribute replaces the row's of the same code; to a
 * speaker of two-octet AS numbers AS4_PATH and AS4_AGGREGATOR are added where they are needed (RFC 6793).
 * @throws FieldOverflowError when a value does not fit
 */
export function encodeAttributes(w: Writer, attributes: Attributes, context: CodecContext): void {
  const all = context.asn4 ? attributes : withFourOctets(attributes);
  const raw = attributes.raw === undefined ? NONE : rawOf(attributes.raw, context);
  let next = 0;
  for (const codec of rowsOf(all)) {
    const value = all[codec.key];
    if (value === undefined || codec.sendTo?.(context) === false) continue;
    if (raw.some((one) => one.code === codec.code)) continue;
    const place = placeOf(codec.code);
    for (let one = raw[next]; one !== undefined && placeOf(one.code) < place; one = raw[++next]) {
      writeAttribute(w, one);
    }
    encodeOne(w, codec, { value, context });
  }
  for (const one of raw.slice(next)) writeAttribute(w, one);
}

/** In the order of their places. What may not leave the AS does not, however it is written: RFC 4271 section 5.1.5. */
function rawOf(raw: readonly RawAttribute[], context: CodecContext): RawAttribute[] {
  return raw
    .filter(({ code }) => attributeByCode(code)?.sendTo?.(context) !== false)
    .sort((a, b) => placeOf(a.code) - placeOf(b.code));
}

/** The length is known when the value is written: two octets for it are seldom needed. */
function encodeOne(
  w: Writer,
  codec: AnyAttribute,
  { value, context }: { readonly value: unknown; readonly context: CodecContext },
): void {
  const { code, flags } = codec;
  const at = w.length;
  w.u8(flags).u8(code).u8(0);
  codec.encode(w, value, context);
  const length = w.length - at - HEADER;
  if (length <= 255 && (flags & FLAG.extendedLength) === 0) {
    w.patchU8(at + HEADER - 1, length);
    return;
  }
  w.truncate(at);
  writeAttribute(w, { code, flags, value: written((v) => codec.encode(v, value, context)) });
}

/** Flags, code and a length of one octet. */
const HEADER = 3;

function writeAttribute(w: Writer, { code, flags, value }: RawAttribute): void {
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
