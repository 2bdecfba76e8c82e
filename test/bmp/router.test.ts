import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IPV4_UNICAST } from '../../src/bgp/family.ts';
import { cease } from '../../src/bgp/notification.ts';
import { encodeEndOfRib } from '../../src/bgp/update-encode.ts';
import { encodeBmp } from '../../src/bmp/index.ts';
import type { BmpMessage, BmpPeerUp, PerPeerHeader } from '../../src/bmp/messages.ts';
import { mirroringInformation } from '../../src/bmp/route-mirroring.ts';
import { statistic } from '../../src/bmp/statistics.ts';
import type { BmpOrigin, Event } from '../../src/events/event.ts';
import { octetsOfText } from '../../src/wire/text.ts';
import { header, initiation, monitoring, peerUp, router, short, update } from './samples.ts';

function up(fields: Partial<PerPeerHeader> = {}, what: BmpPeerUp = peerUp()): BmpMessage {
  return { type: 'peer-up', peer: header(fields), up: what };
}

function down(reason: Extract<BmpMessage, { type: 'peer-down' }>['reason']): BmpMessage {
  return { type: 'peer-down', peer: header(), reason };
}

function run(messages: readonly BmpMessage[], maximumPeers?: number) {
  const made = router(maximumPeers);
  for (const message of messages) made.router.receive(encodeBmp(message));
  return made;
}

function eventsOf(...messages: BmpMessage[]): Event[] {
  return run(messages).events;
}

function bmpOf(event: Event | undefined): BmpOrigin | undefined {
  return event !== undefined && 'bmp' in event ? event.bmp : undefined;
}

const PEER_UP = ['open send', 'open receive', 'negotiated', 'state up'];

describe('a peer', () => {
  it('opens, negotiates, comes up, announces and goes down', () => {
    const events = eventsOf(
      initiation('edge1'),
      up(),
      monitoring(update(['10.0.0.0/8'])),
      down({ code: 3, word: 'remote-notification', notification: cease(2) }),
    );
    expect(events.map(short)).toEqual([
      'bmp initiation',
      ...PEER_UP,
      'update receive 10.0.0.0/8',
      'notification receive',
      'state down: the peer closed the session with a NOTIFICATION',
    ]);
    expect(events[5]).toMatchObject({
      timeMs: 1000,
      neighbor: {
        localAddress: '192.0.2.1',
        peerAddress: '198.51.100.1',
        localAs: 65001,
        peerAs: 65002,
        routerId: '192.0.2.1',
      },
      bmp: {
        router: '203.0.113.9:40001',
        routerName: 'edge1',
        peerType: 'global',
        distinguisher: '0:0',
        peerId: '198.51.100.1',
        view: 'adj-rib-in-pre-policy',
        timestamp: 1700000000.25,
      },
      negotiated: { localAs: 65001, peerAs: 65002 },
    });
    expect(bmpOf(events[5])).not.toHaveProperty('implied');
    expect(events.at(-1)).toMatchObject({ bmpReason: { code: 3 } });
  });

  it('has one neighbor object', () => {
    const events = eventsOf(up(), monitoring(update(['10.0.0.0/8'])), down({ code: 4, word: '' }));
    const neighbors = new Set(events.map((event) => ('neighbor' in event ? event.neighbor : undefined)));
    expect(neighbors.size).toBe(1);
  });

  it('that comes up again goes down first', () => {
    const events = eventsOf(up(), up());
    expect(events.map(short)).toEqual([
      ...PEER_UP,
      'state down: second Peer Up without a Peer Down',
      ...PEER_UP,
    ]);
  });

  it('that never was up goes down harmlessly', () => {
    const events = eventsOf(down({ code: 2, word: 'local-no-notification', fsmEvent: 0 }), up());
    expect(events.map(short)).toEqual(['state down: never up', ...PEER_UP]);
    expect(bmpOf(events[0])).toMatchObject({ implied: true });
  });

  it('without a Peer Up is implied, until one comes', () => {
    const events = eventsOf(monitoring(update(['10.0.0.0/8'])), up(), monitoring(update(['10.0.0.0/8'])));
    expect(bmpOf(events[0])).toMatchObject({ implied: true });
    expect(events[0]).toMatchObject({
      neighbor: { localAddress: '203.0.113.9', localAs: 0, routerId: '0.0.0.0' },
    });
    expect(events.slice(1, -1).map(short)).toEqual(PEER_UP);
    expect(bmpOf(events.at(-1))).not.toHaveProperty('implied');
  });

  it('is another one under another distinguisher', () => {
    const distinguisher = Uint8Array.of(0, 0, 0xfd, 0xe9, 0, 0, 0, 7);
    const events = eventsOf(up(), up({ type: 1, distinguisher }));
    expect(events.map(short)).toEqual([...PEER_UP, ...PEER_UP]);
    expect(bmpOf(events.at(-1))).toMatchObject({ peerType: 'rd', distinguisher: '65001:7' });
  });

  it('with an unreadable OPEN is up', () => {
    const events = eventsOf(
      up({}, peerUp({ sentOctets: Uint8Array.from([...Array(16).fill(255), 0, 19, 4]) })),
    );
    expect(events.map(short)).toEqual(['open receive', 'state up', 'bmp error']);
  });

  it.each([
    { code: 1, direction: 'send' },
    { code: 3, direction: 'receive' },
  ])('down by reason $code tells a NOTIFICATION in direction $direction', ({ code, direction }) => {
    const [event] = eventsOf(down({ code, word: '', notification: cease(4) }));
    expect(event).toMatchObject({ type: 'notification', direction, notification: { code: 6, subcode: 4 } });
  });

  it('goes down with its router', () => {
    const made = run([up(), up({ type: 2 }), up({ as: 1 })]);
    made.events.length = 0;
    made.router.disconnected('closed');
    expect(made.events.map(short)).toEqual([
      'state down: BMP connection lost: closed',
      'state down: BMP connection lost: closed',
      'bmp disconnected',
    ]);
    expect(made.router.peersUp).toBe(0);
  });
});

