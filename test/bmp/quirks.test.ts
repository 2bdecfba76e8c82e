import { describe, expect, it } from 'vitest';
import { DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { IPV4_UNICAST, IPV6_UNICAST } from '../../src/bgp/family.ts';
import { encodeOpen, makeOpen } from '../../src/bgp/open.ts';
import { encodeEndOfRib, encodeUpdates } from '../../src/bgp/update.ts';
import { BMP_FRAMING } from '../../src/bmp/header.ts';
import { encodeBmp } from '../../src/bmp/index.ts';
import type { LintId } from '../../src/bmp/lint.ts';
import type { BmpMessage, BmpPeerUp, PerPeerHeader } from '../../src/bmp/messages.ts';
import { peerDownReason } from '../../src/bmp/peer-down.ts';
import { profileOf } from '../../src/bmp/profile.ts';
import type { BmpRouter } from '../../src/bmp/router.ts';
import { statistic } from '../../src/bmp/statistics.ts';
import type { Event } from '../../src/events/event.ts';
import { Framer } from '../../src/wire/framer.ts';
import { fromHex } from '../../src/wire/hex.ts';
import { parsePrefix } from '../../src/wire/prefix.ts';
import { octetsOfText } from '../../src/wire/text.ts';
import { address, header, initiation, monitoring, peerUp, router, short, update } from './samples.ts';

const DUMMY_OPEN = fromHex(`${'ff'.repeat(16)}001301`) as Uint8Array;
/** An OPEN whose ADD-PATH is of IPv6 unicast. */
const V6_IDS = encodeOpen(
  makeOpen({
    as: 65001,
    holdTimeSeconds: 90,
    routerId: 1,
    capabilityTlvs: [
      { key: 'multiprotocol', code: 1, value: [IPV4_UNICAST] },
      { key: 'multiprotocol', code: 1, value: [IPV6_UNICAST] },
      { key: 'addPath', code: 69, value: [{ family: IPV6_UNICAST, mode: 3 }] },
    ],
  }),
);
const END_OF_RIB = encodeEndOfRib(IPV4_UNICAST);
const LOC_RIB = { type: 3, address: new Uint8Array(4), as: 65001 };
const NOWHERE = { address: new Uint8Array(4), as: 0, id: 0 };

function up(fields: Partial<PerPeerHeader> = {}, what: BmpPeerUp = peerUp()): BmpMessage {
  return { type: 'peer-up', peer: header(fields), up: what };
}

const neverUp: BmpMessage = {
  type: 'peer-down',
  peer: header(),
  reason: { code: 2, word: 'local-no-notification', fsmEvent: 0 },
};

/** An UPDATE with attributes of one's own. */
function special(attributes: Parameters<typeof encodeUpdates>[0]['attributes']): Uint8Array {
  const nlri = [{ family: IPV4_UNICAST, value: parsePrefix('192.0.2.0/24') }];
  const nextHop = { address: Uint8Array.of(192, 0, 2, 1) };
  const [octets] = encodeUpdates(
    { attributes, announced: { family: IPV4_UNICAST, nextHop, nlri } },
    DEFAULT_CONTEXT,
  );
  return octets as Uint8Array;
}

function withdrawal(prefix: string): Uint8Array {
  const withdrawn = { family: IPV4_UNICAST, nlri: [{ family: IPV4_UNICAST, value: parsePrefix(prefix) }] };
  return encodeUpdates({ attributes: {}, withdrawn }, DEFAULT_CONTEXT)[0] as Uint8Array;
}

function run(...messages: BmpMessage[]): { router: BmpRouter; events: Event[] } {
  const made = router();
  for (const message of messages) made.router.receive(encodeBmp(message));
  return made;
}

function findings(made: { router: BmpRouter }): LintId[] {
  return made.router.lint.findings().map(({ id }) => id);
}

const route = (fields: Partial<PerPeerHeader> = {}) => monitoring(update(['192.0.2.0/24']), fields);

describe('what senders get wrong is read nonetheless, and noted', () => {
  const asPath = [{ type: 'sequence' as const, asns: [65002] }];
  it.each<{ sender: string; id: LintId; messages: readonly BmpMessage[]; ends: string }>([
    {
      sender: 'FRR 8.4: Peer Down of idle neighbors',
      id: 'never-up',
      messages: [neverUp],
      ends: 'state down: never up',
    },
    {
      sender: 'FRR 8.4: its own routes, of a peer 0.0.0.0 of AS 0',
      id: 'unspecified-peer',
      messages: [route({ ...NOWHERE, flags: 0x40 })],
      ends: 'update receive 192.0.2.0/24',
    },
    {
      sender: 'FRR 8.4: routes before Peer Up',
      id: 'routes-before-peer-up',
      messages: [route()],
      ends: 'update receive 192.0.2.0/24',
    },
    {
      sender: 'FRR until 2026: the local AS before the path',
      id: 'local-as-prepended',
      messages: [
        up(),
        monitoring(special({ origin: 'igp', asPath: [{ type: 'sequence', asns: [65001, 65002] }] })),
      ],
      ends: 'update receive 192.0.2.0/24',
    },
    {
      sender: 'FRR: no path identifiers though agreed on',
      id: 'missing-path-ids',
      messages: [up({}, peerUp({}, [3, 3])), route()],
      ends: 'update receive 192.0.2.0/24',
    },
    {
      sender: 'FRR: a neighbor that came up later, and is never reported',
      id: 'routes-before-peer-up',
      messages: [up(), route({ address: address('198.51.100.9'), id: 9 })],
      ends: 'update receive 192.0.2.0/24',
    },
    {
      sender: 'FRR: a neighbor that is reported twice',
      id: 'repeated-peer-up',
      messages: [up(), up()],
      ends: 'state up',
    },
    {
      sender: 'FRR until 2023: ports in the wrong order of octets',
      id: 'swapped-ports',
      messages: [up({}, peerUp({ localPort: 0xb300, remotePort: 1 }))],
      ends: 'state up',
    },
    {
      sender: 'FRR: a Peer Up of 0.0.0.0',
      id: 'unspecified-peer',
      messages: [up(NOWHERE)],
      ends: 'state up',
    },
    {
      sender: 'FRR: End-of-RIB once for each neighbor',
      id: 'repeated-end-of-rib',
      messages: [up(LOC_RIB), monitoring(END_OF_RIB, LOC_RIB), monitoring(END_OF_RIB, LOC_RIB)],
      ends: 'update receive',
    },
    {
      sender: 'FRR: an OPEN without a body',
      id: 'stand-in-open',
      messages: [up(LOC_RIB, peerUp({ sentOctets: DUMMY_OPEN, receivedOctets: DUMMY_OPEN }))],
      ends: 'state up',
    },
    {
      sender: 'FRR: a VRF number for a distinguisher',
      id: 'vrf-as-distinguisher',
      messages: [up({ type: 1, distinguisher: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 5) })],
      ends: 'state up',
    },
    {
      sender: 'FRR: two-octet AS numbers without the A flag',
      id: 'as-width',
      messages: [up(), monitoring(update(['192.0.2.0/24'], { asn4: false, asns: [65002, 3, 4] }))],
      ends: 'update receive 192.0.2.0/24',
    },
    {
      sender: 'GoBGP 3.10: Loc-RIB without a Peer Up',
      id: 'routes-before-peer-up',
      messages: [route(LOC_RIB)],
      ends: 'update receive 192.0.2.0/24',
    },
    {
      sender: 'GoBGP 4: path identifiers in Loc-RIB that no OPEN declares',
      id: 'undeclared-path-ids',
      messages: [up(LOC_RIB), monitoring(update(['10.101.0.0/24'], { ids: true }), LOC_RIB)],
      ends: 'update receive 10.101.0.0/24 id 1',
    },
    {
      sender: 'GoBGP 4: AS 0 in the header',
      id: 'zero-as',
      messages: [up({ as: 0 }), route()],
      ends: 'update receive 192.0.2.0/24',
    },
    {
      sender: 'BIRD: End-of-RIB before the routes',
      id: 'empty-first-end-of-rib',
      messages: [up(), monitoring(END_OF_RIB), route()],
      ends: 'update receive 192.0.2.0/24',
    },
    {
      sender: 'BIRD: an internal peer as a local instance',
      id: 'internal-as-local-instance',
      messages: [
        up({ type: 2, as: 65001 }, peerUp({ receivedOctets: peerUp().sentOctets })),
        route({ type: 2, as: 65001 }),
      ],
      ends: 'update receive 192.0.2.0/24',
    },
    { sender: 'BIRD: no times', id: 'zero-timestamp', messages: [up({ timestamp: 0 })], ends: 'state up' },
    {
      sender: 'BIRD: port 0',
      id: 'zero-port',
      messages: [up({}, peerUp({ localPort: 0 }))],
      ends: 'state up',
    },
    {
      sender: 'BIRD: LOCAL_PREF of an external peer',
      id: 'external-local-preference',
      messages: [up(), monitoring(special({ origin: 'igp', asPath, localPreference: 100 }))],
      ends: 'update receive 192.0.2.0/24',
    },
    {
      sender: 'BIRD: "Not defined"',
      id: 'sys-name-not-defined',
      messages: [initiation('Not defined')],
      ends: 'bmp initiation',
    },
    {
      sender: 'BIRD 3: no Peer Up',
      id: 'routes-before-peer-up',
      messages: [initiation('x'), route()],
      ends: 'update receive 192.0.2.0/24',
    },
    {
      sender: 'IOS-XR: BGP identifier 0.0.0.0 in a later Peer Up',
      id: 'zero-identifier',
      messages: [up(), neverUp, up({ id: 0 }), route()],
      ends: 'update receive 192.0.2.0/24',
    },
    {
      sender: 'IOS-XR: an OPEN that cannot be read',
      id: 'unreadable-open',
      messages: [
        up(
          {},
          peerUp({ receivedOctets: fromHex(`${'ff'.repeat(16)}001d0104fde9005ac000020109`) as Uint8Array }),
        ),
        route(),
      ],
      ends: 'update receive 192.0.2.0/24',
    },
    { sender: 'IOS-XE: no Initiation', id: 'no-initiation', messages: [up()], ends: 'state up' },
    {
      sender: 'IOS-XE: a late Initiation',
      id: 'late-initiation',
      messages: [up(), initiation('r')],
      ends: 'bmp initiation',
    },
    {
      sender: 'Junos: an empty sysName',
      id: 'empty-sys-name',
      messages: [initiation('')],
      ends: 'bmp initiation',
    },
    {
      sender: 'SR OS: an OPEN without capabilities',
      id: 'no-capabilities',
      messages: [
        up(
          {},
          peerUp({ receivedOctets: fromHex(`${'ff'.repeat(16)}001d0104fdea005ac000020100`) as Uint8Array }),
        ),
      ],
      ends: 'state up',
    },
    {
      sender: 'VRP: TLVs after the UPDATE',
      id: 'trailing-octets',
      messages: [up(), { ...route(), trailing: 5, rest: Uint8Array.of(0xea, 0x62, 0, 1, 0) } as BmpMessage],
      ends: 'update receive 192.0.2.0/24',
    },
    {
      sender: 'VRP: messages of type 100',
      id: 'unknown-message',
      messages: [
        up(),
        ...Array<BmpMessage>(2).fill({ type: 'unknown', code: 100, octets: new Uint8Array(60) }),
      ],
      ends: 'bmp error',
    },
    {
      sender: 'FRR: a VRF that is not known is a local instance',
      id: 'unspecified-peer',
      messages: [up({ ...NOWHERE, type: 2, distinguisher: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 5) })],
      ends: 'state up',
    },
    {
      sender: 'GoBGP 3.10: whole seconds',
      id: 'whole-seconds',
      messages: [up(), ...Array.from({ length: 10 }, () => route({ timestamp: 1700000000 }))].map(
        (message) =>
          'peer' in message ? { ...message, peer: { ...message.peer, timestamp: 1700000000 } } : message,
      ),
      ends: 'update receive 192.0.2.0/24',
    },
    {
      sender: 'GoBGP 4.9: path identifiers that are declared of another family alone',
      id: 'undeclared-path-ids',
      messages: [
        up(LOC_RIB, peerUp({ sentOctets: V6_IDS, receivedOctets: V6_IDS })),
        monitoring(update(['10.101.0.0/24'], { ids: true }), LOC_RIB),
      ],
      ends: 'update receive 10.101.0.0/24 id 1',
    },
    {
      sender: 'times since boot',
      id: 'early-timestamp',
      messages: [up({ timestamp: 1234 })],
      ends: 'state up',
    },
  ])('$sender', ({ id, messages, ends }) => {
    const made = run(...messages);
    expect(findings(made)).toContain(id);
    expect(short(made.events.at(-1) as Event)).toBe(ends);
    expect(made.events.filter((event) => event.type === 'bmp' && event.message === 'error')).toEqual(
      ['unreadable-open', 'unknown-message'].includes(id) ? [expect.objectContaining({ fatal: false })] : [],
    );
  });

  it('FRR until 2026: nothing but withdrawals', () => {
    const made = run(
      up(),
      ...Array.from({ length: 100 }, (_, i) => monitoring(withdrawal(`10.0.${i}.0/24`))),
    );
    expect(findings(made)).toContain('withdrawals-only');
    expect(made.events.filter(({ type }) => type === 'update').length).toBe(100);
  });

  it('any: microseconds above 999,999', () => {
    const frame = encodeBmp(up()).slice();
    frame.set([0xff, 0xff, 0xff, 0xff], 6 + 38);
    const made = router();
    made.router.receive(frame);
    expect(findings(made)).toContain('microseconds');
    expect(made.router.counters.clampedTimestamps).toBe(1);
  });

  it('whole seconds are no finding of a router whose clock has fractions', () => {
    const times = [1700000000, 1700000001.5, 1700000002];
    const many = Array.from({ length: 30 }, (_, n) => route({ timestamp: times[n % 3] as number }));
    expect(findings(run(up(), ...many))).toEqual(['no-initiation']);
  });

  it('FRR until August 2026: a collector that misses a family is told by the statistics', () => {
    const gauge = (n: number) => Uint8Array.of(0, 2, 1, 0, 0, 0, 0, 0, 0, 0, n);
    const report: BmpMessage = { type: 'statistics', peer: header(), statistics: [statistic(9, gauge(5))] };
    const v6 = encodeEndOfRib(IPV6_UNICAST);
    const { events } = run(up(), monitoring(v6), report, report);
    expect(events.at(-1)).toMatchObject({
      message: 'incomplete',
      family: IPV6_UNICAST,
      held: 0,
      reported: 5n,
    });
  });

  it('FRR, GoBGP: no Termination: peers go down with the connection', () => {
    const made = run(initiation('FRR'), up(), route());
    made.router.disconnected('closed by the router');
    expect(made.events.slice(-2).map(short)).toEqual([
      'state down: BMP connection lost: closed by the router',
      'bmp disconnected',
    ]);
  });

  it('GoBGP 4: routes of before a flap that are not told again are not believed', () => {
    const made = run(up(), route(), { ...neverUp, reason: peerDownReason(4) } as BmpMessage, up());
    expect(made.events.filter(({ type }) => type === 'update')).toHaveLength(1);
    expect(made.router.peers[0]?.record.views.size).toBe(0);
  });

  it('Junos: the whole view is withdrawn when its policy mode changes, and the other comes', () => {
    const made = run(up(), route(), monitoring(withdrawal('192.0.2.0/24')), route({ flags: 0x40 }));
    expect(made.events.flatMap((event) => (event.type === 'update' ? [event.bmp?.view] : []))).toEqual([
      'adj-rib-in-pre-policy',
      'adj-rib-in-pre-policy',
      'adj-rib-in-post-policy',
    ]);
  });

  it('Junos of old: version 1 ends the stream, with what it was', () => {
    const framer = new Framer(BMP_FRAMING);
    const old = Uint8Array.of(1, 0, 0, ...new Uint8Array(60));
    expect(() => [...framer.push(old)]).toThrow(/BMP version 1 is not 3 or 4/);
  });

  it('a router that does nothing of this has no findings', () => {
    expect(findings(run(initiation('edge1'), up(), route(), monitoring(END_OF_RIB)))).toEqual([]);
  });
});

