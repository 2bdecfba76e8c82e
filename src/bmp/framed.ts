import { AFI, afiOf, type FamilyId, SAFI, safiOf } from '../bgp/family.ts';
import type { Reader } from '../wire/reader.ts';

/** Reads past one NLRI, path identifier excluded; false when it cannot be one. */
export type Skip = (r: Reader) => boolean;

const RD_OCTETS = 8;
const ROUTE_TARGET_BITS = { least: 32, most: 96 } as const;

/** A route type and a length, before the route: what the types are, and how many octets each part takes. */
interface Framing {
  readonly typeOctets: 1 | 2;
  readonly lengthOctets: 1 | 2;
  readonly highestType: number;
  /** Octets that any route has. */
  readonly least: number;
  /** What stands before the type: the architecture of MUP. */
  readonly before?: number;
}

const EVPN: Framing = { typeOctets: 1, lengthOctets: 1, highestType: 11, least: RD_OCTETS };
const MCAST_VPN: Framing = { typeOctets: 1, lengthOctets: 1, highestType: 7, least: RD_OCTETS };
const MUP: Framing = { typeOctets: 2, lengthOctets: 1, highestType: 4, least: RD_OCTETS, before: 1 };
/** Protocol and identifier, RFC 9552 section 5.2. */
const BGP_LS: Framing = { typeOctets: 2, lengthOctets: 2, highestType: 6, least: 9 };
const BGP_LS_VPN: Framing = { ...BGP_LS, least: BGP_LS.least + RD_OCTETS };

/** How to read past routes that are no prefixes; undefined where they have no form that could tell. */
export function framedSkip(family: FamilyId): Skip | undefined {
  const afi = afiOf(family);
  const isIp = afi === AFI.ipv4 || afi === AFI.ipv6;
  switch (safiOf(family)) {
    case SAFI.evpn:
      return afi === AFI.l2vpn ? framed(EVPN) : undefined;
    case SAFI.vpls:
      return afi === AFI.l2vpn ? skipVpls : undefined;
    case SAFI['bgp-ls']:
      return afi === AFI['bgp-ls'] ? framed(BGP_LS) : undefined;
    case SAFI['bgp-ls-vpn']:
      return afi === AFI['bgp-ls'] ? framed(BGP_LS_VPN) : undefined;
    case SAFI['mcast-vpn']:
      return isIp ? framed(MCAST_VPN) : undefined;
    case SAFI.mup:
      return isIp ? framed(MUP) : undefined;
    case SAFI['sr-policy']:
      return isIp ? (r) => skipBits(r, afi === AFI.ipv4 ? 96 : 192) : undefined;
    case SAFI.rtc:
      return afi === AFI.ipv4 ? skipRouteTarget : undefined;
    case SAFI.flow:
      return (r) => skipFlow(r, 0, afi);
    case SAFI['flow-vpn']:
      return (r) => skipFlow(r, RD_OCTETS, afi);
  }
  return undefined;
}

function framed({ typeOctets, lengthOctets, highestType, least, before }: Framing): Skip {
  const head = (before === undefined ? 0 : 1) + typeOctets + lengthOctets;
  return (r) => {
    if (r.remaining < head) return false;
    if (before !== undefined && r.u8() !== before) return false;
    const type = typeOctets === 1 ? r.u8() : r.u16();
    const length = lengthOctets === 1 ? r.u8() : r.u16();
    if (type === 0 || type > highestType || length < least || length > r.remaining) return false;
    r.octets(length);
    return true;
  };
}

/** Of RFC 4761, or the shorter one of RFC 6074: an RD and an address. */
function skipVpls(r: Reader): boolean {
  if (r.remaining < 2) return false;
  const length = r.u16();
  if (length < RD_OCTETS + 4 || length > r.remaining) return false;
  r.octets(length);
  return true;
}

function skipBits(r: Reader, bits: number): boolean {
  if (r.remaining < 1 + bits / 8 || r.u8() !== bits) return false;
  r.octets(bits / 8);
  return true;
}

/** RFC 4684 section 4: nothing, or an AS and as much of a route target as there is. */
function skipRouteTarget(r: Reader): boolean {
  const bits = r.u8();
  if (bits > 0 && (bits < ROUTE_TARGET_BITS.least || bits > ROUTE_TARGET_BITS.most)) return false;
  if ((bits + 7) >> 3 > r.remaining) return false;
  r.octets((bits + 7) >> 3);
  return true;
}

/** Lengths from here on take two octets, RFC 8955 section 4.1. */
const LONG_LENGTH = 0xf0;
const LAST_COMPONENT = 13;
const LAST_LAYER2_COMPONENT = 24;

/** A length, an RD where there is one, and the type of the first component. */
function skipFlow(r: Reader, rdOctets: number, afi: number): boolean {
  const first = r.u8();
  if (first >= LONG_LENGTH && r.remaining < 1) return false;
  const length = first < LONG_LENGTH ? first : (first & 0x0f) * 256 + r.u8();
  if (length < rdOctets + 2 || length > r.remaining) return false;
  r.octets(rdOctets);
  const type = r.octets(length - rdOctets)[0] ?? 0;
  return type > 0 && type <= (afi === AFI.l2vpn ? LAST_LAYER2_COMPONENT : LAST_COMPONENT);
}