describe('views', () => {
  it.each([
    { type: 0, flags: 0x00, view: 'adj-rib-in-pre-policy', direction: 'receive' },
    { type: 1, flags: 0x40, view: 'adj-rib-in-post-policy', direction: 'receive' },
    { type: 0, flags: 0x10, view: 'adj-rib-out-pre-policy', direction: 'send' },
    { type: 2, flags: 0x50, view: 'adj-rib-out-post-policy', direction: 'send' },
    { type: 3, flags: 0x00, view: 'loc-rib', direction: 'receive' },
    { type: 3, flags: 0x80, view: 'loc-rib', direction: 'receive', filtered: true },
    { type: 252, flags: 0xff, view: undefined, direction: 'receive' },
  ])('type $type, flags $flags: $view', ({ type, flags, view, direction, filtered }) => {
    const [event] = eventsOf(monitoring(update(['10.0.0.0/8']), { type, flags }));
    expect(event).toMatchObject({ type: 'update', direction });
    expect(bmpOf(event)?.view).toBe(view);
    expect(bmpOf(event)?.filtered).toBe(filtered);
  });

  it('of a Loc-RIB name its table and add families up', () => {
    const peer = { type: 3, address: new Uint8Array(4), as: 65001 };
    const table = { type: 3, word: 'table-name', value: octetsOfText('red') };
    const events = eventsOf(up(peer, peerUp({ localAddress: new Uint8Array(4), tlvs: [table] })));
    expect(bmpOf(events.at(-1))).toMatchObject({ peerType: 'loc-rib', table: 'red' });
    expect(events.at(-1)).toMatchObject({
      neighbor: { localAddress: '203.0.113.9', peerAddress: '0.0.0.0', localAs: 65001 },
    });
  });
});

