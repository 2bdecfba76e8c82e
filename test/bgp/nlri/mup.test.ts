import { describe, expect, it } from 'vitest';
import { ipv4Mup, ipv6Mup } from '../../../src/bgp/nlri/mup.ts';
import { WordError } from '../../../src/syntax/words.ts';
import { check, parse } from './check.ts';

const RD = '0000006400000064';

describe('MUP', () => {
  it.each([
    {
      octets: `01 0001 0c ${RD} 18 0a0001`,
      json: {
        name: 'InterworkSegmentDiscoveryRoute',
        arch: 1,
        code: 1,
        prefix_ip_len: 24,
        prefix_ip: '10.0.1.0',
        rd: '100:100',
        raw: '0100010C0000006400000064180A0001',
      },
      text: 'mup-isd 10.0.1.0/24 rd 100:100',
    },
    { octets: `01 0002 0c ${RD} 0a000001`, text: 'mup-dsd 10.0.0.1 rd 100:100' },
    {
      octets: `01 0003 17 ${RD} 20 c0a80001 00003039 09 20 0a000001`,
      json: {
        name: 'Type1SessionTransformedRoute',
        arch: 1,
        code: 3,
        prefix_ip_len: 32,
        prefix_ip: '192.168.0.1',
        teid: '12345',
        qfi: '9',
        rd: '100:100',
        endpoint_ip_len: 32,
        endpoint_ip: '10.0.0.1',
        source_ip_len: 0,
        source_ip: "b''",
        raw: '01000317000000640000006420C0A800010000303909200A000001',
      },
      text: 'mup-t1st 192.168.0.1/32 rd 100:100 teid 12345 qfi 9 endpoint 10.0.0.1',
    },
    {
      octets: `01 0003 1c ${RD} 20 c0a80002 00003039 09 20 0a000001 20 0a000009`,
      text: 'mup-t1st 192.168.0.2/32 rd 100:100 teid 12345 qfi 9 endpoint 10.0.0.1 source 10.0.0.9',
    },
    {
      octets: `01 0004 11 ${RD} 40 0a000001 00003039`,
      parses: ['mup mup-t2st 10.0.0.1 rd 100:100 teid 12345/32'],
      text: 'mup-t2st 10.0.0.1 teid 12345/32 rd 100:100',
    },
    { octets: `01 0004 10 ${RD} 37 0a000001 003039`, parses: ['mup-t2st 10.0.0.1 rd 100:100 teid 12345/23'] },
    { octets: `01 0004 0d ${RD} 20 0a000001`, parses: ['mup-t2st 10.0.0.1 rd 100:100 teid 0/0'] },
    {
      octets: '01 0105 01 00',
      json: { arch: 1, code: 261, parsed: false, raw: '0101050100' },
      text: 'type 261 0x00',
    },
    { octets: '02 0001 01 00', text: 'architecture 2 type 1 0x00' },
  ])('ipv4 $octets', (row) => check(ipv4Mup, row));

  it.each([
    { octets: `01 0001 11 ${RD} 40 2001000000000000`, text: 'mup-isd 2001::/64 rd 100:100' },
    {
      octets: `01 0004 1d ${RD} a0 20010000000000000000000000000001 00003039`,
      parses: ['mup-t2st 2001::1 rd 100:100 teid 12345/32'],
    },
  ])('ipv6 $octets', (row) => check(ipv6Mup, row));

  it.each([
    'mup-t2st 10.0.0.1 rd 100:100 teid 12345/0',
    'mup-t2st 10.0.0.1 rd 100:100 teid 1/33',
    'mup-t1st 192.168.0.1/32 rd 100:100 teid 1 qfi 64 endpoint 10.0.0.1',
    'mup-isd 2001::/64 rd 100:100',
    'mup-dsd 10.0.0.1',
  ])('refuses %j', (text) => expect(() => parse(ipv4Mup, text)).toThrow(WordError));
});
