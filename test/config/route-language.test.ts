import { describe, expect, it } from 'vitest';
import { IPV4_UNICAST } from '../../src/bgp/family.ts';
import { ConfigErrors } from '../../src/config/errors.ts';
import { body, load, type SentOptions, sent } from './sent.ts';

const VERSIONS = ['4', '5', '6'] as const;
const HOP = 'next-hop 192.0.2.1';
const PREFIX = '180a0000';
const ORIGIN = '40010100';
const EMPTY_PATH = '400200';
const NEXT_HOP = '400304 c0000201';
const PREFERENCE = '400504 00000064';
const SID = '20010db8000100010000000000000000';
const EXTERNAL = { session: { peerAs: 65001 } } as const;
const FAMILIES = 'ipv4 multicast; ipv6 unicast; ipv6 multicast; ipv6 nlri-mpls; ipv6 mpls-vpn;';

/** An UPDATE's body of these attributes of an IPv4 unicast route: by code, the defaults of an internal session among them. */
function withAttributes(attributes: readonly string[], nlri = PREFIX): string {
  const codeOf = (attribute: string) => attribute.replaceAll(' ', '').slice(2, 4);
  const given = new Set(attributes.map(codeOf));
  const all = [ORIGIN, EMPTY_PATH, NEXT_HOP, PREFERENCE].filter((each) => !given.has(codeOf(each)));
  const sorted = [...all, ...attributes].sort((a, b) => (codeOf(a) < codeOf(b) ? -1 : 1));
  return body(sorted.join(''), nlri);
}

const route = (words: string) => `static { route 10.0.0.0/24 ${HOP} ${words}; }`;
const block = (words: readonly string[]) =>
  `static { route 10.0.0.0/24 { ${HOP}; ${words.map((each) => `${each};`).join(' ')} } }`;

function everyVersion(text: string, options: SentOptions = {}): string[] {
  const [first, ...rest] = VERSIONS.map((version) =>
    sent(text, [], { families: FAMILIES, ...options, version }),
  );
  for (const other of rest) expect(other).toEqual(first);
  return first ?? [];
}

function refusal(text: string): string[] {
  try {
    load(text, { families: FAMILIES });
  } catch (err) {
    if (!(err instanceof ConfigErrors)) throw err;
    return err.errors.map(({ message }) => message.split('\n')[0] ?? '');
  }
  return [];
}