describe('path identifiers', () => {
  const RECEIVE = 1;
  const SEND = 2;

  it.each([
    { router: RECEIVE, peer: SEND, flags: 0x00, ids: true },
    { router: SEND, peer: RECEIVE, flags: 0x10, ids: true },
    { router: SEND, peer: RECEIVE, flags: 0x00, ids: false },
    { router: RECEIVE, peer: SEND, flags: 0x10, ids: false },
    { router: 3, peer: 3, flags: 0x00, ids: true },
    { router: 3, peer: 0, flags: 0x00, ids: false },
  ])('router $router, peer $peer, flags $flags: $ids', ({ router: ours, peer, flags, ids }) => {
    const what = peerUp({}, [ours, peer]);
    const event = eventsOf(up({}, what), monitoring(update(['10.1.0.0/16'], { ids }), { flags })).at(-1);
    expect(event === undefined ? '' : short(event)).toContain(ids ? '10.1.0.0/16 id 1' : '10.1.0.0/16');
    expect(bmpOf(event)).not.toHaveProperty('repaired');
  });

  it('of a Loc-RIB follow any bit', () => {
    const peer = { type: 3, address: new Uint8Array(4) };
    const event = eventsOf(
      up(peer, peerUp({}, [1, 1])),
      monitoring(update(['10.1.0.0/16'], { ids: true }), peer),
    ).at(-1);
    expect(event === undefined ? '' : short(event)).toBe('update receive 10.1.0.0/16 id 1');
  });

  it('that were agreed on and are not there are repaired and told', () => {
    const made = run([up({}, peerUp({}, [3, 3])), monitoring(update(['192.0.2.0/24']))]);
    expect(short(made.events.at(-1) as Event)).toBe('update receive 192.0.2.0/24');
    expect(bmpOf(made.events.at(-1))?.repaired).toBe('ipv4 unicast without path identifiers');
    expect(made.router.counters.repaired).toBe(1);
  });

  it('that nobody declared are repaired and told', () => {
    const peer = { type: 3, address: new Uint8Array(4), as: 0 };
    const event = eventsOf(monitoring(update(['10.101.0.0/24', '10.102.0.0/24'], { ids: true }), peer)).at(
      -1,
    );
    expect(short(event as Event)).toBe('update receive 10.101.0.0/24 id 1 10.102.0.0/24 id 2');
    expect(bmpOf(event)).toMatchObject({ implied: true, repaired: 'ipv4 unicast with path identifiers' });
  });

  it('that could be there or not are read without a default route', () => {
    const event = eventsOf(up({}, peerUp({}, [3, 3])), monitoring(update(['203.0.113.0/25']))).at(-1);
    expect(short(event as Event)).toBe('update receive 203.0.113.0/25');
  });

  it('are learned for each view, and forgotten at the next Peer Up', () => {
    const ambiguous = update(['203.0.113.0/25']);
    const agreed = up({}, peerUp({}, [3, 3]));
    const withIds = monitoring(update(['192.0.2.0/24'], { ids: true }));
    const events = eventsOf(
      agreed,
      withIds,
      monitoring(update(['192.0.2.0/24']), { flags: 0x40 }),
      monitoring(ambiguous, { flags: 0x40 }),
      withIds,
    );
    expect(events.slice(4).map(short)).toEqual([
      'update receive 192.0.2.0/24 id 1',
      'bmp repaired',
      'update receive 192.0.2.0/24',
      'update receive 203.0.113.0/25',
      'update receive 192.0.2.0/24 id 1',
    ]);
  });

  it('change what is settled when two UPDATEs insist', () => {
    const bare = monitoring(update(['192.0.2.0/24']));
    const ambiguous = monitoring(update(['203.0.113.0/25']));
    const settled = [up({}, peerUp({}, [3, 3])), monitoring(update(['192.0.2.0/24'], { ids: true }))];
    expect(short(eventsOf(...settled, bare, ambiguous).at(-1) as Event)).toContain('0.0.0.0/0');
    expect(short(eventsOf(...settled, bare, bare, ambiguous).at(-1) as Event)).toContain('203.0.113.0/25');
  });
});

describe('AS numbers', () => {
  const asns = [65002, 64999, 65003];

  it.each([
    { flags: 0x00, asn4: true, repaired: undefined },
    { flags: 0x20, asn4: false, repaired: undefined },
    { flags: 0x00, asn4: false, repaired: 'AS numbers of two octets' },
    { flags: 0x20, asn4: true, repaired: 'AS numbers of four octets' },
  ])('flags $flags, four octets $asn4: $repaired', ({ flags, asn4, repaired }) => {
    const event = eventsOf(up(), monitoring(update(['10.0.0.0/8'], { asn4, asns }), { flags })).at(-1);
    expect(event).toMatchObject({ update: { attributes: { asPath: [{ type: 'sequence', asns }] } } });
    expect(bmpOf(event)?.repaired).toBe(repaired);
  });
});

