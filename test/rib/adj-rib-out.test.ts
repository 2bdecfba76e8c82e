import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attributes } from '../../src/bgp/attributes/index.ts';
import { AFI, familyId, IPV4_UNICAST, IPV6_UNICAST, SAFI } from '../../src/bgp/family.ts';
import type { Route } from '../../src/bgp/route.ts';
import { AdjRibOut } from '../../src/rib/adj-rib-out.ts';
import type { RibOutOptions } from '../../src/rib/session.ts';
import { bodies, desired, OPTIONS, PeerTable, route, type SessionChoices, session } from './neighbor.ts';

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
      what: 'IPv6 with an IPv4 next hop',
      routes: [route('2001:db8::/48', '192.0.2.1')],
      expected: [`0000 0028 ${IBGP} 800e10 0002 01 04 c0000201 00 30 20010db80000`],
    },
    {
      what: 'add-path: paths to one prefix apart',
      routes: [
        route('10.0.0.0/24', '192.0.2.1', {}, { pathId: 0x01020304 }),
        route('10.0.0.0/24', '192.0.2.1', {}, { pathId: 5 }),
        route('10.0.1.0/24', '192.0.2.1'),
      ],
      session: { send: { addPath: new Set([IPV4_UNICAST]) } },
      expected: [
        `0000 0015 ${IBGP} 01020304 180a0000 00000000 180a0001`,
        `0000 0015 ${IBGP} 00000005 180a0000`,
      ],
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
    const rib = new AdjRibOut(MANUAL, (_, reason) => refused.push(reason));
    rib.announce(route('10.0.0.0/24', '192.0.2.1', { otc: 65009 }));
    rib.sessionUp(session({ ...EXTERNAL, peerRole: 'provider' }));
    expect(bodies(rib.take())).toEqual([]);
    expect(refused).toEqual(['a route with OTC goes to customers only, and the neighbor is a provider']);
  });

  it('withdraws without attributes', () => {
    const rib = new AdjRibOut(MANUAL);
    rib.sessionUp(session());
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
    const rib = new AdjRibOut(MANUAL, (...args) => refused.push(args));
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

describe('what is sent again, and what is not', () => {
  const one = () => route('10.0.0.0/24', '192.0.2.1', { med: 1 });

  it('leaves out a route that is announced again unchanged', () => {
    const rib = new AdjRibOut(MANUAL);
    rib.sessionUp(session());
    expect(rib.announce(one())).toBe('changed');
    expect(rib.take()).toHaveLength(1);
    expect(rib.announce(one())).toBe('same');
    expect(rib.take()).toEqual([]);
    expect(rib.announce(route('10.0.0.0/24', '192.0.2.1', { med: 2 }))).toBe('changed');
    expect(rib.take()).toHaveLength(1);
  });

  it('sends it with adj-rib-out false', () => {
    const rib = new AdjRibOut({ ...MANUAL, adjRibOut: false });
    rib.sessionUp(session());
    rib.announce(one());
    rib.take();
    rib.announce(one());
    expect(rib.take()).toHaveLength(1);
  });

  it('with adj-rib-out false forgets what it sent, but for the configuration', () => {
    const rib = new AdjRibOut({ ...MANUAL, adjRibOut: false });
    const configured = route('10.1.0.0/24', '192.0.2.1');
    rib.configure([configured]);
    rib.announce(one());
    expect(rib.size).toBe(2);
    rib.sessionUp(session({ families: [IPV4_UNICAST] }));
    expect(rib.take()).toHaveLength(2);
    expect([...rib.routes()].map(({ nlri }) => nlri)).toEqual([configured.nlri]);
    expect(rib.size).toBe(1);
    rib.resend();
    expect(bodies(rib.take())).toEqual([hex(`0000 0015 ${IBGP} 180a0100`)]);
    rib.withdraw(one());
    expect(bodies(rib.take())).toEqual(['0004180a00000000']);
    rib.sessionDown();
    rib.announce(one());
    rib.sessionUp(session({ families: [IPV4_UNICAST] }));
    expect(rib.take()).toHaveLength(2);
  });

  it('sends nothing of a route that was withdrawn before the session', () => {
    const rib = new AdjRibOut(MANUAL);
    rib.announce(one());
    rib.withdraw(one());
    rib.sessionUp(session());
    expect(rib.take()).toEqual([]);
  });

  it('sends only the last word on a route of one turn', () => {
    const rib = new AdjRibOut(MANUAL);
    rib.sessionUp(session());
    rib.announce(one());
    rib.withdraw(one());
    expect(bodies(rib.take())).toEqual(['0004180a00000000']);
    rib.announce(route('10.0.0.0/24', '192.0.2.7'));
    rib.withdraw(one());
    rib.announce(route('10.0.0.0/24', '192.0.2.1'));
    expect(bodies(rib.take())).toEqual([hex(`0000 0015 ${IBGP} 180a0000`)]);
  });

  it('sends only the latest of two before the session, and all again on the next one', () => {
    const rib = new AdjRibOut(OPTIONS);
    rib.announce(route('10.0.0.0/24', '192.0.2.7'));
    rib.announce(route('10.0.0.0/24', '192.0.2.1'));
    const expected = [hex(`0000 0015 ${IBGP} 180a0000`), '00000000', hex('0000 0007 900f 0003 0002 01')];
    for (let times = 0; times < 2; times++) {
      rib.sessionUp(session());
      expect(bodies(rib.take())).toEqual(expected);
      rib.sessionDown();
      expect(rib.take()).toEqual([]);
    }
  });

  it('refreshes between the markers of RFC 7313', () => {
    const rib = new AdjRibOut(OPTIONS);
    rib.announce(one());
    expect(rib.resend()).toBe(false);
    rib.sessionUp(session({ refresh: 'enhanced', families: [IPV4_UNICAST] }));
    expect(rib.take()).toHaveLength(2);
    rib.resend(IPV4_UNICAST);
    rib.resend(IPV4_UNICAST);
    const [begin, update, end, ...others] = bodies(rib.take());
    expect([begin, end, others]).toEqual(['5: 00010101', '5: 00010201', []]);
    expect(update).toMatch(/180a0000$/);
  });

  it('keeps End-of-RIB behind a refresh that comes before it', () => {
    const rib = new AdjRibOut(OPTIONS);
    rib.announce(one());
    rib.sessionUp(session({ families: [IPV4_UNICAST] }));
    expect(rib.take(1)).toHaveLength(1);
    rib.resend();
    const messages = bodies(rib.take());
    expect(messages).toHaveLength(2);
    expect(messages[1]).toBe('00000000');
  });

  it('goes on where it stopped', () => {
    const rib = new AdjRibOut(MANUAL);
    for (let i = 0; i < 10; i++) rib.announce(route(`10.0.${i}.0/24`, '192.0.2.1'));
    rib.sessionUp(session());
    const peer = new PeerTable(session().negotiated.send);
    for (let messages = rib.take(3); messages.length > 0; messages = rib.take(3)) peer.receive(messages);
    expect(peer.routes.size).toBe(10);
  });
});

describe('configuration and watchdog groups', () => {
  const grouped = (last: number, startsWithdrawn = false) =>
    route(`10.0.${last}.0/24`, '192.0.2.1', {}, { watchdog: 'foo', startsWithdrawn });

  it('moves groups, and keeps their state', () => {
    const rib = new AdjRibOut(MANUAL);
    rib.configure([
      grouped(1),
      grouped(2, true),
      route('10.0.3.0/24', '192.0.2.1', {}, { startsWithdrawn: true }),
    ]);
    expect(rib.size).toBe(2);
    rib.announceWatchdog('foo');
    rib.announceWatchdog('foo');
    rib.announceWatchdog('bar');
    expect(rib.size).toBe(3);
    rib.withdrawWatchdog('foo');
    rib.withdrawWatchdog('foo');
    rib.sessionUp(session());
    rib.take();
    rib.sessionDown();
    expect(rib.size).toBe(1);
    rib.configure([grouped(1), grouped(2, true)]);
    expect(rib.size).toBe(1);
  });

  it('withdraws what a reload leaves out, and keeps what commands announced', () => {
    const rib = new AdjRibOut(MANUAL);
    rib.configure([route('10.0.1.0/24', '192.0.2.1'), route('10.0.2.0/24', '192.0.2.1')]);
    rib.announce(route('10.0.3.0/24', '192.0.2.1'));
    rib.sessionUp(session());
    rib.take();
    rib.configure([route('10.0.2.0/24', '192.0.2.1')]);
    expect(bodies(rib.take())).toEqual(['0004180a00010000']);
    rib.clear();
    expect(bodies(rib.take())).toEqual(['0008180a0002180a00030000']);
    expect(rib.size).toBe(0);
  });
});

type Step = {
  readonly what: 'announce' | 'withdraw' | 'up' | 'down' | 'take' | 'resend' | 'clear';
  readonly prefix: string;
  readonly med: number;
};

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom(
    'announce',
    'announce',
    'announce',
    'withdraw',
    'up',
    'down',
    'take',
    'resend',
    'clear',
  ),
  prefix: fc.constantFrom('10.0.0.0/24', '10.0.1.0/24', '10.0.1.0/25', '2001:db8::/48', '2001:db8:1::/48'),
  med: fc.integer({ min: 0, max: 2 }),
});

