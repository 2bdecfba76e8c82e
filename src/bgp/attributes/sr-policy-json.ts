import { formatAddress } from '../../wire/address.ts';
import { ShortInputError } from '../../wire/errors.ts';
import { toHex } from '../../wire/hex.ts';
import { Reader } from '../../wire/reader.ts';
import { lenientText, printable } from '../../wire/text.ts';
import type { Json } from '../json.ts';

/** Tunnel type of an SR Policy's candidate path, RFC 9830 section 2.2. */
export const SR_POLICY_TUNNEL = 15;

type Read = (r: Reader) => Json;
type Row = readonly [key: string, read: Read];

/** Flags and a reserved octet stand before the value. */
function after(read: Read): Read {
  return (r) => {
    r.u16();
    return read(r);
  };
}

/** An entry of a label stack as its parts. */
function labelEntry(r: Reader): Record<string, Json> {
  const entry = r.u32();
  const s = ((entry >>> 8) & 1) === 1;
  return { label: entry >>> 12, tc: (entry >>> 9) & 7, s, ttl: entry & 255 };
}

const bindingSid: Read = (r) => {
  if (r.done) return { type: 'none' };
  if (r.remaining === 16) return { type: 'srv6', sid: formatAddress(r.octets(16)) };
  return { type: 'mpls', label: r.u32() >>> 12 };
};

/** RFC 9830 section 2.4.4.2.3: behavior and SID structure may follow an SRv6 SID. */
function srv6(r: Reader): Record<string, Json> {
  const sid = formatAddress(r.octets(16));
  if (r.done) return { sid };
  const behavior = r.u16();
  r.u16();
  const [block, node, fun, argument] = [r.u8(), r.u8(), r.u8(), r.u8()];
  return {
    sid,
    'endpoint-behavior': behavior,
    structure: {
      'locator-block-length': block,
      'locator-node-length': node,
      'function-length': fun,
      'argument-length': argument,
    },
  };
}

/** A name after a reserved octet. */
const name: Read = (r) => {
  r.u8();
  return printable(lenientText(r.rest()));
};

const octetValue: Read = (r) => {
  const value = r.u8();
  r.u8();
  return value;
};

const SEGMENTS: ReadonlyMap<number, Read> = new Map<number, Read>([
  [1, after((r) => ({ type: 'A', ...labelEntry(r) }))],
  [13, after((r) => ({ type: 'B', ...srv6(r) }))],
]);

const WEIGHT = 9;

/** A segment list, RFC 9830 section 2.4.4: weight and segments after a reserved octet. */
const segmentList: Read = (r) => {
  r.u8();
  const segments: Json[] = [];
  const weights: Json[] = [];
  for (const { type, body } of subTlvs(r)) {
    if (type === WEIGHT) weights.push(after((rest) => rest.u32())(body));
    else segments.push(readOr(SEGMENTS.get(type), type, body));
  }
  const [weight] = weights;
  return weight === undefined ? { segments } : { weight, segments };
};

const SEGMENT_LIST = 128;

/** Sub-TLVs of a candidate path but for its segment lists, RFC 9830 section 2.4. */
const ROWS: ReadonlyMap<number, Row> = new Map<number, Row>([
  [12, ['preference', after((r) => r.u32())]],
  [13, ['binding-sid', after(bindingSid)]],
  [14, ['enlp', after((r) => r.u8())]],
  [15, ['priority', octetValue]],
  [20, ['srv6-binding-sid', after(srv6)]],
  [129, ['candidate-path-name', name]],
  [130, ['policy-name', name]],
]);

function* subTlvs(r: Reader): Generator<{ type: number; body: Reader }> {
  while (!r.done) {
    const type = r.u8();
    yield { type, body: r.slice(type < 128 ? r.u8() : r.u16()) };
  }
}

/** What cannot be read is shown as its octets. */
function readOr(read: Read | undefined, type: number, body: Reader): Json {
  const octets = body.rest();
  const raw = { 'sub-tlv': type, raw: `0x${toHex(octets)}` };
  if (read === undefined) return raw;
  const r = new Reader(octets);
  try {
    const json = read(r);
    return r.done ? json : raw;
  } catch (err) {
    if (err instanceof RangeError || err instanceof ShortInputError) return raw;
    throw err;
  }
}

/** The sub-TLVs of an SR Policy's tunnel as events show them. */
export function srPolicyToJson(octets: Uint8Array): Json {
  const members = new Map<string, Json>();
  const lists: Json[] = [];
  for (const { type, body } of subTlvs(new Reader(octets))) {
    if (type === SEGMENT_LIST) lists.push(readOr(segmentList, type, body));
    else {
      const [key, read] = ROWS.get(type) ?? [`sub-tlv-${type}`, undefined];
      members.set(key, readOr(read, type, body));
    }
  }
  return { ...Object.fromEntries(members), ...(lists.length > 0 ? { 'segment-lists': lists } : {}) };
}
