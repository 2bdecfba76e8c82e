import { describe, expect, it } from 'vitest';
import { Seldom } from '../../src/hooks/seldom.ts';

describe('Seldom', () => {
  it('tells fifty at once, then ten per second with how many were left out', () => {
    let now = 1000;
    const seldom = new Seldom(() => now);
    const told: { leftOut?: number }[] = [];
    const flood = (count: number) => {
      for (let i = 0; i < count; i++) seldom.tell((counted) => told.push(counted));
    };
    flood(1000);
    expect(told).toEqual(Array(50).fill({}));
    now += 100;
    flood(10);
    expect(told.slice(50)).toEqual([{ leftOut: 950 }]);
    now += 60_000;
    flood(2);
    expect(told.slice(51)).toEqual([{ leftOut: 9 }, {}]);
  });
});

it('tells as often as it is told to', () => {
  let now = 0;
  const seldom = new Seldom(() => now, { burst: 2, perSecond: 0.125 });
  const told: number[] = [];
  for (; now <= 20_000; now += 1000) seldom.tell(({ leftOut = 0 }) => told.push(now, leftOut));
  expect(told).toEqual([0, 0, 1000, 0, 8000, 6, 16_000, 7]);
});
