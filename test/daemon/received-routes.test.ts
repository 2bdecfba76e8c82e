import { describe, expect, it } from 'vitest';
import { type FamilyId, familyId, familyText, IPV4_UNICAST, IPV6_UNICAST } from '../../src/bgp/family.ts';
import type { Negotiated } from '../../src/bgp/negotiated.ts';
import { cease, hardReset, type NotificationMessage } from '../../src/bgp/notification.ts';
import { REFRESH_SUBTYPES } from '../../src/bgp/route-refresh.ts';
import type { Update } from '../../src/bgp/update.ts';
import { ReceivedRoutes } from '../../src/daemon/received-routes.ts';
import { AdjRibIn } from '../../src/rib/adj-rib-in.ts';
import { NEGOTIATED } from '../events/samples.ts';
import { route } from '../rib/neighbor.ts';
import { holds } from '../support/holds.ts';

interface Timer {
  readonly atMs: number;
  readonly action: () => void;
}

function rig(limits: { family: FamilyId; maximum: number; warnOnly: boolean }[] = []) {
  const timers: Timer[] = [];
  const said: string[] = [];
  let now = 0;
  const rib = new AdjRibIn();
  const received = new ReceivedRoutes({
    clock: {
      now: () => now,
      wall: () => now,
      random: () => 0,
      after(ms, action) {
        const timer = { atMs: now + ms, action };
        timers.push(timer);
        return () => void timers.splice(timers.indexOf(timer), 1);
      },
    },
    rib,
    limits,
    report: ({ phase, family, routes, seconds }) =>
      said.push([phase, familyText(family), routes, ...(seconds === undefined ? [] : [seconds])].join(' ')),
    limitReached: ({ maximum }, routes, warning) =>
      said.push(`${routes} of ${maximum}${warning ? ' warning' : ''}`),
  });
  const pass = (seconds: number) => {
    const until = now + seconds * 1000;
    for (;;) {
      const next = timers.filter(({ atMs }) => atMs <= until).sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      timers.splice(timers.indexOf(next), 1);
      now = next.atMs;
      next.action();
    }
    now = until;
  };
  const prefixes = () => [...rib.routes()].map(({ nlri }) => JSON.stringify(nlri.value)).length;
  return { received, rib, said, pass, timers, prefixes };
}

function update(family: FamilyId, ...prefixes: string[]): Update {
  const nlri = prefixes.map((prefix) => route(prefix, undefined).nlri);
  return {
    attributes: {},
    announced: [{ family, nextHop: { address: Uint8Array.of(192, 0, 2, 1) }, nlri }],
    withdrawn: [],
    endOfRib: undefined,
    malformed: [],
    action: undefined,
  };
}

function endOfRib(family: FamilyId): Update {
  return { attributes: {}, announced: [], withdrawn: [], endOfRib: family, malformed: [], action: undefined };
}

const RESTART = {
  timeSeconds: 60,
  notification: false,
  families: [{ family: IPV4_UNICAST, forwarding: true }],
};
const graceful: Negotiated = { ...NEGOTIATED, gracefulRestart: RESTART };
const withN: Negotiated = { ...NEGOTIATED, gracefulRestart: { ...RESTART, notification: true } };
const A = '198.51.100.0/24';
const B = '203.0.113.0/24';

