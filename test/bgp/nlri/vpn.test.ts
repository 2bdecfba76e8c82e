import { describe, expect, it } from 'vitest';
import { ipv4MulticastVpn, ipv4Vpn, ipv6MulticastVpn, ipv6Vpn, makeVpn } from '../../../src/bgp/nlri/vpn.ts';
import { WordError } from '../../../src/syntax/words.ts';
import { parsePrefix } from '../../../src/wire/prefix.ts';
import { check, decode, encode, octets, parse } from './check.ts';

describe('VPN prefixes', () => {
  it.each([
    {
      octets: '70 000641 0000fde800000001 0a0000',
      json5: { nlri: '10.0.0.0/24', label: [[100]], rd: '65000:1' },
      json6: { nlri: '10.0.0.0/24', label: [[100, 1601]], rd: '65000:1' },
      text: '10.0.0.0/24 label 100 rd 65000:1',
      parses: ['10.0.0.0/24 rd 65000:1 label 100', '10.0.0.0/24 route-distinguisher 65000:1 label [ 100 ]'],
    },
    { octets: '88 000640 000c81 0002000111700001 0a0000', text: '10.0.0.0/24 label [ 100 200 ] rd 70000:1' },
    {
      octets: '68 800000 0000fdea00000064 0a01',
      withdraw: true,
      json5: { nlri: '10.1.0.0/16', label: [[524288]], rd: '65002:100' },
      json6: { nlri: '10.1.0.0/16', label: [[524288, 8388608]], rd: '65002:100' },
    },
  ])('ipv4 $octets', (row) => check(ipv4Vpn, row));

  it.each([
    { octets: '88 000641 0000fde800000001 20010db80000', text: '2001:db8::/48 label 100 rd 65000:1' },
  ])('ipv6 $octets', (row) => check(ipv6Vpn, row));

  it.each([
    {
      octets: '80 0001ac10002c0065 1820010d00000000',
      json: { nlri: '1820:10d::/64', rd: '172.16.0.44:101' },
      text: '1820:10d::/64 rd 172.16.0.44:101',
    },
  ])('multicast ipv6 $octets', (row) => check(ipv6MulticastVpn, row));

  it('identifies a route by RD and prefix, not by labels', () => {
    const [one, other] = [octets('0000fde800000001'), octets('0000fde800000002')];
    const prefix = parsePrefix('10.0.0.0/24');
    expect(ipv4Vpn.key(makeVpn(one, prefix, [1]))).toBe(ipv4Vpn.key(makeVpn(one, prefix, [2])));
    expect(ipv4Vpn.key(makeVpn(one, prefix, [1]))).not.toBe(ipv4Vpn.key(makeVpn(other, prefix, [1])));
    expect(encode(ipv4Vpn, makeVpn(one, prefix, []), true)).toBe('708000000000fde8000000010a0000');
  });

  it('refuses what is short, too long or not there', () => {
    expect(() => decode(ipv4Vpn, '18 000641')).toThrow(RangeError);
    expect(() => decode(ipv4Vpn, '79 000641 0000fde800000001 0a000000 00')).toThrow(/prefix length 33/);
    expect(() => decode(ipv4MulticastVpn, '20 0001ac10')).toThrow(RangeError);
    expect(() => parse(ipv4Vpn, '10.0.0.0/24 label 100')).toThrow(WordError);
    expect(() => parse(ipv4Vpn, '10.0.0.0/24 label 100 rd 1:2:3')).toThrow(/route distinguisher/);
  });
});