describe('peers are told apart', () => {
  it('Junos, VRP: VPN routes by the O flag of each message, whatever the Peer Up has', () => {
    const made = run(up({ flags: 0x10 }), route({ flags: 0x00 }), route({ flags: 0x10 }));
    expect(made.events.slice(-2).map((event) => ('bmp' in event ? event.bmp?.view : undefined))).toEqual([
      'adj-rib-in-pre-policy',
      'adj-rib-out-pre-policy',
    ]);
  });

  it('Junos MX: path identifiers that one side alone wants are not there', () => {
    const made = run(up({}, peerUp({}, [2, 2])), route());
    expect(short(made.events.at(-1) as Event)).toBe('update receive 192.0.2.0/24');
    expect(findings(made)).not.toContain('missing-path-ids');
  });

  it('FRR: a neighbor that goes down under another distinguisher leaves its namesake alone', () => {
    const other = { type: 1, distinguisher: Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 5) };
    const made = run(up(), { ...neverUp, peer: header(other) } as BmpMessage);
    expect(made.router.peersUp).toBe(1);
  });

  it('Loc-RIB families add up: one Peer Up for each', () => {
    const made = run(up(LOC_RIB), up(LOC_RIB));
    expect(made.router.peersUp).toBe(1);
  });
});

describe('what is repaired is told, with its octets', () => {
  const told = (made: { events: Event[] }) =>
    made.events.filter((event) => event.type === 'bmp' && event.message === 'repaired');

  it('once for what is settled, and for each UPDATE that contradicts', () => {
    const octets = update(['192.0.2.0/24']);
    const made = run(up({}, peerUp({}, [3, 3])), monitoring(octets), monitoring(octets), monitoring(octets));
    expect(told(made)).toMatchObject([{ reason: 'ipv4 unicast without path identifiers', octets }]);
    expect(made.router.counters.repaired).toBe(3);
    made.router.receive(encodeBmp(monitoring(update(['192.0.2.0/24'], { ids: true }))));
    expect(told(made)).toHaveLength(1);
  });

  it.each([
    { mode: 'yes' as const, ids: true, modes: [0, 0] as const },
    { mode: 'no' as const, ids: false, modes: [3, 3] as const },
  ])('nothing where the configuration says $mode', ({ mode, ids, modes }) => {
    const made = router(undefined, mode);
    made.router.receive(encodeBmp(up({}, peerUp({}, modes))));
    made.router.receive(encodeBmp(monitoring(update(['192.0.2.0/24'], { ids }))));
    expect(short(made.events.at(-1) as Event)).toBe(`update receive 192.0.2.0/24${ids ? ' id 1' : ''}`);
    expect(told(made)).toEqual([]);
  });
});