describe('graceful restart of the peer, RFC 4724 section 4.2', () => {
  function lost(negotiated: Negotiated, told?: NotificationMessage) {
    const all = rig();
    all.received.up(negotiated);
    all.received.update(update(IPV4_UNICAST, A, B));
    all.received.update(update(IPV6_UNICAST, '2001:db8::/32'));
    all.received.down(negotiated, told);
    return all;
  }

  it('keeps the routes of the families that it named, and no others', () => {
    const { rib, said } = lost(graceful);
    expect(rib.sizeOf(IPV4_UNICAST)).toBe(2);
    expect(rib.sizeOf(IPV6_UNICAST)).toBe(0);
    expect(said).toEqual(['stale ipv4 unicast 2 60']);
  });

  it('forgets them when the peer is not back in time', () => {
    const { rib, said, pass } = lost(graceful);
    pass(59);
    expect(rib.size).toBe(2);
    pass(1);
    expect(rib.size).toBe(0);
    expect(said.at(-1)).toBe('swept ipv4 unicast 2');
  });

  it('forgets at End-of-RIB what the peer did not send again', () => {
    const { rib, said, received, pass, timers } = lost(graceful);
    pass(30);
    received.up(graceful);
    received.update(update(IPV4_UNICAST, B));
    expect(rib.size).toBe(2);
    received.update(endOfRib(IPV4_UNICAST));
    expect(rib.size).toBe(1);
    expect(said.at(-1)).toBe('swept ipv4 unicast 1');
    expect(timers).toEqual([]);
    received.update(endOfRib(IPV4_UNICAST));
    expect(rib.size).toBe(1);
  });

  it('forgets them some time after the peer is back without End-of-RIB', () => {
    const { rib, received, pass } = lost(graceful);
    received.up(graceful);
    pass(359);
    expect(rib.size).toBe(2);
    pass(1);
    expect(rib.size).toBe(0);
  });

  it.each([
    {
      what: 'kept no forwarding state',
      back: { ...RESTART, families: [{ family: IPV4_UNICAST, forwarding: false }] },
    },
    { what: 'names the family no more', back: { ...RESTART, families: [] } },
    { what: 'has no graceful restart any more', back: undefined },
  ])('forgets them at once when the peer is back and $what', ({ back }) => {
    const { rib, received, timers } = lost(graceful);
    received.up({ ...NEGOTIATED, gracefulRestart: back });
    expect(rib.size).toBe(0);
    expect(timers).toEqual([]);
  });

  it('deletes what was stale already when the peer is lost again', () => {
    const { rib, said, received, pass } = lost(graceful);
    pass(30);
    received.up(graceful);
    received.update(update(IPV4_UNICAST, B));
    received.down(graceful, undefined);
    expect(rib.size).toBe(1);
    expect(said.slice(1)).toEqual(['swept ipv4 unicast 1', 'stale ipv4 unicast 1 60']);
  });

  it.each([
    { what: 'a NOTIFICATION', negotiated: graceful, told: cease(4), kept: 0 },
    { what: 'a NOTIFICATION with the N bit (RFC 8538)', negotiated: withN, told: cease(4), kept: 2 },
    {
      what: 'the hold timer with the N bit',
      negotiated: withN,
      told: { ...cease(4), code: 4, subcode: 0 },
      kept: 2,
    },
    { what: 'a hard reset with the N bit', negotiated: withN, told: hardReset(cease(4)), kept: 0 },
    { what: 'no graceful restart', negotiated: NEGOTIATED, told: undefined, kept: 0 },
  ])('$what keeps $kept routes', ({ negotiated, told, kept }) => {
    expect(lost(negotiated, told).rib.size).toBe(kept);
  });

  it('leaves no timer when it is cleared', () => {
    const { received, timers, rib } = lost(graceful);
    received.clear();
    expect(timers).toEqual([]);
    expect(rib.size).toBe(0);
  });
});

describe('long-lived graceful restart, RFC 9494', () => {
  const longLived: Negotiated = {
    ...graceful,
    longLived: [{ family: IPV4_UNICAST, flags: 0x80, timeSeconds: 3600 }],
  };

  it('keeps the routes for longer, marked, but for those that refuse it', () => {
    const { rib, said, received, pass } = rig();
    received.up(longLived);
    received.update(update(IPV4_UNICAST, A));
    received.update({ ...update(IPV4_UNICAST, B), attributes: { community: [0xffff0007] } });
    received.down(longLived, undefined);
    pass(60);
    expect(said).toEqual(['stale ipv4 unicast 2 60', 'long-lived ipv4 unicast 1 3600']);
    expect([...rib.routes()].map(({ attributes }) => attributes.community)).toEqual([[0xffff0006]]);
    pass(3600);
    expect(said.at(-1)).toBe('swept ipv4 unicast 1');
    expect(rib.size).toBe(0);
  });
});

