import { formatAddress } from '../../wire/address.ts';
import { ShortInputError } from '../../wire/errors.ts';
import { toHex } from '../../wire/hex.ts';
import { Reader } from '../../wire/reader.ts';
import { lenientText } from '../../wire/text.ts';
import type { ApiVersion, Json, JsonObject } from '../json.ts';
import { float, PERFORMANCE } from './bgp-ls-performance.ts';
import { flags, type LinkStateForm, type LinkStateTlv, type Read, tlv, UNKNOWN } from './bgp-ls-row.ts';
import { SEGMENT_ROUTING } from './bgp-ls-sr.ts';

const address: Read = (r) => formatAddress(r.octets(r.remaining));
/** As it is: JSON escapes what is unsafe in a line. */
const text: Read = (r) => lenientText(r.rest());
const u32: Read = (r) => r.u32();
const metric: Read = (r) => {
  if (r.remaining === 1) return r.u8();
  return r.remaining === 2 ? r.u16() : r.u24();
};
const octetsText: Read = (r, version) =>
  version === 6 ? toHex(r.rest()) : Buffer.from(r.rest()).toString('latin1');
/** An IS-IS area as one number, as 5 and 6 show it. */
const area: Read = (r, version) =>
  version === 4 ? toHex(r.rest()) : String(BigInt(`0x0${toHex(r.rest())}`));

function each(size: number, read: Read): Read {
  return (r, version) => {
    const all: Json[] = [];
    while (!r.done) all.push(read(r.slice(size), version));
    return all;
  };
}

/** Before version 6 there was a list of the local ones only. */
function routerIds(type: number, side: 'local' | 'remote'): LinkStateTlv {
  const before: LinkStateForm =
    side === 'local'
      ? { word: 'local-te-router-ids', read: address, list: true }
      : { word: 'remote-te-router-id', read: address, repeats: true };
  return { ...tlv(type, `${side}-router-ids`, address), list: true, version4: before, version5: before };
}

const AREA: LinkStateForm = { word: 'area-id', read: area, repeats: true };

/** RFC 9552 section 5.3.2.3: a field of flags from the lowest bit on, then a reserved octet. */
const protection: Read = (r) => {
  const octet = r.u8();
  r.u8();
  const bits = PROTECTION.map((name, i) => [name, (octet >> i) & 1] as const);
  return Object.fromEntries([...bits, ['RSV', octet >> PROTECTION.length]]);
};

const PROTECTION = ['ExtraTrafic', 'Unprotected', 'Shared', 'Dedicated 1:1', 'Dedicated 1+1', 'Enhanced'];

/** TLVs of node, link and prefix, RFC 9552 section 5.3. */
const ROWS: readonly LinkStateTlv[] = [
  tlv(1024, 'node-flags', flags(['O', 'T', 'E', 'B', 'R', 'V'])),
  tlv(1025, 'opaque', octetsText),
  tlv(1026, 'node-name', text),
  { ...tlv(1027, 'area-ids', area), list: true, version4: AREA, version5: AREA },
  ...[1028, 1029].map((type) => routerIds(type, 'local')),
  ...[1030, 1031].map((type) => routerIds(type, 'remote')),
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
  tlv(1093, 'link-protection-flags', protection),
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
  ...PERFORMANCE,
  ...SEGMENT_ROUTING,
];

const BY_TYPE = new Map(ROWS.map((row) => [row.type, row]));

/** What one TLV adds to the event: members, each the value or, where several TLVs make a list, an item. */
export interface LinkStateMembers {
  readonly members: Readonly<Record<string, Json>>;
  readonly list: boolean;
  readonly repeats: boolean;
}

/** Undefined when the TLV has no row in that version or does not read as its row has it. */
export function linkStateMembers(
  type: number,
  value: Uint8Array,
  version: ApiVersion,
): LinkStateMembers | undefined {
  const form = formOf(type, version);
  if (form === undefined) return undefined;
  try {
    const r = new Reader(value);
    const json = form.read(r, version);
    if (!r.done) return undefined;
    const spread = form.spread === true && typeof json === 'object' && json !== null && !Array.isArray(json);
    const members = spread ? (json as JsonObject as Record<string, Json>) : { [form.word]: json };
    return { members, list: form.list === true, repeats: form.repeats === true };
  } catch (err) {
    if (err instanceof RangeError || err instanceof ShortInputError) return undefined;
    throw err;
  }
}

function formOf(type: number, version: ApiVersion): LinkStateForm | undefined {
  const row = BY_TYPE.get(type);
  const forms = { 4: row?.version4, 5: row?.version5, 6: undefined } as const;
  const form = forms[version] ?? row;
  return form === UNKNOWN ? undefined : form;
}
