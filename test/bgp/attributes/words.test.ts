import { describe, expect, it } from 'vitest';
import { encodeAttributes } from '../../../src/bgp/attributes/index.ts';
import { DEFAULT_CONTEXT } from '../../../src/bgp/context.ts';
import { parseRoute, routeToText } from '../../../src/bgp/route.ts';
import { WordError } from '../../../src/syntax/words.ts';
import { written } from '../../../src/wire/writer.ts';
import { hex, toHex, wordsOf } from '../words.ts';

const ROUTE = '10.0.0.0/24 next-hop 192.0.2.1';

function route(text: string) {
  const [found] = parseRoute(wordsOf(`${ROUTE} ${text}`));
  if (found === undefined) throw new Error('no route');
  return found;
}

function octets(text: string): string {
  return toHex(written((w) => encodeAttributes(w, route(text).attributes, DEFAULT_CONTEXT)));
}

describe('attributes in words', () => {
  it.each([
    ['otc 65001', 'c02304 0000fde9'],
    ['otc 1.10', 'c02304 0001000a', 'otc 65546'],
    [
      'pmsi ingressreplication:0:100:192.0.2.1',
      'c01609 00 06 000640 c0000201',
      'pmsi pmsi:ingressreplication:0:100:192.0.2.1',
    ],
    [
      'pmsi pmsi:ingressreplication:1:12(200):2001:db8::1',
      'c01615 01 06 0000c8 20010db8000000000000000000000001',
    ],
    [
      'pmsi pmsi:ingress-repl:0:(5000):192.0.2.1',
      'c01609 00 06 001388 c0000201',
      'pmsi pmsi:ingressreplication:0:312(5000):192.0.2.1',
    ],
    ['pmsi pmsi:notunnel:0:100:', 'c01605 00 00 000640'],
    ['pmsi pmsi:pim-ssmtree:0:0:0x0A000002E8000001', 'c0160d 00 03 000000 0a000002e8000001'],
    ['pmsi pmsi:10:0:0:', 'c01605 00 0a 000000'],
    [
      'tunnel-encap ( vxlan endpoint 192.0.2.1 vni 5000 color 7 udp-port 4789 )',
      `c0172c 0008 0028 060a 00000000 0001 c0000201 010c 80 001388 0000000000000000 0408 030b0000 00000007 0802 12b5`,
    ],
    [
      'tunnel-encap [ ( gre key 9 endpoint next-hop protocol 2048 ) ( mpls label [ 100 200 ] dscp 46 ) ]',
      `c01727 0002 0012 0104 00000009 0606 00000000 0000 0202 0800
       000a 000d 0a08 00064000 000c8100 0701 2e`,
      'tunnel-encap [ ( gre key 9 endpoint next-hop protocol 2048 ) ( mpls label [ 100 200 ] dscp 46 ) ]',
    ],
    ['tunnel-encap ( 99 sub-tlv 200 0x0102 sub-tlv 5 0x )', 'c0170b 0063 0007 c8 0002 0102 05 00'],
    [
      'extended-community-ipv6 [ target:2001:db8::1:5 redirect-to-nexthop-ietf:2001:db8::2:0 ]',
      'c01928 0002 20010db8000000000000000000000001 0005 000c 20010db8000000000000000000000002 0000',
    ],
    [
      'extended-community-ipv6 0x000220010db80000000000000000000000010005',
      'c01914 0002 20010db8000000000000000000000001 0005',
      'extended-community-ipv6 target:2001:db8::1:5',
    ],
    [
      'bgp-ls [ node-name r1 igp-metric 10 local-router-id 10.0.0.1 local-router-id 2001:db8::1 maximum-link-bandwidth 125000000 1099:0x30000000061a80 ]',
      `801d3c 0402 0002 7231 0447 0003 00000a 0404 0004 0a000001 0405 0010 20010db8000000000000000000000001
       0441 0004 4cee6b28 044b 0007 30000000061a80`,
    ],
    [
      'bgp-ls [ shared-risk-link-groups [ 1 2 ] sr-algorithms 0 link-local-remote-identifiers 370/443 ]',
      '801d1d 0448 0008 00000001 00000002 040b 0001 00 0102 0008 00000172 000001bb',
    ],
    [
      'bgp-ls [ minmax-unidirectional-link-delay 5/10 unidirectional-link-delay 7 ]',
      '801d14 045b 0008 00000005 0000000a 045a 0004 00000007',
    ],
    ['attr-set 65001 0x40010100', 'c08008 0000fde9 40010100'],
    [
      'attr-set 65001 ( origin igp as-path [ 65010 ] local-preference 50 community 65010:1 )',
      'c0801f 0000fde9 40010100 4002060201 0000fdf2 40050400000032 c00804fdf20001',
      'attr-set 65001 0x4001010040020602010000fdf240050400000032c00804fdf20001',
    ],
    ['d-path [ 65000:1:70 65001:2:128 ]', 'c0240f 02 0000fde8 0001 46 0000fde9 0002 80'],
    [
      'd-path [ [ 65000:1 ] [ 65001:2:128 ] ]',
      'c02410 01 0000fde8 0001 00 01 0000fde9 0002 80',
      'd-path [ [ 65000:1:0 ] [ 65001:2:128 ] ]',
    ],
    ['bfd-discriminator mode 1 discriminator 77 tlv 1 0x0a000001', 'c0260b 01 0000004d 01 04 0a000001'],
    // ExaBGP 4.2's words: its octets, but for l3vpn, which RFC 9252 has otherwise
    [
      'bgp-prefix-sid-srv6 ( ipv6 2001:db8:1:1:: )',
      'c02816 02 0013 000000 20010db8000100010000000000000000',
      'attribute [ 0x28 0xC0 0x02001300000020010db8000100010000000000000000 ]',
    ],
    [
      'bgp-prefix-sid-srv6 ( vpn 2001:db8:1:1:: )',
      'c02816 04 0013 000000 20010db8000100010000000000000000',
      'attribute [ 0x28 0xC0 0x04001300000020010db8000100010000000000000000 ]',
    ],
    [
      'bgp-prefix-sid-srv6 ( l3vpn 2001:db8:1:1:: )',
      'c0281c 05 0019 00 01 0015 00 20010db8000100010000000000000000 00 ffff 00',
      'bgp-prefix-sid-srv6 ( l3-service 2001:db8:1:1:: 0xffff )',
    ],
    ['bgpsec-path 0x0102', '802102 0102'],
    ['sfp 0x0102', 'c02502 0102'],
  ])('%s', (text, expected, config = text) => {
    expect(octets(text)).toBe(toHex(hex(expected)));
    expect(routeToText(route(text))).toBe(`${ROUTE} ${config}`);
    expect(octets(config)).toBe(toHex(hex(expected)));
  });

  it.each([
    'otc 4294967296',
    'pmsi ingressreplication:0:1048576:192.0.2.1',
    'pmsi ingressreplication:256:1:192.0.2.1',
    'pmsi ingressreplication:0:1:192.0.2',
    'pmsi pmsi:ingressreplication:0:1(16777216):192.0.2.1',
    'pmsi nothing:0:1:',
    'pmsi 256:0:1:',
    'tunnel-encap ( vxlan vni 16777216 )',
    'tunnel-encap ( vxlan key 5 )',
    'tunnel-encap ( 65536 )',
    'tunnel-encap ( vxlan color 4294967296 )',
    'tunnel-encap ( vxlan dscp 64 )',
    'tunnel-encap ( vxlan udp-port 65536 )',
    'tunnel-encap ( vxlan sub-tlv 256 0x )',
    `tunnel-encap ( vxlan sub-tlv 5 0x${'00'.repeat(256)} )`,
    `tunnel-encap ( vxlan label [ ${'1 '.repeat(64)}] )`,
    'tunnel-encap vxlan',
    'extended-community-ipv6 target:2001:db8::1:65536',
    'extended-community-ipv6 target:10.0.0.1:5',
    'extended-community-ipv6 0x0002',
    'bgp-ls [ igp-metric 16777216 ]',
    'bgp-ls [ te-metric 4294967296 ]',
    'bgp-ls [ maximum-link-bandwidth 4e38 ]',
    'bgp-ls [ unreserved-bandwidth [ 1 2 ] ]',
    'bgp-ls [ node-name ]',
    'bgp-ls [ 65536:0x00 ]',
    'bgp-ls [ igp-metrics 5 ]',
    'attr-set 65001 0x400101',
    'attr-set 65001 0x800e00',
    'attr-set 65001 ( next-hop 10.0.0.1 )',
    'attr-set 65001 ( med 4294967296 )',
    'd-path [ ]',
    'd-path 65536.0:1:70',
    'd-path 65000:65536:70',
    'd-path 65000:1:256',
    'bfd-discriminator mode 256 discriminator 1',
    `bfd-discriminator mode 1 discriminator 1 tlv 1 0x${'00'.repeat(256)}`,
    'sfp 0x1',
    'bgp-prefix-sid-srv6 ( l4vpn 2001:db8::1 )',
    'bgp-prefix-sid-srv6 ( vpn 10.0.0.1 )',
  ])('refuses %j', (text) => expect(() => route(text)).toThrow(WordError));
});
