import { connect, type Socket } from 'node:net';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { IPV4_UNICAST } from '../../src/bgp/family.ts';
import { nlriToJson } from '../../src/bgp/nlri/index.ts';
import { encodeEndOfRib } from '../../src/bgp/update.ts';
import { encodeBmp } from '../../src/bmp/index.ts';
import type { BmpMessage, BmpPeerUp, PerPeerHeader } from '../../src/bmp/messages.ts';
import { peerDownReason } from '../../src/bmp/peer-down.ts';
import { BmpRouter } from '../../src/bmp/router.ts';
import { STATISTICS, statistic } from '../../src/bmp/statistics.ts';
import { BmpStation, STATION_DEFAULTS, type StationConfig } from '../../src/daemon/station.ts';
import { BMP_VIEWS, type Event } from '../../src/events/event.ts';
import { SYSTEM_CLOCK } from '../../src/session/clock.ts';
import { fromHex } from '../../src/wire/hex.ts';
import { address, header, initiation, monitoring, peerUp, router, short, update } from '../bmp/samples.ts';
import { holds } from '../support/holds.ts';

// The acceptance cases of a station, by their numbers. Case 9, a handler that is stopped, is in e2e/bmp-snapshots;
// real FRR and GoBGP are in interop/bmp.

const END_OF_RIB = encodeEndOfRib(IPV4_UNICAST);
const LOC_RIB = { type: 3, address: new Uint8Array(4), as: 65001 };
const ROUTE = ['192.0.2.0/24'];
const octets = (hex: string) => fromHex(hex.replace(/\s/g, '')) as Uint8Array;

function up(fields: Partial<PerPeerHeader> = {}, what: BmpPeerUp = peerUp()): BmpMessage {
  return { type: 'peer-up', peer: header(fields), up: what };
}

function told(...messages: readonly BmpMessage[]) {
  const made = router();
  for (const message of messages) made.router.receive(encodeBmp(message));
  const updates = made.events.filter((event) => event.type === 'update');
  const errors = made.events.filter((event) => event.type === 'bmp' && event.message === 'error');
  return { ...made, updates, errors, last: short(made.events.at(-1) as Event) };
}

function prefixesOf(events: readonly Event[], way: 'announced' | 'withdrawn'): string[] {
  return events.flatMap((event) =>
    event.type === 'update'
      ? event.update[way].flatMap(({ nlri }) => nlri.map((one) => String(nlriToJson(one, 5).nlri)))
      : [],
  );
}

async function started(config: Partial<StationConfig> = {}) {
  const events: Event[] = [];
  const station = new BmpStation({
    config: { ...STATION_DEFAULTS, listen: [{ address: '127.0.0.1', port: 0 }], ...config },
    log: pino({ level: 'silent' }),
    emit: (event) => events.push(event),
    clock: SYSTEM_CLOCK,
  });
  const [bound] = await station.start();
  onTestFinished(() => station.stop());
  const dial = async (from = '127.0.0.1'): Promise<Socket> => {
    const socket = connect({ host: '127.0.0.1', port: bound?.port ?? 0, localAddress: from, noDelay: true });
    onTestFinished(() => void socket.destroy());
    await new Promise((done) => socket.once('connect', done));
    return socket.on('error', () => undefined).resume();
  };
  return { station, events, dial };
}

