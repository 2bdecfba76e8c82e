import { describe, expect, it } from 'vitest';
import type { Attributes } from '../../src/bgp/attributes/index.ts';
import { AFI, familyId, IPV4_UNICAST, IPV6_UNICAST, SAFI } from '../../src/bgp/family.ts';
import type { Route } from '../../src/bgp/route.ts';
import { AdjRibOut } from '../../src/rib/adj-rib-out.ts';
import type { RibOutOptions } from '../../src/rib/session.ts';
import { bodies, OPTIONS, route, type SessionChoices, session } from './neighbor.ts';

const MANUAL: RibOutOptions = { ...OPTIONS, manualEor: true };
const hex = (text: string) => text.replaceAll(' ', '');
const IBGP = '40010100 400200 400304c0000201 40050400000064';
const V6 = '20010db8000000000000000000000001';

function sent(
  routes: readonly Route[],
  choices: SessionChoices = {},
  options: Partial<RibOutOptions> = {},
): string[] {
  const rib = new AdjRibOut({ ...MANUAL, ...options });
  for (const each of routes) rib.announce(each);
  rib.sessionUp(session(choices));
  return bodies(rib.take());
}

interface Row {
  readonly what: string;
  readonly routes: readonly Route[];
  readonly session?: SessionChoices;
  readonly options?: Partial<RibOutOptions>;
  readonly expected: readonly string[];
}

const EXTERNAL = { peerAs: 65001 };
const path = (...asns: number[]): Attributes => ({ asPath: [{ type: 'sequence', asns }] });

