import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IPV4_UNICAST } from '../../src/bgp/family.ts';
import { nlriKey } from '../../src/bgp/nlri/index.ts';
import type { Route } from '../../src/bgp/route.ts';
import { desired, Neighborhood, OPTIONS, route, TURNS } from './neighbor.ts';

/*
 * Tables that grow and move together do so a little at a time: routes come and go by the thousand here, so that many of
 * them do while it is under way.
 */
const LONG = process.env.PEERLINE_SOAK === '1';
const ROUTES = 6000;
const MEDS = 2;

/** Every third route is of IPv6. */
function prefixOf(n: number): string {
  return n % 3 === 0 ? `2001:db8:${n.toString(16)}::/48` : `10.${n >> 8}.${n & 255}.0/24`;
}

function routesOf(med: number): Route[] {
  return Array.from({ length: ROUTES }, (_, n) =>
    route(prefixOf(n), n % 3 === 0 ? '2001:db8::1' : '192.0.2.1', { med }),
  );
}

const announced = Array.from({ length: MEDS }, (_, med) => routesOf(med));
const withdrawn = Array.from({ length: ROUTES }, (_, n) => route(prefixOf(n), undefined));

const phase = fc.record({
  what: fc.constantFrom('announce', 'announce', 'withdraw', 'withdraw', ...TURNS),
  from: fc.nat(ROUTES - 1),
  count: fc.nat(ROUTES),
  step: fc.integer({ min: 1, max: 3 }),
  med: fc.nat(MEDS - 1),
  /** After so many changes the peer takes some of what waits; 0: it does not. */
  takes: fc.constantFrom(0, 0, 7, 500),
});

it('the neighbor has what it shall have, whatever came and went by the thousand', () => {
  fc.assert(
    fc.property(fc.array(phase, { minLength: 4, maxLength: 24 }), (phases) => {
      const neighbor = new Neighborhood(OPTIONS);
      const { rib } = neighbor;
      const plain = new Map<string, Route>();
      const change = (what: 'announce' | 'withdraw', med: number, n: number) => {
        const changed = (what === 'announce' ? announced[med] : withdrawn)?.[n] as Route;
        rib[what](changed);
        if (what === 'announce') plain.set(nlriKey(changed.nlri), changed);
        else plain.delete(nlriKey(changed.nlri));
      };
      for (const { what, from, count, step, med, takes } of phases) {
        if (what !== 'announce' && what !== 'withdraw') {
          neighbor.turn(what, count, med === 0 ? undefined : IPV4_UNICAST);
          if (what === 'clear') plain.clear();
          continue;
        }
        for (let i = 0; i < count; i++) {
          change(what, med, (from + i * step) % ROUTES);
          if (takes > 0 && i % takes === 0) neighbor.take(takes);
        }
      }
      expect(desired(rib.routes())).toEqual(desired(plain.values()));
      expect(neighbor.settled()).toEqual(desired(plain.values()));
      expect(rib.size).toBe(plain.size);
    }),
    { numRuns: LONG ? 1000 : 10 },
  );
}, 3_600_000);

it('what is cleared a little at a time goes whatever comes and goes meanwhile; what is new stays', () => {
  const during = fc.record({
    what: fc.constantFrom('announce', 'withdraw', 'take', 'take', 'down', 'up'),
    from: fc.nat(ROUTES - 1),
    count: fc.nat(300),
  });
  fc.assert(
    fc.property(fc.nat(ROUTES), fc.boolean(), fc.array(during, { maxLength: 30 }), (before, isUp, turns) => {
      const neighbor = new Neighborhood(OPTIONS);
      const { rib } = neighbor;
      if (isUp) neighbor.up();
      for (let n = 0; n < before; n++) rib.announce(announced[0]?.[n] as Route);
      neighbor.take(before >> 1);
      const clearing = rib.clearing();
      const said = new Map<number, 'announce' | 'withdraw'>();
      let steps = 0;
      for (const { what, from, count } of turns) {
        if (clearing.next().done !== true) steps++;
        if (what !== 'announce' && what !== 'withdraw') neighbor.turn(what, count, undefined);
        else
          for (let n = from; n < Math.min(from + count, ROUTES); n++) {
            rib[what]((what === 'announce' ? announced[1] : withdrawn)?.[n] as Route);
            said.set(n, what);
          }
      }
      for (const _ of clearing) steps++;
      const left = desired(rib.routes());
      for (let n = 0; n < ROUTES; n++) {
        const has = left.has(nlriKey((withdrawn[n] as Route).nlri));
        if (said.get(n) !== 'announce') expect(has).toBe(false);
        else if (n >= before) expect(has).toBe(true);
      }
      expect(steps).toBeGreaterThanOrEqual((before >> 9) - turns.length);
      expect(rib.size).toBe(left.size);
      expect(neighbor.settled()).toEqual(left);
    }),
    { numRuns: LONG ? 1000 : 20 },
  );
}, 3_600_000);
