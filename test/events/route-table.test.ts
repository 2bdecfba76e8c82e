import { describe, expect, it } from 'vitest';
import { DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { familyOfWords } from '../../src/bgp/family.ts';
import { API_VERSIONS, type ApiVersion } from '../../src/bgp/json.ts';
import { encoderFor } from '../../src/events/encoder.ts';
import { IDENTITY, MARKER, messageEvent, PLAIN } from './samples.ts';

/** The objects of routes, family by family, member by member in their order. */

const bare = (octets: string) => octets.replace(/\s/g, '');
const long = (n: number) => n.toString(16).padStart(4, '0');

/** An UPDATE whose only attribute announces or withdraws routes. */
function update(family: string, nlri: string, hop: string | undefined): string {
  const value = bare(hop === undefined ? family + nlri : `${family}${hop}00${nlri}`);
  const attribute = `90${hop === undefined ? '0f' : '0e'}${long(value.length / 2)}${value}`;
  const body = `0000${long(attribute.length / 2)}${attribute}`;
  return `${MARKER}${long(19 + body.length / 2)}02${body}`;
}

const FAMILIES: Readonly<Record<string, string>> = {
  'ipv4 unicast': '000101',
  'ipv6 unicast': '000201',
  'ipv4 multicast': '000102',
  'ipv6 multicast': '000202',
  'ipv4 nlri-mpls': '000104',
  'ipv6 nlri-mpls': '000204',
  'ipv4 mpls-vpn': '000180',
  'ipv6 mpls-vpn': '000280',
  'ipv4 mcast-vpn': '000105',
  'ipv6 mcast-vpn': '000205',
  'ipv4 rtc': '000184',
  'ipv4 flow': '000185',
  'ipv6 flow': '000285',
  'ipv4 flow-vpn': '000186',
  'ipv6 flow-vpn': '000286',
  'ipv4 mup': '000155',
  'ipv6 mup': '000255',
  'ipv4 sr-policy': '000149',
  'ipv6 sr-policy': '000249',
  'l2vpn vpls': '001941',
  'l2vpn evpn': '001946',
  'bgp-ls bgp-ls': '400447',
  'bgp-ls bgp-ls-vpn': '400448',
};

interface Options {
  readonly hop?: string;
  readonly withdraw?: boolean;
  readonly addPath?: boolean;
  readonly compact?: boolean;
}

/** The routes of a family as JSON text, below whatever next hop. */
function shown(family: string, nlri: string, version: ApiVersion, options: Options = {}): string {
  const { hop = '040A000002', withdraw = false, addPath = false, compact = false } = options;
  const [afi = '', safi = ''] = family.split(' ');
  const id = familyOfWords(afi, safi) ?? Number.NaN;
  const context = { ...DEFAULT_CONTEXT, addPath: new Set(addPath ? [id] : []) };
  const hex = update(FAMILIES[family] ?? '', nlri, withdraw ? undefined : hop);
  const line = encoderFor('json', version, IDENTITY).encode(messageEvent(hex, { context }), {
    ...PLAIN,
    compact,
  });
  const { announce, withdraw: withdrawn } = JSON.parse(line ?? '').neighbor.message.update;
  const families = withdrawn ?? announce;
  const of =
    families[family === 'bgp-ls bgp-ls-vpn' ? (families[family] ? family : 'bgp-ls bgp-ls') : family];
  return JSON.stringify(withdraw ? of : Object.values(of)[0]);
}

type Told = readonly [four: object, five?: object, six?: object];
const of = ([four, five = four, six = five]: Told, version: ApiVersion) =>
  ({ 4: four, 5: five, 6: six })[version];

const RD = '0000FDEA00000064';
const rd = '65002:100';
const flow = (components: string) => {
  const octets = bare(components);
  return (octets.length / 2).toString(16).padStart(2, '0') + octets;
};
/** A rule of one component. */
const rule = (members: object, string: string): Told => [[{ ...members, string: `flow ${string}` }]];
const node = (more: string) => `0100 ${long(bare(more).length / 2)} ${more}`;
const AS = '0200 0004 0000FDE9 0201 0004 00000000';
const ls = (type: string, body: string) => `${type} ${long(bare(body).length / 2)} ${body}`;
const OSPF = `03 0000000000000000 ${node(`${AS} 0202 0004 00000000 0203 0004 0A010101`)}`;
const NODE4 = {
  'autonomous-system': 65001,
  'bgp-ls-identifier': '0',
  'ospf-area-id': '0.0.0.0',
  'router-id': '10.1.1.1',
};
const NODE5 = Object.entries(NODE4).map(([key, value]) => ({ [key]: value }));
const LS = (type: string) => ({ 'ls-nlri-type': type, 'l3-routing-topology': 0, 'protocol-id': 3 });

describe.each(API_VERSIONS)('version %i', (version) => {
  it.each<[family: string, octets: string, options: Options, ...told: Told]>([
    ['ipv4 unicast', '100A01', {}, [{ nlri: '10.1.0.0/16' }]],
    ['ipv6 unicast', '3020010DB80001', { hop: `10${'00'.repeat(16)}` }, [{ nlri: '2001:db8:1::/48' }]],
    ['ipv4 multicast', '100A01', {}, [{ nlri: '10.1.0.0/16' }]],
    ['ipv6 multicast', '3020010DB80001', { hop: `10${'00'.repeat(16)}` }, [{ nlri: '2001:db8:1::/48' }]],
    [
      'ipv4 unicast',
      '00000001 100A01 00000000 100A02',
      { addPath: true },
      [
        { nlri: '10.1.0.0/16', 'path-information': '0.0.0.1' },
        { nlri: '10.2.0.0/16', 'path-information': '0.0.0.0' },
      ],
    ],
    [
      'ipv4 unicast',
      '00000001100A01',
      { addPath: true, withdraw: true },
      [{ nlri: '10.1.0.0/16', 'path-information': '0.0.0.1' }],
    ],
    ['ipv4 unicast', '100A01', { compact: true }, ['10.1.0.0/16']],
    ['ipv4 unicast', '100A01', { compact: true, withdraw: true }, ['10.1.0.0/16']],
    ['ipv6 multicast', '3020010DB80001', { compact: true, withdraw: true }, ['2001:db8:1::/48']],
    [
      'ipv4 unicast',
      '00000001100A01',
      { compact: true, addPath: true },
      [{ nlri: '10.1.0.0/16', 'path-information': '0.0.0.1' }],
    ],
    [
      'ipv4 nlri-mpls',
      '28 000641 0A01',
      { compact: true },
      [{ nlri: '10.1.0.0/16', label: [[100]] }],
      [{ nlri: '10.1.0.0/16', label: [[100]] }],
      [{ nlri: '10.1.0.0/16', label: [[100, 1601]] }],
    ],
    [
      'ipv6 nlri-mpls',
      '00000001 48 000641 20010DB80001',
      { addPath: true },
      [{ nlri: '2001:db8:1::/48', 'path-information': '0.0.0.1', label: [[100]] }],
      [{ nlri: '2001:db8:1::/48', 'path-information': '0.0.0.1', label: [[100]] }],
      [{ nlri: '2001:db8:1::/48', 'path-information': '0.0.0.1', label: [[100, 1601]] }],
    ],
    [
      'ipv4 nlri-mpls',
      '28 800000 0A01',
      { withdraw: true },
      [{ nlri: '10.1.0.0/16', label: [[524288]] }],
      [{ nlri: '10.1.0.0/16', label: [[524288]] }],
      [{ nlri: '10.1.0.0/16', label: [[524288, 8388608]] }],
    ],
    ...(
      [
        ['0000FDEA00000064', '65002:100'],
        ['00010A0000020064', '10.0.0.2:100'],
        ['0002FA56EA010064', '4200000001:100'],
      ] as const
    ).map(([octets, text]): [string, string, Options, ...Told] => [
      'ipv4 mpls-vpn',
      `68 000641 ${octets} 0A01`,
      { hop: '0C 0000000000000000 0A000002' },
      [{ nlri: '10.1.0.0/16', label: [[100]], rd: text }],
      [{ nlri: '10.1.0.0/16', label: [[100]], rd: text }],
      [{ nlri: '10.1.0.0/16', label: [[100, 1601]], rd: text }],
    ]),
    [
      'ipv6 mpls-vpn',
      `88 000641 ${RD} 20010DB80001`,
      { withdraw: true },
      [{ nlri: '2001:db8:1::/48', label: [[100]], rd }],
      [{ nlri: '2001:db8:1::/48', label: [[100]], rd }],
      [{ nlri: '2001:db8:1::/48', label: [[100, 1601]], rd }],
    ],
    [
      'ipv4 rtc',
      '60 0000FDE9 0002FDEA00000064 00',
      {},
      [
        { origin: 65001, 'route-target': version === 4 ? 'target:65002:100' : 'target:65002:100' },
        { origin: 0, 'route-target': null },
      ],
    ],
    [
      'l2vpn vpls',
      `0011 ${RD} 0003 0001 0008 400011`,
      {},
      [{ rd, endpoint: 3, base: 262145, offset: 1, size: 8 }],
    ],
    [
      'l2vpn evpn',
      `04 17 ${RD} 00112233445566778899 20 0A000002`,
      {},
      [
        {
          code: 4,
          parsed: true,
          raw: `0417${RD}00112233445566778899200A000002`,
          name: 'Ethernet Segment',
          rd,
          esi: '00:11:22:33:44:55:66:77:88:99',
          ip: '10.0.0.2',
        },
      ],
    ],
    // without an address; the second label is not shown
    [
      'l2vpn evpn',
      `02 24 ${RD} ${'00'.repeat(10)} 00000000 30 001122334455 00 000C81 000641`,
      {},
      [
        {
          code: 2,
          parsed: true,
          raw: bare(`0224${RD}${'00'.repeat(10)}000000003000112233445500000C81000641`),
          name: 'MAC/IP advertisement',
          rd,
          esi: '-',
          'ethernet-tag': 0,
          mac: '00:11:22:33:44:55',
          label: [[200, 3201]],
        },
      ],
    ],
    ['l2vpn evpn', '0C 02 0102', {}, [{ code: 12, parsed: false, raw: '0C020102' }]],
    [
      'ipv4 mcast-vpn',
      `05 12 ${RD} 20 0A010101 20 EF010101`,
      {},
      [
        {
          code: 5,
          parsed: true,
          raw: `0512${RD}200A01010120EF010101`,
          name: 'Source Active A-D Route',
          rd,
          source: '10.1.1.1',
          group: '239.1.1.1',
        },
      ],
    ],
    [
      'ipv4 mcast-vpn',
      `07 16 ${RD} 0000FDE9 20 0A010101 20 EF010101`,
      {},
      [
        {
          code: 7,
          parsed: true,
          raw: `0716${RD}0000FDE9200A01010120EF010101`,
          name: 'C-Multicast Source Tree Join route',
          rd,
          'source-as': '65001',
          source: '10.1.1.1',
          group: '239.1.1.1',
        },
      ],
    ],
    [
      'ipv4 mup',
      `01 0001 0B ${RD} 10 0A01`,
      {},
      [
        {
          name: 'InterworkSegmentDiscoveryRoute',
          arch: 1,
          code: 1,
          prefix_ip_len: 16,
          prefix_ip: '10.1.0.0',
          rd,
          raw: `0100010B${RD}100A01`,
        },
      ],
    ],
    [
      'ipv4 mup',
      `01 0002 0C ${RD} 0A000001`,
      {},
      [
        {
          name: 'DirectSegmentDiscoveryRoute',
          arch: 1,
          code: 2,
          ip: '10.0.0.1',
          rd,
          raw: `0100020C${RD}0A000001`,
        },
      ],
    ],
    [
      'ipv4 sr-policy',
      '60 00000001 00000064 0A000001',
      {},
      [{ distinguisher: 1, color: 100, endpoint: '10.0.0.1' }],
    ],
    [
      'bgp-ls bgp-ls',
      ls('0001', OSPF),
      {},
      [{ ...LS('bgpls-node'), 'node-descriptors': NODE4, nexthop: '10.0.0.2' }],
      [{ ...LS('bgpls-node'), 'node-descriptors': NODE5, nexthop: '10.0.0.2' }],
      [{ ...LS('bgpls-node'), 'node-descriptors': NODE5 }],
    ],
    // QUIRK: the next hop of a withdrawal is the word None
    [
      'bgp-ls bgp-ls',
      ls('0001', OSPF),
      { withdraw: true },
      [{ ...LS('bgpls-node'), 'node-descriptors': NODE4, nexthop: 'None' }],
      [{ ...LS('bgpls-node'), 'node-descriptors': NODE5, nexthop: 'None' }],
      [{ ...LS('bgpls-node'), 'node-descriptors': NODE5 }],
    ],
    [
      'bgp-ls bgp-ls',
      ls('0003', `${OSPF} 0108 0001 01 0109 0004 18 0A0303`),
      {},
      [
        {
          ...LS('bgpls-prefix-v4'),
          'node-descriptors': NODE4,
          'ip-reachability-tlv': '10.3.3.0',
          'ip-reach-prefix': '10.3.3.0/24',
          nexthop: '10.0.0.2',
          'ospf-route-type': 1,
        },
      ],
      [
        {
          ...LS('bgpls-prefix-v4'),
          'node-descriptors': NODE5,
          'ip-reachability-tlv': '10.3.3.0',
          'ip-reach-prefix': '10.3.3.0/24',
          nexthop: '10.0.0.2',
          'ospf-route-type': 1,
        },
      ],
      [
        {
          ...LS('bgpls-prefix-v4'),
          'node-descriptors': NODE5,
          'ip-reachability-tlv': '10.3.3.0/24',
          'ip-reach-prefix': '10.3.3.0/24',
          'ospf-route-type': 1,
        },
      ],
    ],
    [
      'bgp-ls bgp-ls',
      ls(
        '0002',
        `${OSPF} 0101 0008 0203 0004 0A010102 0103 0004 0A000000 0104 0004 0A000001 0107 0004 00020003 0102 0008 00000172 000001BB`,
      ),
      {},
      [
        {
          ...LS('bgpls-link'),
          'local-node-descriptors': NODE4,
          'remote-node-descriptors': { 'router-id': '10.1.1.2' },
          'interface-address': { 'interface-address': '10.0.0.0' },
          'neighbor-address': { 'neighbor-address': '10.0.0.1' },
        },
      ],
      [
        {
          ...LS('bgpls-link'),
          'local-node-descriptors': NODE5,
          'remote-node-descriptors': [{ 'router-id': '10.1.1.2' }],
          'interface-addresses': ['10.0.0.0'],
          'neighbor-addresses': ['10.0.0.1'],
          'multi-topology-ids': [2, 3],
          'link-identifiers': [{ 'link-local-id': 370, 'link-remote-id': 443 }],
        },
      ],
    ],
    [
      'bgp-ls bgp-ls',
      ls('0009', '0102'),
      {},
      [{ code: 9, parsed: false, raw: '09020102' }],
      [{ code: 9, parsed: false, raw: '000900020102' }],
    ],
    // flow: components in the order of their types, each a list of texts
    [
      'ipv4 flow',
      flow('01 10 0A01'),
      { hop: '00' },
      ...rule({ 'destination-ipv4': ['10.1.0.0/16'] }, 'destination-ipv4 10.1.0.0/16'),
    ],
    [
      'ipv4 flow',
      flow('02 10 0A01'),
      { hop: '00' },
      ...rule({ 'source-ipv4': ['10.1.0.0/16'] }, 'source-ipv4 10.1.0.0/16'),
    ],
    [
      'ipv6 flow',
      flow('01 30 00 20010DB80001'),
      { hop: '00' },
      ...rule({ 'destination-ipv6': ['2001:db8:1::/48/0'] }, 'destination-ipv6 2001:db8:1::/48/0'),
    ],
    [
      'ipv6 flow',
      flow('02 30 00 20010DB80001'),
      { hop: '00' },
      ...rule({ 'source-ipv6': ['2001:db8:1::/48/0'] }, 'source-ipv6 2001:db8:1::/48/0'),
    ],
    ...(
      [
        [1, 'icmp'],
        [2, 'igmp'],
        [6, 'tcp'],
        [8, 'egp'],
        [17, 'udp'],
        [46, 'rsvp'],
        [47, 'gre'],
        [50, 'esp'],
        [51, 'ah'],
        [89, 'ospf'],
        [94, 'ipip'],
        [103, 'pim'],
        [132, 'sctp'],
      ] as const
    ).flatMap(([number, word]): [string, string, Options, ...Told][] => {
      const octet = number.toString(16).padStart(2, '0');
      return [
        [
          'ipv4 flow',
          flow(`03 81 ${octet}`),
          { hop: '00' },
          ...rule({ protocol: [`=${word}`] }, `protocol =${word}`),
        ],
        [
          'ipv6 flow',
          flow(`03 81 ${octet}`),
          { hop: '00' },
          ...rule({ 'next-header': [`=${word}`] }, `next-header =${word}`),
        ],
      ];
    }),
    [
      'ipv4 flow',
      flow('03 81 3a'),
      { hop: '00' },
      [{ protocol: ['=unknown protocol type 58'], string: 'flow protocol =unknown protocol type 58' }],
      [{ protocol: ['=58'], string: 'flow protocol =58' }],
    ],
    ...(['port', 'destination-port', 'source-port'] as const).map(
      (word, index): [string, string, Options, ...Told] => [
        'ipv4 flow',
        flow(`0${4 + index} 81 50`),
        { hop: '00' },
        ...rule({ [word]: ['=80'] }, `${word} =80`),
      ],
    ),
    // the operators, AND and OR
    [
      'ipv4 flow',
      flow('05 01 50 02 51 03 52 04 53 05 54 06 55 07 56 80 57'),
      { hop: '00' },
      ...rule(
        { 'destination-port': ['=80', '>81', '>=82', '<83', '<=84', '!=85', 'true', 'false'] },
        'destination-port [ =80 >81 >=82 <83 <=84 !=85 true false ]',
      ),
    ],
    [
      'ipv4 flow',
      flow('05 03 50 45 5a 91 1f90'),
      { hop: '00' },
      ...rule({ 'destination-port': ['>=80&<=90', '=8080'] }, 'destination-port [ >=80&<=90 =8080 ]'),
    ],
    [
      'ipv4 flow',
      flow('05 03 50 c5 5a'),
      { hop: '00' },
      ...rule({ 'destination-port': ['>=80&<=90'] }, 'destination-port [ >=80&<=90 ]'),
    ],
    ...(
      [
        [0, 'echo-reply'],
        [3, 'unreachable'],
        [5, 'redirect'],
        [8, 'echo-request'],
        [9, 'router-advertisement'],
        [10, 'router-solicit'],
        [11, 'time-exceeded'],
        [12, 'parameter-problem'],
        [13, 'timestamp'],
        [14, 'timestamp-reply'],
        [4, 'source-quench', '4'],
        [15, 'info-request', '15'],
        [16, 'info-reply', '16'],
        [17, 'mask-request', '17'],
        [18, 'mask-reply', '18'],
        [30, 'traceroute', '30'],
        [40, 'unknown icmp type type 40', 'photuris'],
        [99, 'unknown icmp type type 99', '99'],
        [41, 'experimental-mobility'],
        [42, 'extended-echo-request'],
        [43, 'extended-echo-reply'],
        [253, 'experimental-one'],
        [254, 'experimental-two'],
      ] as const
    ).map(([number, four, five = four]): [string, string, Options, object, object] => [
      'ipv4 flow',
      flow(`07 81 ${number.toString(16).padStart(2, '0')}`),
      { hop: '00' },
      rule({ 'icmp-type': [`=${four}`] }, `icmp-type =${four}`)[0],
      rule({ 'icmp-type': [`=${five}`] }, `icmp-type =${five}`)[0],
    ]),
    ['ipv4 flow', flow('08 81 03'), { hop: '00' }, ...rule({ 'icmp-code': ['=3'] }, 'icmp-code =3')],
    [
      'ipv4 flow',
      flow('09 01 01 01 02 01 04 01 08 01 10 01 20 01 40 01 80 91 0100'),
      { hop: '00' },
      ...rule(
        { 'tcp-flags': ['=fin', '=syn', '=rst', '=push', '=ack', '=urg', '=ece', '=cwr', '=ns'] },
        'tcp-flags [ =fin =syn =rst =push =ack =urg =ece =cwr =ns ]',
      ),
    ],
    [
      'ipv4 flow',
      flow('0a 81 40'),
      { hop: '00' },
      ...rule({ 'packet-length': ['=64'] }, 'packet-length =64'),
    ],
    ['ipv4 flow', flow('0b 81 0a'), { hop: '00' }, ...rule({ dscp: ['=10'] }, 'dscp =10')],
    [
      'ipv6 flow',
      flow('0b 81 0a'),
      { hop: '00' },
      ...rule({ 'traffic-class': ['=10'] }, 'traffic-class =10'),
    ],
    [
      'ipv4 flow',
      flow('0c 01 01 01 02 01 04 81 08'),
      { hop: '00' },
      ...rule(
        { fragment: ['=dont-fragment', '=is-fragment', '=first-fragment', '=last-fragment'] },
        'fragment [ =dont-fragment =is-fragment =first-fragment =last-fragment ]',
      ),
    ],
    [
      'ipv6 flow',
      flow('0d a1 00000064'),
      { hop: '00' },
      ...rule({ 'flow-label': ['=100'] }, 'flow-label =100'),
    ],
    [
      'ipv6 flow-vpn',
      flow(`${RD} 01 30 00 20010DB80001`),
      { hop: '00' },
      ...rule(
        { 'destination-ipv6': ['2001:db8:1::/48/0'], rd },
        `destination-ipv6 2001:db8:1::/48/0 rd ${rd}`,
      ),
    ],
  ])('%s %s %j', (family, octets, options, ...told) => {
    expect(shown(family, octets, version, options)).toBe(JSON.stringify(of(told, version)));
  });
});
