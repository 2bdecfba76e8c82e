import { describe, expect, it } from 'vitest';
import { DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { IPV4_UNICAST } from '../../src/bgp/family.ts';
import { API_VERSIONS, type ApiVersion } from '../../src/bgp/json.ts';
import { encoderFor } from '../../src/events/encoder.ts';
import type { Form } from '../../src/events/options.ts';
import { IDENTITY, MARKER, type MessageOptions, messageEvent } from './samples.ts';

/** Events as ExaBGP writes them in text, line by line. */

const long = (n: number) => n.toString(16).toUpperCase().padStart(4, '0');
const octets = (n: number) => n.toString(16).toUpperCase().padStart(2, '0');

function message(type: number, body: string): string {
  const bare = body.replace(/\s/g, '');
  return `${MARKER}${long(19 + bare.length / 2)}${octets(type)}${bare}`;
}

interface Options extends MessageOptions {
  readonly form?: Form;
  readonly addPath?: boolean;
}

function lines(
  hex: string,
  version: ApiVersion,
  { form = 'parsed', addPath = false, ...options }: Options = {},
) {
  const families = addPath ? [IPV4_UNICAST] : [];
  const context = { ...DEFAULT_CONTEXT, operational: true, aigp: true, addPath: new Set(families) };
  const event = messageEvent(hex, { context, ...options });
  return encoderFor('text', version, IDENTITY).encode(event, { form, negotiated: false }) ?? '';
}

const OWN_OPEN =
  '04FDE800B40A000001 28 0226 010400010001 010400020001 41040000FDE8 400A80780001018000020180 0200 4600 B900 0600';
const OPEN =
  '04FDE9005A0A0000022E022C0104000100010104000200010200B9004006807800010180490C04686F737406646F6D61696E41040000FDE9';
const LONG_OPEN =
  '04FDE9005A0A0000024A024801040001000101040002000101040001008002008000460006004006807800010180450400010103490C04686F737406646F6D61696E05060001000100024202686941040000FDE9';
const ROUTES =
  '0000002A4001010040020A02020000FDE90000FDEA4003040A00000280040400000032C00808FDEB0001FFFFFF01100A01100A02';
const BOTH = '0003100A0900144001010040020602010000FDE94003040A000002100A08';
const OWN_ROUTE = '000000144001010040020602010000FDE84003040A00000118C00002';
const ATTRIBUTES =
  'next-hop 10.0.0.2 origin igp as-path [ 65001 65002 ] med 50 community [ 65003:1 no-export ]';

interface Row {
  readonly version: ApiVersion;
  readonly type: number;
  readonly body: string;
  readonly options?: Options;
  /** Without `neighbor 127.0.0.1 send` or `receive`, but for the line of the octets. */
  readonly told: readonly string[];
}

const consolidate: Options = { form: 'consolidate' };
const send: Options = { direction: 'send' };

const ROWS: readonly Row[] = [
  {
    version: 4,
    type: 1,
    body: OWN_OPEN,
    options: send,
    told: [
      'open version 4 asn 65000 hold_time 180 router_id 10.0.0.1 capabilities [multiprotocol(ipv4 unicast,ipv6 unicast), route refresh, extended message(65535), graceful restart flags 0x8 time 120 ipv4/unicast=0x80 ipv6/unicast=0x80, asn4(65000), enhanced route refresh, operational]',
    ],
  },
  {
    version: 4,
    type: 1,
    body: OPEN,
    options: consolidate,
    told: [
      `open version 4 asn 65001 hold_time 90 router_id 10.0.0.2 capabilities [multiprotocol(ipv4 unicast,ipv6 unicast), route refresh, graceful restart flags 0x8 time 120 ipv4/unicast=0x80, asn4(65001), unassigned 73, operational] header 0x${MARKER}004B01 body 0x${OPEN}`,
    ],
  },
  {
    version: 4,
    type: 1,
    body: LONG_OPEN,
    options: consolidate,
    told: [
      `open version 4 asn 65001 hold_time 90 router_id 10.0.0.2 capabilities [multiprotocol(ipv4 unicast,ipv6 unicast,ipv4 mpls-vpn), cisco route refresh, nexthop(ipv4 unicast ipv6), extended message(65535), graceful restart flags 0x8 time 120 ipv4/unicast=0x80, asn4(65001), unknown 66, addpath(send/receive ipv4 unicast), enhanced route refresh, unassigned 73, cisco route refresh] header 0x${MARKER}006701 body 0x${LONG_OPEN}`,
    ],
  },
  { version: 4, type: 4, body: '', options: send, told: ['keepalive'] },
  { version: 4, type: 4, body: '', options: consolidate, told: [`keepalive header 0x${MARKER}001304`] },
  {
    version: 4,
    type: 2,
    body: OWN_ROUTE,
    options: send,
    told: [
      'update start',
      'update announced 192.0.2.0/24 next-hop 10.0.0.1 origin igp as-path [ 65000 ]',
      'update end',
    ],
  },
  {
    version: 4,
    type: 2,
    body: '00000000',
    options: send,
    told: ['update start', 'update route eor 1/1 (ipv4 unicast)', 'update end'],
  },
  ...(
    [
      ['00000007900F0003000201', '2/1 (ipv6 unicast)'],
      ['00000006800F03000185', '1/133 (ipv4 flow)'],
      ['00000006800F03001946', '25/70 (l2vpn evpn)'],
      ['00000006800F03400447', '16388/71 (bgp-ls bgp-ls)'],
    ] as const
  ).map(
    ([body, family]): Row => ({
      version: 4,
      type: 2,
      body,
      options: send,
      told: ['update start', `update route eor ${family}`, 'update end'],
    }),
  ),
  {
    version: 4,
    type: 2,
    body: ROUTES,
    options: consolidate,
    told: [
      'update start',
      `update announced 10.1.0.0/16 ${ATTRIBUTES}`,
      `update announced 10.2.0.0/16 ${ATTRIBUTES}`,
      ` header 0x${MARKER}004702 body 0x${ROUTES}`,
      'update end',
    ],
  },
  {
    version: 4,
    type: 2,
    body: '0003100A010000',
    options: consolidate,
    told: [
      'update start',
      'update withdrawn 10.1.0.0/16',
      ` header 0x${MARKER}001A02 body 0x0003100A010000`,
      'update end',
    ],
  },
  {
    version: 4,
    type: 2,
    body: BOTH,
    options: consolidate,
    told: [
      'update start',
      'update withdrawn 10.9.0.0/16',
      'update announced 10.8.0.0/16 next-hop 10.0.0.2 origin igp as-path [ 65001 ]',
      ` header 0x${MARKER}003102 body 0x${BOTH}`,
      'update end',
    ],
  },
  {
    version: 6,
    type: 2,
    body: BOTH,
    options: consolidate,
    told: [
      'update start',
      'update announced 10.8.0.0/16 next-hop 10.0.0.2 origin igp as-path ( 65001 )',
      'update withdrawn 10.9.0.0/16',
      ` header 0x${MARKER}003102 body 0x${BOTH}`,
      'update end',
    ],
  },
  {
    version: 5,
    type: 3,
    body: '0602 05 68656C6C6F',
    told: [
      'notification code 6 subcode 2 data 0x53687574646F776E20436F6D6D756E69636174696F6E3A202268656C6C6F22',
    ],
  },
  { version: 4, type: 3, body: '0400', options: send, told: ['notification code 4 subcode 0 data 0x'] },
  {
    version: 5,
    type: 2,
    body: '000000144001010040020602010000FDE94003040A000002100A01',
    options: { form: 'packets' },
    told: [`2 header 0x${MARKER}002E02 body 0x000000144001010040020602010000FDE94003040A000002100A01`],
  },
  { version: 4, type: 5, body: '00010001', told: ['route-refresh afi ipv4 safi unicast query'] },
  { version: 4, type: 5, body: '00010101', told: ['route-refresh afi ipv4 safi unicast begin'] },
  { version: 4, type: 5, body: '00020201', told: ['route-refresh afi ipv6 safi unicast end'] },
];

describe('whole events', () => {
  it.each(ROWS)('version $version, message $type: $body', ({ version, type, body, options, told }) => {
    const start = `neighbor 127.0.0.1 ${options?.direction ?? 'receive'} `;
    const expected = told.map((line) => (line.startsWith(' ') ? line : start + line)).join('\n');
    expect(lines(message(type, body), version, options)).toBe(`${expected}\n\n`);
  });

  it.each([
    ['0001 0008 0001 01 68656C6C6F', 'ADM afi ipv4 safi unicast advisory "hello"'],
    ['0002 0008 0001 01 68656C6C6F', 'ASM afi ipv4 safi unicast advisory "hello"'],
    ...(['RP', 'AP', 'LP'] as const).flatMap((what, index): [string, string][] => [
      [`${long(3 + 2 * index)} 000B 0001 01 0A000002 00000007`, `${what}CQ afi ipv4 safi unicast`],
      [
        `${long(4 + 2 * index)} 000F 0001 01 0A000002 00000007 0000002A`,
        `${what}CP afi ipv4 safi unicast router-id 10.0.0.2 sequence 7 counter 42`,
      ],
    ]),
  ])('operational %s', (body, expected) => {
    expect(lines(message(6, body), 4)).toBe(`neighbor 127.0.0.1 receive operational ${expected}\n`);
  });
});

/** The routes and attributes of an UPDATE with these attributes, MP_REACH_NLRI among them, and routes. */
function announced(attributes: string, version: ApiVersion, nlri = '', options?: Options): string[] {
  const all = `40010100 40020602010000FDE9 ${attributes}`.replace(/\s/g, '');
  const text = lines(message(2, `0000${long(all.length / 2)}${all}${nlri}`), version, options);
  const start = 'neighbor 127.0.0.1 receive update announced ';
  return text.split('\n').flatMap((line) => (line.startsWith(start) ? [line.slice(start.length)] : []));
}

const NEXT_HOP = '4003040A000002';
const reach = (family: string, nlri: string, hop = '040A000002') => {
  const value = `${family}${hop}00${nlri}`.replace(/\s/g, '');
  return `800e${octets(value.length / 2)}${value}`;
};
type ByVersion = readonly [four: string, five?: string, six?: string];
const of = ([four, five = four, six = five]: ByVersion, version: ApiVersion) =>
  ({ 4: four, 5: five, 6: six })[version];
const PATH: ByVersion = ['[ 65001 ]', '( 65001 )'];

describe.each(API_VERSIONS)('version %i', (version) => {
  const origin = `origin igp as-path ${of(PATH, version)}`;

  it.each<[octets: string, ...text: ByVersion]>([
    ['80040400000032', 'med 50'],
    ['40050400000064', 'local-preference 100'],
    ['400600', 'atomic-aggregate'],
    ['c007080000FDE90A000002', 'aggregator ( 65001:10.0.0.2 )'],
    ['c00804FDEB0001', 'community 65003:1'],
    ['c00808FFFFFF01FDEB0001', 'community [ 65003:1 no-export ]'],
    ...(
      [
        ['FFFFFF01', 'no-export'],
        ['FFFFFF02', 'no-advertise'],
        ['FFFFFF03', 'no-export-subconfed'],
        ['FFFFFF04', 'no-peer'],
        ['FFFF029A', 'blackhole'],
      ] as const
    ).map(([value, word]): [string, string] => [`c00804${value}`, `community ${word}`]),
    ['8009040A000009', 'originator-id 10.0.0.9'],
    ['800a080A00000A0A00000B', 'cluster-list [ 10.0.0.10 10.0.0.11 ]'],
    ['c010080002FDEA00000064', 'extended-community target:65002:100'],
    [
      'c010080202FA56EA010064',
      'extended-community target:4200000001L:100',
      'extended-community target:4200000001:100',
    ],
    ['c010100002FDEA00000064030C000000000008', 'extended-community [ target:65002:100 encap:VXLAN ]'],
    // in ascending order, as other communities
    ['c01010030C0000000000080002FDEA00000064', 'extended-community [ target:65002:100 encap:VXLAN ]'],
    // without a name: octets, in all versions
    ['c010084004FDEA4B3EBC20', 'extended-community 0x4004FDEA4B3EBC20'],
    [
      'c0160900060006400A000002',
      'pmsi pmsi:ingressreplication:0:100(1600):10.0.0.2',
      'pmsi pmsi:ingressreplication:0:100(1600):10.0.0.2',
      'pmsi pmsi:ingressreplication:0:100:10.0.0.2',
    ],
    ['801a0b01000b0000000000003039', 'aigp 0x0000000000003039'],
    ['c0200c0000FDE90000000100000002', 'large-community 65001:1:2'],
    ['c020180000FDE90000000100000002000000090000000900000009', 'large-community [ 9:9:9 65001:1:2 ]'],
    [
      'c020180000FDE90000000100000002FA56EA01FFFFFFFF00000000',
      'large-community [ 65001:1:2 4200000001:4294967295:0 ]',
    ],
    ['c028150100070000000000006403000800000138800003E8', 'bgp-prefix-sid [ 100, [ ( 80000,1000 ) ] ]'],
    ['c06303010203', 'attribute [ 0x63 0xE0 0x010203 ]'],
  ])('attribute %s', (attribute, ...text) => {
    expect(announced(`${NEXT_HOP}${attribute}`, version, '100A01')).toEqual([
      `10.1.0.0/16 next-hop 10.0.0.2 ${origin} ${of(text, version)}`,
    ]);
  });

  it.each<[segments: string, ...text: ByVersion]>([
    ['0202 0000FDE9 0000FDEA', '[ 65001 65002 ]', '( 65001 65002 )'],
    [
      '0202 0000FDE9 0000FDEA 0102 0000FDF2 0000FDF3',
      '[ 65001 65002 ( 65010 65011 ) ]',
      '( 65001 65002 ) [ 65010 65011 ]',
    ],
    ['0102 0000FDF2 0000FDF3', '[ ( 65010 65011 )]', '[ 65010 65011 ]'],
    ['0302 0000FC00 0000FC01 0201 0000FDE9', '[ 65001 ][ 64512 64513 ]', '{( 64512 64513 )} ( 65001 )'],
    [
      '0301 0000FC00 0402 0000FC01 0000FC02 0201 0000FDE9 0101 0000FDF2',
      '[ 65001 ( 65010 ) ][ 64512 ( 64513 64514 ) ]',
      '{( 64512 )} {[ 64513 64514 ]} ( 65001 ) [ 65010 ]',
    ],
  ])('as-path %s', (segments, ...text) => {
    const value = segments.replace(/\s/g, '');
    const all = `400101004002${octets(value.length / 2)}${value}${NEXT_HOP}`;
    expect(lines(message(2, `0000${long(all.length / 2)}${all}100A01`), version)).toContain(
      ` announced 10.1.0.0/16 next-hop 10.0.0.2 origin igp as-path ${of(text, version)}\n`,
    );
  });

  it.each<[octets: string, ...text: ByVersion]>([
    [
      reach('000104', '28 000641 0A01'),
      '10.1.0.0/16 label 100 next-hop 10.0.0.2',
      '10.1.0.0/16 label 100 next-hop 10.0.0.2',
      '10.1.0.0/16 label 100 (1601) next-hop 10.0.0.2',
    ],
    [
      reach('000180', '70 000641 0000FDEA00000064 0A0101', '0C 0000000000000000 0A000002'),
      '10.1.1.0/24 label 100 next-hop 10.0.0.2 rd 65002:100',
      '10.1.1.0/24 label 100 next-hop 10.0.0.2 rd 65002:100',
      '10.1.1.0/24 label 100 (1601) rd 65002:100 next-hop 10.0.0.2',
    ],
    [
      reach('000185', '04 01100A01', '00'),
      'flow destination-ipv4 10.1.0.0/16',
      'flow destination-ipv4 10.1.0.0/16',
      'flow destination-ipv4 10.1.0.0/16 next-hop no-nexthop',
    ],
    [
      reach('001941', '0011 0000FDEA00000064 0003 0001 0008 400011'),
      'vpls rd 65002:100 endpoint 3 base 262145 offset 1 size 8 next-hop 10.0.0.2',
    ],
  ])('route %s', (attribute, ...text) => {
    expect(announced(attribute, version)).toEqual([`${of(text, version)} ${origin}`]);
  });

  it('stacks of labels, in versions 4 and 5', () => {
    const [line] = announced(reach('000104', '40 000640 000C81 0A02'), version);
    if (version !== 6) expect(line).toBe(`10.2.0.0/16 label [ 100 200 ] next-hop 10.0.0.2 ${origin}`);
  });

  it('path identifiers', () => {
    expect(announced(NEXT_HOP, version, '00000001100A01', { addPath: true })).toEqual([
      `10.1.0.0/16 path-information 0.0.0.1 next-hop 10.0.0.2 ${origin}`,
    ]);
  });
});
