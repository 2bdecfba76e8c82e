/** Our route of a family: how it is announced, what GoBGP calls the family, and what its table shows. */
interface OurRoute {
  readonly family: string;
  readonly cli: string;
  readonly route: string;
  readonly shown: readonly string[];
}

const TARGET = 'extended-community [ target:65011:1 ]';
const NEXT_HOP = `next-hop 10.9.0.1 ${TARGET}`;
const NEXT_HOP6 = `next-hop 2001:db8:9::1 ${TARGET}`;
const SHOWN_TARGET = 'Extcomms: [65011:1]';

const OUR_PLAIN: readonly OurRoute[] = [
  {
    family: 'ipv4 mpls-vpn',
    cli: 'vpnv4',
    route: `192.0.2.0/24 rd 65011:1 label 100 ${NEXT_HOP}`,
    shown: ['65011:1:192.0.2.0/24', '[100]', '10.9.0.1', SHOWN_TARGET],
  },
  {
    family: 'ipv6 mpls-vpn',
    cli: 'vpnv6',
    route: `2001:db8:1::/48 rd 10.9.0.1:1 label 100 ${NEXT_HOP6}`,
    shown: ['10.9.0.1:1:2001:db8:1::/48', '[100]', '2001:db8:9::1', SHOWN_TARGET],
  },
  {
    family: 'ipv4 nlri-mpls',
    cli: 'ipv4-mpls',
    route: '192.0.2.0/24 label [ 100 200 ] next-hop 10.9.0.1',
    shown: ['192.0.2.0/24', '[100, 200]', '10.9.0.1'],
  },
  {
    family: 'ipv6 nlri-mpls',
    cli: 'ipv6-mpls',
    route: '2001:db8:1::/48 label 100 next-hop 2001:db8:9::1',
    shown: ['2001:db8:1::/48', '[100]', '2001:db8:9::1'],
  },
  {
    family: 'ipv4 flow',
    cli: 'ipv4-flowspec',
    route:
      'destination 192.0.2.0/24 protocol [ =tcp =udp ] destination-port [ >=80&<=90 =8080 ] ' +
      'tcp-flags [ syn ] fragment [ is-fragment ] rate-limit 9600',
    shown: [
      '[destination: 192.0.2.0/24][protocol: ==tcp ==udp][destination-port: >=80&<=90 ==8080]' +
        '[tcp-flags: S][fragment: is-fragment]',
      'rate: 9600',
    ],
  },
  {
    family: 'ipv6 flow',
    cli: 'ipv6-flowspec',
    route: 'destination 2001:db8:1::/48/0 next-header =tcp destination-port =80 flow-label =7 discard',
    shown: [
      '[destination: 2001:db8:1::/48/0][protocol: ==tcp][destination-port: ==80][label: ==7]',
      'discard',
    ],
  },
  {
    family: 'ipv4 flow-vpn',
    cli: 'ipv4-l3vpn-flowspec',
    route: 'rd 65011:1 destination 192.0.2.0/24 packet-length [ >1400 ] redirect 65011:7',
    shown: ['[rd: 65011:1][destination: 192.0.2.0/24][packet-length: >1400]', 'redirect: 65011:7'],
  },
  {
    family: 'ipv6 flow-vpn',
    cli: 'ipv6-l3vpn-flowspec',
    route: 'rd 65011:1 source 2001:db8:1::/48/0 dscp 10 mark 12',
    shown: ['[rd: 65011:1][source: 2001:db8:1::/48/0][dscp: ==10]', 'remark: 12'],
  },
  {
    family: 'l2vpn flow-vpn',
    cli: 'l2vpn-flowspec',
    route:
      'rd 65011:1 source-mac 00:11:22:33:44:55 destination-mac 66:77:88:99:aa:bb ether-type ipv4 vid =5 cos >1 discard',
    shown: [
      'source-mac: 00:11:22:33:44:55',
      'destination-mac: 66:77:88:99:aa:bb',
      'vid: ==5',
      'cos: >1',
      'discard',
    ],
  },
  {
    family: 'ipv4 mup',
    cli: 'ipv4-mup',
    route: `mup-isd 192.0.2.0/24 rd 65011:1 ${NEXT_HOP}`,
    shown: ['[type:isd][rd:65011:1][prefix:192.0.2.0/24]', '10.9.0.1', SHOWN_TARGET],
  },
  {
    family: 'ipv4 mup',
    cli: 'ipv4-mup',
    route: `mup-dsd 192.0.2.1 rd 65011:1 ${NEXT_HOP}`,
    shown: ['[type:dsd][rd:65011:1][prefix:192.0.2.1]', SHOWN_TARGET],
  },
  {
    family: 'ipv4 mup',
    cli: 'ipv4-mup',
    route: `mup-t1st 192.0.2.1/32 rd 65011:1 teid 12345 qfi 9 endpoint 10.0.0.1 ${NEXT_HOP}`,
    shown: ['[type:t1st][rd:65011:1][prefix:192.0.2.1/32]', '12345', ' 9 ', '10.0.0.1'],
  },
  {
    family: 'ipv4 mup',
    cli: 'ipv4-mup',
    route: `mup-t2st 10.0.0.1 rd 65011:1 teid 12345/32 ${NEXT_HOP}`,
    shown: ['[type:t2st][rd:65011:1][endpoint:10.0.0.1][teid:12345]'],
  },
  {
    family: 'ipv6 mup',
    cli: 'ipv6-mup',
    route: `mup-isd 2001:db8:1::/48 rd 65011:1 ${NEXT_HOP6}`,
    shown: ['[type:isd][rd:65011:1][prefix:2001:db8:1::/48]', '2001:db8:9::1'],
  },
  {
    family: 'ipv6 mup',
    cli: 'ipv6-mup',
    route: `mup-dsd 2001:db8:1::1 rd 65011:1 ${NEXT_HOP6}`,
    shown: ['[type:dsd][rd:65011:1][prefix:2001:db8:1::1]'],
  },
  {
    family: 'ipv6 mup',
    cli: 'ipv6-mup',
    route: `mup-t1st 2001:db8:1::1/128 rd 65011:1 teid 12345 qfi 9 endpoint 2001:db8::1 ${NEXT_HOP6}`,
    shown: ['[type:t1st][rd:65011:1][prefix:2001:db8:1::1/128]', '12345', '2001:db8::1'],
  },
  {
    family: 'ipv6 mup',
    cli: 'ipv6-mup',
    route: `mup-t2st 2001:db8::1 rd 65011:1 teid 12345/32 ${NEXT_HOP6}`,
    shown: ['[type:t2st][rd:65011:1][endpoint:2001:db8::1][teid:12345]'],
  },
];