describe('keywords of a route', () => {
  it.each([
    ['origin igp', ORIGIN],
    ['origin egp', '40010101'],
    ['origin incomplete', '40010102'],
    ['origin IGP', ORIGIN],
    ['as-path [ 1 2 ]', '40020a 0202 00000001 00000002'],
    ['as-sequence [ 1 2 ]', '40020a 0202 00000001 00000002'],
    ['med 50', '800404 00000032'],
    ['med 4294967295', '800404 ffffffff'],
    ['local-preference 200', '400504 000000c8'],
    ['atomic-aggregate', '400600'],
    ['aggregator ( 65010:1.1.1.1 )', 'c00708 0000fdf2 01010101'],
    ['aggregator (65010:1.1.1.1)', 'c00708 0000fdf2 01010101'],
    ['aggregator 65010:1.1.1.1', 'c00708 0000fdf2 01010101'],
    ['aggregator ( 70000:1.1.1.1 )', 'c00708 00011170 01010101'],
    ['community 65000:1', 'c00804 fde80001'],
    ['originator-id 9.9.9.9', '800904 09090909'],
    ['cluster-list 8.8.8.8', '800a04 08080808'],
    ['cluster-list [ 8.8.8.8 7.7.7.7 ]', '800a08 08080808 07070707'],
    ['extended-community target:65000:1', 'c01008 0002fde800000001'],
    ['aigp 100', '801a0b 01000b 0000000000000064'],
    ['aigp 0x64', '801a0b 01000b 0000000000000064'],
    ['aigp 18446744073709551615', '801a0b 01000b ffffffffffffffff'],
    ['large-community 1:2:3', 'c0200c 00000001 00000002 00000003'],
    ['bgp-prefix-sid [ 300 ]', 'c0280a 01 0007 00 0000 0000012c'],
    ['attribute [ 0x19 0xc0 0x0002fde800000001 ]', 'c01908 0002fde800000001'],
    ['name x', ''],
    ['watchdog dog', ''],
    ['withdraw', ''],
    ['split /24', ''],
    ['split /8', ''],
  ])('%s', (words, attribute) => {
    const expected = [withAttributes(attribute === '' ? [] : [attribute])];
    expect(everyVersion(route(words))).toEqual(expected);
    expect(everyVersion(block([words]))).toEqual(expected);
    expect(sent('', [`announce route 10.0.0.0/24 ${HOP} ${words}`])).toEqual(expected);
    expect(sent('', [`announce ipv4 unicast 10.0.0.0/24 ${HOP} ${words}`])).toEqual(expected);
  });

  it.each([
    ['path-information 1.2.3.4', '01020304'],
    ['path-information 5', '00000005'],
    ['', '00000000'],
  ])('%s on a session with path identifiers', (words, id) => {
    const session = { send: { addPath: new Set([IPV4_UNICAST]) } };
    expect(everyVersion(route(words), { session })).toEqual([withAttributes([], `${id}${PREFIX}`)]);
  });

  const reach = (safi: string, nlri: string, hop = '04 c0000201') => {
    const value = `0001 ${safi} ${hop} 00 ${nlri}`.replaceAll(' ', '');
    return `800e${(value.length / 2).toString(16).padStart(2, '0')}${value}`;
  };
  const labelled = (attribute: string) => body(`${ORIGIN}${EMPTY_PATH}${NEXT_HOP}${PREFERENCE}${attribute}`);
  it.each([
    ['label 100', reach('04', '30 000641 0a0000')],
    ['label [ 100 200 ]', reach('04', '48 000640 000c81 0a0000')],
    ['label 1048575', reach('04', '30 fffff1 0a0000')],
    ...[
      ['65000:1', '0000fde800000001'],
      ['1.2.3.4:5', '0001010203040005'],
      ['70000:1', '0002000111700001'],
      ['65535:4294967295', '0000ffffffffffff'],
      ['65536:65535', '000200010000ffff'],
    ].flatMap(([text, octets]) =>
      ['rd', 'route-distinguisher'].map((word): [string, string] => [
        `${word} ${text} label 100`,
        reach('80', `70 000641 ${octets} 0a0000`, '0c 0000000000000000 c0000201'),
      ]),
    ),
  ])('%s', (words, attribute) => {
    expect(everyVersion(route(words))).toEqual([labelled(attribute)]);
  });

  it.each([
    ['10.0.0.0/24', ['ipv4 unicast']],
    ['224.0.0.0/4', ['ipv4 multicast']],
    ['239.255.0.0/16', ['ipv4 multicast']],
    ['2001:db8::/32', ['ipv6 unicast']],
    ['ff00::/8', ['ipv6 multicast']],
    ['ff02::1', ['ipv6 multicast']],
  ])('the family of %s', (prefix, families) => {
    const { config } = load(
      `static { route ${prefix} next-hop ${prefix.includes(':') ? '::1' : '192.0.2.1'}; }`,
      {
        families: FAMILIES,
      },
    );
    const names = new Map([
      [0x101, 'ipv4 unicast'],
      [0x102, 'ipv4 multicast'],
      [0x201, 'ipv6 unicast'],
      [0x202, 'ipv6 multicast'],
    ]);
    expect(config.neighbors[0]?.routes.map(({ nlri }) => names.get(nlri.family))).toEqual(families);
  });

  it('attributes … nlri announces each prefix', () => {
    for (const word of ['attributes', 'attribute'])
      expect(everyVersion(`static { ${word} ${HOP} med 5 nlri 10.0.0.0/24 10.0.1.0/24; }`)).toEqual([
        withAttributes(['800404 00000005'], `${PREFIX}180a0001`),
      ]);
  });
});