describe('UPDATE bodies', () => {
  it.each<Row>([
    {
      what: 'internal peer',
      routes: [route('10.0.0.0/24', '192.0.2.1')],
      expected: [`0000 0015 ${IBGP} 180a0000`],
    },
    {
      what: 'external peer',
      routes: [route('10.0.0.0/24', '192.0.2.1', { localPreference: 200 })],
      session: EXTERNAL,
      expected: ['0000 0014 40010100 4002 06 02010000fde8 400304c0000201 180a0000'],
    },
    {
      what: 'four-octet AS, peer without',
      routes: [route('10.0.0.0/24', '192.0.2.1')],
      session: { localAs: 70000, peerAs: 65001, send: { asn4: false } },
      expected: ['0000 001b 40010100 400204 0201 5ba0 c01106 0201 00011170 400304c0000201 180a0000'],
    },
    {
      what: 'configured AS_PATH goes out as it stands',
      routes: [route('10.0.0.0/24', '192.0.2.1', path(70000, 65000))],
      session: EXTERNAL,
      expected: ['0000 0018 40010100 40020a 0202 00011170 0000fde8 400304c0000201 180a0000'],
    },
    {
      what: 'groups in the order of first use, prefixes sorted',
      routes: [
        route('10.0.2.0/24', '192.0.2.1'),
        route('10.0.9.0/24', '192.0.2.2'),
        route('10.0.0.0/24', '192.0.2.1'),
        route('10.0.1.0/24', '192.0.2.1'),
      ],
      expected: [
        `0000 0015 ${IBGP} 180a0000 180a0001 180a0002`,
        '0000 0015 40010100 400200 400304c0000202 40050400000064 180a0009',
      ],
    },
    {
      what: 'group-updates false',
      routes: [route('10.0.2.0/24', '192.0.2.1'), route('10.0.0.0/24', '192.0.2.1')],
      options: { groupUpdates: false },
      expected: [`0000 0015 ${IBGP} 180a0002`, `0000 0015 ${IBGP} 180a0000`],
    },
    {
      what: 'IPv6: one route in each UPDATE',
      routes: [route('2001:db8::/48', '2001:db8::1'), route('2001:db8:1::/48', '2001:db8::1')],
      expected: [
        `0000 002d 40010100 400200 40050400000064 800e1c 0002 01 10 ${V6} 00 30 20010db80000`,
        `0000 002d 40010100 400200 40050400000064 800e1c 0002 01 10 ${V6} 00 30 20010db80001`,
      ],
    },
    {
      what: 'IPv4 with an IPv6 next hop',
      routes: [route('10.0.0.0/24', '2001:db8::1')],
      expected: [`0000 002a 40010100 400200 40050400000064 800e19 0001 01 10 ${V6} 00 180a0000`],
    },
    {
      what: 'IPv4 with IPv6 next hops: those of one in one UPDATE, prefixes ascending',
      routes: [
        route('10.0.1.0/24', '2001:db8::1'),
        route('10.0.2.0/24', '2001:db8::2'),
        route('10.0.0.0/24', '2001:db8::1'),
      ],
      expected: [
        `0000 002e 40010100 400200 40050400000064 800e1d 0001 01 10 ${V6} 00 180a0000 180a0001`,
        `0000 002a 40010100 400200 40050400000064 800e19 0001 01 10 ${V6.slice(0, -1)}2 00 180a0002`,
      ],
    },
    {
      what: 'IPv6 with an IPv4 next hop',
      routes: [route('2001:db8::/48', '192.0.2.1')],
      expected: [`0000 0028 ${IBGP} 800e10 0002 01 04 c0000201 00 30 20010db80000`],
    },
    {
      what: 'add-path: ascending by path identifiers, those without as their lengths are',
      routes: [
        route('10.0.0.0/24', '192.0.2.1', {}, { pathId: 0x18000000 }),
        route('10.0.1.0/24', '192.0.2.1'),
        route('10.0.1.0/24', '192.0.2.1', {}, { pathId: 0x01020304 }),
        route('10.0.0.0/24', '192.0.2.1', {}, { pathId: 0x01020304 }),
        route('10.0.0.0/16', '192.0.2.1', {}, { pathId: 0xffffffff }),
        route('10.0.0.0/24', '192.0.2.1', {}, { pathId: 5 }),
      ],
      session: { send: { addPath: new Set([IPV4_UNICAST]) } },
      expected: [
        `0000 0015 ${IBGP} 00000005 180a0000 01020304 180a0000 01020304 180a0001 18000000 180a0000 00000000 180a0001 ffffffff 100a00`,
      ],
    },
    {
      what: 'ascending by length, then by address, as the octets are',
      routes: [
        '20.0.86.0/32',
        '20.0.87.0/24',
        '20.0.86.0/24',
        '200.0.0.0/8',
        '20.0.88.0/23',
        '0.0.0.0/0',
      ].map((prefix) => route(prefix, '192.0.2.1')),
      expected: [`0000 0015 ${IBGP} 00 08c8 17140058 18140056 18140057 2014005600`],
    },
    {
      what: 'AIGP stays inside',
      routes: [route('10.0.0.0/24', '192.0.2.1', { aigp: 100n })],
      session: EXTERNAL,
      expected: ['0000 0014 40010100 4002 06 02010000fde8 400304c0000201 180a0000'],
    },
    {
      what: 'AIGP where it is enabled',
      routes: [route('10.0.0.0/24', '192.0.2.1', { aigp: 100n })],
      session: EXTERNAL,
      options: { aigp: true },
      expected: [
        '0000 0022 40010100 4002 06 02010000fde8 400304c0000201 801a0b 01000b0000000000000064 180a0000',
      ],
    },
    {
      what: 'next-hop self',
      routes: [route('10.0.0.0/24', 'self')],
      session: { localAddress: '192.0.2.1' },
      expected: [`0000 0015 ${IBGP} 180a0000`],
    },
    {
      what: 'next-hop self of IPv4 over IPv6: the router id',
      routes: [route('10.0.0.0/24', 'self')],
      session: { localAddress: '2001:db8::1' },
      expected: ['0000 0015 40010100 400200 4003040a000001 40050400000064 180a0000'],
    },
    {
      what: 'family not negotiated',
      routes: [route('2001:db8::/48', 'self')],
      session: { families: [IPV4_UNICAST] },
      expected: [],
    },
    {
      what: 'End-of-RIB in the order of the peer',
      routes: [],
      options: { manualEor: false },
      session: { families: [IPV6_UNICAST, IPV4_UNICAST, familyId(AFI.ipv4, SAFI.flow)] },
      expected: ['0000 0007 900f 0003 0002 01', '00000000', '0000 0007 900f 0003 0001 85'],
    },
  ])('$what', (row) => {
    expect(sent(row.routes, row.session, row.options)).toEqual(row.expected.map(hex));
  });

  it.each<Row>([
    {
      what: 'OTC towards a customer',
      routes: [route('10.0.0.0/24', '192.0.2.1')],
      session: { ...EXTERNAL, peerRole: 'customer' },
      expected: ['0000001b 40010100 400206 0201 0000fde8 400304c0000201 c02304 0000fde8 180a0000'],
    },
    {
      what: 'none towards a provider',
      routes: [route('10.0.0.0/24', '192.0.2.1')],
      session: { ...EXTERNAL, peerRole: 'provider' },
      expected: ['00000014 40010100 400206 0201 0000fde8 400304c0000201 180a0000'],
    },
    {
      what: 'a link-local next hop behind the global one',
      routes: [route('2001:db8::/48', '2001:db8::1')],
      session: { linkLocalNexthop: true, localLinkLocal: 'fe80::1' },
      expected: [
        `0000003d 40010100 400200 40050400000064 800e2c 0002 01 20 ${V6} fe800000000000000000000000000001 00 30 20010db80000`,
      ],
    },
    {
      what: 'none where the peer does not take it',
      routes: [route('2001:db8::/48', '2001:db8::1')],
      session: { localLinkLocal: 'fe80::1' },
      expected: [`0000002d 40010100 400200 40050400000064 800e1c 0002 01 10 ${V6} 00 30 20010db80000`],
    },
    {
      what: 'a next hop that is link-local alone',
      routes: [route('2001:db8::/48', 'fe80::2')],
      session: { linkLocalNexthop: true, localLinkLocal: 'fe80::1' },
      expected: [
        '0000002d 40010100 400200 40050400000064 800e1c 0002 01 10 fe800000000000000000000000000002 00 30 20010db80000',
      ],
    },
  ])('$what', ({ routes, session: choices, expected }) => {
    expect(sent(routes, choices)).toEqual(expected.map(hex));
  });

  it('keeps a route with OTC from a provider', () => {
    const refused: string[] = [];
    const rib = new AdjRibOut(MANUAL, { refused: (_, reason) => void refused.push(reason) });
    rib.announce(route('10.0.0.0/24', '192.0.2.1', { otc: 65009 }));
    rib.sessionUp(session({ ...EXTERNAL, peerRole: 'provider' }));
    expect(bodies(rib.take())).toEqual([]);
    expect(refused).toEqual(['a route with OTC goes to customers only, and the neighbor is a provider']);
  });

  it('withdraws without attributes, but for the first what the peer cannot have', () => {
    const rib = new AdjRibOut(MANUAL);
    rib.sessionUp(session());
    rib.withdraw(route('10.0.1.0/24', undefined));
    rib.withdraw(route('2001:db8::/48', undefined));
    expect(bodies(rib.take())).toEqual([]);
    rib.withdraw(route('10.0.1.0/24', undefined));
    rib.withdraw(route('2001:db8::/48', undefined));
    rib.withdraw(route('10.0.0.0/24', undefined));
    expect(bodies(rib.take())).toEqual([
      '0008180a0000180a00010000',
      '0000000d800f0a000201' + '3020010db80000',
    ]);
  });
});

