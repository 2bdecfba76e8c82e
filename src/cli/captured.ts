import {
  BGP_HEADER_LENGTH,
  bgpType,
  MARKER_LENGTH,
  MARKER_OCTET,
  startsBgpMessage,
} from '../bmp/bgp-message.ts';
import { BmpError } from '../bmp/errors.ts';
import { BMP_FRAMING, BMP_HEADER_LENGTH, isBmpVersion } from '../bmp/header.ts';
import { CaptureError, type Packet, packetsOf } from '../capture/pcap.ts';
import { type TcpChunk, type TcpStream, tcpStreams } from '../capture/tcp.ts';
import { Framer } from '../wire/framer.ts';

/** A captured stream of one of our protocols, from its first whole message on. */
export interface CapturedStream extends TcpStream {
  readonly kind: 'bgp' | 'bmp';
}

/** Highest message type that is looked for in the middle of a stream: 100 is what some routers send beside. */
const HIGHEST_TYPE = 6;
/** Headers, or whole BGP messages, in a row that make a place the start of a message. */
const HEADERS = 3;

/** Told why a capture was not read to its end: who captures is killed amid a packet, as a rule. */
export type CutOff = (reason: string) => void;

/** BGP and BMP among the TCP connections of a capture file, as far as it can be read. */
export function capturedStreams(octets: Uint8Array, cutOff: CutOff): CapturedStream[] {
  return tcpStreams(readable(packetsOf(octets), cutOff)).flatMap(recognised);
}

function* readable(packets: Iterable<Packet>, cutOff: CutOff): Generator<Packet, void> {
  try {
    yield* packets;
  } catch (err) {
    if (!(err instanceof CaptureError)) throw err;
    cutOff(err.message);
  }
}

/** What each BMP connection of a capture sent. Where octets lack, so does the message that they are of, and no other. */
export function capturedBmp(octets: Uint8Array, cutOff: CutOff): TcpChunk[][] {
  const connections = new Map<string, TcpChunk[][]>();
  for (const { kind, source, destination, connection, chunks, missing } of capturedStreams(octets, cutOff)) {
    if (kind !== 'bmp') continue;
    const key = `${source} ${destination} ${connection}`;
    const parts = connections.get(key) ?? [];
    parts.push(missing ? upTo(chunks, wholeLength(chunks)) : [...chunks]);
    connections.set(key, parts);
  }
  return [...connections.values()].map((parts) => parts.flat());
}

/** Octets of the whole messages at the beginning. */
function wholeLength(chunks: readonly TcpChunk[]): number {
  const framer = new Framer(BMP_FRAMING);
  let length = 0;
  try {
    for (const { octets } of chunks) for (const message of framer.push(octets)) length += message.length;
  } catch (err) {
    if (!(err instanceof BmpError)) throw err;
  }
  return length;
}

function joined(chunks: readonly TcpChunk[]): Uint8Array {
  return Buffer.concat(chunks.map(({ octets }) => octets));
}

/** A capture that begins amid a connection begins amid a message, as does what comes behind a gap. */
function recognised(stream: TcpStream): CapturedStream[] {
  const octets = joined(stream.chunks);
  if (startsBgpMessage(octets)) return [{ ...stream, kind: 'bgp' }];
  if (stream.whole) return isBmpStart(octets, 0, true) ? [{ ...stream, kind: 'bmp' }] : [];
  // BMP carries BGP messages, but no more than two in a row: the OPENs of a Peer Up
  for (const { kind, start } of [
    { kind: 'bgp', start: bgpStart(octets, HEADERS) },
    { kind: 'bmp', start: bmpStart(octets) },
    { kind: 'bgp', start: bgpStart(octets, 1) },
  ] as const) {
    if (start >= 0) return [{ ...stream, kind, chunks: from(stream.chunks, start) }];
  }
  return [];
}

/** The first place that so many whole BGP messages stand behind, in a row. */
function bgpStart(octets: Uint8Array, messages: number): number {
  const all = Buffer.from(octets.buffer, octets.byteOffset, octets.length);
  const marker = Buffer.alloc(MARKER_LENGTH, MARKER_OCTET);
  for (let at = all.indexOf(marker); at >= 0; at = all.indexOf(marker, at + 1)) {
    let end = at;
    for (let n = 0; n < messages && end > 0; n++) end = bgpEnd(octets, end);
    if (end > 0) return at;
  }
  return -1;
}

/** Where the whole BGP message ends that stands there; -1: none does. */
function bgpEnd(octets: Uint8Array, at: number): number {
  const rest = octets.subarray(at);
  if (!startsBgpMessage(rest)) return -1;
  const length = ((rest[MARKER_LENGTH] as number) << 8) | (rest[MARKER_LENGTH + 1] as number);
  const type = bgpType(rest);
  return length < BGP_HEADER_LENGTH || length > rest.length || type === 0 || type > HIGHEST_TYPE
    ? -1
    : at + length;
}

function bmpStart(octets: Uint8Array): number {
  for (let at = 0; at + BMP_HEADER_LENGTH <= octets.length; at++)
    if (isBmpStart(octets, at, false)) return at;
  return -1;
}

/** @param alone it may be cut off, with nothing whole there */
function isBmpStart(octets: Uint8Array, start: number, alone: boolean): boolean {
  let at = start;
  for (let n = 0; n < HEADERS && at < octets.length; n++) {
    if (!isBmpVersion(octets[at])) return false;
    if (at + BMP_HEADER_LENGTH > octets.length) return n > 0;
    if ((octets[at + BMP_HEADER_LENGTH - 1] as number) > HIGHEST_TYPE && n === 0) return false;
    try {
      at += BMP_FRAMING.lengthOf(octets, at);
      if (at > octets.length && n === 0 && !alone) return false;
    } catch (err) {
      if (err instanceof BmpError) return false;
      throw err;
    }
  }
  return at > start;
}

function from(chunks: readonly TcpChunk[], start: number): TcpChunk[] {
  let left = start;
  return chunks.flatMap(({ timeMs, octets }) => {
    const cut = octets.subarray(Math.min(left, octets.length));
    left -= octets.length - cut.length;
    return cut.length === 0 ? [] : [{ timeMs, octets: cut }];
  });
}

function upTo(chunks: readonly TcpChunk[], end: number): TcpChunk[] {
  let left = end;
  return chunks.flatMap(({ timeMs, octets }) => {
    const kept = octets.subarray(0, Math.max(left, 0));
    left -= octets.length;
    return kept.length === 0 ? [] : [{ timeMs, octets: kept }];
  });
}
