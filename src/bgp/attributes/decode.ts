import { ShortInputError } from '../../wire/errors.ts';
import { hexOctet } from '../../wire/hex.ts';
import { Reader } from '../../wire/reader.ts';
import type { CodecContext } from '../context.ts';
import { type Action, MalformedAttributeError } from '../errors.ts';
import { AS_TRANS, type NotificationSubcode } from '../iana.ts';
import { mergeAs4Path } from './as4-path.ts';
import { FLAG, type RawAttribute } from './codec.ts';
import { type AnyAttribute, type Attributes, attributeByCode } from './table.ts';

/** The path attributes of an UPDATE, and what was wrong with them. */
export interface DecodedAttributes {
  readonly attributes: Attributes;
  /** In the order of the octets; an action of `session-reset` is the caller's to carry out. */
  readonly malformed: readonly MalformedAttributeError[];
  /** Codes that were there, well formed or not. */
  readonly seen: ReadonlySet<number>;
}

interface Found {
  readonly code: number;
  readonly flags: number;
  readonly value: Uint8Array;
  /** The attribute with its header. */
  readonly octets: Uint8Array;
}

interface Problem {
  readonly action: Action;
  readonly reason: string;
  readonly subcode?: NotificationSubcode<'UPDATE Message Error'>;
  readonly repeated?: boolean;
}

const TYPE_BITS = FLAG.optional | FLAG.transitive;
const MULTIPROTOCOL: ReadonlySet<number> = new Set([14, 15]);

class Collector {
  readonly values: Record<string, unknown> = {};
  readonly raw: RawAttribute[] = [];
  readonly malformed: MalformedAttributeError[] = [];
  readonly seen = new Set<number>();

  tell(
    found: { readonly code: number; readonly octets: Uint8Array },
    problem: Problem,
    cause?: unknown,
  ): void {
    const word = attributeByCode(found.code)?.word ?? `attribute-0x${hexOctet(found.code)}`;
    const fields = { ...problem, code: found.code, attribute: word, octets: found.octets.slice() };
    this.malformed.push(new MalformedAttributeError(fields, { cause }));
  }
}

/**
 * The path attributes field of an UPDATE, RFC 4271 section 4.3, by the rules of RFC 7606. AS4_PATH and
 * AS4_AGGREGATOR of a two-octet session come merged into `asPath` and `aggregator` (RFC 6793).
 */
export function decodeAttributes(octets: Uint8Array, context: CodecContext): DecodedAttributes {
  const out = new Collector();
  const r = new Reader(octets);
  while (!r.done) {
    const found = readOne(r, octets, out);
    if (found === undefined) break;
    decodeOne(found, context, out);
  }
  const attributes = mergeFourOctets(out.values as Attributes);
  const raw = out.raw.length > 0 ? { raw: out.raw } : {};
  return { attributes: { ...attributes, ...raw }, malformed: out.malformed, seen: out.seen };
}

/** Undefined when the field ends inside the attribute (RFC 7606 section 4). */
function readOne(r: Reader, octets: Uint8Array, out: Collector): Found | undefined {
  const start = r.offset;
  try {
    const flags = r.u8();
    const code = r.u8();
    const length = (flags & FLAG.extendedLength) !== 0 ? r.u16() : r.u8();
    const value = r.octets(length);
    return { code, flags, value, octets: octets.subarray(start, r.offset) };
  } catch (err) {
    if (!(err instanceof ShortInputError)) throw err;
    const code = octets[start + 1] ?? 0;
    const action = MULTIPROTOCOL.has(code) ? 'session-reset' : 'treat-as-withdraw';
    const reason = 'ends after the path attributes do';
    out.tell(
      { code, octets: octets.subarray(start) },
      { action, reason, subcode: 'Malformed Attribute List' },
      err,
    );
    return undefined;
  }
}