describe('acceptance', () => {
  it('case 1: idle neighbors of FRR go down without having been up, and that is no error', () => {
    const idle: BmpMessage = {
      type: 'peer-down',
      peer: header(),
      reason: { ...peerDownReason(2), fsmEvent: 0 },
    };
    const { errors, last } = told(initiation('FRR'), idle, idle);
    expect([errors, last]).toEqual([[], 'state down: never up']);
  });

  it('case 2: FRR with ADD-PATH agreed on and no path identifiers: the prefix appears as itself', () => {
    const { updates, router: of } = told(up({}, peerUp({}, [3, 3])), monitoring(update(ROUTE)));
    expect(prefixesOf(updates, 'announced')).toEqual(ROUTE);
    expect(of.counters.repaired).toBe(1);
  });

  it('case 3: a route that FRR originates is there, of peer 0.0.0.0 and AS 0, implied', () => {
    const nobody = { address: new Uint8Array(4), as: 0, id: 0, flags: 0x40 };
    const { updates } = told(initiation('FRR'), monitoring(update(ROUTE), nobody));
    expect(prefixesOf(updates, 'announced')).toEqual(ROUTE);
    expect(updates[0]).toMatchObject({
      neighbor: { peerAddress: '0.0.0.0', peerAs: 0 },
      bmp: { implied: true },
    });
  });

  it('case 4: three views of GoBGP stay apart, Loc-RIB without Peer Up, and live without End-of-RIB', () => {
    const views = [{}, { flags: 0x40 }, LOC_RIB];
    const { updates, errors } = told(
      initiation('GoBGP'),
      up(),
      ...views.map((of) => monitoring(update(ROUTE), of)),
    );
    expect(errors).toEqual([]);
    expect(updates.map(({ bmp }) => [bmp?.view, bmp?.implied ?? false])).toEqual([
      ['adj-rib-in-pre-policy', false],
      ['adj-rib-in-post-policy', false],
      ['loc-rib', true],
    ]);
  });

  it('case 5: path identifiers of a Loc-RIB that no OPEN declares are read, and told as repaired', () => {
    const octets = update(['10.101.0.0/24'], { ids: true });
    const { updates, events } = told(up(LOC_RIB), monitoring(octets, LOC_RIB));
    expect(prefixesOf(updates, 'announced')).toEqual(['10.101.0.0/24']);
    const repaired = events.filter((event) => event.type === 'bmp' && event.message === 'repaired');
    expect(repaired).toMatchObject([{ reason: 'ipv4 unicast with path identifiers', octets }]);
  });

  it('case 6: End-of-RIB of BIRD before the routes sweeps none of them', async () => {
    const { events, dial } = await started({ rib: new Set(BMP_VIEWS) });
    const stream = (...last: BmpMessage[]) =>
      Buffer.concat([initiation('BIRD'), up(), ...last].map(encodeBmp));
    const first = await dial();
    first.write(stream(monitoring(update(ROUTE))));
    await holds(() => expect(prefixesOf(events, 'announced')).toEqual(ROUTE));
    first.destroy();
    await holds(() => expect(events.map(short)).toContain('bmp disconnected'));
    (await dial()).write(stream(monitoring(END_OF_RIB), monitoring(update(ROUTE))));
    await holds(() => expect(prefixesOf(events, 'announced')).toEqual([...ROUTE, ...ROUTE]));
    expect(prefixesOf(events, 'withdrawn')).toEqual([]);
  });

  it('case 7: cut in mid frame, back without a tenth of the routes: exactly those go, for resync', async () => {
    const { events, dial } = await started({ rib: new Set(BMP_VIEWS) });
    const all = Array.from({ length: 100 }, (_, n) => `10.0.${n}.0/24`);
    const start = Buffer.concat([initiation('edge1'), up()].map(encodeBmp));
    const routes = (prefixes: readonly string[]) =>
      Buffer.concat(prefixes.map((prefix) => encodeBmp(monitoring(update([prefix])))));
    const first = await dial();
    first.write(Buffer.concat([start, routes(all), routes(['10.9.0.0/16']).subarray(0, 40)]));
    await holds(() => expect(prefixesOf(events, 'announced')).toHaveLength(100));
    first.destroy();
    const lost = { message: 'disconnected', stale: { peers: 1, routes: 100 } };
    await holds(() => expect(events.at(-1)).toMatchObject(lost));
    expect(events.at(-1)).toMatchObject({ reason: expect.stringMatching(/in mid message/) });
    const gone = all.filter((_, n) => n % 10 === 3);
    const kept = all.filter((prefix) => !gone.includes(prefix));
    (await dial()).write(Buffer.concat([start, routes(kept), encodeBmp(monitoring(END_OF_RIB))]));
    await holds(() => expect(events.at(-1)).toMatchObject({ message: 'resync', withdrawn: 10 }));
    const withdrawn = events.filter(
      ({ type, ...of }) => type === 'update' && 'bmp' in of && of.bmp?.reason === 'resync',
    );
    expect(prefixesOf(withdrawn, 'withdrawn').sort()).toEqual(gone.sort());
    expect(prefixesOf(events, 'withdrawn')).toHaveLength(10);
  });

  it('case 8: a peer that goes down with a million routes keeps another router waiting for less than 50 ms', async () => {
    const { station, events, dial } = await started({ rib: new Set(BMP_VIEWS) });
    const memory = station.memories.of('edge1', [], 0);
    if (memory === undefined) throw new Error('nothing is kept');
    const of: Event[] = [];
    const large = new BmpRouter({
      router: '203.0.113.9:40001',
      now: () => 0,
      emit: (event) => void (event.type === 'update' || of.push(event)),
      remember: () => memory,
    });
    for (const message of [initiation('edge1'), up()]) large.receive(encodeBmp(message));
    for (let n = 0; n < 1_000_000; n += PER_UPDATE) large.receive(routesFrom(n));
    expect(memory.size.routes).toBe(1_000_000);
    of.length = 0;
    const other = await dial();
    other.write(Buffer.concat([initiation('edge2'), up()].map(encodeBmp)));
    await holds(() => expect(events.map(short)).toContain('state up'));
    // CPU time: on a busy machine the wall's says nothing of the program
    const before = process.cpuUsage();
    large.receive(encodeBmp({ type: 'peer-down', peer: header(), reason: peerDownReason(4) }));
    const { user, system } = process.cpuUsage(before);
    expect(of.at(-1)).toMatchObject({ type: 'state', state: 'down', bmp: { routes: 1_000_000 } });
    expect(of).toHaveLength(1);
    expect((user + system) / 1000).toBeLessThan(50);
    other.write(encodeBmp(monitoring(update(ROUTE))));
    await holds(() => expect(prefixesOf(events, 'announced')).toEqual(ROUTE));
  }, 60_000);

  it.each([
    ...STATISTICS.map(({ type, form }) => ({
      type,
      length: { counter: 4, gauge: 8, 'family-gauge': 11 }[form],
    })),
    { type: 24, length: 11 },
    { type: 25, length: 8 },
    { type: 999, length: 4 },
    { type: 7, length: 0 },
    { type: 7, length: 3 },
    { type: 9, length: 8 },
    { type: 0, length: 200 },
  ])('case 10: statistic $type of $length octets is one event', ({ type, length }) => {
    const value = new Uint8Array(length).fill(1);
    const { events, errors } = told(up(), {
      type: 'statistics',
      peer: header(),
      statistics: [statistic(type, value)],
    });
    const reports = events.filter((event) => event.type === 'bmp' && event.message === 'statistics');
    expect([reports.length, errors.length]).toEqual([1, 0]);
    const known = STATISTICS.find((row) => row.type === type)?.word ?? `unknown-${type}`;
    expect(reports).toMatchObject([{ statistics: [{ type, word: known, octets: value }] }]);
  });

  it.each([
    { name: 'no statistics', body: '00000000', reports: 1, errors: 0 },
    { name: 'a count that is wrong', body: '00000009 0000 0004 00000001', reports: 1, errors: 0 },
    { name: 'a statistic that overruns', body: '00000001 0000 0040 00000001', reports: 0, errors: 1 },
    { name: 'half a count', body: '0000', reports: 0, errors: 1 },
  ])('case 10: $name: one event', ({ body, reports, errors }) => {
    const frame = encodeBmp({ type: 'statistics', peer: header(), statistics: [] }).slice(0, -4);
    const whole = new Uint8Array([...frame, ...octets(body)]);
    new DataView(whole.buffer).setUint32(1, whole.length);
    const { router: of, events } = router();
    of.receive(whole);
    const counted = (message: string) =>
      events.filter((event) => event.type === 'bmp' && event.message === message).length;
    expect([counted('statistics'), counted('error')]).toEqual([reports, errors]);
  });

  it('case 11: each message cut at every octet costs that message alone', () => {
    const messages: BmpMessage[] = [
      initiation('edge1'),
      up({}, peerUp({ tlvs: [{ type: 3, word: 'table-name', value: Uint8Array.of(65) }] })),
      monitoring(update(ROUTE)),
      { type: 'statistics', peer: header(), statistics: [statistic(7, new Uint8Array(8))] },
      {
        type: 'route-mirroring',
        peer: header(),
        information: { code: 0, word: 'errored-pdu' },
        octets: update(ROUTE),
      },
      { type: 'peer-down', peer: header(), reason: { ...peerDownReason(2), fsmEvent: 18 } },
    ];
    for (const message of messages) {
      const whole = encodeBmp(message);
      for (let length = 6; length < whole.length; length++) {
        const cut = whole.slice(0, length);
        new DataView(cut.buffer).setUint32(1, length);
        const { router: of, events } = router();
        of.receive(cut);
        of.receive(encodeBmp(monitoring(update(ROUTE), { address: address('198.51.100.77') })));
        expect(prefixesOf(events, 'announced').at(-1)).toBe(ROUTE[0]);
        expect(events.some((event) => event.type === 'bmp' && event.message === 'error' && event.fatal)).toBe(
          false,
        );
      }
    }
  });

  it.each([
    { name: 'an OPEN of 19 octets', open: `${'ff'.repeat(16)} 0013 01`, known: false },
    {
      name: 'a long OPEN of RFC 9072',
      open: `${'ff'.repeat(16)} 012b 01 04 fdea 005a c0000202 ff ff 010b 02 0108 ${'c8 06 000000000000'.repeat(33)}`,
      known: true,
    },
  ])('case 12: Peer Up with $name and unknown TLVs behind is up', ({ open, known }) => {
    const receivedOctets = octets(open);
    const tlvs = [{ type: 999, word: 'unknown-999', value: Uint8Array.of(1, 2) }];
    const made = told(up({}, peerUp({ receivedOctets, tlvs })), monitoring(update(ROUTE)));
    expect(made.errors).toEqual([]);
    expect(made.events.filter(({ type }) => type === 'open')).toHaveLength(known ? 2 : 1);
    expect(made.router.peersUp).toBe(1);
    expect(prefixesOf(made.updates, 'announced')).toEqual(ROUTE);
  });

  it('case 13: two-octet AS_PATH with AS4_PATH under the A flag is the path of its four-octet twin', () => {
    const nlri = '18c00002';
    const common = '40010100 400304c6336401';
    const body = (attributes: string) => {
      const plain = `${common}${attributes}`.replace(/\s/g, '');
      const whole = `0000 ${(plain.length / 2).toString(16).padStart(4, '0')} ${plain} ${nlri}`.replace(
        /\s/g,
        '',
      );
      return octets(
        `${'ff'.repeat(16)} ${(19 + whole.length / 2).toString(16).padStart(4, '0')} 02 ${whole}`,
      );
    };
    const wide = body('40020e 0203 0000fdea 00030d40 0000fdeb');
    const narrow = body('400208 0203 fdea 5ba0 fdeb c0110e 0203 0000fdea 00030d40 0000fdeb');
    const pathOf = (update: Uint8Array, flags: number) => {
      const { updates } = told(up({ flags }), monitoring(update, { flags }));
      const [event] = updates;
      return event?.type === 'update' ? event.update.attributes.asPath : undefined;
    };
    expect(pathOf(narrow, 0x20)).toEqual([{ type: 'sequence', asns: [65002, 200_000, 65003] }]);
    expect(pathOf(narrow, 0x20)).toEqual(pathOf(wide, 0));
  });

  it('case 14: the F flag of a Loc-RIB makes no IPv6 address', () => {
    const { updates } = told(
      up({ ...LOC_RIB, flags: 0x80 }),
      monitoring(update(ROUTE), { ...LOC_RIB, flags: 0x80 }),
    );
    expect(updates).toMatchObject([
      { neighbor: { peerAddress: '0.0.0.0' }, bmp: { view: 'loc-rib', filtered: true } },
    ]);
  });

  it.each([
    // what the router and its peer say: 1 receives, 2 sends
    { modes: [1, 2] as const, into: true, out: false },
    { modes: [2, 1] as const, into: false, out: true },
  ])('case 15: ADD-PATH $modes holds for one direction each', ({ modes, into, out }) => {
    const of = (ids: boolean, flags: number) => monitoring(update(['10.1.0.0/16'], { ids }), { flags });
    const { updates, router: made } = told(
      up({ flags: 0x10 }, peerUp({}, modes)),
      of(into, 0),
      of(out, 0x10),
    );
    expect(prefixesOf(updates, 'announced')).toEqual(['10.1.0.0/16', '10.1.0.0/16']);
    const ids = updates.map((event) => event.type === 'update' && event.update.announced[0]?.nlri[0]?.pathId);
    expect(ids).toEqual([into ? 1 : undefined, out ? 1 : undefined]);
    expect(made.counters.repaired).toBe(0);
  });
});

const PER_UPDATE = 200;
const PATTERN = encodeBmp(
  monitoring(
    update(
      Array.from({ length: PER_UPDATE }, (_, n) => `1.0.${n}.0/24`),
      { asns: [65002, 0x01020304] },
    ),
  ),
);
const AS_AT = PATTERN.findIndex((_, at) => [1, 2, 3, 4].every((octet, n) => PATTERN[at + n] === octet));

/** Route Monitoring of an UPDATE with so many routes, and attributes that no other has: written over a pattern. */
function routesFrom(first: number): Uint8Array {
  const octets = PATTERN.slice();
  const view = new DataView(octets.buffer);
  view.setUint32(AS_AT, first + 1);
  const nlriAt = octets.length - PER_UPDATE * 4;
  // a length of 24 and three octets of prefix
  for (let n = 0; n < PER_UPDATE; n++) view.setUint32(nlriAt + n * 4, 0x18010000 + first + n);
  return octets;
}