describe('general rules', () => {
  it.each([
    ['keywords in any order', route('community 65000:1 med 5'), ['800404 00000005', 'c00804 fde80001']],
    ['of the same attribute twice the first counts', route('med 1 med 2'), ['800404 00000001']],
    ['in a block too', block(['med 1', 'med 2']), ['800404 00000001']],
    ['communities as well', route('community 1:1 community 2:2'), ['c00804 00010001']],
    ['of next-hop twice the first goes into NEXT_HOP', route('next-hop 192.0.2.2'), ['400304 c0000201']],
    ['so does next-hop before octets', route('attribute [ 0x03 0x40 0x01020304 ]'), ['400304 c0000201']],
    [
      'extended communities of several keywords come together',
      route('extended-community target:1:1 extended-community target:1:2'),
      ['c01010 0002000100000001 0002000100000002'],
    ],
    [
      'a generic attribute counts as that of its code',
      route('attribute [ 0x04 0x80 0x00000007 ] med 9'),
      ['800404 00000007'],
    ],
    [
      'and a keyword before it counts',
      route('med 9 attribute [ 0x04 0x80 0x00000007 ]'),
      ['800404 00000009'],
    ],
    [
      'several generic attributes',
      route('attribute [ 0x63 0xc0 0x01 ] attribute [ 0x62 0xc0 0x02 ]'),
      ['c06201 02', 'c06301 01'],
    ],
    ['in place of ORIGIN', route('attribute [ 0x01 0x40 0x02 ]'), ['40010102']],
    ['in place of AS_PATH', route('attribute [ 0x02 0x40 0x020100000007 ]'), ['400206 020100000007']],
    ['in place of LOCAL_PREF', route('attribute [ 0x05 0x40 0x00000007 ]'), ['400504 00000007']],
    ['its flags are as they stand', route('attribute [ 0x63 0x20 0x01 ]'), ['206301 01']],
    [
      'longer ones get the extended length',
      route(`attribute [ 0x63 0xc0 0x${'ab'.repeat(256)} ]`),
      [`d0630100 ${'ab'.repeat(256)}`],
    ],
  ])('%s', (_, text, attributes) => {
    expect(everyVersion(text)).toEqual([withAttributes(attributes)]);
  });

  it('local-preference never leaves the AS, and the AS path is ours', () => {
    expect(everyVersion(route('local-preference 200'), EXTERNAL)).toEqual([
      body(`${ORIGIN} 400206 0201 0000fde8 ${NEXT_HOP}`, PREFIX),
    ]);
  });

  it.each([
    ['originator-id 9.9.9.9', '800904 09090909'],
    ['cluster-list 8.8.8.8', '800a04 08080808'],
  ])('%s goes to external peers too', (words, attribute) => {
    expect(everyVersion(route(words), EXTERNAL)).toEqual([
      body(`${ORIGIN} 400206 0201 0000fde8 ${NEXT_HOP} ${attribute}`, PREFIX),
    ]);
  });

  it('an AS path that was given stays as it is towards external peers', () => {
    expect(everyVersion(route('as-path [ 7 ]'), EXTERNAL)).toEqual([
      body(`${ORIGIN} 400206 0201 00000007 ${NEXT_HOP}`, PREFIX),
    ]);
    expect(everyVersion(route('as-path [ ]'), EXTERNAL)).toEqual([
      body(`${ORIGIN} ${EMPTY_PATH} ${NEXT_HOP}`, PREFIX),
    ]);
  });

  it('next-hop self is our address, or the router id on a session over IPv6', () => {
    const text = 'static { route 10.0.0.0/24 next-hop self; }';
    expect(everyVersion(text, { session: { localAddress: '10.0.0.5' } })).toEqual([
      withAttributes(['400304 0a000005']),
    ]);
    expect(everyVersion(text, { session: { localAddress: '2001:db8::1' } })).toEqual([
      withAttributes(['400304 0a000001']),
    ]);
  });

  it('split announces the parts', () => {
    expect(everyVersion(route('split /26'))).toEqual([
      withAttributes([], '1a0a000000 1a0a000040 1a0a000080 1a0a0000c0'.replaceAll(' ', '')),
    ]);
    expect(everyVersion(`announce { ipv4 { unicast 10.0.0.0/24 ${HOP} split /25; } }`)).toEqual([
      withAttributes([], '190a000000190a000080'),
    ]);
  });

  it.each([
    [
      'next-hop: the last goes into MP_REACH',
      route('label 5 next-hop 192.0.2.2'),
      '000104 04 c0000202 00 30',
    ],
    ['next-hop: the last one that is IPv6', route('next-hop 2001:db8::1'), '000101 10 20010db8'],
    ['rd: the last', route('label 5 rd 1:1 rd 2:2'), '000051 0000000200000002 0a0000'],
    ['label: the last', route('label 5 label 6'), '30 000061 0a0000'],
    ['split: the first', route('split /25 split /26'), '190a000000190a000080'],
  ])('what stands twice: %s', (_, text, octets) => {
    const [only, ...others] = everyVersion(text);
    expect(others).toEqual([]);
    expect(only).toContain(octets.replaceAll(' ', ''));
  });

  it('a prefix that is listed twice is sent twice, in order', () => {
    const text = `static { route 10.0.0.0/24 ${HOP} med 1; route 10.0.0.0/24 ${HOP} med 2; }`;
    expect(everyVersion(text)).toEqual([
      withAttributes(['800404 00000001']),
      withAttributes(['800404 00000002']),
    ]);
  });

  it('aigp goes to external peers where the capability says so', () => {
    expect(everyVersion(route('aigp 100'), EXTERNAL)).toEqual([
      body(`${ORIGIN} 400206 0201 0000fde8 ${NEXT_HOP}`, PREFIX),
    ]);
  });
});

