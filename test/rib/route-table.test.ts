import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IPV4_UNICAST, IPV6_UNICAST } from '../../src/bgp/family.ts';
import { nlriKey, type RouteKey, routeKey } from '../../src/bgp/nlri/index.ts';
import type { Route } from '../../src/bgp/route.ts';
import { RouteTable } from '../../src/rib/route-table.ts';
import { masked } from '../../src/wire/prefix.ts';

const attributes = [{ med: 1 }, { med: 2 }] as const;
const hops = [{ address: Uint8Array.of(192, 0, 2, 1) }, 'self', undefined] as const;

const route: fc.Arbitrary<Route> = fc
  .record({
    four: fc.boolean(),
    octets: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    bits: fc.nat(32),
    pathId: fc.constantFrom(undefined, 7),
    nextHop: fc.constantFrom(...hops),
    said: fc.constantFrom(...attributes),
    more: fc.constantFrom({}, { name: 'n' }, { watchdog: 'w', startsWithdrawn: true }),
  })
  .map(({ four, octets, bits, pathId, nextHop, said, more }) => ({
    nlri: {
      family: four ? IPV4_UNICAST : IPV6_UNICAST,
      value: { address: masked(octets.slice(0, four ? 4 : 16), bits), length: bits },
      ...(pathId === undefined ? {} : { pathId }),
    },
    nextHop,
    attributes: said,
    ...more,
  }));

it('gives back what was put in, in its order', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(route, fc.boolean()), { maxLength: 30 }), (changes) => {
      const table = new RouteTable();
      const plain = new Map<RouteKey, Route>();
      for (const [one, goes] of changes) {
        const key = routeKey(one.nlri);
        if (goes) expect(table.delete(key)).toBe(plain.delete(key));
        else {
          table.set(key, one);
          plain.set(key, one);
        }
        expect(table.get(key)).toEqual(plain.get(key));
        expect(table.has(key)).toBe(plain.has(key));
      }
      expect([...table]).toEqual([...plain]);
      expect([...table.values()].map(({ nlri }) => nlriKey(nlri))).toEqual(
        [...plain.values()].map(({ nlri }) => nlriKey(nlri)),
      );
      expect(table.size).toBe(plain.size);
      for (const { attributes: kept } of table.values()) expect(attributes).toContain(kept);
    }),
  );
});
