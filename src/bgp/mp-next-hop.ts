import { Reader } from '../wire/reader.ts';
import { type Writer, written } from '../wire/writer.ts';
import { type FamilyId, familyText, SAFI, safiOf } from './family.ts';
import type { NextHop } from './nlri/codec.ts';
import { isKnownFamily, nlriCodec } from './nlri/index.ts';

const RD_LENGTH = 8;

/**
 * The next hop of MP_REACH_NLRI: 4 or 16 octets (RFC 4760, 8950), 32 with a link-local address (RFC 2545),
 * each address after a Route Distinguisher for VPN families (RFC 4364, 4659).
 * @throws RangeError on a length that the family cannot have
 */
export function decodeNextHop(octets: Uint8Array, family: FamilyId): NextHop | undefined {
  const codec = nlriCodec(family);
  const vpn = isKnownFamily(family)
    ? codec.nextHopRd === true
    : octets.length % 16 !== 0 && octets.length > 4;
  if (octets.length === 0 && codec.nextHopOptional === true) return undefined;
  // some routers send multicast VPN routes with a next hop that no RD stands before
  const bare = octets.length === 4 && safiOf(family) === SAFI['mcast-mpls-vpn'];
  const rd = vpn && !bare ? RD_LENGTH : 0;
  const r = new Reader(octets);
  const one = (length: number) => {
    r.octets(rd);
    return r.octets(length).slice();
  };
  switch (octets.length) {
    case rd + 4:
      return { address: one(4) };
    case rd + 16:
      return { address: one(16) };
    case 2 * (rd + 16):
      return { address: one(16), linkLocal: one(16) };
  }
  throw new RangeError(`a next hop of ${octets.length} octets for ${familyText(family)}`);
}

export function encodeNextHop(nextHop: NextHop | undefined, family: FamilyId): Uint8Array {
  if (nextHop === undefined) return new Uint8Array(0);
  const vpn = nlriCodec(family).nextHopRd === true;
  return written((w) => {
    writeOne(w, nextHop.address, vpn);
    if (nextHop.linkLocal !== undefined) writeOne(w, nextHop.linkLocal, vpn);
  });
}

function writeOne(w: Writer, address: Uint8Array, vpn: boolean): void {
  if (vpn) w.octets(new Uint8Array(RD_LENGTH));
  w.octets(address);
}
