import { describe, expect, it, vi } from 'vitest';
import { familyId, IPV4_UNICAST } from '../../src/bgp/family.ts';
import { nlriToJson } from '../../src/bgp/nlri/index.ts';
import { encodeEndOfRib } from '../../src/bgp/update.ts';
import { encodeBmp } from '../../src/bmp/index.ts';
import type { BmpMessage, PerPeerHeader } from '../../src/bmp/messages.ts';
import { RouterMemory } from '../../src/bmp/rib/memory.ts';
import { BmpRouter } from '../../src/bmp/router.ts';
import { statistic } from '../../src/bmp/statistics.ts';
import { BMP_VIEWS, type Event } from '../../src/events/event.ts';
import { AttributePool } from '../../src/rib/octets/attribute-pool.ts';
import { finished } from '../../src/wire/finished.ts';
import { header, initiation, monitoring, peerUp, short, update } from './samples.ts';

const PREFIXES = Array.from({ length: 20 }, (_, i) => `10.0.${i}.0/24`);
const END_OF_RIB = encodeEndOfRib(IPV4_UNICAST);

/** A router whose connections come and go, with a clock of its own. */
class Reconnecting {
  readonly events: Event[] = [];
  readonly pool = new AttributePool();
  readonly memory = new RouterMemory({ pool: this.pool, views: new Set(BMP_VIEWS) });
  nowMs = 1_000_000;
  /** What takes long, where it is not to be done at once. */
  works: Generator<void, void, void>[] | undefined;
  router = this.connect();

  connect(): BmpRouter {
    this.router = new BmpRouter({
      router: '203.0.113.9:40001',
      now: () => this.nowMs,
      emit: (event) => this.events.push(event),
      remember: () => this.memory,
      carryOut: (work) => {
        if (this.works === undefined) finished(work);
        else this.works.push(work);
      },
    });
    this.send(initiation('edge1'), { type: 'peer-up', peer: header(), up: peerUp() });
    return this.router;
  }

  send(...messages: BmpMessage[]): void {
    for (const message of messages) this.router.receive(encodeBmp(message));
  }

  announce(prefixes: readonly string[], fields: Partial<PerPeerHeader> = {}): void {
    for (const prefix of prefixes) this.send(monitoring(update([prefix]), fields));
  }

  pass(ms: number): void {
    this.nowMs += ms;
    this.router.tick();
  }

  /** Prefixes told as withdrawn by a resync, and clears what was told. */
  resynced(): string[] {
    const told = this.events.splice(0).flatMap((event) => {
      if (event.type !== 'update' || event.bmp?.reason !== 'resync') return [];
      return event.update.withdrawn.flatMap(({ nlri }) => nlri.map((one) => String(nlriToJson(one, 5).nlri)));
    });
    return told.sort();
  }
}

function started(): Reconnecting {
  const lab = new Reconnecting();
  lab.announce(PREFIXES);
  lab.send(monitoring(END_OF_RIB));
  lab.router.disconnected('closed in mid message');
  return lab;
}

const gone = PREFIXES.slice(0, 2).sort();

