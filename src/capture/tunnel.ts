import type { Datagram, Datagrams } from './ip.ts';
import { behind, ipInFrame, u16 } from './link.ts';

/** Packets within packets: more than this is none that anybody sends. */
const DEEPEST = 8;

const UDP = 17;
const AUTHENTICATION = 51;
const UDP_HEADER = 8;

/** Protocols of IP that carry another packet, by number: what they say it begins with. */
const CARRIERS: ReadonlyMap<number, (payload: Uint8Array) => Uint8Array | undefined> = new Map([
  // RFC 2003, RFC 4213, RFC 2784, RFC 4023
  [4, (payload: Uint8Array) => payload],
  [41, (payload: Uint8Array) => payload],
  [47, genericRouting],
  [137, (payload: Uint8Array) => behind(payload, MPLS, 0)],
  [UDP, overUdp],
]);
const MPLS = 0x8847;

/** Ports that switches and clouds mirror traffic to: RFC 7348, that of Linux before it, RFC 8926. */
const VXLAN_PORTS = [4789, 8472];
const GENEVE_PORT = 6081;
const VXLAN_HEADER = 8;

/** What an IP packet brings, of however many tunnels it came through; undefined: nothing, or nothing whole yet. */
export function innermost(ip: Uint8Array, datagrams: Datagrams): Datagram | undefined {
  let packet: Uint8Array | undefined = ip;
  for (let depth = 0; depth < DEEPEST && packet !== undefined; depth++) {
    const found = datagrams.of(packet);
    const datagram = found === undefined ? undefined : authenticated(found);
    const carrier = datagram === undefined ? undefined : CARRIERS.get(datagram.protocol);
    if (datagram === undefined || carrier === undefined) return datagram;
    packet = carrier(datagram.payload);
  }
  return undefined;
}

/** Authentication Header, RFC 4302 section 2: next header, its length in words of four octets less two. */
function authenticated(datagram: Datagram): Datagram {
  const { protocol, payload } = datagram;
  if (protocol !== AUTHENTICATION || payload.length < 2) return datagram;
  const header = ((payload[1] as number) + 2) * 4;
  return { ...datagram, protocol: payload[0] as number, payload: payload.subarray(header) };
}

/** Bits of the first field of GRE, RFC 2784 and RFC 2890: a field of four octets for each. */
const CHECKSUM = 0x8000;
const KEY = 0x2000;
const SEQUENCE = 0x1000;
const VERSION = 0x0007;
/** Frames that a switch mirrors, in the second form (with a header behind a sequence number) and the third. */
const MIRRORED = 0x88be;
const MIRRORED_HEADER = 8;
const MIRRORED_3 = 0x22eb;
const MIRRORED_3_HEADER = 12;

function genericRouting(payload: Uint8Array): Uint8Array | undefined {
  const flags = u16(payload, 0);
  if ((flags & VERSION) !== 0) return undefined;
  const type = u16(payload, 2);
  const at = 4 + 4 * [CHECKSUM, KEY, SEQUENCE].filter((bit) => (flags & bit) !== 0).length;
  if (type === MIRRORED)
    return ipInFrame(payload.subarray(at + ((flags & SEQUENCE) === 0 ? 0 : MIRRORED_HEADER)));
  if (type !== MIRRORED_3) return behind(payload, type, at);
  // the last bit says that a subheader follows
  const more = ((payload[at + MIRRORED_3_HEADER - 1] ?? 0) & 1) * 8;
  return ipInFrame(payload.subarray(at + MIRRORED_3_HEADER + more));
}

function overUdp(payload: Uint8Array): Uint8Array | undefined {
  const port = u16(payload, 2);
  const inner = payload.subarray(UDP_HEADER);
  if (VXLAN_PORTS.includes(port)) return ipInFrame(inner.subarray(VXLAN_HEADER));
  // RFC 8926 section 3.4: options in words of four octets, then as an Ethernet type what follows
  if (port === GENEVE_PORT) return behind(inner, u16(inner, 2), 8 + 4 * ((inner[0] ?? 0) & 0x3f));
  return undefined;
}
