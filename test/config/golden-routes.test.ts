import { expect, it } from 'vitest';
import { AFI, familyId, IPV4_UNICAST, SAFI } from '../../src/bgp/family.ts';
import { encodeEndOfRib } from '../../src/bgp/update-encode.ts';
import { bodies } from '../rib/neighbor.ts';
import { expectGolden, type Golden, HOP6, HOPLESS, route } from './golden.ts';
import type { SentOptions } from './sent.ts';

const EXTERNAL: SentOptions = { session: { peerAs: 65001 } };
const LARGE: SentOptions = { session: { localAs: 70000, peerAs: 65001 } };
const LARGE_IN_TWO: SentOptions = { session: { localAs: 70000, peerAs: 65001, send: { asn4: false } } };
const PATHS: SentOptions = { session: { send: { addPath: new Set([IPV4_UNICAST]) } } };
const HEAD = '40010100 400200 400304c0000201 40050400000064';

const routes = (...all: string[]) => `static { ${all.map((words) => `route ${words};`).join(' ')} }`;
const LARGE_PATH = 'as-path [ 70000 65000 ] aggregator ( 70000:1.1.1.1 )';
const FULL = `origin egp med 50 local-preference 200 as-path [ 65010 65020 ] atomic-aggregate
  aggregator ( 65010:1.1.1.1 ) originator-id 9.9.9.9 cluster-list [ 8.8.8.8 7.7.7.7 ]
  community [ 65000:2 no-export 65000:1 ] large-community [ 1:2:3 ] extended-community [ target:65000:1 ] aigp 100`;

const UPDATES: readonly Golden[] = [
  { said: route(''), bodies: [`0000 0015 ${HEAD} 180a0000`] },
  {
    said: route(''),
    options: EXTERNAL,
    bodies: ['0000 0014 40010100 4002 06 02010000fde8 400304c0000201 180a0000'],
  },
  {
    said: route(''),
    options: LARGE,
    bodies: ['0000 0014 40010100 400206 0201 00011170 400304c0000201 180a0000'],
  },
  {
    said: route(''),
    options: LARGE_IN_TWO,
    bodies: ['0000 001b 40010100 400204 0201 5ba0 c01106 0201 00011170 400304c0000201 180a0000'],
  },
  {
    said: route(LARGE_PATH),
    options: { session: { peerAs: 65001, send: { asn4: false } } },
    bodies: [
      `0000 0035 40010100 400206 0202 5ba0 fde8 c0110a 0202 00011170 0000fde8 400304c0000201
       c00706 5ba0 01010101 c01208 00011170 01010101 180a0000`,
    ],
  },
  {
    said: route(LARGE_PATH),
    options: EXTERNAL,
    bodies: ['… 40020a 0202 00011170 0000fde8 400304c0000201 c00708 00011170 01010101 180a0000'],
  },
  {
    said: route(FULL),
    bodies: [
      `0000 007d 40010101 40020a 0202 0000fdf2 0000fdfc 400304c0000201 80040400000032 400504000000c8 400600
       c00708 0000fdf2 01010101 c0080c fde80001 fde80002 ffffff01 800904 09090909 800a08 08080808 07070707
       c01008 0002fde800000001 801a0b 01 000b 0000000000000064 c0200c 00000001 00000002 00000003 180a0000`,
    ],
  },
  {
    said: routes(
      '10.0.2.0/24 next-hop 192.0.2.1',
      '10.0.3.0/24 next-hop 192.0.2.2',
      '10.0.0.0/24 next-hop 192.0.2.1',
      '10.0.1.0/24 next-hop 192.0.2.1',
    ),
    bodies: [
      `0000 0015 ${HEAD} 180a0000 180a0001 180a0002`,
      `0000 0015 ${HEAD.replace('c0000201', 'c0000202')} 180a0003`,
    ],
  },
  {
    said: route('', '2001:db8::/48', '2001:db8::1'),
    bodies: [`0000 002d ${HOPLESS} 800e1c 0002 01 10 ${HOP6} 00 30 20010db80000`],
  },
  {
    said: route('', '2001:db8::/48', '2001:db8::1'),
    options: { session: { linkLocalNexthop: true, localLinkLocal: 'fe80::1' } },
    bodies: [`… 800e2c 0002 01 20 ${HOP6} fe80 0000 00000000 00000000 00000001 00 30 20010db80000`],
  },
  {
    said: route('', '10.0.0.0/24', '2001:db8::1'),
    bodies: [`0000 002a ${HOPLESS} 800e19 0001 01 10 ${HOP6} 00 180a0000`],
  },
  {
    said: route('', '2001:db8::/48', '192.0.2.1'),
    bodies: ['… 400304c0000201 … 800e10 0002 01 04 c0000201 00 30 20010db80000'],
  },
  {
    said: route('label 100'),
    bodies: [`0000 0028 ${HEAD} 800e10 0001 04 04 c0000201 00 30 000641 0a0000`],
  },
  { said: route('label [ 100 200 ]'), bodies: ['… 800e13 0001 04 04 c0000201 00 48 000640 000c81 0a0000'] },
  {
    said: route('rd 65000:1 label 100'),
    bodies: [
      `0000 0038 ${HEAD} 800e20 0001 80 0c 0000000000000000 c0000201 00 70 000641 0000fde800000001 0a0000`,
    ],
  },
  {
    said: route('rd 65000:1 label 100', '2001:db8::/48', '2001:db8::1'),
    bodies: [`… 800e2f 0002 80 18 0000000000000000 ${HOP6} 00 88 000641 0000fde800000001 20010db80000`],
  },
  {
    said: routes(
      '10.0.0.0/24 next-hop 192.0.2.1 path-information 1.2.3.4',
      '10.0.0.0/24 next-hop 192.0.2.2 path-information 5',
      '10.0.1.0/24 next-hop 192.0.2.1',
    ),
    options: PATHS,
    bodies: ['… 01020304 180a0000 00000000 180a0001', '… 00000005 180a0000'],
  },
  { said: route('split /26'), bodies: ['… 1a0a000000 1a0a000040 1a0a000080 1a0a0000c0'] },
  {
    said: route('attribute [ 0x19 0xc0 0x0002fde800000001 ]'),
    bodies: ['… c01908 0002fde800000001 180a0000'],
  },
  {
    said: `l2vpn { vpls site { endpoint 5; offset 1; base 10702; size 8; rd 172.30.5.4:13;
      next-hop 192.168.201.1; extended-community [ target:54591:6 l2info:19:0:1500:111 ]; } }`,
    bodies: [
      `0000 0040 ${HOPLESS} c01010 0002d53f00000006 800a130005dc006f
       800e1c 0019 41 04 c0a8c901 00 0011 0001ac1e0504000d 0005 0001 0008 029ce1`,
    ],
  },
];

expectGolden(UPDATES);

it.each([
  [IPV4_UNICAST, '00000000'],
  [familyId(AFI.ipv4, SAFI.flow), '0000 0007 900f 0003 0001 85'],
  [familyId(AFI.ipv6, SAFI.unicast), '0000 0007 900f 0003 0002 01'],
])('End-of-RIB of family %i', (family, expected) => {
  expect(bodies([encodeEndOfRib(family)])).toEqual([expected.replace(/\s/g, '')]);
});
