import { expectGolden, type Golden, HOP6, HOPLESS, route } from './golden.ts';

const SID = '20010db8 00010001 00000000 00000000';

const flow = (match: string, then: string, more = '') =>
  `flow { route { ${more} match { ${match} } then { ${then} } } }`;
const announce = (afi: string, words: string) => `announce { ${afi} { ${words}; } }`;

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

expectGolden([...FLOWS, ...OTHERS]);
