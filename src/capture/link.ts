import type { Packet } from './pcap.ts';

/** What stands before the IP packet, by link type: a fixed number of octets. */
const FIXED: ReadonlyMap<number, number> = new Map([
  [0, 4],
  [12, 0],
  [14, 0],
  [101, 0],
  [104, 4],
  [108, 4],
  [109, 12],
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
/** PPP on its own, in frames like those of HDLC, and behind the header of PPPoE. */
const POINT_TO_POINT = [9, 50];
const POINT_TO_POINT_ETHERNET = 51;
/** OpenBSD's log of packets: the first octet is the length of its header, padding left out. */
const PACKET_FILTER_LOG = 117;

const VLAN_TYPES = [0x8100, 0x88a8, 0x9100];
const PPPOE_SESSION = 0x8864;
const MPLS_TYPES = [0x8847, 0x8848];
/** RFC 7637, RFC 8926: a whole Ethernet frame. */
const BRIDGED = 0x6558;

/** The IP packet in what a link carried, as far as it was captured; undefined: a link that is not known. */
export function ipPacketOf({ linkType, octets }: Packet): Uint8Array | undefined {
  const typed = TYPED.get(linkType);
  if (typed !== undefined) return behindType(octets, typed);
  if (linkType === LINUX_COOKED_2) return behind(octets, u16(octets, 0), LINUX_COOKED_2_HEADER);
  // RFC 1662: address and control octets may be left out
  if (POINT_TO_POINT.includes(linkType)) return octets.subarray(octets[0] === 0xff ? 4 : 2);
  if (linkType === POINT_TO_POINT_ETHERNET) return behindSession(octets, 0);
  if (linkType === PACKET_FILTER_LOG) return octets.subarray(((octets[0] ?? 0) + 3) & ~3);
  const header = FIXED.get(linkType);
  return header === undefined ? undefined : octets.subarray(header);
}

const ADDRESSES = 12;

/** The IP packet in an Ethernet frame, without its preamble. */
export function ipInFrame(frame: Uint8Array): Uint8Array {
  return behindType(frame, ADDRESSES);
}

function behindType(octets: Uint8Array, at: number): Uint8Array {
  return behind(octets, u16(octets, at), at + 2);
}

/** The IP packet in what an Ethernet type says. @param start behind the field that said `first` */
export function behind(octets: Uint8Array, first: number, start: number): Uint8Array {
  let type = first;
  let at = start;
  for (;;) {
    if (VLAN_TYPES.includes(type)) at += 2;
    else if (type === BRIDGED) at += ADDRESSES;
    else if (MPLS_TYPES.includes(type)) {
      at = labelsEnd(octets, at);
      if ((octets[at] ?? 0) >> 4 !== 0) return octets.subarray(at);
      // RFC 4385: a pseudowire's control word starts with 0, and a frame follows
      at += 4 + ADDRESSES;
    } else return type === PPPOE_SESSION ? behindSession(octets, at) : octets.subarray(at);
    type = u16(octets, at);
    at += 2;
  }
}

/** RFC 2516: six octets, then PPP's own type. */
function behindSession(octets: Uint8Array, at: number): Uint8Array {
  return octets.subarray(at + 8);
}

/** RFC 3032: the lowest bit of the third octet ends the stack. */
function labelsEnd(octets: Uint8Array, start: number): number {
  let at = start;
  while (at + 4 <= octets.length && ((octets[at + 2] as number) & 1) === 0) at += 4;
  return at + 4;
}

export function u16(octets: Uint8Array, at: number): number {
  return ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);
}