describe('as-path', () => {
  const path = (...segments: string[]) => {
    const octets = segments.join('').replaceAll(' ', '');
    return `4002${(octets.length / 2).toString(16).padStart(2, '0')}${octets}`;
  };
  it.each([
    ['7', path('0201 00000007')],
    ['[ 1 2 3 ]', path('0203 00000001 00000002 00000003')],
    ['[ 1, 2, 3 ]', path('0203 00000001 00000002 00000003')],
    // 3.4 and 4.2
    ['[ 1 2 ( 3 4 ) ]', path('0202 00000001 00000002', '0102 00000003 00000004')],
    ['[ 1 2 [ 3 4 ] ]', path('0202 00000001 00000002', '0102 00000003 00000004')],
    // 4.2 loses the place
    ['[ 1 ( 2 3 ) 4 ]', path('0201 00000001', '0102 00000002 00000003', '0201 00000004')],
    // 5 and 6
    ['[ 1 2 ] ( 3 4 )', path('0202 00000001 00000002', '0102 00000003 00000004')],
    ['[ 1 ] ( 2 ) [ 3 ]', path('0201 00000001', '0101 00000002', '0201 00000003')],
    ['( 3 4 )', path('0102 00000003 00000004')],
    ['[ ]', path('')],
    ['1.10', path('0201 0001000a')],
    ['[ 70000 1.10 ]', path('0202 00011170 0001000a')],
    ['confed [ 1 ] confed ( 2 3 ) [ 4 ]', path('0301 00000001', '0402 00000002 00000003', '0201 00000004')],
  ])('as-path %s', (words, attribute) => {
    expect(everyVersion(route(`as-path ${words}`))).toEqual([withAttributes([attribute])]);
  });

  it('is of two octets on a session without four-octet AS numbers, AS4_PATH right behind it', () => {
    const session = { peerAs: 65001, send: { asn4: false } };
    expect(everyVersion(route('as-path [ 70000 65000 ] aggregator ( 70000:1.1.1.1 )'), { session })).toEqual([
      body(
        `${ORIGIN} 400206 0202 5ba0 fde8 c0110a 0202 00011170 0000fde8 ${NEXT_HOP}
         c00706 5ba0 01010101 c01208 00011170 01010101`,
        PREFIX,
      ),
    ]);
  });
});

