import { formatAddress } from '../../wire/address.ts';
import { ShortInputError } from '../../wire/errors.ts';
import { toHex } from '../../wire/hex.ts';
import { Reader } from '../../wire/reader.ts';
import { lenientText, printable } from '../../wire/text.ts';
import type { ApiVersion, Json } from '../json.ts';

/** How one TLV of the BGP-LS attribute reads in events; a ShortInputError or RangeError shows it as octets. */
interface LinkStateTlv {
  readonly type: number;
  readonly word: (version: ApiVersion) => string;
  readonly read: (r: Reader, version: ApiVersion) => Json;
}

type Read = LinkStateTlv['read'];

function tlv(type: number, word: string, read: Read, version6?: string): LinkStateTlv {
  return { type, word: (version) => (version === 6 ? (version6 ?? word) : word), read };
}

/** One bit each from the highest of the octet on, the rest as RSV. */
function flags(names: readonly string[]): Read {
  return (r) => {
    const octet = r.u8();
    const bits = names.map((name, i) => [name, (octet >> (7 - i)) & 1] as const);
    return Object.fromEntries([...bits, ['RSV', octet & (0xff >> names.length)]]);
  };
}

const address: Read = (r) => formatAddress(r.octets(r.remaining));
const text: Read = (r) => printable(lenientText(r.rest()));
const u32: Read = (r) => r.u32();
const float: Read = (r) => {
  const octets = r.octets(4);
  return new DataView(octets.buffer, octets.byteOffset, 4).getFloat32(0);
};
const metric: Read = (r) => {
  if (r.remaining === 1) return r.u8();
  return r.remaining === 2 ? r.u16() : r.u24();
};
const octetsText: Read = (r, version) =>
  version === 6 ? toHex(r.rest()) : Buffer.from(r.rest()).toString('latin1');

function each(size: number, read: Read): Read {
  return (r, version) => {
    const all: Json[] = [];
    while (!r.done) all.push(read(r.slice(size), version));
    return all;
  };
}

/** TLVs of node, link and prefix, RFC 9552 section 5.3. */
const ROWS: readonly LinkStateTlv[] = [
  tlv(1024, 'node-flags', flags(['O', 'T', 'E', 'B', 'R', 'V'])),
  tlv(1025, 'opaque', octetsText),
  tlv(1026, 'node-name', text),
  tlv(
    1035,
    'sr-algorithms',
    each(1, (r) => r.u8()),
  ),
  tlv(1088, 'admin-group-mask', (r, version) => (version === 4 ? [r.u32()] : r.u32())),
  tlv(1089, 'maximum-link-bandwidth', float),
  tlv(1090, 'maximum-reservable-link-bandwidth', float),
  tlv(1091, 'unreserved-bandwidth', each(4, float)),
  tlv(1092, 'te-metric', u32),
  tlv(1094, 'mpls-mask', flags(['LDP', 'RSVP-TE'])),
  tlv(1095, 'igp-metric', metric),
  tlv(1096, 'shared-risk-link-groups', each(4, u32)),
  tlv(1097, 'opaque-link', octetsText),
  tlv(1098, 'link-name', text),
  tlv(1152, 'igp-flags', flags(['D', 'N', 'L', 'P'])),
  tlv(1153, 'igp-route-tags', each(4, u32)),
  tlv(
    1154,
    'igp-extended-route-tags',
    each(8, (r) => r.u64()),
  ),
  tlv(1155, 'prefix-metric', u32),
  tlv(1156, 'ospf-forwarding-address', address),
  tlv(1157, 'opaque-prefix', octetsText),
  tlv(1170, 'sr-prefix-attribute-flags', flags(['X', 'R', 'N'])),
  tlv(1171, 'sr-source-router-id', address),
];

const BY_TYPE = new Map(ROWS.map((row) => [row.type, row]));

/** The member of one TLV; undefined when it has no row or does not read as its row has it. */
export function linkStateMember(
  type: number,
  value: Uint8Array,
  version: ApiVersion,
): [string, Json] | undefined {
  const row = BY_TYPE.get(type);
  if (row === undefined) return undefined;
  try {
    const r = new Reader(value);
    const json = row.read(r, version);
    return r.done ? [row.word(version), json] : undefined;
  } catch (err) {
    if (err instanceof RangeError || err instanceof ShortInputError) return undefined;
    throw err;
  }
}
