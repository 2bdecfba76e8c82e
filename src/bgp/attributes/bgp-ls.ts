import { toHex } from '../../wire/hex.ts';
import type { Reader } from '../../wire/reader.ts';
import type { Writer } from '../../wire/writer.ts';
import type { ApiVersion, Json } from '../json.ts';
import { linkStateMembers } from './bgp-ls-tlv.ts';
import { attribute, OPTIONAL_NON_TRANSITIVE } from './codec.ts';

/** One TLV of the attribute, in the order of the octets. */
export interface LinkStateAttributeTlv {
  readonly type: number;
  readonly value: Uint8Array;
}

type Tlvs = readonly LinkStateAttributeTlv[];

function decode(r: Reader): Tlvs {
  const tlvs: LinkStateAttributeTlv[] = [];
  while (!r.done) tlvs.push({ type: r.u16(), value: r.octets(r.u16()).slice() });
  return tlvs;
}

function encode(w: Writer, tlvs: Tlvs): void {
  for (const { type, value } of tlvs) w.u16(type).u16Length('link-state TLV', () => w.octets(value));
}

function append(members: Map<string, Json>, key: string, item: Json): void {
  const before = members.get(key);
  members.set(key, Array.isArray(before) ? [...before, item] : [item]);
}

/** A TLV without a row, or that does not read: its octets, all of one type in a list. */
function toJson(tlvs: Tlvs, version: ApiVersion): Readonly<Record<string, Json>> {
  const members = new Map<string, Json>();
  for (const { type, value } of tlvs) {
    const found = linkStateMembers(type, value, version);
    if (found === undefined) append(members, `generic-lsid-${type}`, `0x${toHex(value).toUpperCase()}`);
    for (const [key, json] of Object.entries(found?.members ?? {})) {
      if (found?.list === true) append(members, key, json);
      else if (!members.has(key)) members.set(key, json);
    }
  }
  return { 'bgp-ls': Object.fromEntries(members) };
}

/** BGP-LS attribute, RFC 9552 section 5.3: TLVs of a node, link or prefix. */
export const bgpLs = attribute<Tlvs, 'bgpLs'>({
  code: 29,
  rfc: 'RFC 9552',
  key: 'bgpLs',
  word: 'bgp-ls',
  flags: OPTIONAL_NON_TRANSITIVE,
  malformed: 'attribute-discard',
  wrongFlags: 'attribute-discard',
  decode,
  encode,
  toJson,
  toText: (tlvs) => `bgp-ls [ ${tlvs.map(({ type, value }) => `${type}:0x${toHex(value)}`).join(' ')} ]`,
});
