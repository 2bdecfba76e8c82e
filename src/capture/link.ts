import type { Packet } from './pcap.ts';

/** What stands before the IP packet, by link type: a fixed number of octets. */
const FIXED: ReadonlyMap<number, number> = new Map([
  [0, 4],
  [12, 0],
  [14, 0],
  [101, 0],
  [104, 4],
  [108, 4],
  [228, 0],
  [229, 0],
]);
/** The same before a field that says as an Ethernet type what follows, its two octets not counted. */
const TYPED: ReadonlyMap<number, number> = new Map([
  [1, 12],
  [113, 14],
]);
const LINUX_COOKED_2 = 276;
const LINUX_COOKED_2_HEADER = 20;
const POINT_TO_POINT = 9;

const VLAN_TYPES = [0x8100, 0x88a8, 0x9100];
const PPPOE_SESSION = 0x8864;
const MPLS_TYPES = [0x8847, 0x8848];

/** The IP packet in what a link carried, as far as it was captured; undefined: a link that is not known. */
export function ipPacketOf({ linkType, octets }: Packet): Uint8Array | undefined {
  const typed = TYPED.get(linkType);
  if (typed !== undefined) return behindType(octets, typed);
  if (linkType === LINUX_COOKED_2) return behind(octets, u16(octets, 0), LINUX_COOKED_2_HEADER);
  // RFC 1662: address and control octets may be left out
  if (linkType === POINT_TO_POINT) return octets.subarray(octets[0] === 0xff ? 4 : 2);
  const header = FIXED.get(linkType);
  return header === undefined ? undefined : octets.subarray(header);
}

function behindType(octets: Uint8Array, at: number): Uint8Array {
  return behind(octets, u16(octets, at), at + 2);
}

/** `at`: behind the field that said `type`. */
function behind(octets: Uint8Array, type: number, at: number): Uint8Array {
  if (VLAN_TYPES.includes(type)) return behindType(octets, at + 2);
  // RFC 2516: six octets, then PPP's own type
  if (type === PPPOE_SESSION) return octets.subarray(at + 8);
  if (MPLS_TYPES.includes(type)) return behindLabels(octets, at);
  return octets.subarray(at);
}

/** RFC 3032: the lowest bit of the third octet ends the stack. */
function behindLabels(octets: Uint8Array, start: number): Uint8Array {
  let at = start;
  while (at + 4 <= octets.length && ((octets[at + 2] as number) & 1) === 0) at += 4;
  return octets.subarray(at + 4);
}

export function u16(octets: Uint8Array, at: number): number {
  return ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);
}
