import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Places } from '../../src/rib/places.ts';

const change = fc.record({
  what: fc.constantFrom('push', 'push', 'leave', 'pass', 'close', 'stay'),
  count: fc.nat(800),
});

it('are a queue whose numbers are found at their positions, whatever was left among them', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
      const positions = new Map<number, number>();
      const places = new Places({
        stands: (value, position) => positions.get(value) === position,
        placed: (value, position) => void positions.set(value, position),
      });
      let next = 0;
      for (const { what, count } of changes) {
        if (what === 'close') places.close(places.head);
        if (what === 'stay') places.stay();
        for (let i = 0; i < count; i++) {
          if (what === 'push') positions.set(next, places.push(next++));
          // every other one
          if (what === 'leave') positions.delete(next - 2 * i);
          if (what !== 'pass' || places.head === places.tail) continue;
          const value = places.at(places.head);
          if (positions.get(value) === places.head) positions.delete(value);
          places.pass(places.head + 1);
        }
      }
      expect([...positions.values()].map((position) => places.at(position))).toEqual([...positions.keys()]);
      const left: number[] = [];
      for (; places.head < places.tail; places.pass(places.head + 1)) {
        const value = places.at(places.head);
        if (positions.get(value) === places.head) left.push(value);
      }
      expect(left).toEqual([...positions.keys()]);
    }),
    { numRuns: 50 },
  );
});

it('that were left are given up, so that there are no more than are needed', () => {
  const stands = new Map<number, number>();
  const places = new Places({
    stands: (value, position) => stands.get(value) === position,
    placed: (value, position) => void stands.set(value, position),
  });
  let most = 0;
  for (let n = 0; n < 20_000; n++) {
    if (n >= 10) stands.delete(n - 10);
    if (places.tail - places.head > 2000) places.close(places.head);
    stands.set(n, places.push(n));
    most = Math.max(most, places.tail - places.head);
  }
  expect(most).toBeLessThan(3000);
});
