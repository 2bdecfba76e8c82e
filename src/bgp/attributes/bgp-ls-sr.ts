import { formatAddress } from '../../wire/address.ts';
import { toHex } from '../../wire/hex.ts';
import type { Reader } from '../../wire/reader.ts';
import type { Json } from '../json.ts';
import { flagsOf, type LinkStateForm, type LinkStateTlv, type Read, tlv, UNKNOWN } from './bgp-ls-row.ts';

const LABEL = 3;
const INDEX = 4;

/** A label of three octets, or an index of four. */
function sid(r: Reader): number {
  return r.remaining % INDEX === 0 ? r.u32() : r.u24() & 0xfffff;
}

/**
 * All SIDs that are left; V and L together say that they are labels (RFC 9085 section 2.2.1). Those flags stand
 * elsewhere in adjacencies of OSPF, whose labels fill no index.
 */
function sids(r: Reader, saysLabels: boolean): Json[] {
  const labels = saysLabels || r.remaining % INDEX !== 0;
  const all: Json[] = [];
  while (!r.done) all.push(labels ? r.u24() & 0xfffff : r.u32());
  return all;
}

const VALUE_LOCAL = 0x30;
const PREFIX_VALUE_LOCAL = 0x0c;
const ADJACENCY = ['F', 'B', 'V', 'L', 'S', 'P'];
const PREFIX = ['R', 'N', 'P', 'E', 'V', 'L'];

/** SR Capabilities, RFC 9085 section 2.1.2: ranges, each with a SID/Label TLV. */
const capabilities: Read = (r) => {
  const capabilityFlags = flagsOf(r.u8(), ['I', 'V']);
  r.u8();
  const ranges: Json[] = [];
  while (!r.done) {
    const range = r.u24();
    r.u16();
    ranges.push([range, sid(r.slice(r.u16()))]);
  }
  return { 'sr-capability-flags': capabilityFlags, sids: ranges };
};

/** Adjacency SID, RFC 9085 section 2.2.1. */
const adjacency: Read = (r) => {
  const octet = r.u8();
  const weight = r.u8();
  r.u16();
  const all = sids(r, (octet & VALUE_LOCAL) === VALUE_LOCAL);
  return { flags: flagsOf(octet, ADJACENCY), sids: all, weight, 'undecoded-sids': [] };
};

/** The same as version 4 has it, beside the members of other TLVs. */
const flatAdjacency: Read = (r) => {
  const octet = r.u8();
  const weight = r.u8();
  r.u16();
  const all = sids(r, (octet & VALUE_LOCAL) === VALUE_LOCAL);
  const adjacencyFlags = flagsOf(octet, ADJACENCY);
  return { 'sr-adj-flags': adjacencyFlags, sids: [all], 'undecoded-sids': [], 'sr-adj-weight': weight };
};

/** Octets of the SID behind a neighbor, which has six octets in IS-IS and four in OSPF: only a label makes the sum odd. */
const sidLength = (r: Reader) => (r.remaining % 2 === 1 ? LABEL : INDEX);

/** LAN Adjacency SID, RFC 9085 section 2.2.2: the neighbor is an IS-IS system or an OSPF router. */
const lanAdjacency: Read = (r) => {
  const octet = r.u8();
  const weight = r.u8();
  r.u16();
  const system = r.octets(r.remaining - sidLength(r));
  const all = sids(r, r.remaining === LABEL);
  return { flags: flagsOf(octet, ADJACENCY), weight, 'system-id': toHex(system), sids: all, undecoded: [] };
};

const flatLanAdjacency: Read = (r) => {
  const octet = r.u8();
  const weight = r.u8();
  r.u16();
  r.octets(r.remaining - sidLength(r));
  const lanFlags = flagsOf(octet, ADJACENCY);
  const all = sids(r, r.remaining === LABEL);
  return { 'sr-adj-lan-flags': lanFlags, sids: all, 'undecoded-sids': [], 'sr-adj-lan-weight': weight };
};

