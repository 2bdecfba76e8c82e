import { message } from '../../src/bgp/header.ts';
import { MRT_TYPE } from '../../src/mrt/header.ts';
import { parseAddress } from '../../src/wire/address.ts';
import { parsePrefix, writePrefix } from '../../src/wire/prefix.ts';
import { type Writer, written } from '../../src/wire/writer.ts';

export const TIME = 1_700_000_000;

/** One MRT record: RFC 6396 section 2. */
export function record(type: keyof typeof MRT_TYPE, subtype: number, body: (w: Writer) => void): Uint8Array {
  const octets = written(body);
  return written((w) => w.u32(TIME).u16(MRT_TYPE[type]).u16(subtype).u32(octets.length).octets(octets));
}

export function address(text: string): Uint8Array {
  const octets = parseAddress(text);
  if (octets === undefined) throw new Error(`${text} is no address`);
  return octets;
}

export interface Attribute {
  readonly flags: number;
  readonly code: number;
  readonly value: Uint8Array;
}

export const attr = (flags: number, code: number, value: (w: Writer) => void): Attribute => ({
  flags,
  code,
  value: written(value),
});

export const ORIGIN_IGP = attr(0x40, 1, (w) => w.u8(0));
export const asPath = (...asns: number[]) =>
  attr(0x40, 2, (w) => {
    w.u8(2).u8(asns.length);
    for (const as of asns) w.u32(as);
  });
export const nextHop = (text: string) => attr(0x40, 3, (w) => w.octets(address(text)));

export function attributes(...all: readonly Attribute[]): Uint8Array {
  return written((w) => {
    for (const { flags, code, value } of all) {
      const long = (flags & 0x10) !== 0;
      w.u8(flags).u8(code);
      if (long) w.u16(value.length);
      else w.u8(value.length);
      w.octets(value);
    }
  });
}

/** An UPDATE of IPv4 unicast routes. */
export function update(
  all: Uint8Array,
  announce: readonly string[],
  withdraw: readonly string[] = [],
): Uint8Array {
  return message(
    'update',
    (w) => {
      w.u16Length('withdrawn', () => {
        for (const prefix of withdraw) writePrefix(w, parsePrefix(prefix));
      });
      w.u16Length('attributes', () => w.octets(all));
      for (const prefix of announce) writePrefix(w, parsePrefix(prefix));
    },
    65535,
  );
}

/** The ends of a BGP4MP record: peer and local AS, interface, AFI and both addresses. */
export function ends(
  w: Writer,
  options: { readonly as4?: boolean; readonly peer?: string; readonly local?: string } = {},
): void {
  const { as4 = true, peer = '192.0.2.1', local = '192.0.2.2' } = options;
  const octets = address(peer);
  if (as4) w.u32(65001).u32(65002);
  else w.u16(65001).u16(65002);
  w.u16(0)
    .u16(octets.length === 4 ? 1 : 2)
    .octets(octets)
    .octets(address(local));
}

export interface Peer {
  readonly address: string;
  readonly as: number;
}

export const PEERS: readonly Peer[] = [
  { address: '192.0.2.1', as: 65001 },
  { address: '2001:db8::1', as: 4_200_000_000 },
];

export function peerIndex(peers: readonly Peer[] = PEERS): Uint8Array {
  return record('tableDumpV2', 1, (w) => {
    w.octets(address('198.51.100.1'))
      .u16Length('view', () => {})
      .u16(peers.length);
    for (const peer of peers) {
      const octets = address(peer.address);
      w.u8(octets.length === 4 ? 2 : 3)
        .octets(address('203.0.113.9'))
        .octets(octets)
        .u32(peer.as);
    }
  });
}

export interface Entry {
  readonly peer: number;
  readonly pathId?: number;
  readonly attributes: Uint8Array;
}

export function rib(subtype: number, prefix: string, ...entries: readonly Entry[]): Uint8Array {
  return record('tableDumpV2', subtype, (w) => {
    w.u32(7);
    writePrefix(w, parsePrefix(prefix));
    w.u16(entries.length);
    for (const entry of entries) {
      w.u16(entry.peer).u32(TIME - 60);
      if (entry.pathId !== undefined) w.u32(entry.pathId);
      w.u16(entry.attributes.length).octets(entry.attributes);
    }
  });
}
