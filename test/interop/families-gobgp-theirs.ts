const ESI = '00:01:02:03:04:05:06:07:08:09';

/** A route of GoBGP, with the words of its command, and what our events have to tell of it. */
interface TheirRoute {
  readonly family: string;
  readonly route: string;
  readonly nlri: Readonly<Record<string, unknown>>;
  readonly nextHop?: string;
  readonly communities?: readonly string[];
  readonly attributes?: Readonly<Record<string, unknown>>;
}

const communities = ['target:65002:1'];
const LOCATOR = 'prefix 2001:db8:1:1::/64 locator-node-length 24 function-length 16';
const service = (behavior: number) => ({
  'bgp-prefix-sid': { 'l3-service': [{ sid: '2001:db8:1:1::', endpoint_behavior: behavior }] },
});
/** It fills the label field of 24 bits with the number: label 12 to us, and the whole. */
const label = [[12, 200]];

const EVPN_THEIRS: readonly TheirRoute[] = [
  {
    family: 'l2vpn evpn',
    route:
      'evpn a-d esi ARBITRARY 01:02:03:04:05:06:07:08:09 etag 6 label 200 rd 65002:1 rt 65002:1 encap vxlan',
    nlri: { code: 1, rd: '65002:1', esi: ESI, 'ethernet-tag': 6, label },
    communities: [...communities, 'encap:VXLAN'],
  },
  {
    family: 'l2vpn evpn',
    route: 'evpn macadv 00:aa:bb:cc:dd:ee 198.51.100.1 etag 6 label 200 rd 65002:1 rt 65002:1 encap vxlan',
    nlri: { code: 2, rd: '65002:1', mac: '00:AA:BB:CC:DD:EE', ip: '198.51.100.1', label, 'ethernet-tag': 6 },
    communities,
  },
  {
    family: 'l2vpn evpn',
    route: 'evpn multicast 198.51.100.1 etag 6 rd 65002:1 rt 65002:1 pmsi ingress-repl 200 198.51.100.1',
    nlri: { code: 3, rd: '65002:1', 'ethernet-tag': 6, ip: '198.51.100.1' },
    communities,
    attributes: { pmsi: 'pmsi:ingressreplication:0:12(200):198.51.100.1' },
  },
  {
    family: 'l2vpn evpn',
    route: 'evpn esi 198.51.100.1 esi LACP aa:bb:cc:dd:ee:ff 100 rd 65002:1 rt 65002:1',
    nlri: { code: 4, rd: '65002:1', esi: '01:aa:bb:cc:dd:ee:ff:00:64:00', ip: '198.51.100.1' },
    communities,
  },
  {
    family: 'l2vpn evpn',
    route: 'evpn prefix 198.51.100.0/24 gw 198.51.100.254 etag 6 label 200 rd 65002:1 rt 65002:1',
    nlri: {
      code: 5,
      rd: '65002:1',
      esi: '-',
      ip: '198.51.100.0',
      iplen: 24,
      gateway: '198.51.100.254',
      label,
    },
    communities,
  },
  {
    family: 'l2vpn evpn',
    route: 'evpn prefix 2001:db8:2::/48 etag 6 label 200 rd 65002:1 rt 65002:1',
    nlri: { code: 5, rd: '65002:1', ip: '2001:db8:2::', iplen: 48, gateway: '::', label },
  },
];

const FLOW_THEIRS: readonly TheirRoute[] = [
  {
    family: 'ipv4 flow',
    route:
      'ipv4-flowspec match destination 198.51.100.0/24 protocol tcp udp destination-port >=80&<=90 ==8080 ' +
      'tcp-flags =S fragment is-fragment then rate-limit 9600 as 65002',
    nlri: {
      'destination-ipv4': ['198.51.100.0/24'],
      protocol: ['=tcp', '=udp'],
      'destination-port': ['>=80&<=90', '=8080'],
      'tcp-flags': ['=syn'],
      fragment: ['is-fragment'],
    },
    nextHop: 'no-nexthop',
    communities: ['rate-limit:9600'],
  },
  {
    family: 'ipv6 flow',
    route:
      'ipv6-flowspec match destination 2001:db8:2::/48 0 protocol tcp destination-port ==80 label ==7 then discard',
    nlri: {
      'destination-ipv6': ['2001:db8:2::/48/0'],
      'next-header': ['=tcp'],
      'destination-port': ['=80'],
      'flow-label': ['=7'],
    },
    communities: ['rate-limit:0'],
  },
  {
    family: 'ipv4 flow-vpn',
    route:
      'ipv4-l3vpn-flowspec rd 65002:1 match destination 198.51.100.0/24 packet-length >1400 ' +
      'then redirect 65002:7 rt 65002:1',
    nlri: { rd: '65002:1', 'destination-ipv4': ['198.51.100.0/24'], 'packet-length': ['>1400'] },
    communities: [...communities, 'redirect:65002:7'],
  },
  {
    family: 'ipv6 flow-vpn',
    route: 'ipv6-l3vpn-flowspec rd 65002:1 match source 2001:db8:2::/48 0 dscp ==10 then mark 12 rt 65002:1',
    nlri: { rd: '65002:1', 'source-ipv6': ['2001:db8:2::/48/0'], 'traffic-class': ['=10'] },
    communities: [...communities, 'mark 12'],
  },
];

