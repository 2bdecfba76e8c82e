import { formatAddress } from '../wire/address.ts';
import { type Datagram, Datagrams } from './ip.ts';
import { ipPacketOf, u16 } from './link.ts';
import type { Packet } from './pcap.ts';
import { innermost } from './tunnel.ts';

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
  /** Number of its connection among those of these ports, from 0. */
  readonly connection: number;
  /** Its first octet was captured. */
  readonly whole: boolean;
  /** Octets lack behind its last one: what was captured after them is a stream of its own, that is not whole. */
  readonly missing: boolean;
}

const TCP = 6;
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
  readonly connection: number;
  whole: boolean;
  next: number;
  readonly chunks: TcpChunk[];
  missing: boolean;
  /** Segments that came before those they follow, by sequence number. */
  readonly early: Map<number, TcpChunk>;
}

/** Segments that may wait for what lacks before them: with more, it is taken as not captured. */
const MOST_EARLY = 1024;

/** Every direction of every TCP connection that has octets, in the order of their first packets. */
export function tcpStreams(packets: Iterable<Packet>): TcpStream[] {
  const open = new Map<string, Building>();
  const all: Building[] = [];
  const put = (key: string, stream: Building): Building => {
    open.set(key, stream);
    all.push(stream);
    return stream;
  };
  const datagrams = new Datagrams();
  for (const packet of packets) {
    const ip = ipPacketOf(packet);
    const segment = ip === undefined ? undefined : tcpSegment(innermost(ip, datagrams));
    if (segment === undefined) continue;
    const key = `${segment.source} ${segment.destination}`;
    const syn = (segment.flags & SYN) !== 0;
    const known = open.get(key);
    const again = known === undefined || (syn && known.chunks.length > 0);
    const stream = again ? put(key, begun(segment, syn, (known?.connection ?? -1) + 1)) : known;
    if (syn && !again) beginAnew(stream, segment);
    take(stream, segment, packet.timeMs);
    if (stream.early.size > MOST_EARLY) put(key, behindGap(stream));
  }
  // those that a gap ends at the end of the capture are followed by what comes behind it
  for (const stream of all)
    if (stream.early.size > 0) all.splice(all.indexOf(stream) + 1, 0, behindGap(stream));
  return all.filter(({ chunks }) => chunks.length > 0).map(({ next: _, early: __, ...stream }) => stream);
}

/** What waits for octets that the capture lacks, as a stream of its own. */
function behindGap(stream: Building): Building {
  const { source, destination, connection, next, early } = stream;
  const ahead = Math.min(...[...early.keys()].map((at) => (at - next) >>> 0));
  stream.missing = true;
  const rest = {
    source,
    destination,
    connection,
    whole: false,
    next: (next + ahead) >>> 0,
    chunks: [],
    missing: false,
  };
  const behind: Building = { ...rest, early: new Map(early) };
  early.clear();
  takeEarly(behind);
  return behind;
}

function begun({ source, destination, sequence }: Segment, syn: boolean, connection: number): Building {
  const next = (sequence + (syn ? 1 : 0)) >>> 0;
  return { source, destination, connection, whole: syn, next, chunks: [], missing: false, early: new Map() };
}

/** A connection that was refused, and tried again from the same port: it counts from another number. */
function beginAnew(stream: Building, { sequence }: Segment): void {
  stream.whole = true;
  stream.next = (sequence + 1) >>> 0;
  stream.early.clear();
}

function take(stream: Building, { sequence, flags, payload }: Segment, timeMs: number): void {
  if (payload.length === 0) return;
  const at = (sequence + ((flags & SYN) !== 0 ? 1 : 0)) >>> 0;
  add(stream, at, { timeMs, octets: payload });
  takeEarly(stream);
}

/** What waited for the octets that have come since; what was repeated with other ends overlaps them. */
function takeEarly(stream: Building): void {
  for (let took = true; took; ) {
    took = false;
    for (const [at, waiting] of stream.early) {
      if (((at - stream.next) | 0) > 0) continue;
      stream.early.delete(at);
      add(stream, at, waiting);
      took = true;
    }
  }
}

/** Repeated octets are cut off; the sequence numbers go round. */
function add(stream: Building, at: number, chunk: TcpChunk): void {
  const ahead = (at - stream.next) | 0;
  if (ahead > 0) {
    // what is sent again may have another end
    const known = stream.early.get(at)?.octets.length ?? 0;
    if (chunk.octets.length > known) stream.early.set(at, chunk);
    return;
  }
  const octets = chunk.octets.subarray(Math.min(-ahead, chunk.octets.length));
  if (octets.length === 0) return;
  stream.chunks.push({ timeMs: chunk.timeMs, octets });
  stream.next = (stream.next + octets.length) >>> 0;
}

function tcpSegment(datagram: Datagram | undefined): Segment | undefined {
  if (datagram?.protocol !== TCP) return undefined;
  const { source: from, destination: to, payload: tcp } = datagram;
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