describe('the peer', () => {
  it('does not lose a route that comes back while all are sent again', () => {
    const rib = new AdjRibOut(OPTIONS);
    const enhanced = session({ refresh: 'enhanced' });
    const peer = new PeerTable(enhanced.negotiated.send);
    const one = route('10.0.0.0/24', '192.0.2.1', { med: 0 });
    rib.sessionUp(enhanced);
    rib.announce(one);
    peer.receive(rib.take());
    rib.withdraw(one);
    rib.resend();
    rib.announce(one);
    peer.receive(rib.take());
    expect(peer.routes).toEqual(desired([one]));
  });

  it('ends with the routes it shall have, whatever happened before', () => {
    const choices = session({ refresh: 'enhanced' });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.boolean(), (steps, groupUpdates) => {
        const rib = new AdjRibOut({ ...OPTIONS, groupUpdates });
        let peer: PeerTable | undefined;
        for (const { what, prefix, med } of steps) {
          const nextHop = prefix.includes(':') ? '2001:db8::1' : '192.0.2.1';
          if (what === 'announce') rib.announce(route(prefix, nextHop, { med }));
          if (what === 'withdraw') rib.withdraw(route(prefix, undefined));
          if (what === 'up' && peer === undefined) {
            peer = new PeerTable(choices.negotiated.send);
            rib.sessionUp(choices);
          }
          if (what === 'down') {
            rib.sessionDown();
            peer = undefined;
          }
          if (what === 'take') peer?.receive(rib.take(2));
          if (what === 'resend') rib.resend(med === 0 ? undefined : IPV4_UNICAST);
          if (what === 'clear' && med === 0) rib.clear();
        }
        if (peer === undefined) {
          peer = new PeerTable(choices.negotiated.send);
          rib.sessionUp(choices);
        }
        peer.receive(rib.take());
        expect(peer.routes).toEqual(desired(rib.routes()));
        expect(rib.pending).toBe(0);
      }),
    );
  });
});
