import { describe, expect, it } from 'vitest';
import { RestartPolicy } from '../../src/hooks/restart.ts';

/** Deaths: [when, how long it had lived], seconds, and what follows, milliseconds. */
describe('restarts', () => {
  it.each([
    {
      title: 'five in a window, each later, then none',
      deaths: [
        [0, 0],
        [1, 1],
        [2, 1],
        [3, 1],
        [4, 1],
        [5, 1],
      ],
      delays: [0, 250, 500, 1000, 2000, 'abandon'],
    },
    {
      title: 'at once again after a long life',
      deaths: [
        [0, 0],
        [1, 1],
        [70, 69],
        [71, 1],
      ],
      delays: [0, 250, 0, 250],
    },
    {
      title: 'slow deaths go on for ever, up to a minute apart',
      deaths: [0, 20, 40, 60, 80, 100, 120, 140, 160, 180, 200].map((at) => [at, 20]),
      delays: [0, 250, 500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000],
    },
  ])('$title', ({ deaths, delays }) => {
    const policy = new RestartPolicy();
    const found = deaths.map(([at = 0, lived = 0]) => policy.died(at * 1000, lived * 1000));
    expect(found).toEqual(delays);
  });
});