const ESI = '00:01:02:03:04:05:06:07:08:09';
const SHOWN_ESI = 'esi:ESI_ARBITRARY | 01:02:03:04:05:06:07:08:09';

/** Types 1 to 5, in our words and in those of GoBGP's command. The label field of 24 bits is 100 and the bottom bit: 1601. */
const OUR_EVPN: readonly Pick<OurRoute, 'route' | 'shown'>[] = [
  {
    route: `ethernet-ad rd 65011:1 esi ${ESI} ethernet-tag 5 label 100 ${NEXT_HOP}`,
    shown: [`[type:A-D][rd:65011:1][${SHOWN_ESI}][etag:5]`, '[1601]', SHOWN_TARGET],
  },
  {
    route: `mac-ip rd 65011:1 ethernet-tag 5 mac 00:11:22:33:44:55 ip 192.0.2.1 label 100 ${NEXT_HOP}`,
    shown: ['[type:macadv][rd:65011:1][etag:5][mac:00:11:22:33:44:55][ip:192.0.2.1]'],
  },
  {
    route: `multicast rd 65011:1 ethernet-tag 5 ip 192.0.2.1 ${NEXT_HOP}`,
    shown: ['[type:multicast][rd:65011:1][etag:5][ip:192.0.2.1]'],
  },
  {
    route: `ethernet-segment rd 65011:1 esi ${ESI} ip 192.0.2.1 ${NEXT_HOP}`,
    shown: [`[type:esi][rd:65011:1][${SHOWN_ESI}][ip:192.0.2.1]`],
  },
  {
    route: `ip-prefix rd 65011:1 ethernet-tag 5 prefix 192.0.2.0/24 gateway 192.0.2.254 label 100 ${NEXT_HOP}`,
    shown: ['[type:Prefix][rd:65011:1][etag:5][prefix:192.0.2.0/24]', 'GW: 192.0.2.254'],
  },
  {
    route: `multicast rd 65011:2 ip 192.0.2.1 pmsi ingressreplication:0:(200):192.0.2.1 ${NEXT_HOP}`,
    shown: [
      '[type:multicast][rd:65011:2][etag:0][ip:192.0.2.1]',
      'Pmsi: type: ingress-repl, label: 200, tunnel-id: 192.0.2.1',
    ],
  },
  {
    route: `macadv 00:11:22:33:44:55 192.0.2.1 esi LACP aa:bb:cc:dd:ee:ff 100 etag 5 vni 5000 rd 65011:2 ${NEXT_HOP}`,
    shown: ['[type:macadv][rd:65011:2][etag:5][mac:00:11:22:33:44:55][ip:192.0.2.1]', '[5000]'],
  },
];