describe('a router that comes back', () => {
  it('keeps its peers and routes meanwhile, and says how many', () => {
    const lab = started();
    expect(lab.events.at(-1)).toMatchObject({ message: 'disconnected', stale: { peers: 1, routes: 20 } });
    expect(lab.events.some((event) => short(event).startsWith('state down'))).toBe(false);
  });

  it('as BIRD does whose buffer was full, without a tenth of its routes: exactly those are withdrawn, for resync', () => {
    const lab = started();
    lab.events.length = 0;
    lab.connect();
    lab.announce(PREFIXES.slice(2));
    expect(lab.events.filter(({ type }) => type === 'update')).toHaveLength(18);
    expect(lab.events.every((event) => event.type !== 'update' || event.bmp?.unchanged === true)).toBe(true);
    lab.send(monitoring(END_OF_RIB));
    expect(lab.events.at(-1)).toMatchObject({
      message: 'resync',
      withdrawn: 2,
      bmp: { view: 'adj-rib-in-pre-policy' },
    });
    expect(lab.resynced()).toEqual(gone);
  });

  it('tells changed routes as changed', () => {
    const lab = started();
    lab.connect();
    lab.events.length = 0;
    lab.send(monitoring(update([PREFIXES[0] as string], { asns: [65002, 65009] })));
    expect(lab.events[0]).toMatchObject({ type: 'update' });
    expect(lab.events[0]).not.toMatchObject({ bmp: { unchanged: true } });
  });

  it('without End-of-RIB, and with routes that come late (IOS-XR refreshes one neighbor after the other): after a quiet minute', () => {
    const lab = started();
    lab.connect();
    lab.announce(PREFIXES.slice(2));
    lab.pass(59_000);
    expect(lab.resynced()).toEqual([]);
    lab.announce(PREFIXES.slice(2));
    lab.pass(59_000);
    expect(lab.resynced()).toEqual([]);
    lab.pass(2000);
    expect(lab.resynced()).toEqual(gone);
  });

  it('with End-of-RIB before the routes: none is withdrawn for that', () => {
    const lab = started();
    lab.connect();
    lab.send(monitoring(END_OF_RIB));
    expect(lab.resynced()).toEqual([]);
    lab.announce(PREFIXES);
    lab.pass(61_000);
    expect(lab.resynced()).toEqual([]);
  });

  it('and falls silent: its routes are looked through once, not with every tick', () => {
    const lab = started();
    lab.connect();
    lab.announce(PREFIXES.slice(2));
    const view = lab.memory.peers[0]?.views.get('adj-rib-in-pre-policy');
    if (view === undefined) throw new Error('the view is not kept');
    const sweep = vi.spyOn(view.table.epochs, 'sweep');
    for (let i = 0; i < 1000; i++) lab.pass(1000);
    expect(sweep).toHaveBeenCalledOnce();
    expect(lab.resynced()).toEqual(gone);
    lab.router.disconnected('closed');
    lab.connect();
    for (let i = 0; i < 1000; i++) lab.pass(1000);
    expect(sweep).toHaveBeenCalledTimes(2);
  });

  it('that never falls silent: after a quarter of an hour', () => {
    const lab = started();
    lab.connect();
    for (let i = 0; i < 20; i++) {
      lab.announce(PREFIXES.slice(2));
      lab.pass(50_000);
    }
    expect(lab.resynced()).toEqual(gone);
  });

  it('without one of its peers: that goes down after a quarter of an hour', () => {
    const lab = new Reconnecting();
    const other = { address: Uint8Array.of(198, 51, 100, 2) };
    lab.send({ type: 'peer-up', peer: header(other), up: peerUp() });
    lab.announce(PREFIXES, other);
    lab.router.disconnected('closed');
    lab.connect();
    lab.events.length = 0;
    lab.pass(899_000);
    expect(lab.events).toEqual([]);
    lab.pass(2000);
    expect(lab.events).toMatchObject([
      { state: 'down', neighbor: { peerAddress: '198.51.100.2' }, bmp: { reason: 'resync' } },
    ]);
    lab.pool.dig(1000);
    expect(lab.pool.size).toBe(0);
  });

  it('with a peer that goes down: one event, with how many routes it had', () => {
    const lab = started();
    lab.connect();
    lab.events.length = 0;
    lab.send({ type: 'peer-down', peer: header(), reason: { code: 4, word: 'remote-no-notification' } });
    expect(lab.events).toMatchObject([{ state: 'down', bmp: { routes: 20 } }]);
    lab.pool.dig(1000);
    expect(lab.pool.size).toBe(0);
  });
});

