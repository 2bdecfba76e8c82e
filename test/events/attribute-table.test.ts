import { describe, expect, it } from 'vitest';
import { DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { API_VERSIONS, type ApiVersion } from '../../src/bgp/json.ts';
import { framed, messageEvent, type Parsed, told } from './samples.ts';

/** Each attribute of an update event, its octets, and what each version of the API tells of it. */

const hexOf = (octets: string) => octets.replace(/\s/g, '');
const long = (n: number) => n.toString(16).padStart(4, '0');

/** An UPDATE of 10.1.0.0/16 with one attribute beside the three that must be there. */
function update(attributes: string, path = '40020602010000FDE9'): string {
  const all = hexOf(`40010100 ${path} 4003040A000002 ${attributes}`);
  return framed(2, `0000${long(all.length / 2)}${all}100A01`);
}

const context = { ...DEFAULT_CONTEXT, aigp: true };
function messageOf(hex: string, version: ApiVersion, asn4 = true): Parsed {
  return told(messageEvent(hex, { context: { ...context, asn4 } }), version).neighbor.message.update;
}

/** The members beside origin and path, as JSON text: order and digits count. */
function shown(attributes: string, version: ApiVersion): string {
  const {
    origin,
    'as-path': path,
    'confederation-path': confed,
    ...more
  } = messageOf(update(attributes), version).attribute;
  return JSON.stringify(more);
}

/** By version: 4, 5, 6; one that is left out is as the one before. */
type Told = readonly [four: object, five?: object, six?: object];
const of = ([four, five = four, six = five]: Told, version: ApiVersion) =>
  ({ 4: four, 5: five, 6: six })[version];

const none = {};
const unknown = (type: string, flags: string, value: string) => ({
  [`attribute-0x${type}-0x${flags}`]: `0x${value}`,
});

describe.each(API_VERSIONS)('version %i', (version) => {
  it.each<[octets: string, ...told: Told]>([
    ['800404 00000032', { med: 50 }],
    ['800404 00000000', { med: 0 }],
    ['400504 00000064', { 'local-preference': 100 }],
    ['400600', { 'atomic-aggregate': true }],
    ['c00708 0000FDE9 0A000002', { aggregator: '65001:10.0.0.2' }],
    [
      'c00808 FDEA0001 FFFFFF01',
      {
        community: [
          [65002, 1],
          [65535, 65281],
        ],
      },
    ],
    [
      'c00808 FFFFFF01 FDEA0001',
      {
        community: [
          [65535, 65281],
          [65002, 1],
        ],
      },
      {
        community: [
          [65002, 1],
          [65535, 65281],
        ],
      },
      {
        community: [
          [65535, 65281],
          [65002, 1],
        ],
      },
    ],
    ['800904 0A000009', { 'originator-id': '10.0.0.9' }],
    ['800a08 0A00000A 0A00000B', { 'cluster-list': ['10.0.0.10', '10.0.0.11'] }],
    [
      'c016 09 00 06 000640 0A000002',
      { pmsi: 'pmsi:ingressreplication:0:100(1600):10.0.0.2' },
      { pmsi: 'pmsi:ingressreplication:0:100(1600):10.0.0.2' },
      { pmsi: 'pmsi:ingressreplication:0:100:10.0.0.2' },
    ],
    ['c016 09 01 06 000641 0A000002', { pmsi: 'pmsi:ingressreplication:1:100(1601):10.0.0.2' }],
    // the 24-bit field is shown of ingress replication alone
    ['c016 05 00 00 000640', { pmsi: 'pmsi:notunnel:0:100:' }],
    ['c016 09 00 03 000641 0A000001', { pmsi: 'pmsi:pim-ssmtree:0:100:0x0A000001' }],
    ['c016 05 00 00 000000', { pmsi: 'pmsi:notunnel:0:0:' }],
    ['c016 0d 00 03 000000 0A000002E8000001', { pmsi: 'pmsi:pim-ssmtree:0:0:0x0A000002E8000001' }],
    ...(
      [
        ['01', 'rsvp-tep2mplsp'],
        ['02', 'mldpp2mplsp'],
        ['03', 'pim-ssmtree'],
        ['04', 'pim-smtree'],
        ['05', 'bidir-pimtree'],
        ['07', 'mldpmp2mplsp'],
        ['7e', 'unknown'],
      ] as const
    ).map(([type, word]): [string, ...Told] => [
      `c016 07 00 ${type} 000000 0102`,
      { pmsi: `pmsi:${word}:0:0:0x0102` },
    ]),
    [
      'c017 0c 000f 0008 0c06 0000 00000064',
      unknown('17', 'E0', '000f00080c06000000000064'),
      unknown('17', 'E0', '000f00080c06000000000064'),
      { 'tunnel-encap': { 'sr-policy': { preference: 100 } } },
    ],
    [
      'c019 14 0002 20010DB8000000000000000000000001 0064',
      unknown('19', 'C0', '000220010DB80000000000000000000000010064'),
      {
        'extended-community-ipv6': [
          // more digits than a double has
          {
            value: Number('0x000220010db80000000000000000000000010064'),
            string: '0x000220010DB80000000000000000000000010064',
          },
        ],
      },
    ],
    ['801a 0b 01 000b 0000000000003039', none, { aigp: '0x0000000000003039' }],
    [
      'c020 18 0000FDE9 00000001 00000002 FA56EA01 FFFFFFFF 00000000',
      {
        'large-community': [
          [65001, 1, 2],
          [4200000001, 4294967295, 0],
        ],
      },
    ],
    ['c023 04 0000FDE9', unknown('23', 'E0', '0000fde9')],
    ['c063 03 010203', unknown('63', 'E0', '010203')],
    ['e063 03 010203', unknown('63', 'E0', '010203')],
    ['f063 0003 010203', unknown('63', 'F0', '010203')],
    ['d063 0003 010203', unknown('63', 'F0', '010203')],
    ['8063 03 010203', none],
    ['c028 0a 01 0007 00 0000 00000064', { 'bgp-prefix-sid': { 'sr-label-index': 100 } }],
    [
      'c028 15 01 0007 00 0000 00000064 03 0008 0000 013880 0003E8',
      { 'bgp-prefix-sid': { 'sr-label-index': 100, 'sr-srgbs': [[80000, 1000]] } },
    ],
    ['c028 06 2a 0003 010203', { 'bgp-prefix-sid': { 'attribute-not-implemented-42': '0x010203' } }],
    [
      'c028 25 06 0022 00 01 001e 00 20010DB8000000000000000000000001 00 0017 00 01 0006 281810000000',
      {
        'bgp-prefix-sid': {
          'l2-service': [
            {
              sid: '2001:db8::1',
              flags: 0,
              endpoint_behavior: 23,
              structure: {
                'locator-block-length': 40,
                'locator-node-length': 24,
                'function-length': 16,
                'argument-length': 0,
                'transposition-length': 0,
                'transposition-offset': 0,
              },
            },
          ],
        },
      },
    ],
    // the first one counts
    ['800404 00000032 800404 00000033', { med: 50 }],
  ])('%s', (octets, ...told) => {
    expect(shown(octets, version)).toBe(JSON.stringify(of(told, version)));
  });

  it.each([
    ['00', 'igp'],
    ['01', 'egp'],
    ['02', 'incomplete'],
  ])('origin %s', (octet, word) => {
    expect(messageOf(update('').replace('40010100', `400101${octet}`), version).attribute.origin).toBe(word);
  });

  it.each<[path: string, ...told: Told]>([
    [
      '02 02 0000FDE9 FA56EA01',
      { 'as-path': [65001, 4200000001], 'confederation-path': [] },
      { 'as-path': { 0: { element: 'as-sequence', value: [65001, 4200000001] } } },
    ],
    [
      '02 02 0000FDE9 0000FDEA 01 02 0000FDF2 0000FDF3',
      { 'as-path': [65001, 65002], 'as-set': [65010, 65011], 'confederation-path': [] },
      {
        'as-path': {
          0: { element: 'as-sequence', value: [65001, 65002] },
          1: { element: 'as-set', value: [65010, 65011] },
        },
      },
    ],
    [
      '01 02 0000FDF2 0000FDF3',
      { 'as-path': [], 'as-set': [65010, 65011], 'confederation-path': [] },
      { 'as-path': { 0: { element: 'as-set', value: [65010, 65011] } } },
    ],
    [
      '03 02 0000FC00 0000FC01 02 01 0000FDE9',
      { 'as-path': [65001], 'confederation-path': [64512, 64513] },
      {
        'as-path': {
          0: { element: 'as-confed-sequence', value: [64512, 64513] },
          1: { element: 'as-sequence', value: [65001] },
        },
      },
    ],
    [
      '02 01 0000FDE9 02 01 0000FDEA',
      { 'as-path': [65001, 65002], 'confederation-path': [] },
      {
        'as-path': {
          0: { element: 'as-sequence', value: [65001] },
          1: { element: 'as-sequence', value: [65002] },
        },
      },
    ],
    ['', none],
  ])('as-path %s', (segments, ...told) => {
    const value = hexOf(segments);
    const path = `4002${(value.length / 2).toString(16).padStart(2, '0')}${value}`;
    const { origin, ...more } = messageOf(update('', path), version).attribute;
    expect(JSON.stringify(more)).toBe(JSON.stringify(of(told, version)));
  });

  it('AS4_PATH and AS4_AGGREGATOR are merged into the two that they are about, under one key each', () => {
    const octets = 'c00706 5BA0 0A000002 c0110a 0202 0000FDEA FA56EA01 c01208 FA56EA01 0A000002';
    const path = '400208 0203 FDE9 FDEA 5BA0';
    const { origin, ...more } = messageOf(update(octets, path), version, false).attribute;
    const value = [65001, 65002, 4200000001];
    const told =
      version === 4
        ? { 'as-path': value, 'confederation-path': [] }
        : { 'as-path': { 0: { element: 'as-sequence', value } } };
    expect(more).toEqual({ ...told, aggregator: '4200000001:10.0.0.2' });
  });

  it.each<[octets: string, four: string, five?: string, six?: string]>([
    ['0002 FDEA 00000064', 'target:65002:100'],
    ['4002 FDEA 00000064', 'target:65002:100'],
    ['0102 0A000002 0064', 'target:10.0.0.2:100'],
    ['0202 FA56EA01 0064', 'target:4200000001L:100', 'target:4200000001:100'],
    ['0003 FDEA 00000064', 'origin:65002:0.0.0.100'],
    ['0103 0A000002 0064', 'origin:100:10.0.0.2', 'origin:100:10.0.0.2', 'origin:10.0.0.2:100'],
    ['0203 FA56EA01 0064', 'origin:4200000001L:100', 'origin:4200000001:100'],
    ...[
      'Default',
      'L2TPv3',
      'GRE',
      undefined,
      undefined,
      undefined,
      undefined,
      'IP-in-IP',
      'VXLAN',
      'NVGRE',
      'MPLS',
      undefined,
      'VXLAN-GPE',
      'MPLS-in-UDP',
    ].flatMap((word, type): [string, string][] =>
      word === undefined ? [] : [[`030C 0000 0000 00${type.toString(16).padStart(2, '0')}`, `encap:${word}`]],
    ),
    ['800A 13 00 05DC 0064', 'l2info:19:0:1500:100'],
    ['8006 0000 00000000', 'rate-limit:0'],
    ['8006 FDEA 49742400', 'rate-limit:1000000'],
    ['800C 0000 4479C000', '', '', 'rate-limit:999:packets'],
    ['8007 0000 00000002', 'action sample'],
    ['8007 0000 00000001', 'action terminal'],
    ['8007 0000 00000003', 'action sample-terminal'],
    ['8008 FDEA 00000064', 'redirect:65002:100'],
    ['8108 0A000002 0064', '', '', '0x81080A0000020064'],
    ['8208 FA56EA01 0064', '', '', '0x8208FA56EA010064'],
    ['8009 0000 00000010', 'mark 16'],
    ['0800 0000 00000000', 'redirect-to-nexthop'],
    ['0800 0000 00000001', 'copy-to-nexthop'],
    ['010C 0A000002 0000', 'redirect-to-nexthop-ietf 10.0.0.2'],
    ['010C 0A000002 0001', 'copy-to-nexthop-ietf 10.0.0.2 (with copy)'],
    ['0600 0100 00000005', 'mac-mobility:5:sticky'],
    ['0600 0000 00000005', 'mac-mobility:5'],
    ['0702 FDEA4000 000A', 'interface-set:0:4259987456:10'],
    ['4702 FDEA4000 000A', 'interface-set:0:4259987456:10'],
    ['4702 0000FDEA 800A', 'interface-set:output:65002:10'],
    ['0702 0000FDEA C00A', 'interface-set:input-output:65002:10'],
    ['030C 0000 0000 0003', 'encap:encap:UNKNOWN-3', 'encap:Reserved-3'],
    ['0C00 000A 0000000A', '', 'mup:10:10'],
    // color, link bandwidth, OSPF, ESI label, ES-import, router MAC, default gateway, opaque
    ...[
      '030B000000000005',
      '4004FDEA4B3EBC20',
      '0306000000000100',
      '0601010000000640',
      '0602001122334455',
      '0603001122334455',
      '030D000000000000',
      '4300000000000001',
    ].map((hex): [string, string, string, string] => [hex, '', '', `0x${hex}`]),
  ])('extended community %s', (octets, four, five = four, six = five) => {
    const string = { 4: four, 5: five, 6: six }[version];
    const line = shown(`c01008 ${octets}`, version);
    const [entry] = JSON.parse(line)['extended-community'];
    expect(entry.string).toBe(string);
    expect(BigInt(entry.value)).toBe(BigInt(Number(BigInt(`0x${hexOf(octets)}`))));
  });
});
