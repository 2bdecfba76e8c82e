import { formatAddress } from '../wire/address.ts';
import type { Packet } from './pcap.ts';

/** Octets of one direction of a TCP connection, with the time of the packet that brought them. */
export interface TcpChunk {
  readonly timeMs: number;
  readonly octets: Uint8Array;
}

/** One direction of a TCP connection, in the order of its sequence numbers. */
export interface TcpStream {
  /** `ADDRESS:PORT`; an IPv6 address stands in brackets. */
  readonly source: string;
  readonly destination: string;
  readonly chunks: readonly TcpChunk[];
  /** Its first octet was captured. */
  readonly whole: boolean;
  /** Octets that the capture lacks: all after the first gap is left out. */
  readonly missing: boolean;
}

const ETHERNET = 1;
/** What stands before the IP packet, by link type. */
const LINK_HEADERS: ReadonlyMap<number, number> = new Map([
  [0, 4],
  [101, 0],
  [108, 4],
  [113, 16],
  [228, 0],
  [229, 0],
  [276, 20],
]);
const VLAN_TYPES = [0x8100, 0x88a8, 0x9100];
const TCP = 6;
/** IPv6 headers that another one follows: hop by hop, routing, fragment, destination. */
const EXTENSIONS = [0, 43, 44, 60];
const FIN = 1;
const SYN = 2;

interface Segment {
  readonly source: string;
  readonly destination: string;
  readonly sequence: number;
  readonly flags: number;
  readonly payload: Uint8Array;
}

interface Building {
  readonly source: string;
  readonly destination: string;
  readonly whole: boolean;
  next: number;
  readonly chunks: TcpChunk[];
  /** Segments that came before those they follow, by sequence number. */
  readonly early: Map<number, TcpChunk>;
}

/** Every direction of every TCP connection that has octets, in the order of their first packets. */
export function tcpStreams(packets: Iterable<Packet>): TcpStream[] {
  const open = new Map<string, Building>();
  const all: Building[] = [];
  for (const packet of packets) {
    const segment = segmentOf(packet);
    if (segment === undefined) continue;
    const key = `${segment.source} ${segment.destination}`;
    const syn = (segment.flags & SYN) !== 0;
    const known = open.get(key);
    const stream = known === undefined || (syn && known.chunks.length > 0) ? begun(segment, syn) : known;
    if (stream !== known) {
      open.set(key, stream);
      all.push(stream);
    }
    take(stream, segment, packet.timeMs);
  }
  return all
    .filter(({ chunks }) => chunks.length > 0)
    .map(({ source, destination, chunks, whole, early }) => ({
      source,
      destination,
      chunks,
      whole,
      missing: early.size > 0,
    }));
}

function begun({ source, destination, sequence }: Segment, syn: boolean): Building {
  const next = (sequence + (syn ? 1 : 0)) >>> 0;
  return { source, destination, whole: syn, next, chunks: [], early: new Map() };
}

function take(stream: Building, { sequence, flags, payload }: Segment, timeMs: number): void {
  if (payload.length === 0) return;
  const at = (sequence + ((flags & SYN) !== 0 ? 1 : 0)) >>> 0;
  add(stream, at, { timeMs, octets: payload });
  for (
    let waiting = stream.early.get(stream.next);
    waiting !== undefined;
    waiting = stream.early.get(stream.next)
  ) {
    stream.early.delete(stream.next);
    add(stream, stream.next, waiting);
  }
  if ((flags & FIN) !== 0) stream.early.delete(at);
}

/** Repeated octets are cut off; the sequence numbers go round. */
function add(stream: Building, at: number, chunk: TcpChunk): void {
  const ahead = (at - stream.next) | 0;
  if (ahead > 0) {
    stream.early.set(at, chunk);
    return;
  }
  const octets = chunk.octets.subarray(Math.min(-ahead, chunk.octets.length));
  if (octets.length === 0) return;
  stream.chunks.push({ timeMs: chunk.timeMs, octets });
  stream.next = (stream.next + octets.length) >>> 0;
}

function segmentOf({ linkType, octets }: Packet): Segment | undefined {
  const ip = ipPacket(linkType, octets);
  if (ip === undefined || ip.length < 20) return undefined;
  const version = (ip[0] as number) >> 4;
  if (version === 4) return ipv4Segment(ip);
  return version === 6 && ip.length >= 40 ? ipv6Segment(ip) : undefined;
}

function ipPacket(linkType: number, octets: Uint8Array): Uint8Array | undefined {
  if (linkType !== ETHERNET) {
    const header = LINK_HEADERS.get(linkType);
    return header === undefined ? undefined : octets.subarray(header);
  }
  let at = 12;
  while (VLAN_TYPES.includes(u16(octets, at))) at += 4;
  return octets.subarray(at + 2);
}

function u16(octets: Uint8Array, at: number): number {
  return ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);
}

function ipv4Segment(ip: Uint8Array): Segment | undefined {
  const header = ((ip[0] as number) & 15) * 4;
  const fragment = u16(ip, 6) & 0x3fff;
  if (ip[9] !== TCP || fragment !== 0) return undefined;
  // small frames are filled up behind the packet; offloading leaves the length out
  const total = u16(ip, 2) || ip.length;
  return tcpSegment(
    ip.subarray(header, Math.min(total, ip.length)),
    ip.subarray(12, 16),
    ip.subarray(16, 20),
  );
}

function ipv6Segment(ip: Uint8Array): Segment | undefined {
  const end = Math.min(40 + (u16(ip, 4) || ip.length - 40), ip.length);
  let next = ip[6] as number;
  let at = 40;
  while (EXTENSIONS.includes(next) && at + 8 <= end) {
    const size = next === 44 ? 8 : ((ip[at + 1] as number) + 1) * 8;
    next = ip[at] as number;
    at += size;
  }
  return next === TCP ? tcpSegment(ip.subarray(at, end), ip.subarray(8, 24), ip.subarray(24, 40)) : undefined;
}

function tcpSegment(tcp: Uint8Array, from: Uint8Array, to: Uint8Array): Segment | undefined {
  const header = ((tcp[12] ?? 0) >> 4) * 4;
  if (header < 20 || tcp.length < header) return undefined;
  return {
    source: endpoint(from, u16(tcp, 0)),
    destination: endpoint(to, u16(tcp, 2)),
    sequence: ((u16(tcp, 4) << 16) | u16(tcp, 6)) >>> 0,
    flags: tcp[13] as number,
    payload: tcp.subarray(header),
  };
}

function endpoint(address: Uint8Array, port: number): string {
  const text = formatAddress(address);
  return address.length === 4 ? `${text}:${port}` : `[${text}]:${port}`;
}
