import { describe, expect, it } from 'vitest';
import { AFI, familyId, SAFI } from '../../src/bgp/family.ts';
import { decodeNextHop } from '../../src/bgp/mp-next-hop.ts';
import { hex } from './words.ts';

const vpn = familyId(AFI.ipv4, SAFI['mpls-vpn']);
const multicastVpn = familyId(AFI.ipv4, SAFI['mcast-mpls-vpn']);

describe('next hop of multicast VPN', () => {
  it.each(['0a000001', '0000000000000000 0a000001'])('%s', (octets) => {
    expect(decodeNextHop(hex(octets), multicastVpn)).toEqual({ address: hex('0a000001') });
  });

  it('is not that lenient with unicast VPN', () => {
    expect(() => decodeNextHop(hex('0a000001'), vpn)).toThrow(RangeError);
  });
});
