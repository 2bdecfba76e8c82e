/** One packet of a capture file, from its link layer on. */
export interface Packet {
  /** Milliseconds since 1970, fractions allowed. */
  readonly timeMs: number;
  /** LINKTYPE_ value, tcpdump's registry. */
  readonly linkType: number;
  readonly octets: Uint8Array;
}

/** A capture file that cannot be read, or not to its end. */
export class CaptureError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'CaptureError';
  }
}

/** The first four octets of a file: pcap in either order of octets and either unit of time, and pcapng. */
const PCAP_MICROSECONDS = 0xa1b2c3d4;
const PCAP_NANOSECONDS = 0xa1b23c4d;
const PCAPNG_SECTION = 0x0a0d0d0a;
const PCAPNG_ORDER = 0x1a2b3c4d;

const PCAP_HEADER = 24;
const PCAP_RECORD = 16;

export function isCapture(octets: Uint8Array): boolean {
  if (octets.length < PCAP_HEADER) return false;
  const view = viewOf(octets);
  const magics = [PCAP_MICROSECONDS, PCAP_NANOSECONDS];
  const [big, little] = [view.getUint32(0), view.getUint32(0, true)];
  return big === PCAPNG_SECTION || magics.includes(big) || magics.includes(little);
}

/** The packets of a pcap or pcapng file. @throws CaptureError where it is cut off or makes no sense */
export function packetsOf(octets: Uint8Array): Generator<Packet, void, void> {
  return viewOf(octets).getUint32(0) === PCAPNG_SECTION ? pcapngPackets(octets) : pcapPackets(octets);
}

function viewOf(octets: Uint8Array): DataView {
  return new DataView(octets.buffer, octets.byteOffset, octets.length);
}

function* pcapPackets(octets: Uint8Array): Generator<Packet, void, void> {
  const view = viewOf(octets);
  const little = [PCAP_MICROSECONDS, PCAP_NANOSECONDS].includes(view.getUint32(0, true));
  const nanoseconds = view.getUint32(0, little) === PCAP_NANOSECONDS;
  // the upper half may tell the length of a frame check sequence
  const linkType = view.getUint32(20, little) & 0xffff;
  for (let at = PCAP_HEADER; at < octets.length; ) {
    if (octets.length - at < PCAP_RECORD) throw new CaptureError(`octet ${at}: the last packet is cut off`);
    const seconds = view.getUint32(at, little);
    const fraction = view.getUint32(at + 4, little) / (nanoseconds ? 1e6 : 1e3);
    const length = view.getUint32(at + 8, little);
    at += PCAP_RECORD;
    if (length > octets.length - at) throw new CaptureError(`octet ${at}: the last packet is cut off`);
    yield { timeMs: seconds * 1000 + fraction, linkType, octets: octets.subarray(at, at + length) };
    at += length;
  }
}

interface Interface {
  readonly linkType: number;
  /** Milliseconds of one unit of its times. */
  readonly unitMs: number;
}

const INTERFACE_BLOCK = 1;
/** Of older files: the number of its interface has two octets, and those of packets that were lost follow it. */
const PACKET_BLOCK = 2;
const SIMPLE_PACKET_BLOCK = 3;
const ENHANCED_PACKET_BLOCK = 6;
const TIME_RESOLUTION = 9;
const SHORTEST_BLOCK = 12;

function* pcapngPackets(octets: Uint8Array): Generator<Packet, void, void> {
  const view = viewOf(octets);
  let little = true;
  let interfaces: Interface[] = [];
  for (let at = 0; at < octets.length; ) {
    if (octets.length - at < SHORTEST_BLOCK) throw new CaptureError(`octet ${at}: the last block is cut off`);
    if (view.getUint32(at) === PCAPNG_SECTION) {
      little = view.getUint32(at + 8, true) === PCAPNG_ORDER;
      interfaces = [];
    }
    const type = view.getUint32(at, little);
    const length = view.getUint32(at + 4, little);
    if (length < SHORTEST_BLOCK || length % 4 !== 0 || length > octets.length - at) {
      throw new CaptureError(`octet ${at}: a block of ${length} octets`);
    }
    const body = octets.subarray(at + 8, at + length - 4);
    if (type === INTERFACE_BLOCK && body.length >= 8) interfaces.push(interfaceOf(body, little));
    if ((type === ENHANCED_PACKET_BLOCK || type === PACKET_BLOCK) && body.length >= 20) {
      const number =
        type === PACKET_BLOCK ? viewOf(body).getUint16(0, little) : viewOf(body).getUint32(0, little);
      const from = interfaces[number];
      if (from !== undefined) yield timedPacket(body, little, from);
    }
    const [first] = interfaces;
    if (type === SIMPLE_PACKET_BLOCK && first !== undefined && body.length >= 4) {
      const size = Math.min(viewOf(body).getUint32(0, little), body.length - 4);
      yield { timeMs: 0, linkType: first.linkType, octets: body.subarray(4, 4 + size) };
    }
    at += length;
  }
}

function timedPacket(body: Uint8Array, little: boolean, { linkType, unitMs }: Interface): Packet {
  const view = viewOf(body);
  const units = view.getUint32(4, little) * 2 ** 32 + view.getUint32(8, little);
  const length = Math.min(view.getUint32(12, little), body.length - 20);
  // a double holds no nanoseconds of our days
  const timeMs = Math.round(units * unitMs * 1000) / 1000;
  return { timeMs, linkType, octets: body.subarray(20, 20 + length) };
}

function interfaceOf(body: Uint8Array, little: boolean): Interface {
  const view = viewOf(body);
  let unitMs = 1e-3;
  for (let at = 8; at + 4 <= body.length; ) {
    const code = view.getUint16(at, little);
    const length = view.getUint16(at + 2, little);
    if (code === 0) break;
    if (code === TIME_RESOLUTION && length >= 1) {
      const value = body[at + 4] ?? 6;
      unitMs = 1000 * (value & 0x80 ? 2 ** -(value & 0x7f) : 10 ** -value);
    }
    at += 4 + ((length + 3) & ~3);
  }
  return { linkType: view.getUint16(0, little), unitMs };
}