describe('communities', () => {
  const all = (code: string, size: number, values: readonly string[]) =>
    `c0${code}${(values.length * size).toString(16).padStart(2, '0')}${values.join('')}`;

  it.each([
    ['65000:1', 'fde80001'],
    ['0xFFFF0000', 'ffff0000'],
    ['4294967041', 'ffffff01'],
    ['no-export', 'ffffff01'],
    ['no-advertise', 'ffffff02'],
    ['no-export-subconfed', 'ffffff03'],
    ['nopeer', 'ffffff04'],
    ['no-peer', 'ffffff04'],
    ['blackhole', 'ffff029a'],
    ['no_export', 'ffffff01'],
    ['no_advertise', 'ffffff02'],
    ['No-Export', 'ffffff01'],
    ['[ 65000:2 no-export 65000:1 ]', 'fde80001fde80002ffffff01'],
    ['[ 65000:1 65000:1 ]', 'fde80001fde80001'],
  ])('community %s', (words, octets) => {
    expect(everyVersion(route(`community ${words}`))).toEqual([
      withAttributes([all('08', 4, octets.match(/.{8}/g) ?? [])]),
    ]);
  });

  it.each([
    ['1:2:3', '000000010000000200000003'],
    ['4294967295:0:1', 'ffffffff0000000000000001'],
    ['18446744082299486211', '000000010000000200000003'],
    ['0x000000010000000200000003', '000000010000000200000003'],
    ['[ 1:2:4 1:2:3 1:2:4 ]', '000000010000000200000003000000010000000200000004'],
  ])('large-community %s', (words, octets) => {
    expect(everyVersion(route(`large-community ${words}`))).toEqual([
      withAttributes([all('20', 12, octets.match(/.{24}/g) ?? [])]),
    ]);
  });

  it.each([
    ['65000:1', '0002fde800000001'],
    ['target:65000:1', '0002fde800000001'],
    ['origin:65000:2', '0003fde800000002'],
    ['target:70000:3', '0202000111700003'],
    ['origin:70000:4', '0203000111700004'],
    ['target:65000L:11', '02020000fde8000b'],
    ['target4:65000:10', '02020000fde8000a'],
    ['origin4:65000:10', '02030000fde8000a'],
    ['target:1.2.3.4:5', '0102010203040005'],
    ['origin:1.2.3.4:6', '0103010203040006'],
    ['target:65000:1.2.3.4', '0002fde801020304'],
    ['redirect:65000:8', '8008fde800000008'],
    ['redirect-to-nexthop', '0800000000000000'],
    ['l2info:19:0:1500:111', '800a130005dc006f'],
    ['bandwidth:65000:1000', '4004fde8447a0000'],
    ['mup:10:10', '0c00000a0000000a'],
    // as events show them
    ['[ action sample-terminal ]', '8007000000000003'],
    ['[ mark 10 target:65000:1 ]', '0002fde800000001800900000000000a'],
    ['rate-limit:0', '8006000000000000'],
    ['rate-limit:1000:packets', '800c0000447a0000'],
    ['copy-to-nexthop', '0800000000000001'],
    ['0x0102030405060708', '0102030405060708'],
    ['[ target:65000:2 target:65000:1 ]', '0002fde8000000010002fde800000002'],
  ])('extended-community %s', (words, octets) => {
    expect(everyVersion(route(`extended-community ${words}`))).toEqual([
      withAttributes([all('10', 8, octets.match(/.{16}/g) ?? [])]),
    ]);
  });
});

describe('segment routing', () => {
  const labelled = (attribute: string) => [
    body(
      `${ORIGIN}${EMPTY_PATH}${NEXT_HOP}${PREFERENCE}${attribute} 800e10 0001 04 04 c0000201 00 30 000641 0a0000`,
    ),
  ];
  const service = (type: string, rest: string) => {
    const octets = rest.replaceAll(' ', '');
    const inner = `01 ${(octets.length / 2).toString(16).padStart(4, '0')} ${octets}`.replaceAll(' ', '');
    const value = `00${inner}`;
    const tlv = `${type}${(value.length / 2).toString(16).padStart(4, '0')}${value}`;
    return `c028${(tlv.length / 2).toString(16).padStart(2, '0')}${tlv}`;
  };

  it.each([
    ['bgp-prefix-sid [ 300 ]', 'c0280a 01 0007 00 0000 0000012c'],
    [
      'bgp-prefix-sid [ 300, [ ( 800000,4096 ), ( 1000000,5000 ) ] ]',
      'c0281b 01 0007 00 0000 0000012c 03 000e 0000 0c3500 001000 0f4240 001388',
    ],
    ['bgp-prefix-sid-srv6 ( ipv6 2001:db8:1:1:: )', `c02816 02 0013 000000 ${SID}`],
    ['bgp-prefix-sid-srv6 ( vpn 2001:db8:1:1:: )', `c02816 04 0013 000000 ${SID}`],
    ['bgp-prefix-sid-srv6 ( l3-service 2001:db8:1:1:: )', service('05', `00 ${SID} 00 ffff 00`)],
    ['bgp-prefix-sid-srv6 ( l3-service 2001:db8:1:1:: 0x48 )', service('05', `00 ${SID} 00 0048 00`)],
    ['bgp-prefix-sid-srv6 ( l3-service 2001:db8:1:1:: 72 )', service('05', `00 ${SID} 00 0048 00`)],
    [
      'bgp-prefix-sid-srv6 ( l3-service 2001:db8:1:1:: 0x48 [64,24,16,0,0,0] )',
      service('05', `00 ${SID} 00 0048 00 01 0006 401810000000`),
    ],
    ['bgp-prefix-sid-srv6 ( l2-service 2001:db8:1:1:: )', service('06', `00 ${SID} 00 ffff 00`)],
    [
      'bgp-prefix-sid-srv6 ( l2-service 2001:db8:1:1:: 0x48 [ 64, 24, 16, 0, 0, 0 ] )',
      service('06', `00 ${SID} 00 0048 00 01 0006 401810000000`),
    ],
  ])('%s', (words, attribute) => {
    expect(everyVersion(route(`label 100 ${words}`))).toEqual(labelled(attribute));
  });
});

