import { dottedQuad, formatAddress } from '../../wire/address.ts';
import { toHex } from '../../wire/hex.ts';
import { formatPrefix, type Prefix, readPrefix } from '../../wire/prefix.ts';
import type { Reader } from '../../wire/reader.ts';
import type { ApiVersion, Json, JsonObject } from '../json.ts';
import type { RouteDistinguisher } from './rd.ts';
import { tryRead } from './typed.ts';

/** A descriptor: type and octets, RFC 9552 section 4.1. */
export interface LsTlv {
  readonly type: number;
  readonly octets: Uint8Array;
}

export const LOCAL_NODE = 256;
export const REMOTE_NODE = 257;

/** What is common to all types, RFC 9552 section 5.2: who says so, and descriptors in their order. */
export interface LsNlri {
  readonly type: number;
  readonly rd?: RouteDistinguisher;
  readonly protocol: number;
  readonly identifier: bigint;
  readonly descriptors: readonly LsDescriptor[];
}

/** A TLV; those of nodes hold TLVs. */
export type LsDescriptor = LsTlv | { readonly type: number; readonly node: readonly LsTlv[] };

/** Sub-TLVs of a node descriptor, RFC 9552 section 5.2.1.4 and RFC 9086 section 4.2. */
const NODE: Readonly<Record<number, (r: Reader, version: ApiVersion) => JsonObject>> = {
  512: (r) => ({ 'autonomous-system': r.u32() }),
  513: (r) => ({ 'bgp-ls-identifier': String(r.u32()) }),
  514: (r) => ({ 'ospf-area-id': dottedQuad(r.u32()) }),
  515: routerId,
  516: (r) => ({ 'bgp-router-id': dottedQuad(r.u32()) }),
  517: (r) => ({ 'member-as': r.u32() }),
};

/** IGP Router-ID: OSPF (4 octets, 8 with the designated router), IS-IS (6, 7 with the pseudonode). */
function routerId(r: Reader, version: ApiVersion): JsonObject {
  switch (r.remaining) {
    case 4:
      return { 'router-id': dottedQuad(r.u32()) };
    case 6:
      return { 'router-id': toHex(r.octets(6)) };
    case 7: {
      const system = r.octets(6);
      const pseudonode = r.u8();
      if (version === 4) return { psn: String(pseudonode), 'router-id': toHex(system) };
      return { 'router-id': toHex(Uint8Array.of(...system, pseudonode)), psn: String(pseudonode) };
    }
    case 8:
      return { 'router-id': dottedQuad(r.u32()), 'designated-router-id': dottedQuad(r.u32()) };
    default:
      throw new RangeError('an IGP router id has 4, 6, 7 or 8 octets');
  }
}

/** An object of all in version 4, a list of objects later. What does not decode shows its octets. */
export function nodeJson(tlvs: readonly LsTlv[], version: ApiVersion): Json {
  const members = tlvs.map((tlv) => tlvJson(tlv, NODE[tlv.type], version));
  return version === 4 ? Object.assign({}, ...members) : members;
}

function tlvJson(
  tlv: LsTlv,
  read: ((r: Reader, version: ApiVersion) => JsonObject) | undefined,
  version: ApiVersion,
): JsonObject {
  const known = read && tryRead(tlv.octets, (r) => read(r, version));
  return known ?? { [`generic-${tlv.type}`]: `0x${toHex(tlv.octets).toUpperCase()}` };
}

const known = <T>(tlvs: readonly LsTlv[], type: number, read: (r: Reader) => T): T[] =>
  tlvs.filter((tlv) => tlv.type === type).flatMap((tlv) => tryRead(tlv.octets, (r) => [read(r)]) ?? []);

function addresses(tlvs: readonly LsTlv[], ipv4: number, ipv6: number): string[] {
  const of4 = known(tlvs, ipv4, (r) => formatAddress(r.octets(4)));
  return [...of4, ...known(tlvs, ipv6, (r) => formatAddress(r.octets(16)))];
}

/** Multi-topology identifiers: 12 bits each, RFC 9552 section 5.2.2.1. */
function topologies(tlvs: readonly LsTlv[]): number[] {
  return known(tlvs, 263, (r) => {
    const ids: number[] = [];
    while (!r.done) ids.push(r.u16() & 0xfff);
    return ids;
  }).flat();
}

/** Members of the link descriptors, RFC 9552 section 5.2.2. */
export function linkJson(tlvs: readonly LsTlv[], version: ApiVersion): JsonObject {
  const interfaces = addresses(tlvs, 259, 261);
  const neighbors = addresses(tlvs, 260, 262);
  if (version === 4) {
    return {
      'interface-address': Object.assign({}, ...interfaces.map((a) => ({ 'interface-address': a }))),
      'neighbor-address': Object.assign({}, ...neighbors.map((a) => ({ 'neighbor-address': a }))),
    };
  }
  const identifiers = known(tlvs, 258, (r) => ({ 'link-local-id': r.u32(), 'link-remote-id': r.u32() }));
  return {
    'interface-addresses': interfaces,
    'neighbor-addresses': neighbors,
    'multi-topology-ids': topologies(tlvs),
    'link-identifiers': identifiers,
  };
}

/** The prefix of IP Reachability Information, RFC 9552 section 5.2.3.2. */
export function reachability(tlvs: readonly LsTlv[], octets: 4 | 16): Prefix | undefined {
  return known(tlvs, 265, (r) => readPrefix(r, octets))[0];
}

/** Members before and after the next hop of a prefix NLRI, RFC 9552 section 5.2.3. */
export function prefixJson(tlvs: readonly LsTlv[], octets: 4 | 16, version: ApiVersion): JsonObject {
  const prefix = reachability(tlvs, octets);
  if (prefix === undefined) return {};
  const whole = formatPrefix(prefix);
  return {
    'ip-reachability-tlv': version === 6 ? whole : formatAddress(prefix.address),
    'ip-reach-prefix': whole,
  };
}

export function ospfRouteType(tlvs: readonly LsTlv[]): number | undefined {
  return known(tlvs, 264, (r) => r.u8())[0];
}

/** SRv6 SID descriptors, RFC 9514 section 6.1. */
export function srv6SidJson(tlvs: readonly LsTlv[]): JsonObject {
  const [sid] = known(tlvs, 518, (r) => formatAddress(r.octets(16)));
  return { 'multi-topology-ids': topologies(tlvs), 'srv6-sid': sid };
}