describe('mirrored messages', () => {
  const mirror = (octets: Uint8Array): BmpMessage => ({
    type: 'route-mirroring',
    peer: header(),
    information: { code: 0, word: 'errored-pdu' },
    octets,
  });

  it('are decoded as the session has them', () => {
    const made = run(up({}, peerUp({}, [3, 3])), mirror(update(['192.0.2.0/24'], { ids: true })));
    expect(made.events.at(-1)).toMatchObject({
      message: 'mirroring',
      mirrored: { type: 'update', update: { announced: [{ nlri: [{ pathId: 1 }] }] } },
    });
  });

  it('have their flags judged, which those of monitored routes are not', () => {
    const octets = update(['192.0.2.0/24']).slice();
    // the flags of ORIGIN
    octets[23] = 0xc0;
    const mirrored = run(up(), mirror(octets)).events.at(-1);
    expect(mirrored).toMatchObject({
      mirrored: { update: { action: 'treat-as-withdraw', malformed: [{ attribute: 'origin' }] } },
    });
    const monitored = run(up(), monitoring(octets)).events.at(-1);
    expect(monitored).toMatchObject({ type: 'update', update: { malformed: [], action: undefined } });
  });

  it('that are broken are told with what is wrong', () => {
    const broken = update(['192.0.2.0/24']).slice();
    broken.set([0xff, 0xff], 19);
    expect(run(up(), mirror(broken)).events.at(-1)).toMatchObject({
      octets: broken,
      problem: expect.stringMatching(/longer than/),
    });
  });
});

describe('senders are recognised', () => {
  it.each([
    ['FRRouting 8.4.4', 'FRR'],
    ['Free Range Routing', 'FRR'],
    ['Gobgp Version: 3.10.0', 'GoBGP'],
    ['Not defined', 'BIRD'],
    ['Cisco IOS XR Software, Version 7.10.2', 'IOS-XR'],
    ['Juniper Networks, Inc. mx204 internet router, kernel JUNOS 21.4R3', 'Junos'],
    ['Arista Networks EOS version 4.30.1F', 'EOS'],
    ['TiMOS-C-23.10.R1 cpm/x86_64 Nokia 7750 SR', 'SR OS'],
    ['Huawei Versatile Routing Platform Software VRP', 'VRP'],
    ['a router', undefined],
  ])('%s is %s', (text, name) => {
    expect(profileOf(text, '')).toBe(name);
  });

  it('by a name, where that is all there is', () => {
    const made = router();
    const tlv = { type: 1, word: 'sys-descr', value: octetsOfText('FRRouting 10.1') };
    made.router.receive(encodeBmp({ type: 'initiation', initiation: { tlvs: [tlv] } }));
    expect(made.router.profile).toBe('FRR');
  });
});
