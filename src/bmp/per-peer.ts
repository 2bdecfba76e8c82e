import type { BmpView } from '../events/event.ts';
import { dottedQuad, formatAddress } from '../wire/address.ts';
import { toHex } from '../wire/hex.ts';
import { Reader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';
import type { PerPeerHeader } from './messages.ts';

export const PEER_TYPE = { global: 0, rd: 1, local: 2, 'loc-rib': 3 } as const;

/** Flags of peer types 0 to 2: RFC 7854 section 4.2, RFC 8671 section 4. */
export const PEER_FLAG = { ipv6: 0x80, postPolicy: 0x40, twoOctetAs: 0x20, adjRibOut: 0x10 } as const;

/** The one flag of peer type 3, RFC 9069 section 4.2: the same bit as `ipv6`, with another meaning. */
export const LOC_RIB_FILTERED = 0x80;

/** The flags of Route Monitoring in each view, RFC 8671 section 4; a Loc-RIB has flags of its own. */
export const VIEW_FLAGS: Readonly<Record<BmpView, number>> = {
  'adj-rib-in-pre-policy': 0,
  'adj-rib-in-post-policy': PEER_FLAG.postPolicy,
  'adj-rib-out-pre-policy': PEER_FLAG.adjRibOut,
  'adj-rib-out-post-policy': PEER_FLAG.adjRibOut | PEER_FLAG.postPolicy,
  'loc-rib': 0,
};

export const MICROSECONDS = 1_000_000;
/** 2001-09-09: no router that speaks BMP was there before. */
export const EARLIEST_SECONDS = 1_000_000_000;

/** Per-peer header, 42 octets. @throws ShortInputError */
export function readPerPeer(r: Reader): PerPeerHeader {
  const type = r.u8();
  const flags = r.u8();
  const distinguisher = r.octets(8);
  const address = readPeerAddress(r, addressForm(type, flags));
  const as = r.u32();
  const id = r.u32();
  const seconds = r.u32();
  const microseconds = r.u32();
  const clamped = microseconds >= MICROSECONDS;
  const fraction = clamped ? MICROSECONDS - 1 : microseconds;
  const timestamp = (seconds * MICROSECONDS + fraction) / MICROSECONDS;
  const header = { type, flags, distinguisher, address, as, id, timestamp };
  return clamped ? { ...header, clamped } : header;
}

export function writePerPeer(w: Writer, peer: PerPeerHeader): void {
  const seconds = Math.floor(peer.timestamp);
  w.u8(peer.type, 'peer type').u8(peer.flags, 'peer flags').octets(peer.distinguisher);
  writePeerAddress(w, peer.address);
  w.u32(peer.as, 'peer AS').u32(peer.id, 'peer BGP identifier').u32(seconds, 'timestamp');
  w.u32(Math.round((peer.timestamp - seconds) * MICROSECONDS), 'microseconds');
}

/** Whether a 16-octet field holds IPv4 in its last four octets; `either` where no flag tells. */
export type AddressForm = 'ipv4' | 'ipv6' | 'either';

/** What the V flag says; on other peer types that bit is something else. */
export function addressForm(type: number, flags: number): AddressForm {
  if (type > PEER_TYPE.local) return 'either';
  return (flags & PEER_FLAG.ipv6) === 0 ? 'ipv4' : 'ipv6';
}

/** An address field of 16 octets: 4 octets for IPv4, else 16. */
export function readPeerAddress(r: Reader, form: AddressForm): Uint8Array {
  const octets = r.octets(16);
  if (form === 'ipv4') return octets.subarray(12);
  const padded = octets.subarray(0, 12).every((octet) => octet === 0);
  return form === 'either' && padded ? octets.subarray(12) : octets;
}

export function writePeerAddress(w: Writer, address: Uint8Array): void {
  w.octets(new Uint8Array(16 - address.length)).octets(address);
}

/** The word of a peer type in events. */
export function peerTypeWord(type: number): keyof typeof PEER_TYPE | 'unknown' {
  if (type === PEER_TYPE.global) return 'global';
  if (type === PEER_TYPE.rd) return 'rd';
  if (type === PEER_TYPE.local) return 'local';
  return type === PEER_TYPE['loc-rib'] ? 'loc-rib' : 'unknown';
}

/** A peer distinguisher as a Route Distinguisher reads (RFC 4364 section 4.2); `0:0` when zero. */
export function distinguisherText(octets: Uint8Array): string {
  const r = new Reader(octets);
  const type = r.u16();
  if (type === 0) return `${r.u16()}:${r.u32()}`;
  if (type === 1) return `${dottedQuad(r.u32())}:${r.u16()}`;
  if (type === 2) return `${r.u32()}:${r.u16()}`;
  return `0x${toHex(octets)}`;
}

/** Identity of a peer within its router: type, distinguisher and address; AS and identifier may change. */
export function peerKey(peer: PerPeerHeader): string {
  return `${peer.type} ${toHex(peer.distinguisher)} ${formatAddress(peer.address)}`;
}