describe('what a route must not say', () => {
  it.each([
    ['route 10.0.0.0/24 med 5', 'a next-hop'],
    [`route 10.0.0.0/24 rd 65000:1 ${HOP}`, 'a label'],
    [`route 10.0.0.0/24 ${HOP} label 1048576`, 'from 0 to 1048575'],
    [`route 10.0.0.0/24 ${HOP} med -1`, "found '-1', expected"],
    [`route 10.0.0.0/24 ${HOP} med 4294967296`, 'from 0 to 4294967295'],
    [`route 10.0.0.0/24 ${HOP} local-preference abc`, "found 'abc', expected"],
    [`route 10.0.0.0/24 ${HOP} origin ?`, 'igp, egp, incomplete'],
    [`route 10.0.0.0/24 ${HOP} community graceful-shutdown`, "found 'graceful-shutdown', expected"],
    [`route 10.0.0.0/24 ${HOP} community accept-own`, "found 'accept-own', expected"],
    [`route 10.0.0.0/24 ${HOP} community no_peer`, "found 'no_peer', expected"],
    [`route 10.0.0.0/24 ${HOP} community llgr-stale`, "found 'llgr-stale', expected"],
    [`route 10.0.0.0/24 ${HOP} community [ 1:1, 2:2 ]`, "found ',', expected"],
    [`route 10.0.0.0/24 ${HOP} community 1:70000`, "found '1:70000', expected"],
    [`route 10.0.0.0/24 ${HOP} community 70000:1`, "found '70000:1', expected"],
    [`route 10.0.0.0/24 ${HOP} large-community 1:2`, "found '1:2', expected"],
    [`route 10.0.0.0/24 ${HOP} large-community [ 1:2:3, 1:2:4 ]`, "found ',', expected"],
    [`route 10.0.0.0/24 ${HOP} extended-community color`, "found 'color', expected"],
    [`route 10.0.0.0/24 ${HOP} extended-community 0x0102`, "found '0x0102', expected"],
    [`route 10.0.0.0/24 ${HOP} cluster-list [ 1.1.1.1, 2.2.2.2 ]`, "found ',', expected"],
    [`route 10.0.0.0/24 ${HOP} rd 5 label 5`, "found '5', expected"],
    [`route 10.0.0.0/24 ${HOP} foo 5`, "found 'foo', expected a keyword of a route"],
    [`route 10.0.0.0/24 { ${HOP}; foo 5; }`, "found 'foo', expected a keyword"],
    [`route 10.0.0.0/24 ${HOP} watchdog announce`, "not 'announce' or 'withdraw'"],
    [`route 10.0.0.0/24 ${HOP} watchdog withdraw`, "not 'announce' or 'withdraw'"],
    [`route 10.0.0.1/24 ${HOP}`, 'host bits'],
    [`route 10.0.0.0/33 ${HOP}`, '33'],
    [`route 10.0/16 ${HOP}`, "found '10.0/16'"],
    [`route 10.0.0.300/32 ${HOP}`, "found '10.0.0.300/32'"],
    [`route 010.0.0.1 ${HOP}`, "found '010.0.0.1'"],
    [`route default ${HOP}`, "found 'default'"],
    [`attributes ${HOP} med 5`, "'nlri' and prefixes"],
  ])('%s', (words, reason) => {
    const found = refusal(`static { ${words}${words.includes('{') ? '' : ';'} }`);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(reason);
    expect(found[0]).toMatch(/^p\.conf:2:\d+: /);
  });
});
