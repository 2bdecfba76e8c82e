import { expect, it } from 'vitest';
import { AFI, familyId, IPV4_UNICAST, SAFI } from '../../src/bgp/family.ts';
import { encodeEndOfRib } from '../../src/bgp/update-encode.ts';
import { bodies } from '../rib/neighbor.ts';
import { type SentOptions, sent } from './sent.ts';

/** What the versions of ExaBGP were seen to send for a configuration, octet for octet; blanks part the fields. */
interface Golden {
  readonly said: string;
  /** The bodies of its messages. `…` stands for what is between two parts. */
  readonly bodies: readonly string[];
  readonly options?: SentOptions;
}

const VERSIONS = ['4', '5', '6'] as const;
const FAMILIES = 'ipv4 multicast; ipv6 unicast; ipv6 nlri-mpls; ipv6 mpls-vpn; ipv6 mcast-vpn;';
const EXTERNAL: SentOptions = { session: { peerAs: 65001 } };
const LARGE: SentOptions = { session: { localAs: 70000, peerAs: 65001 } };
const LARGE_IN_TWO: SentOptions = { session: { localAs: 70000, peerAs: 65001, send: { asn4: false } } };
const PATHS: SentOptions = { session: { send: { addPath: new Set([IPV4_UNICAST]) } } };
const HOP6 = '20010db8 00000000 00000000 00000001';
const SID = '20010db8 00010001 00000000 00000000';
const HEAD = '40010100 400200 400304c0000201 40050400000064';
const HOPLESS = '40010100 400200 40050400000064';

const route = (words: string, prefix = '10.0.0.0/24', hop = '192.0.2.1') =>
  `static { route ${prefix} next-hop ${hop} ${words}; }`;
const routes = (...all: string[]) => `static { ${all.map((words) => `route ${words};`).join(' ')} }`;
const flow = (match: string, then: string, more = '') =>
  `flow { route { ${more} match { ${match} } then { ${then} } } }`;
const announce = (afi: string, words: string) => `announce { ${afi} { ${words}; } }`;
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

const SOURCE = 'source 10.0.0.1/32;';
const FLOWS: readonly Golden[] = [
  {
    said: flow(
      `source 10.0.0.1/32; destination 192.168.0.0/16; protocol [ tcp udp ];
       destination-port [ >8080&<8088 =3128 ];`,
      'discard;',
    ),
    bodies: [
      `0000 003b ${HOPLESS} c01008 8006 0000 00000000 800e1f 0001 85 00 00 19 01 10 c0a8 02 20 0a000001
       03 01 06 81 11 05 12 1f90 54 1f98 91 0c38`,
    ],
  },
  {
    said: flow(
      `destination 10.0.0.0/8; port =80; source-port >1024; icmp-type [ unreachable echo-request ];
       icmp-code [ network-unreachable ]; tcp-flags [ syn !ack ]; packet-length [ >200&<300 >400&<500 ]; dscp [ 46 ];
       fragment [ first-fragment last-fragment ];`,
      'rate-limit 9600;',
    ),
    bodies: [
      `… c01008 80060000 46160000 800e31 0001 85 00 00 2b 01 08 0a 04 81 50 06 92 0400 07 01 03 81 08 08 81 00
       09 00 02 82 10 0a 02 c8 54 012c 12 0190 d4 01f4 0b 81 2e 0c 00 04 80 08`,
    ],
  },
  {
    said: flow(
      `source 2001:db8::/32; destination 2001:db8:1::/48/16; next-header [ tcp ]; traffic-class [ 10 ];
       flow-label [ 2013 ]; fragment [ !is-fragment ];`,
      'redirect 65000:12;',
    ),
    bodies: [
      `… 8008 fde8 0000000c … 0002 85 … 1d 01 30 10 20010db80001 02 20 00 20010db8 03 81 06 0b 81 0a 0c 82 02 0d 91 07dd`,
    ],
  },
  { said: flow(SOURCE, 'redirect 70000:12;'), bodies: ['… c01008 8208 00011170 000c …'] },
  {
    said: flow(SOURCE, 'redirect 1.2.3.4;'),
    bodies: ['… c01008 0800 000000000000 800e10 0001 85 04 01020304 00 06 02 20 0a000001'],
  },
  {
    said: flow(SOURCE, 'redirect 2001:db8::1;'),
    bodies: [`… 0800 000000000000 800e1c 0001 85 10 ${HOP6} 00 06 02 20 0a000001`],
  },
  {
    said: flow(SOURCE, 'redirect-to-nexthop-ietf 1.2.3.4;'),
    bodies: ['… c01008 010c 01020304 0000 800e0c 0001 85 00 00 06 02 20 0a000001'],
  },
  {
    said: flow(SOURCE, 'redirect-to-nexthop-ietf 2001:db8::1;'),
    bodies: [`… c01914 000c ${HOP6} 0000 …`],
  },
  {
    said: flow(SOURCE, 'copy 1.2.3.4;'),
    bodies: ['… c01008 0800 000000000001 800e10 0001 85 04 01020304 00 06 02 20 0a000001'],
  },
  {
    said: flow(SOURCE, 'discard;', 'rd 65000:99;'),
    bodies: ['… 800e14 0001 86 00 00 0e 0000fde800000063 02 20 0a000001'],
  },
  {
    said: flow(
      SOURCE,
      'mark 46; action sample-terminal; community [ 65000:1 ]; extended-community [ target:1:2 ];',
    ),
    bodies: ['… c01018 0002000100000002 8007000000000003 800900000000002e …'],
  },
  {
    said: flow('protocol tcp;', ''),
    bodies: [`0000 001a ${HOPLESS} 800e09 0001 85 00 00 03 03 81 06`],
  },
  {
    // 239 octets: a length of one octet; with 3 more of two
    said: flow(`destination-port [ ${'=1 '.repeat(119)}];`, 'discard;'),
    bodies: ['… 0001 85 00 00 ef 05 01 01 …'],
  },
  {
    said: flow(`destination-port [ ${'=1 '.repeat(119)}]; protocol tcp;`, 'discard;'),
    bodies: ['… 0001 85 00 00 f0f2 03 81 06 05 01 01 …'],
  },
];

