import { describe, expect, it } from 'vitest';
import { DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { AFI, familyId, IPV4_UNICAST, IPV6_UNICAST, SAFI } from '../../src/bgp/family.ts';
import {
  parseAttributesNlri,
  parseFamilyRoute,
  parseRoute,
  parseWithdrawRoute,
  type Route,
  routeToText,
} from '../../src/bgp/route.ts';
import { encodeUpdates } from '../../src/bgp/update.ts';
import { WordError } from '../../src/syntax/words.ts';
import { hex, toHex, wordsOf } from './words.ts';

const INTERNAL = { ...DEFAULT_CONTEXT, peering: 'internal', maxMessageLength: 4096 } as const;

/** The UPDATE body of routes that share everything but their prefix, with the defaults of an internal peer. */
function body(routes: readonly Route[]): string {
  const first = routes[0];
  if (first === undefined || first.nextHop === 'self') throw new Error('a route with a next hop');
  const announced = {
    family: first.nlri.family,
    nextHop: first.nextHop,
    nlri: routes.map((route) => route.nlri),
  };
  const attributes = { origin: 'igp', asPath: [], localPreference: 100, ...first.attributes } as const;
  const messages = encodeUpdates({ attributes, announced }, INTERNAL);
  expect(messages.length).toBe(1);
  return toHex((messages[0] as Uint8Array).subarray(19));
}

const NH = 'next-hop 192.0.2.1';
const NH6 = '20010db8000000000000000000000001';

describe('parseRoute', () => {
  it.each([
    [`10.0.0.0/24 ${NH}`, '0000 0015 40010100 400200 400304c0000201 40050400000064 180a0000'],
    [
      `10.0.0.0/24 ${NH} origin egp med 50 local-preference 200 as-path [ 65010 65020 ] atomic-aggregate
       aggregator ( 65010:1.1.1.1 ) originator-id 9.9.9.9 cluster-list [ 8.8.8.8 7.7.7.7 ]
       community [ 65000:2 no-export 65000:1 ] large-community [ 1:2:3 ]
       extended-community [ target:65000:1 ] aigp 100`,
      `0000 007d 40010101 40020a 0202 0000fdf2 0000fdfc 400304c0000201 80040400000032 400504000000c8 400600
       c00708 0000fdf2 01010101 c0080c fde80001 fde80002 ffffff01 800904 09090909 800a08 08080808 07070707
       c01008 0002fde800000001 801a0b 01 000b 0000000000000064 c0200c 00000001 00000002 00000003 180a0000`,
    ],
    [
      '2001:db8::/48 next-hop 2001:db8::1',
      `0000 002d 40010100 400200 40050400000064 800e1c 0002 01 10 ${NH6} 00 30 20010db80000`,
    ],
    [
      '10.0.0.0/24 next-hop 2001:db8::1',
      `0000 002a 40010100 400200 40050400000064 800e19 0001 01 10 ${NH6} 00 180a0000`,
    ],
    [
      `2001:db8::/48 ${NH}`,
      `0000 0028 40010100 400200 400304c0000201 40050400000064 800e10 0002 01 04 c0000201 00 30 20010db80000`,
    ],
    [
      `10.0.0.0/24 ${NH} label 100`,
      `0000 0028 40010100 400200 400304c0000201 40050400000064 800e10 0001 04 04 c0000201 00 30 000641 0a0000`,
    ],
    [
      `10.0.0.0/24 ${NH} label [ 100 200 ]`,
      `0000 002b 40010100 400200 400304c0000201 40050400000064 800e13 0001 04 04 c0000201 00 48 000640 000c81 0a0000`,
    ],
    [
      `10.0.0.0/24 rd 65000:1 label 100 ${NH}`,
      `0000 0038 40010100 400200 400304c0000201 40050400000064
       800e20 0001 80 0c 0000000000000000 c0000201 00 70 000641 0000fde800000001 0a0000`,
    ],
    [
      `10.0.0.0/24 ${NH} split /26`,
      '0000 0015 40010100 400200 400304c0000201 40050400000064 1a0a000000 1a0a000040 1a0a000080 1a0a0000c0',
    ],
    [
      `10.0.0.0/24 ${NH} attribute [ 0x19 0xc0 0x0002fde800000001 ]`,
      '0000 0020 40010100 400200 400304c0000201 40050400000064 c01908 0002fde800000001 180a0000',
    ],
    [
      `232.1.0.0/16 ${NH}`,
      '0000 0024 40010100 400200 400304c0000201 40050400000064 800e0c 0001 02 04 c0000201 00 10 e801',
    ],
  ])('%s', (text, expected) => {
    expect(body(parseRoute(wordsOf(text)))).toBe(toHex(hex(expected)));
  });

  it('takes the first of repeated attributes, NEXT_HOP among them', () => {
    const [route] = parseRoute(
      wordsOf('10.0.0.0/24 med 1 next-hop self med 2 next-hop 1.1.1.1 attribute [ 0x04 0x80 0x00 ]'),
    );
    expect(route?.attributes).toEqual({ med: 1 });
    expect(route?.nextHop).toBe('self');
  });

  it('takes the last of repeated next hops for MP_REACH_NLRI', () => {
    const [route] = parseRoute(wordsOf('10.0.0.0/24 label 5 next-hop 1.1.1.1 next-hop self'));
    expect(route?.nextHop).toBe('self');
  });

  it('joins repeated extended communities', () => {
    const [route] = parseRoute(wordsOf(`10.0.0.0/24 ${NH} extended-community 1:1 extended-community 1:2`));
    expect(route?.attributes.extendedCommunity).toHaveLength(2);
  });

  it('keeps name, watchdog, withdraw and path identifier', () => {
    const [route] = parseRoute(
      wordsOf(`10.0.0.0/24 ${NH} name a watchdog dog withdraw path-information 1.2.3.4`),
    );
    expect(route).toMatchObject({
      name: 'a',
      watchdog: 'dog',
      startsWithdrawn: true,
      nlri: { pathId: 0x01020304 },
    });
    expect(parseRoute(wordsOf(`10.0.0.0/24 ${NH} withdraw`))[0]?.startsWithdrawn).toBeUndefined();
  });

  it.each([
    [`10.0.0.0/24 ${NH} as-path 7`, [{ type: 'sequence', asns: [7] }]],
    [`10.0.0.0/24 ${NH} as-path [ ]`, []],
    [
      `10.0.0.0/24 ${NH} as-path [ 1, 2 ( 3 4 ) 1.10 ]`,
      [
        { type: 'sequence', asns: [1, 2] },
        { type: 'set', asns: [3, 4] },
        { type: 'sequence', asns: [65546] },
      ],
    ],
    [
      `10.0.0.0/24 ${NH} as-path [ 1 2 ] ( 3 4 ) med 5`,
      [
        { type: 'sequence', asns: [1, 2] },
        { type: 'set', asns: [3, 4] },
      ],
    ],
  ])('%s', (text, asPath) => {
    expect(parseRoute(wordsOf(text))[0]?.attributes.asPath).toEqual(asPath);
  });

  it.each([
    ['10.0.0.0/24', 'a next-hop', 11],
    ['10.0.0.1/24 next-hop 1.1.1.1', 'host bits', 0],
    ['10.0.0.0/33 next-hop 1.1.1.1', 'prefix', 0],
    ['10.0.0.0/24 next-hop 1.1.1', 'an IP address', 21],
    ['10.0.0.0/24 nexthop 1.1.1.1', 'a keyword', 12],
    ['10.0.0.0/24 next-hop 1.1.1.1 med', 'a med', 32],
    ['10.0.0.0/24 next-hop 1.1.1.1 med 4294967296', 'a med', 33],
    ['10.0.0.0/24 next-hop 1.1.1.1 community [ 1:2 , 3:4 ]', 'a community', 45],
    ['10.0.0.0/24 next-hop 1.1.1.1 community 1:70000', 'a community', 39],
    ['10.0.0.0/24 next-hop 1.1.1.1 rd 65000:1', 'a label', 39],
    ['10.0.0.0/24 next-hop 1.1.1.1 label 1048576', 'a label', 35],
    ['10.0.0.0/8 next-hop 1.1.1.1 split /32', 'fewer routes', 37],
    ['10.0.0.0/24 next-hop 1.1.1.1 watchdog withdraw', 'a watchdog', 38],
    ['10.0.0.0/24 next-hop 1.1.1.1 extended-community color:1', 'extended community', 48],
  ])('%s: expected %s', (text, expected, at) => {
    const error = failure(() => parseRoute(wordsOf(text)));
    expect(error.expected).toContain(expected);
    expect(error.at).toBe(at);
  });

  it('names the words that a mistyped keyword may mean', () => {
    const error = failure(() => parseRoute(wordsOf('10.0.0.0/24 nexthop 1.1.1.1')));
    expect(error.candidates).toEqual(expect.arrayContaining(['next-hop', 'as-path', 'attribute', 'split']));
  });
});

function failure(run: () => unknown): WordError {
  try {
    run();
  } catch (err) {
    if (err instanceof WordError) return err;
    throw err;
  }
  throw new Error('nothing was wrong');
}

describe('the other forms', () => {
  it('parses attributes … nlri …', () => {
    const routes = parseAttributesNlri(wordsOf(`med 5 ${NH} nlri 10.0.0.0/24 10.0.1.0/24`));
    expect(routes.map(routeToText)).toEqual([`10.0.0.0/24 ${NH} med 5`, `10.0.1.0/24 ${NH} med 5`]);
    expect(routes[0]?.attributes).toBe(routes[1]?.attributes);
    expect(failure(() => parseAttributesNlri(wordsOf(`${NH} med 5`))).expected).toContain('nlri');
  });

  it('parses routes of a named family', () => {
    const [route] = parseFamilyRoute(wordsOf(`10.0.0.0/24 ${NH}`), IPV4_UNICAST);
    expect(route?.nlri.family).toBe(IPV4_UNICAST);
    expect(failure(() => parseFamilyRoute(wordsOf(`10.0.0.0/24 ${NH}`), IPV6_UNICAST)).expected).toContain(
      'IPv6',
    );
  });

  it('has but octets for an AFI and a SAFI that do not belong together', () => {
    for (const [afi, safi, text] of [
      ['bgp-ls', 'flow', 'flow route destination 192.0.2.1/32'],
      ['l2vpn', 'unicast', `2001:db8::/32 ${NH}`],
      ['bgp-ls', 'vpls', `endpoint 5 base 100 offset 1 size 8 rd 1:1 ${NH}`],
    ] as const) {
      const family = familyId(AFI[afi], SAFI[safi]);
      expect(failure(() => parseFamilyRoute(wordsOf(text), family)).expected).toBe("'raw'");
      const [route] = parseFamilyRoute(wordsOf(`raw 0x1020 ${NH}`), family);
      expect(route?.nlri).toEqual({ family, value: { octets: hex('1020') } });
    }
  });

  it('withdraws without next hop and label', () => {
    expect(parseWithdrawRoute(wordsOf('10.0.0.0/24'))[0]?.nextHop).toBeUndefined();
    expect(parseWithdrawRoute(wordsOf('10.0.0.0/24 rd 1:1'))).toHaveLength(1);
    expect(parseFamilyRoute(wordsOf('10.0.0.0/24'), IPV4_UNICAST, { withdraw: true })).toHaveLength(1);
  });

  it.each([
    '10.0.0.0/24 next-hop self path-information 0.0.0.5 origin egp as-path [ 1 2 ] ( 3 ) community [ 1:2 no-export ] name "a b" watchdog w withdraw',
    '10.0.0.0/24 label [ 100 200 ] next-hop 192.0.2.1 med 1',
    '10.0.0.0/24 label 100 rd 65000:1 next-hop 192.0.2.1 extended-community [ target:1:2 origin:1.2.3.4:5 ]',
    '2001:db8::/48 next-hop 2001:db8::1 attribute [ 0x63 0xC0 0x0102 ]',
  ])('writes back %s', (text) => {
    expect(parseRoute(wordsOf(text)).map(routeToText)).toEqual([text]);
  });
});
