import { parseAddress } from '../../src/wire/address.ts';

/** One TCP segment of a made-up capture. */
export interface MadeSegment {
  readonly from: string;
  readonly to: string;
  readonly ports?: readonly [number, number];
  readonly sequence: number;
  readonly syn?: boolean;
  readonly octets?: Uint8Array;
  readonly timeMs?: number;
  readonly vlan?: boolean;
  /** Sent in fragments of IP of so many octets. */
  readonly fragments?: number;
}

const u16 = (n: number) => [(n >> 8) & 255, n & 255];
const u32 = (n: number) => [(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const le32 = (n: number) => u32(n).reverse();
const le16 = (n: number) => u16(n).reverse();

/** An Ethernet frame with the segment in IPv4 or IPv6. */
export function frame({
  from,
  to,
  ports = [40000, 11019],
  sequence,
  syn = false,
  octets = new Uint8Array(0),
  vlan,
}: MadeSegment): number[] {
  const [source, destination] = [from, to].map((text) => [...(parseAddress(text) ?? [])]);
  const tcp = [
    ...u16(ports[0]),
    ...u16(ports[1]),
    ...u32(sequence),
    ...u32(0),
    0x50,
    syn ? 2 : 0x10,
    0,
    0,
    0,
    0,
    0,
    0,
    ...octets,
  ];
  const four = source?.length === 4;
  const ip = four
    ? [0x45, 0, ...u16(20 + tcp.length), 0, 0, 0x40, 0, 64, 6, 0, 0]
    : [0x60, 0, 0, 0, ...u16(8 + tcp.length), 0, 64];
  // a destination options header before TCP, as a reader may meet one
  const extension = four ? [] : [6, 0, 1, 4, 0, 0, 0, 0];
  if (!four) ip[6] = 60;
  const type = [...(vlan === true ? [0x81, 0, 0, 7] : []), ...u16(four ? 0x0800 : 0x86dd)];
  const packet = [
    ...Array(12).fill(0),
    ...type,
    ...ip,
    ...(source ?? []),
    ...(destination ?? []),
    ...extension,
    ...tcp,
  ];
  // a short frame is filled up
  return [...packet, ...Array(Math.max(60 - packet.length, 0)).fill(0)];
}

/** The Ethernet frames of a segment: more than one where it is sent in fragments. */
function frames(segment: MadeSegment): number[][] {
  const whole = frame(segment);
  const size = segment.fragments;
  if (size === undefined) return [whole];
  const [link, ip] = [whole.slice(0, 14), whole.slice(14, 34)];
  const payload = whole.slice(34, 34 + (((ip[2] ?? 0) << 8) | (ip[3] ?? 0)) - 20);
  const starts = Array.from({ length: Math.ceil(payload.length / size) }, (_, i) => i * size);
  return starts.map((start) => {
    const part = payload.slice(start, start + size);
    const more = start + size < payload.length ? 0x2000 : 0;
    const head = [...ip.slice(0, 2), ...u16(20 + part.length), 0, 9, ...u16(more | (start / 8))];
    return [...link, ...head, ...ip.slice(8), ...part];
  });
}

/** A pcap file, little-endian, in microseconds. */
export function pcap(segments: readonly MadeSegment[]): Uint8Array {
  const head = [
    ...le32(0xa1b2c3d4),
    ...le16(2),
    ...le16(4),
    ...le32(0),
    ...le32(0),
    ...le32(65535),
    ...le32(1),
  ];
  const records = segments.flatMap((segment) => {
    const { timeMs = 0 } = segment;
    const time = [...le32(Math.floor(timeMs / 1000)), ...le32(Math.round((timeMs % 1000) * 1000))];
    return frames(segment).flatMap((octets) => [
      ...time,
      ...le32(octets.length),
      ...le32(octets.length),
      ...octets,
    ]);
  });
  return Uint8Array.from([...head, ...records]);
}

/** A pcapng file, little-endian, whose interface counts nanoseconds. */
export function pcapng(segments: readonly MadeSegment[]): Uint8Array {
  const block = (type: number, body: number[]) => {
    const padded = [...body, ...Array((4 - (body.length % 4)) % 4).fill(0)];
    const length = le32(padded.length + 12);
    return [...le32(type), ...length, ...padded, ...length];
  };
  const section = block(0x0a0d0d0a, [...le32(0x1a2b3c4d), ...le16(1), ...le16(0), ...Array(8).fill(0xff)]);
  const resolution = [...le16(9), ...le16(1), 9, 0, 0, 0, 0, 0, 0, 0];
  const link = block(1, [...le16(1), ...le16(0), ...le32(65535), ...resolution]);
  const packets = segments.flatMap((segment) => {
    const nanoseconds = BigInt(Math.round((segment.timeMs ?? 0) * 1e6));
    const time = [...le32(Number(nanoseconds >> 32n)), ...le32(Number(nanoseconds & 0xffffffffn))];
    return frames(segment).flatMap((octets) =>
      block(6, [...le32(0), ...time, ...le32(octets.length), ...le32(octets.length), ...octets]),
    );
  });
  return Uint8Array.from([...section, ...block(0x0bad, [1, 2, 3]), ...link, ...packets]);
}