describe('many routes that a router does not repeat', () => {
  const MANY = Array.from({ length: 5000 }, (_, i) => `10.${i >> 8}.${i & 255}.0/24`);
  const PER_MESSAGE = 500;

  /** The router is back, and has told of the first ten routes and of the end. */
  function resyncing() {
    const lab = new Reconnecting();
    const tell = (prefixes: readonly string[]) => {
      for (let n = 0; n < prefixes.length; n += PER_MESSAGE)
        lab.send(monitoring(update(prefixes.slice(n, n + PER_MESSAGE))));
    };
    tell(MANY);
    lab.router.disconnected('closed');
    lab.connect();
    lab.works = [];
    tell(MANY.slice(0, 10));
    lab.send(monitoring(END_OF_RIB), monitoring(END_OF_RIB));
    lab.resynced();
    const [work, ...more] = lab.works;
    expect(more).toEqual([]);
    if (work === undefined) throw new Error('nothing is to be done');
    return { lab, work };
  }

  it('are told some at a time, then how many; what comes meanwhile stays', () => {
    const { lab, work } = resyncing();
    const told: string[] = [];
    let ends = 0;
    for (let steps = 0; ; steps++) {
      const { done } = work.next();
      ends += lab.events.filter((event) => short(event) === 'bmp resync').length;
      if (done === true) expect(lab.events).toMatchObject([{ withdrawn: MANY.length - 15 }]);
      const some = lab.resynced();
      expect(some.length).toBeLessThanOrEqual(1100);
      told.push(...some);
      if (done === true) break;
      if (steps > 0) continue;
      expect(some.length).toBeGreaterThan(500);
      lab.send(monitoring(update(MANY.slice(10, 15))));
      lab.events.length = 0;
    }
    expect([ends, told.sort()]).toEqual([1, MANY.slice(15).sort()]);
    expect(lab.memory.size.routes).toBe(15);
  });

  it('are looked through once at a time however often the end is said, of a family that has routes', () => {
    const { lab, work } = resyncing();
    const view = lab.memory.peers[0]?.views.get('adj-rib-in-pre-policy');
    if (view === undefined) throw new Error('the view is not kept');
    const sweep = vi.spyOn(view.table.epochs, 'sweep');
    for (let i = 0; i < 100; i++) {
      lab.send(monitoring(END_OF_RIB));
      lab.send(monitoring(encodeEndOfRib(familyId(2, 1 + i))));
    }
    expect(lab.works).toHaveLength(1);
    finished(work);
    expect(sweep).toHaveBeenCalledOnce();
    expect(lab.memory.size.routes).toBe(10);
    lab.send(monitoring(END_OF_RIB));
    for (const again of lab.works?.slice(1) ?? []) finished(again);
    expect(sweep).toHaveBeenCalledTimes(2);
  });

  it('are stale still where the connection ends meanwhile, and are told after the next', () => {
    const { lab, work } = resyncing();
    work.next();
    const told = lab.resynced();
    lab.router.disconnected('closed');
    lab.events.length = 0;
    finished(work);
    expect(lab.events).toEqual([]);
    lab.works = undefined;
    lab.connect();
    lab.send(monitoring(update(MANY.slice(0, 10))), monitoring(END_OF_RIB));
    expect([...told, ...lab.resynced()].sort()).toEqual(MANY.slice(10).sort());
  });

  it('are told no more where their peer goes down meanwhile', () => {
    const { lab, work } = resyncing();
    work.next();
    lab.send({ type: 'peer-down', peer: header(), reason: { code: 4, word: 'remote-no-notification' } });
    lab.events.length = 0;
    finished(work);
    expect(lab.events).toEqual([]);
    expect(lab.memory.size.routes).toBe(0);
    while (lab.pool.dig(100_000));
    expect(lab.pool.size).toBe(0);
  });
});

it('a router that says of every family that there is one that it is complete takes no memory for it', () => {
  const lab = new Reconnecting();
  for (let family = 0; family < 1000; family++)
    lab.send(monitoring(encodeEndOfRib(familyId(family, 1 + (family & 127)))));
  const [entry] = lab.router.peers;
  const view = entry?.record.views.get('adj-rib-in-pre-policy');
  expect(view?.updates).toBe(1000);
  expect(view?.endOfRib.size).toBe(256);
});

describe('statistics that disagree with the routes', () => {
  const report = (type: number, octets: number[]): BmpMessage => ({
    type: 'statistics',
    peer: header(),
    statistics: [statistic(type, Uint8Array.from(octets))],
  });
  const gauge = (n: number) => [0, 0, 0, 0, 0, 0, 0, n];
  const told = (lab: Reconnecting) => lab.events.filter((event) => short(event) === 'bmp incomplete');

  it('are told when two reports in a row do so', () => {
    const lab = new Reconnecting();
    lab.announce(PREFIXES);
    lab.send(report(7, gauge(20)), report(7, gauge(21)), report(7, gauge(20)), report(7, gauge(21)));
    expect(told(lab)).toEqual([]);
    lab.send(report(7, gauge(21)), report(7, gauge(21)));
    expect(told(lab)).toMatchObject([
      { bmp: { view: 'adj-rib-in-pre-policy' }, held: 20, reported: 21n, family: undefined },
    ]);
  });

  it.each([
    { name: 'one family', octets: [0, 1, 1, ...gauge(25)], count: 1 },
    { name: 'a family that the router does not send', octets: [0, 2, 1, ...gauge(25)], count: 0 },
  ])('of $name: $count', ({ octets, count }) => {
    const lab = new Reconnecting();
    lab.announce(PREFIXES);
    lab.send(report(9, octets), report(9, octets));
    expect(told(lab)).toHaveLength(count);
  });
});