const NODE = '[ as 65011 bgp-ls-id 7 router-id 0000.0000.0001 ]';
const OTHER = '[ as 65011 bgp-ls-id 7 router-id 0000.0000.0002 ]';
const IS_IS = 'protocol isis-l2';
export const OUR_ROUTES: readonly OurRoute[] = [
  ...OUR_PLAIN,
  ...OUR_EVPN.map((row) => ({ family: 'l2vpn evpn', cli: 'evpn', ...row })),
];

const LS_NODE = [
  { 'autonomous-system': 65011 },
  { 'bgp-ls-identifier': '7' },
  { 'router-id': '000000000001' },
];

/** Its command knows no word for these families, or fails over them: it decodes them, and encodes them for another session. */
export const PASSED_ON = [
  {
    family: 'bgp-ls bgp-ls',
    route: `bgpls-node ${IS_IS} node ${NODE} next-hop 10.9.0.1`,
    nlri: { 'ls-nlri-type': 'bgpls-node', 'protocol-id': 2, 'node-descriptors': LS_NODE },
    attributes: {},
  },
  {
    family: 'bgp-ls bgp-ls',
    route:
      `bgpls-link ${IS_IS} local-node ${NODE} remote-node ${OTHER} interface 10.0.0.1 neighbor 10.0.0.2 ` +
      'next-hop 10.9.0.1',
    nlri: {
      'ls-nlri-type': 'bgpls-link',
      'local-node-descriptors': LS_NODE,
      'interface-addresses': ['10.0.0.1'],
      'neighbor-addresses': ['10.0.0.2'],
    },
    attributes: {},
  },
  {
    family: 'bgp-ls bgp-ls',
    route: `bgpls-prefix-v4 ${IS_IS} node ${NODE} prefix 192.0.2.0/24 next-hop 10.9.0.1`,
    nlri: { 'ls-nlri-type': 'bgpls-prefix-v4', 'ip-reach-prefix': '192.0.2.0/24' },
    attributes: {},
  },
  {
    family: 'bgp-ls bgp-ls',
    route: `bgpls-prefix-v6 ${IS_IS} node ${NODE} prefix 2001:db8:1::/48 next-hop 10.9.0.1`,
    nlri: { 'ls-nlri-type': 'bgpls-prefix-v6', 'ip-reach-prefix': '2001:db8:1::/48' },
    attributes: {},
  },
  {
    family: 'l2vpn evpn',
    route:
      `multicast rd 65011:3 ip 192.0.2.1 pmsi ingressreplication:0:100:192.0.2.1 ${NEXT_HOP} ` +
      'tunnel-encap ( vxlan endpoint 192.0.2.1 color 7 udp-port 4789 )',
    nlri: { code: 3, rd: '65011:3', ip: '192.0.2.1' },
    attributes: {
      pmsi: 'pmsi:ingressreplication:0:100(1600):192.0.2.1',
      'attribute-0x17-0xE0': '0x0008001a060a000000000001c00002010408030b000000000007080212b5',
    },
  },
  {
    family: 'ipv4 mpls-vpn',
    route:
      `192.0.2.0/24 rd 65011:3 label 100 next-hop 10.9.0.1 otc 65011 ` +
      'extended-community [ target:65011:1 color:0:100 mac-mobility:5 transport-class:0:7 ] ' +
      'extended-community-ipv6 target:2001:db8::1:5',
    nlri: { nlri: '192.0.2.0/24', rd: '65011:3' },
    attributes: { 'attribute-0x23-0xE0': '0x0000fdf3' },
  },
  {
    family: 'l2vpn vpls',
    route: `rd 65011:1 endpoint 3 base 1000 offset 1 size 8 ${NEXT_HOP}`,
    nlri: { rd: '65011:1', endpoint: 3, base: 1000, offset: 1, size: 8 },
    attributes: { 'as-path': { 0: { element: 'as-sequence', value: [65002, 65011] } } },
  },
  {
    family: 'ipv4 sr-policy',
    route:
      'distinguisher 1 color 100 endpoint 192.0.2.1 next-hop 10.9.0.1 preference 200 ' +
      'binding-sid mpls 1000 segment-list weight 5 segment type-a mpls 16001',
    nlri: { distinguisher: 1, color: 100, endpoint: '192.0.2.1' },
    attributes: {},
  },
  {
    family: 'ipv6 sr-policy',
    route:
      'distinguisher 1 color 100 endpoint 2001:db8:1::1 next-hop 2001:db8:9::1 preference 200 ' +
      'segment-list weight 5 segment type-b srv6 2001:db8:1::2',
    nlri: { distinguisher: 1, color: 100, endpoint: '2001:db8:1::1' },
    attributes: {},
  },
];
