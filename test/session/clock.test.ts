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

it('waits for longer than a timer of Node lasts', () => {
  vi.useFakeTimers();
  try {
    const days = 24 * 3600 * 1000;
    let rung = 0;
    SYSTEM_CLOCK.after(60 * days, () => rung++);
    const cancel = SYSTEM_CLOCK.after(60 * days, () => rung++);
    vi.advanceTimersByTime(59 * days);
    expect(rung).toBe(0);
    cancel();
    vi.advanceTimersByTime(2 * days);
    expect(rung).toBe(1);
  } finally {
    vi.useRealTimers();
  }
});