function decodeOne(found: Found, context: CodecContext, out: Collector): void {
  const codec = attributeByCode(found.code);
  if (out.seen.has(found.code)) {
    const action = MULTIPROTOCOL.has(found.code) ? 'session-reset' : 'attribute-discard';
    const reason = 'there twice; the first counts';
    out.tell(found, { action, reason, subcode: 'Malformed Attribute List', repeated: true });
    return;
  }
  out.seen.add(found.code);
  const problem = codec === undefined ? refuseUnknown(found, context) : refuse(found, codec, context);
  if (problem !== undefined) out.tell(found, problem);
  else if (codec === undefined)
    out.raw.push({ code: found.code, flags: keptFlags(found), value: found.value.slice() });
  else decodeValue(found, codec, context, out);
}

/** Extended length is kept where it was chosen, not needed: encoding then gives the same octets. */
function keptFlags({ flags, value }: Found): number {
  return flags & (value.length > 255 ? 0xe0 : 0xf0);
}

function refuseUnknown(found: Found, context: CodecContext): Problem | undefined {
  if ((found.flags & FLAG.optional) !== 0 || context.peering === undefined) return undefined;
  const reason = 'not known, yet flagged well-known';
  return { action: 'session-reset', reason, subcode: 'Unrecognized Well-known Attribute' };
}

/** What is settled before the value is read. */
function refuse(found: Found, codec: AnyAttribute, context: CodecContext): Problem | undefined {
  if (codec.internalOnly === true && context.peering === 'external') {
    return { action: 'attribute-discard', reason: 'from an external peer' };
  }
  if ((codec.key === 'as4Path' || codec.key === 'as4Aggregator') && context.asn4) {
    return { action: 'attribute-discard', reason: 'between speakers of four-octet AS numbers' };
  }
  if ((found.flags & TYPE_BITS) === (codec.flags & TYPE_BITS)) return undefined;
  // whoever reports or keeps a route (BMP, files) has taken it, and some write flags of their own
  if (context.peering === undefined && context.judgesFlags !== true) return undefined;
  const action = codec.wrongFlags ?? 'treat-as-withdraw';
  const reason = `flags 0x${hexOctet(found.flags)}, expected 0x${hexOctet(codec.flags)}`;
  return { action, reason, subcode: 'Attribute Flags Error' };
}

function decodeValue(found: Found, codec: AnyAttribute, context: CodecContext, out: Collector): void {
  const r = new Reader(found.value);
  const action = codec.malformed;
  try {
    const value = codec.decode(r, context);
    if (r.done) out.values[codec.key] = value;
    else out.tell(found, { action, reason: `${r.remaining} octets too many`, subcode: lengthSubcode(codec) });
  } catch (err) {
    if (err instanceof ShortInputError) {
      out.tell(found, { action, reason: err.message, subcode: lengthSubcode(codec) }, err);
    } else if (err instanceof RangeError) {
      out.tell(found, { action, reason: err.message, subcode: codec.subcode ?? valueSubcode(codec) }, err);
    } else throw err;
  }
}

type Subcode = NotificationSubcode<'UPDATE Message Error'>;

/** RFC 4271 section 6.3: a wrong length has its own subcode, but for AS_PATH and MP_*. */
function lengthSubcode(codec: AnyAttribute): Subcode {
  if (codec.key === 'asPath' || MULTIPROTOCOL.has(codec.code)) return codec.subcode ?? valueSubcode(codec);
  return 'Attribute Length Error';
}

function valueSubcode(codec: AnyAttribute): Subcode {
  return (codec.flags & FLAG.optional) !== 0 ? 'Optional Attribute Error' : 'Malformed Attribute List';
}

/** RFC 6793 section 4.2.3. */
function mergeFourOctets(all: Attributes): Attributes {
  const { as4Path, as4Aggregator, ...attributes } = all;
  if (as4Path === undefined && as4Aggregator === undefined) return attributes;
  const { asPath, aggregator } = attributes;
  if (aggregator !== undefined && aggregator.as !== AS_TRANS && as4Aggregator !== undefined)
    return attributes;
  return {
    ...attributes,
    ...(aggregator !== undefined && as4Aggregator !== undefined ? { aggregator: as4Aggregator } : {}),
    ...(asPath !== undefined && as4Path !== undefined ? { asPath: mergeAs4Path(asPath, as4Path) } : {}),
  };
}
