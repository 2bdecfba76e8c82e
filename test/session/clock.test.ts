import { expect, it, vi } from 'vitest';
import { SYSTEM_CLOCK } from '../../src/session/clock.ts';

it('what is told follows the clock of the system, what lasts does not', () => {
  const spy = vi.spyOn(Date, 'now');
  const real = Date.now();
  try {
    const before = SYSTEM_CLOCK.now();
    for (const set of [3_600_000, -7_200_000, 0, 50]) {
      spy.mockReturnValue(real + set);
      expect(SYSTEM_CLOCK.wall() - (real + set)).toBeLessThanOrEqual(2);
      expect(SYSTEM_CLOCK.wall() - (real + set)).toBeGreaterThanOrEqual(-2);
    }
    expect(SYSTEM_CLOCK.now() - before).toBeLessThan(1000);
  } finally {
    spy.mockRestore();
  }
  const [one, two] = [SYSTEM_CLOCK.wall(), SYSTEM_CLOCK.wall()];
  // it has fractions, and does not go back by itself
  expect(two).toBeGreaterThanOrEqual(one);
  expect(Math.abs(one - Date.now())).toBeLessThan(50);
});