describe('what cannot be read', () => {
  it('costs its message alone, with its place in the stream', () => {
    const made = router();
    const first = encodeBmp(initiation('r'));
    const bad = update(['10.0.0.0/8']).slice();
    bad.set([0xff, 0xff], 19);
    made.router.receive(first);
    made.router.receive(encodeBmp(monitoring(bad)));
    made.router.receive(encodeBmp(monitoring(update(['10.0.0.0/8']))));
    expect(made.events.map(short)).toEqual(['bmp initiation', 'bmp error', 'update receive 10.0.0.0/8']);
    expect(made.events[1]).toMatchObject({ offset: first.length, fatal: false });
    expect(made.router.counters.errors).toBe(1);
  });

  it('is told beside what can', () => {
    const events = eventsOf(
      { type: 'unknown', code: 4, octets: Uint8Array.of(0, 2, 0, 1, 65, 0) },
      down({ code: 2, word: '', octets: Uint8Array.of(1) }),
      { type: 'unknown', code: 100, octets: new Uint8Array(50) },
    );
    expect(events.map(short)).toEqual([
      'bmp initiation',
      'bmp error',
      'state down: never up',
      'bmp error',
      'bmp error',
    ]);
  });

  it('peers beyond the limit are told once; idle ones give way', () => {
    const peers = [1, 2, 3, 4].map((n) =>
      monitoring(update(['10.0.0.0/8']), { address: Uint8Array.of(10, 0, 0, n) }),
    );
    const made = run(peers, 2);
    expect(made.events.map(short)).toEqual([
      'update receive 10.0.0.0/8',
      'update receive 10.0.0.0/8',
      'bmp error',
    ]);
    expect(made.router.counters.refusedPeers).toBe(2);
    const idle = run([down({ code: 2, word: '', fsmEvent: 0 }), ...peers.slice(0, 2)], 2);
    expect(idle.router.counters.refusedPeers).toBe(0);
  });

  it('of any octets gives events and never throws', () => {
    fc.assert(
      fc.property(fc.nat(8), fc.uint8Array({ maxLength: 300 }), (code, octets) => {
        const made = router();
        made.router.receive(encodeBmp({ type: 'unknown', code, octets }));
        expect(made.router.counters.octets).toBe(octets.length + 6);
      }),
    );
  });

  it('changed in any octet gives events and never throws', () => {
    const frames = [
      encodeBmp(up({}, peerUp({}, [3, 3]))),
      encodeBmp(monitoring(update(['10.0.0.0/8', '10.1.0.0/16']))),
    ];
    fc.assert(
      fc.property(fc.nat(1), fc.nat(), fc.nat(255), (which, at, octet) => {
        const made = router();
        const changed = (frames[which] as Uint8Array).slice();
        changed[6 + (at % (changed.length - 6))] = octet;
        made.router.receive(changed);
        expect(made.events.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});

describe('other messages', () => {
  it('name the router anew with each Initiation and end with Termination', () => {
    const made = run([
      initiation('a'),
      initiation('b\u001b'),
      { type: 'termination', termination: { tlvs: [], reason: undefined } },
    ]);
    expect(made.router.name).toBe('b\\x1b');
    expect(made.router.description).toBe('a router');
    expect(made.router.ended).toBe(true);
  });

  it('carry statistics and mirrored messages', () => {
    const events = eventsOf(
      up(),
      { type: 'statistics', peer: header(), statistics: [] },
      {
        type: 'route-mirroring',
        peer: header(),
        information: mirroringInformation(0),
        octets: Uint8Array.of(1),
      },
    );
    expect(events.slice(4)).toMatchObject([
      { message: 'statistics', neighbor: { peerAddress: '198.51.100.1' } },
      { message: 'mirroring', information: 'errored-pdu', octets: Uint8Array.of(1) },
    ]);
  });
});

it('a report of more families than anybody has takes no memory for each', () => {
  const statistics = Array.from({ length: 5000 }, (_, n) =>
    statistic(9, Uint8Array.of(1 + (n >> 8), n & 0xff, 1, 0, 0, 0, 0, 0, 0, 0, 1)),
  );
  const report: BmpMessage = { type: 'statistics', peer: header(), statistics };
  const [entry] = run([monitoring(encodeEndOfRib(IPV4_UNICAST)), report]).router.peers;
  expect(entry?.record.statistics.length).toBe(2048);
  expect(entry?.record.mismatches.size).toBe(2048);
});
