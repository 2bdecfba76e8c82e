import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nlriKey } from '../../src/bgp/nlri/index.ts';
import type { Route } from '../../src/bgp/route.ts';
import { RouteSet } from '../../src/rib/route-set.ts';
import { route } from './neighbor.ts';

/** Prefixes of IPv4 and IPv6, and what is neither. */
function routeTo(n: number, med: number): Route {
  if (n % 3 === 0) return route(`10.0.${n}.0/24`, '192.0.2.1', { med });
  if (n % 3 === 1) return route(`2001:db8:${n}::/48`, '2001:db8::1', { med });
  return route(`10.0.${n}.0/24`, '192.0.2.1', { med }, { pathId: n });
}

it('has the last route of each destination, in the order in which they came', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(11), fc.nat(1), fc.boolean()), { maxLength: 60 }), (changes) => {
      const set = new RouteSet();
      const plain = new Map<string, Route>();
      for (const [n, med, goes] of changes) {
        const one = routeTo(n, med);
        if (goes) set.delete(one.nlri);
        else expect(set.add(one)).toBe(!plain.has(nlriKey(one.nlri)));
        if (goes) plain.delete(nlriKey(one.nlri));
        else plain.set(nlriKey(one.nlri), one);
      }
      expect(set.size).toBe(plain.size);
      expect([...set.routes()]).toEqual([...plain.values()]);
      for (const one of set.routes()) set.delete(one.nlri);
      expect([set.size, ...set.routes()]).toEqual([0]);
    }),
  );
});