const MUP = 'extended-community [ target:10:10 ]';
const OTHERS: readonly Golden[] = [
  {
    said: announce(
      'ipv4',
      `mcast-vpn shared-join rp 10.99.199.1 group 239.251.255.228 rd 65000:99999 source-as 65000
       next-hop 10.10.6.3 extended-community [ target:192.168.94.12:5 ]`,
    ),
    bodies: [
      `0000 0044 40010100 400200 4003040a0a0603 40050400000064 c01008 0102c0a85e0c0005
       800e21 0001 05 04 0a0a0603 00 06 16 0000fde80001869f 0000fde8 20 0a63c701 20 effbffe4`,
    ],
  },
  {
    said: announce(
      'ipv4',
      'mcast-vpn source-join source 10.99.12.2 group 239.251.255.228 rd 65000:99999 source-as 65000 next-hop 10.10.6.3',
    ),
    bodies: ['… 07 16 0000fde80001869f 0000fde8 20 0a630c02 20 effbffe4'],
  },
  {
    said: announce(
      'ipv4',
      'mcast-vpn source-ad source 10.99.12.2 group 239.251.255.228 rd 65000:99999 next-hop 10.10.6.3',
    ),
    bodies: ['… 05 12 0000fde80001869f 20 0a630c02 20 effbffe4'],
  },
  {
    said: announce(
      'ipv4',
      `mup mup-isd 10.0.1.0/24 rd 100:100 next-hop 2001::1 ${MUP}
       bgp-prefix-sid-srv6 ( l3-service 2001:db8:1:1:: 0x48 [64,24,16,0,0,0] )`,
    ),
    bodies: [
      `… c02825 05 0022 00 01 001e 00 ${SID} 00 0048 00 01 0006 401810000000
       800e25 0001 55 10 20010000 00000000 00000000 00000001 00 01 0001 0c 0000006400000064 18 0a0001`,
    ],
  },
  {
    said: announce(
      'ipv4',
      `mup mup-t1st 192.168.0.2/32 rd 100:100 teid 12345 qfi 9 endpoint 10.0.0.1 source 10.0.0.9
       next-hop 10.0.0.2 ${MUP}`,
    ),
    bodies: ['… 01 0003 1c 0000006400000064 20 c0a80002 00003039 09 20 0a000001 20 0a000009'],
  },
  {
    said: announce('ipv4', `mup mup-t2st 10.0.0.1 rd 100:100 teid 12345/32 next-hop 10.0.0.2 ${MUP}`),
    bodies: ['… 01 0004 11 0000006400000064 40 0a000001 00003039'],
  },
  {
    said: route('label 800001 bgp-prefix-sid [ 300, [ ( 800000,4096 ), ( 1000000,5000 ) ] ]'),
    bodies: ['… c0281b 01 0007 00 0000 0000012c 03 000e 0000 0c3500001000 0f4240001388 …'],
  },
  {
    said: route('rd 65000:1 label 1048575 bgp-prefix-sid-srv6 ( l3-service 2001:db8:1:1:: )'),
    bodies: [`… c0281c 05 0019 00 01 0015 00 ${SID} 00 ffff 00 … fffff1 …`],
  },
  {
    said: `static { sr-policy distinguisher 1 color 100 endpoint 10.0.0.9 next-hop 192.0.2.1 preference 200
      binding-sid mpls 24001 segment-list weight 10 segment type-a mpls 16001 segment type-a mpls 16002
      policy-name "P1" candidate-path-name "C1"; }`,
    bodies: [
      `0000 0066 ${HOPLESS} c0173c 000f 0038 0c06 0000 000000c8 0d06 1000 05dc1100
       80 0019 00 0906 0000 0000000a 0106 0000 03e81000 0106 0000 03e82100 82 0003 00 5031 81 0003 00 4331
       800e16 0001 49 04 c0000201 00 60 00000001 00000064 0a000009`,
    ],
  },
];

/** Octets with `…` for what may stand between. */
function pattern(text: string): RegExp {
  const parts = text.replace(/\s/g, '').split('…');
  return new RegExp(`^${parts.join('(?:..)*')}$`);
}

it.each([...UPDATES, ...FLOWS, ...OTHERS])('$said', ({ said, bodies: expected, options }) => {
  for (const version of VERSIONS) {
    const found = sent(said, [], { families: FAMILIES, ...options, version });
    expect(found).toEqual(expected.map((text) => expect.stringMatching(pattern(text))));
  }
});

it.each([
  [IPV4_UNICAST, '00000000'],
  [familyId(AFI.ipv4, SAFI.flow), '0000 0007 900f 0003 0001 85'],
  [familyId(AFI.ipv6, SAFI.unicast), '0000 0007 900f 0003 0002 01'],
])('End-of-RIB of family %i', (family, expected) => {
  expect(bodies([encodeEndOfRib(family)])).toEqual([expected.replace(/\s/g, '')]);
});