/** Prefix SID, RFC 9085 section 2.3.1. */
const prefixSid: Read = (r) => {
  const octet = r.u8();
  const algorithm = r.u8();
  r.u16();
  const all = sids(r, (octet & PREFIX_VALUE_LOCAL) === PREFIX_VALUE_LOCAL);
  const prefixFlags = flagsOf(octet, PREFIX);
  return { 'sr-prefix-flags': prefixFlags, sids: all, 'undecoded-sids': [], 'sr-algorithm': algorithm };
};

/** SRv6 Locator, RFC 9514 section 5.1. */
const locator: Read = (r) => {
  const locatorFlags = flagsOf(r.u8(), ['D']);
  const algorithm = r.u8();
  r.u16();
  return { flags: locatorFlags, algorithm, metric: r.u32() };
};

/** SRv6 SID Structure, RFC 9514 section 8. */
function structure(r: Reader): Json {
  return { loc_block_len: r.u8(), loc_node_len: r.u8(), func_len: r.u8(), arg_len: r.u8() };
}

const SID_STRUCTURE = 1252;

/** SRv6 End.X SID, RFC 9514 section 4: behavior, flags, algorithm, weight, reserved, SID, sub-TLVs. */
function endX(neighborOctets: number): Read {
  return (r) => {
    const behavior = r.u16();
    const endFlags = flagsOf(r.u8(), ['B', 'S', 'P']);
    const [algorithm, weight] = [r.u8(), r.u8()];
    r.u8();
    const neighbor = neighborOctets === 0 ? {} : { 'neighbor-id': toHex(r.octets(neighborOctets)) };
    const address = formatAddress(r.octets(16));
    const more: Record<string, Json> = {};
    while (!r.done) {
      const type = r.u16();
      const value = r.slice(r.u16());
      if (type === SID_STRUCTURE) more['srv6-sid-structure'] = structure(value);
    }
    return { flags: endFlags, behavior, algorithm, weight, ...neighbor, sid: address, ...more };
  };
}

/** Rows whose items make a list; version 4 has the members of a `flat` form, or nothing. */
function listed(type: number, word: string, read: Read, flat?: Read): LinkStateTlv {
  const version4 = flat === undefined ? UNKNOWN : flatForm(word, flat);
  return { ...tlv(type, word, read), list: true, version4 };
}

/** Members beside those of other TLVs. */
function flatForm(word: string, read: Read): LinkStateForm {
  return { word, read, spread: true, repeats: true };
}

function notIn4(type: number, word: string, read: Read): LinkStateTlv {
  return { ...tlv(type, word, read), version4: UNKNOWN };
}

const capabilityFlags: Read = (r) => {
  const octet = r.u8();
  r.rest();
  return { flags: { O: (octet >> 6) & 1 } };
};

const endpointBehavior: Read = (r) => {
  const behavior = r.u16();
  r.u8();
  return { 'endpoint-behavior': behavior, flags: [], algorithm: r.u8() };
};

/** TLVs of Segment Routing, RFC 9085, and of SRv6, RFC 9514. */
export const SEGMENT_ROUTING: readonly LinkStateTlv[] = [
  { ...tlv(1034, 'sr-capabilities', capabilities), spread: true },
  notIn4(1038, 'srv6-capabilities', capabilityFlags),
  {
    ...listed(1099, 'sr-adjs', adjacency, flatAdjacency),
    version5: { word: 'sr-adj', read: adjacency, repeats: true },
  },
  {
    ...listed(1100, 'sr-adj-lan', lanAdjacency, flatLanAdjacency),
    version5: { word: 'sr-adj-lan-sids', read: lanAdjacency, list: true },
  },
  listed(1106, 'srv6-endx', endX(0)),
  listed(1107, 'srv6-lan-endx-isis', endX(6)),
  listed(1108, 'srv6-lan-endx-ospf', endX(4)),
  {
    ...listed(1158, 'sr-prefix-sids', prefixSid, prefixSid),
    version5: flatForm('sr-prefix-sids', prefixSid),
  },
  {
    ...listed(1162, 'srv6-locators', locator),
    version5: { word: 'srv6-locator', read: locator, repeats: true },
  },
  notIn4(1250, 'srv6-endpoint-behavior', endpointBehavior),
  notIn4(SID_STRUCTURE, 'srv6-sid-structure', structure),
];
