import { toHex } from '../../wire/hex.ts';
import type { Reader } from '../../wire/reader.ts';
import type { Writer } from '../../wire/writer.ts';
import type { ApiVersion, Json } from '../json.ts';
import { linkStateMember } from './bgp-ls-tlv.ts';
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

/** Router identifiers that may come several times: one list under one key. */
const ROUTER_IDS: ReadonlyMap<number, 'local' | 'remote'> = new Map([
  [1028, 'local'],
  [1029, 'local'],
  [1030, 'remote'],
  [1031, 'remote'],
]);

/** A TLV without a row, or that does not read: its octets, all of one type in a list. */
function generic(members: Map<string, Json>, { type, value }: LinkStateAttributeTlv): void {
  const key = `generic-lsid-${type}`;
  const before = members.get(key);
  const hex = `0x${toHex(value).toUpperCase()}`;
  members.set(key, Array.isArray(before) ? [...before, hex] : [hex]);
}

function routerId(members: Map<string, Json>, side: string, version: ApiVersion, text: string): void {
  const key = version === 6 ? `${side}-router-ids` : `${side}-te-router-ids`;
  const before = members.get(key);
  members.set(key, Array.isArray(before) ? [...before, text] : [text]);
}

function toJson(tlvs: Tlvs, version: ApiVersion): Readonly<Record<string, Json>> {
  const members = new Map<string, Json>();
  for (const tlv of tlvs) {
    const side = ROUTER_IDS.get(tlv.type);
    // An address reads the same whichever TLV holds it.
    const found = linkStateMember(side === undefined ? tlv.type : 1171, tlv.value, version);
    if (found === undefined) generic(members, tlv);
    else if (side !== undefined) routerId(members, side, version, String(found[1]));
    else if (!members.has(found[0])) members.set(found[0], found[1]);
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