const FRAMES_THEIRS: readonly TheirRoute[] = [
  {
    family: 'l2vpn flow-vpn',
    route:
      'l2vpn-flowspec rd 65002:1 match source-mac aa:bb:cc:dd:ee:01 destination-mac aa:bb:cc:dd:ee:02 ' +
      'ether-type arp vid ==7 inner-cos <3 then rate-limit 9600 rt 65002:1',
    nlri: {
      rd: '65002:1',
      'ether-type': ['=arp'],
      'source-mac': ['aa:bb:cc:dd:ee:01'],
      'destination-mac': ['aa:bb:cc:dd:ee:02'],
      vid: ['=7'],
      'inner-cos': ['<3'],
    },
    communities: [...communities, 'rate-limit:9600'],
  },
];

const MUP_THEIRS: readonly TheirRoute[] = [
  {
    family: 'ipv4 mup',
    route: `ipv4-mup isd 198.51.100.0/24 rd 65002:1 ${LOCATOR} behavior ENDM_GTP4E rt 65002:1 nexthop 2001:db8:9::2`,
    nlri: { code: 1, rd: '65002:1', prefix_ip: '198.51.100.0', prefix_ip_len: 24 },
    nextHop: '2001:db8:9::2',
    communities,
    attributes: service(72),
  },
  {
    family: 'ipv4 mup',
    route: `ipv4-mup dsd 198.51.100.1 rd 65002:1 ${LOCATOR} behavior END_DT4 rt 65002:1 mup 65002:9 nexthop 2001:db8:9::2`,
    nlri: { code: 2, rd: '65002:1', ip: '198.51.100.1' },
    communities: [...communities, 'mup:65002:9'],
    attributes: service(19),
  },
  {
    family: 'ipv4 mup',
    route: 'ipv4-mup t1st 198.51.100.1/32 rd 65002:1 rt 65002:1 teid 12345 qfi 9 endpoint 10.0.0.2',
    nlri: { code: 3, prefix_ip: '198.51.100.1', teid: '12345', qfi: '9', endpoint_ip: '10.0.0.2' },
    communities,
  },
  {
    family: 'ipv4 mup',
    route: 'ipv4-mup t2st 10.0.0.2 rd 65002:1 rt 65002:1 teid 12345 mup 65002:9',
    nlri: { code: 4, endpoint_len: 64, endpoint_ip: '10.0.0.2', teid: '12345' },
    communities: [...communities, 'mup:65002:9'],
  },
  {
    family: 'ipv6 mup',
    route: `ipv6-mup isd 2001:db8:2::/48 rd 65002:1 ${LOCATOR} behavior ENDM_GTP6E rt 65002:1 nexthop 2001:db8:9::2`,
    nlri: { code: 1, rd: '65002:1', prefix_ip: '2001:db8:2::', prefix_ip_len: 48 },
    nextHop: '2001:db8:9::2',
    attributes: service(71),
  },
  {
    family: 'ipv6 mup',
    route: `ipv6-mup dsd 2001:db8:2::1 rd 65002:1 ${LOCATOR} behavior END_DT6 rt 65002:1 mup 65002:9 nexthop 2001:db8:9::2`,
    nlri: { code: 2, rd: '65002:1', ip: '2001:db8:2::1' },
    communities: [...communities, 'mup:65002:9'],
    attributes: service(18),
  },
  {
    family: 'ipv6 mup',
    route: 'ipv6-mup t1st 2001:db8:2::1/128 rd 65002:1 rt 65002:1 teid 12345 qfi 9 endpoint 2001:db8::2',
    nlri: { code: 3, prefix_ip: '2001:db8:2::1', teid: '12345', qfi: '9', endpoint_ip: '2001:db8::2' },
  },
  {
    family: 'ipv6 mup',
    route: 'ipv6-mup t2st 2001:db8::2 rd 65002:1 rt 65002:1 teid 12345 mup 65002:9',
    nlri: { code: 4, endpoint_len: 160, endpoint_ip: '2001:db8::2', teid: '12345' },
  },
];

export const GOBGP_THEIRS: readonly TheirRoute[] = [
  {
    family: 'ipv4 mpls-vpn',
    route: 'vpnv4 198.51.100.0/24 label 200 rd 65002:1 rt 65002:1 nexthop 10.9.0.2',
    nlri: { nlri: '198.51.100.0/24', label: [[200]], rd: '65002:1' },
    nextHop: '10.9.0.2',
    communities,
  },
  {
    family: 'ipv6 mpls-vpn',
    route: 'vpnv6 2001:db8:2::/48 label 200 rd 65002:1 rt 65002:1 nexthop 2001:db8:9::2',
    nlri: { nlri: '2001:db8:2::/48', label: [[200]], rd: '65002:1' },
    nextHop: '2001:db8:9::2',
    communities,
  },
  {
    family: 'ipv4 nlri-mpls',
    route: 'ipv4-mpls 198.51.100.0/24 200/300 nexthop 10.9.0.2',
    nlri: { nlri: '198.51.100.0/24', label: [[200], [300]] },
    nextHop: '10.9.0.2',
  },
  {
    family: 'ipv6 nlri-mpls',
    route: 'ipv6-mpls 2001:db8:2::/48 200 nexthop 2001:db8:9::2',
    nlri: { nlri: '2001:db8:2::/48', label: [[200]] },
    nextHop: '2001:db8:9::2',
  },
  ...EVPN_THEIRS,
  ...FLOW_THEIRS,
  ...FRAMES_THEIRS,
  ...MUP_THEIRS,
];