describe('routes that cannot be sent', () => {
  const long: Attributes = {
    asPath: [{ type: 'sequence', asns: Array.from({ length: 2000 }, (_, i) => i + 1) }],
  };

  it.each([
    { what: 'next-hop self', bad: route('2001:db8::/48', 'self'), reason: /over IPv6/ },
    { what: 'no next hop', bad: route('10.9.0.0/24', undefined), reason: /no next hop/ },
    { what: 'longer than a message', bad: route('10.9.0.0/24', '192.0.2.1', long), reason: /maximum/ },
  ])('$what: refused, others go on', ({ bad, reason }) => {
    const refused: [Route, string][] = [];
    const rib = new AdjRibOut(MANUAL, { refused: (...args) => void refused.push(args) });
    rib.announce(bad);
    rib.announce(route('10.0.0.0/24', '192.0.2.1'));
    rib.sessionUp(session());
    expect(bodies(rib.take())).toEqual([hex(`0000 0015 ${IBGP} 180a0000`)]);
    expect(refused.map(([each]) => each.nlri)).toEqual([bad.nlri]);
    expect(refused[0]?.[1]).toMatch(reason);
  });

  it('withdraws the route that a refused one replaces', () => {
    const rib = new AdjRibOut(MANUAL);
    rib.sessionUp(session());
    rib.announce(route('10.9.0.0/24', '192.0.2.1'));
    rib.take();
    rib.announce(route('10.9.0.0/24', '192.0.2.1', long));
    expect(bodies(rib.take())).toEqual(['0004180a09000000']);
  });
});
