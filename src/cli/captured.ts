import { startsBgpMessage } from '../bmp/bgp-message.ts';
import { BmpError } from '../bmp/errors.ts';
import { BMP_FRAMING, BMP_HEADER_LENGTH, isBmpVersion } from '../bmp/header.ts';
import { CaptureError, packetsOf } from '../capture/pcap.ts';
import { type TcpChunk, type TcpStream, tcpStreams } from '../capture/tcp.ts';
import { InputError } from './input-error.ts';

/** A captured stream of one of our protocols, from its first whole message on. */
export interface CapturedStream {
  readonly kind: 'bgp' | 'bmp';
  readonly source: string;
  readonly destination: string;
  readonly chunks: readonly TcpChunk[];
}

/** Highest message type that is looked for in the middle of a stream: 100 is what some routers send beside. */
const HIGHEST_TYPE = 6;
/** Headers in a row that make a place the start of a message. */
const HEADERS = 3;

/** BGP and BMP among the TCP connections of a capture file. @throws InputError when it cannot be read */
export function capturedStreams(octets: Uint8Array): CapturedStream[] {
  try {
    return tcpStreams(packetsOf(octets)).flatMap(recognised);
  } catch (err) {
    if (err instanceof CaptureError) throw new InputError(err.message, { cause: err });
    throw err;
  }
}

export function joined(chunks: readonly TcpChunk[]): Uint8Array {
  return Buffer.concat(chunks.map(({ octets }) => octets));
}

/** A capture that begins amid a connection begins amid a message. */
function recognised({ source, destination, chunks, whole }: TcpStream): CapturedStream[] {
  const octets = joined(chunks);
  if (startsBgpMessage(octets)) return [{ kind: 'bgp', source, destination, chunks }];
  const start = whole ? (isBmpStart(octets, 0) ? 0 : -1) : bmpStart(octets);
  return start < 0 ? [] : [{ kind: 'bmp', source, destination, chunks: from(chunks, start) }];
}

function bmpStart(octets: Uint8Array): number {
  for (let at = 0; at + BMP_HEADER_LENGTH <= octets.length; at++) if (isBmpStart(octets, at)) return at;
  return -1;
}

function isBmpStart(octets: Uint8Array, start: number): boolean {
  let at = start;
  for (let n = 0; n < HEADERS && at < octets.length; n++) {
    if (!isBmpVersion(octets[at]) || at + BMP_HEADER_LENGTH > octets.length) return false;
    if ((octets[at + BMP_HEADER_LENGTH - 1] as number) > HIGHEST_TYPE && n === 0) return false;
    try {
      at += BMP_FRAMING.lengthOf(octets, at);
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