describe('enhanced route refresh, RFC 7313', () => {
  it('keeps nothing for families that there are no routes of', () => {
    const { received, timers } = rig();
    for (let safi = 1; safi <= 100; safi++) received.refresh({ family: familyId(99, safi), subtype: 1 });
    expect(timers).toEqual([]);
  });

  it('forgets at its end what the peer did not send again', () => {
    const { rib, received, timers } = rig();
    received.update(update(IPV4_UNICAST, A, B));
    received.refresh({ family: IPV4_UNICAST, subtype: 1 });
    received.update(update(IPV4_UNICAST, A));
    received.refresh({ family: IPV4_UNICAST, subtype: 9 });
    expect(rib.size).toBe(2);
    received.refresh({ family: IPV4_UNICAST, subtype: 2 });
    expect(rib.size).toBe(1);
    expect(timers).toEqual([]);
  });

  it('waits for its end only so long', () => {
    const { rib, received, pass } = rig();
    received.update(update(IPV4_UNICAST, A, B));
    received.refresh({ family: IPV4_UNICAST, subtype: 1 });
    pass(360);
    expect(rib.size).toBe(0);
  });
});

describe('limits of prefixes', () => {
  const many = Array.from({ length: 10 }, (_, i) => `198.51.${i}.0/24`);

  it('tells once that a limit is near, and each time that it is passed', () => {
    const { said, received } = rig([{ family: IPV4_UNICAST, maximum: 9, warnOnly: false }]);
    received.update(update(IPV4_UNICAST, ...many.slice(0, 7)));
    expect(said).toEqual([]);
    received.update(update(IPV4_UNICAST, ...many.slice(7, 8)));
    received.update(update(IPV4_UNICAST, ...many.slice(8, 9)));
    expect(said).toEqual(['8 of 9 warning']);
    received.update(update(IPV4_UNICAST, ...many));
    expect(said.at(-1)).toBe('10 of 9');
  });

  it('only warns where it shall, and does not count what is replaced', () => {
    const { said, received } = rig([{ family: IPV4_UNICAST, maximum: 2, warnOnly: true }]);
    received.update(update(IPV4_UNICAST, A));
    received.update(update(IPV4_UNICAST, A));
    expect(said).toEqual([]);
    received.update(update(IPV4_UNICAST, ...many));
    expect(said).toEqual(['11 of 2 warning']);
  });

  it('counts each family alone', () => {
    const { said, received } = rig([{ family: IPV6_UNICAST, maximum: 1, warnOnly: false }]);
    received.update(update(IPV4_UNICAST, ...many));
    expect(said).toEqual([]);
  });
});

describe('many stale routes', () => {
  const COUNT = 100_000;

  function fed() {
    const rigged = rig();
    const all = Array.from({ length: COUNT }, (_, n) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}/32`);
    rigged.received.update(update(IPV4_UNICAST, ...all));
    rigged.received.refresh({ family: IPV4_UNICAST, subtype: REFRESH_SUBTYPES.indexOf('begin') });
    const end = () =>
      rigged.received.refresh({ family: IPV4_UNICAST, subtype: REFRESH_SUBTYPES.indexOf('end') });
    return { ...rigged, end };
  }

  it('are swept a little at a time, and told once; what comes meanwhile stays', async () => {
    const { received, rib, said, end } = fed();
    end();
    expect(rib.size).toBeGreaterThan(0);
    expect(said).toEqual([]);
    received.update(update(IPV4_UNICAST, '10.0.0.0/32', '11.0.0.0/8'));
    await holds(() => expect(said).toHaveLength(1));
    expect(rib.size).toBe(2);
  });

  it('are swept no further when the next refresh begins, whose they are then', async () => {
    const { received, rib, said, end } = fed();
    end();
    const left = rib.size;
    received.refresh({ family: IPV4_UNICAST, subtype: REFRESH_SUBTYPES.indexOf('begin') });
    expect(said).toEqual([`swept ipv4 unicast ${COUNT - left}`]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(rib.size).toBe(left);
    end();
    await holds(() => expect(rib.size).toBe(0));
    expect(said).toEqual([`swept ipv4 unicast ${COUNT - left}`, `swept ipv4 unicast ${left}`]);
  });
});
