import { describe, expect, it } from 'vitest';
import { ipv4McastVpn, ipv6McastVpn } from '../../../src/bgp/nlri/mcast-vpn.ts';
import { WordError } from '../../../src/syntax/words.ts';
import { check, parse } from './check.ts';

const RD = '0000fde80001869f';

describe('MCAST-VPN', () => {
  it.each([
    {
      octets: `06 16 ${RD} 0000fde8 20 0a63c701 20 effbffe4`,
      json: {
        code: 6,
        parsed: true,
        raw: '06160000FDE80001869F0000FDE8200A63C70120EFFBFFE4',
        name: 'C-Multicast Shared Tree Join route',
        rd: '65000:99999',
        'source-as': '65000',
        source: '10.99.199.1',
        group: '239.251.255.228',
      },
      parses: ['shared-join rp 10.99.199.1 group 239.251.255.228 rd 65000:99999 source-as 65000'],
    },
    {
      octets: `07 16 ${RD} 0000fde8 20 0a630c02 20 effbffe4`,
      parses: [
        'mcast-vpn source-join source 10.99.12.2 group 239.251.255.228 rd 65000:99999 source-as 65000',
      ],
    },
    {
      octets: `05 12 ${RD} 20 0a630c04 20 effbffe4`,
      text: 'source-ad rd 65000:99999 source 10.99.12.4 group 239.251.255.228',
    },
    { octets: `01 0c ${RD} 0a0a0a0a`, text: 'intra-as-i-pmsi rd 65000:99999 originator 10.10.10.10' },
    { octets: `02 0c ${RD} 0000fde8`, text: 'inter-as-i-pmsi rd 65000:99999 source-as 65000' },
    {
      octets: `03 16 ${RD} 20 0a630c04 20 effbffe4 0a0a0a0a`,
      text: 's-pmsi rd 65000:99999 source 10.99.12.4 group 239.251.255.228 originator 10.10.10.10',
    },
    {
      octets: `04 12 020c ${RD} 00000001 01000001`,
      text: `leaf route-key 0x020c${RD}00000001 originator 1.0.0.1`,
    },
    { octets: '01 02 0a0a', json: { code: 1, parsed: false, raw: '01020A0A' }, text: 'type 1 0x0a0a' },
  ])('ipv4 $octets', (row) => check(ipv4McastVpn, row));

  it.each([
    {
      octets: `05 2a ${RD} 80 fd120000000000000000000000000004 80 ff0e0000000000000000000000000001`,
      text: 'source-ad rd 65000:99999 source fd12::4 group ff0e::1',
    },
    { octets: `01 0c ${RD} c0a86401`, text: 'intra-as-i-pmsi rd 65000:99999 originator 192.168.100.1' },
  ])('ipv6 $octets', (row) => check(ipv6McastVpn, row));

  it.each(['shared-join rp 10.0.0.1 group 239.1.1.1 rd 1:1', 'source-ad source x', 'join'])(
    'refuses %j',
    (text) => expect(() => parse(ipv4McastVpn, text)).toThrow(WordError),
  );
});
