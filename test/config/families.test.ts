import { describe, expect, it } from 'vitest';
import { ConfigErrors } from '../../src/config/errors.ts';
import { loadNeighbor, opened, parameters } from './opened.ts';

const VERSIONS = ['4', '5', '6'] as const;

/** AFI and SAFI of the multiprotocol capabilities, in their order: `1/1`. */
function announced(body: string, version = '5'): string[] {
  return parameters(opened(body, { version }))
    .filter((parameter) => parameter.startsWith('02060104'))
    .map((parameter) => {
      const [afi, safi] = [parameter.slice(8, 12), parameter.slice(14)];
      return `${Number.parseInt(afi, 16)}/${Number.parseInt(safi, 16)}`;
    });
}

const FAMILIES: readonly [string, string][] = [
  ['ipv4 unicast', '1/1'],
  ['ipv4 multicast', '1/2'],
  ['ipv4 nlri-mpls', '1/4'],
  ['ipv4 labeled-unicast', '1/4'],
  ['ipv4 mpls-vpn', '1/128'],
  ['ipv4 mcast-vpn', '1/5'],
  ['ipv4 flow', '1/133'],
  ['ipv4 flow-vpn', '1/134'],
  ['ipv4 mup', '1/85'],
  ['ipv4 sr-policy', '1/73'],
  ['ipv4 rtc', '1/132'],
  ['ipv6 unicast', '2/1'],
  ['ipv6 nlri-mpls', '2/4'],
  ['ipv6 mpls-vpn', '2/128'],
  ['ipv6 flow', '2/133'],
  ['ipv6 flow-vpn', '2/134'],
  ['ipv6 multicast', '2/2'],
  ['ipv6 mcast-vpn', '2/5'],
  ['ipv6 mup', '2/85'],
  ['ipv6 sr-policy', '2/73'],
  ['l2vpn vpls', '25/65'],
  ['l2vpn evpn', '25/70'],
  ['bgp-ls bgp-ls', '16388/71'],
  ['bgp-ls bgp-ls-vpn', '16388/72'],
  ['inet unicast', '1/1'],
  ['inet4 flow', '1/133'],
  ['inet6 unicast', '2/1'],
  ['IPv4 UNICAST', '1/1'],
];

describe('family { AFI SAFI; … }', () => {
  // words of one version are read in every one
  it.each(FAMILIES)('%s is %s', (words, numbers) => {
    const [afi = '', safi = ''] = words.split(' ');
    const body = `family { ${afi.toLowerCase()} ${safi}; }`;
    for (const version of VERSIONS) expect(announced(body, version)).toEqual([numbers]);
  });

  const IP = (afi: number, ...more: number[]) =>
    [1, 2, 4, 128, 133, 134, ...more].sort((a, b) => a - b).map((safi) => `${afi}/${safi}`);
  const L2VPN_BGPLS = ['25/65', '25/70', '16388/71', '16388/72'];
  it.each([
    ['4', [...IP(1, 132), ...IP(2), ...L2VPN_BGPLS]],
    ['5', [...IP(1, 132, 5, 85), ...IP(2, 5, 85), ...L2VPN_BGPLS]],
    ['6', [...IP(1, 132, 5, 85, 73), ...IP(2, 5, 85, 73), ...L2VPN_BGPLS]],
  ])('no section, an empty one, and all are every family of version %s', (version, families) => {
    for (const body of ['', 'family { }', 'family { all; }'])
      expect(announced(body, version)).toEqual(families);
  });

  it('is sent sorted by AFI, then SAFI', () => {
    const body =
      'family { l2vpn evpn; ipv6 flow; ipv4 mpls-vpn; ipv6 unicast; ipv4 unicast; bgp-ls bgp-ls; }';
    expect(announced(body)).toEqual(['1/1', '1/128', '2/1', '2/133', '25/70', '16388/71']);
  });

  it('listing only ipv6 unicast removes IPv4 unicast', () => {
    expect(announced('family { ipv6 unicast; }')).toEqual(['2/1']);
  });

  it('minimal is the families of the configured routes', () => {
    const routes = 'static { route 2001:db8::/32 next-hop ::1; } flow { route protocol tcp discard; }';
    expect(announced(`family { minimal; } ${routes}`)).toEqual(['1/133', '2/1']);
  });

  it('sections add up', () => {
    expect(announced('family { ipv6 unicast; } family { ipv4 unicast; }')).toEqual(['1/1', '2/1']);
  });

  it.each([
    ['ipv4 unicst;', '2:15', "did you mean 'unicast'?"],
    ['ipv4 foo;', '2:15', 'a SAFI of ipv4 (unicast, multicast'],
    ['ipv5 unicast;', '2:10', "did you mean 'ipv4'?"],
    ['l2vpn unicast;', '2:16', 'a SAFI of l2vpn (vpls, evpn'],
    ['ipv4 unicast; ipv4 unicast;', '2:29', 'ipv4 unicast is listed twice'],
    ['inet unicast; ipv4 unicast;', '2:29', 'ipv4 unicast is listed twice'],
    ['all; ipv4 unicast;', '2:20', 'ipv4 unicast is listed twice'],
  ])('family { %s } is refused at %s', (text, place, reason) => {
    const load = () => loadNeighbor(`family { ${text} }`);
    expect(load).toThrow(ConfigErrors);
    expect(load).toThrow(`p.conf:${place}: `);
    expect(load).toThrow(reason);
  });
});
