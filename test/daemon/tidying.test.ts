import { constants, PerformanceObserver } from 'node:perf_hooks';
import { expect, it } from 'vitest';
import { provokeCollection, Tidying } from '../../src/daemon/tidying.ts';

/** How often there was a collection by the end of each interval, given what each took of a processor, and which saw commands. */
function collections(tookMs: readonly number[], commanded: (interval: number) => boolean = () => false) {
  let cpuMs = 400;
  let count = 0;
  let commands = 0;
  let due: (() => void) | undefined;
  const tidying = new Tidying({
    clock: {
      now: () => 0,
      wall: () => 0,
      after: (_, action) => {
        due = action;
        return () => {
          due = undefined;
        };
      },
      random: () => 0,
    },
    cpuMs: () => cpuMs,
    commands: () => commands,
    collect: () => {
      count++;
    },
  });
  tidying.start();
  const counts = tookMs.map((ms, interval) => {
    cpuMs += ms;
    if (commanded(interval)) commands++;
    due?.();
    return count;
  });
  tidying.stop();
  expect(due).toBeUndefined();
  return counts;
}

it.each([
  { what: 'a start, then nothing', tookMs: [1, 1, 1, 1], expected: [1, 2, 2, 2] },
  { what: 'a long start', tookMs: [3000, 900, 1, 1, 1], expected: [0, 0, 1, 2, 2] },
  { what: 'work between both', tookMs: [1, 400, 1, 1], expected: [1, 1, 2, 2] },
  {
    what: 'little by little',
    tookMs: [1, 1, ...Array(20).fill(100)],
    expected: [1, 2, ...Array(19).fill(2), 3],
  },
  { what: 'much at once, later', tookMs: [1, 1, 5000, 1, 1, 1], expected: [1, 2, 2, 3, 4, 4] },
])('collects when there was work and now is none: $what', ({ tookMs, expected }) => {
  expect(collections(tookMs)).toEqual(expected);
});

it('waits while somebody commands, but not for ever', () => {
  const idle = Array(30).fill(1);
  expect(collections(idle.slice(0, 6), (interval) => interval < 4)).toEqual([0, 0, 0, 0, 1, 2]);
  expect(collections(idle, () => true)).toEqual([
    ...Array(12).fill(0),
    ...Array(13).fill(1),
    ...Array(5).fill(2),
  ]);
});

function kindOf(entry: object): unknown {
  return 'detail' in entry && (entry.detail as { readonly kind: number }).kind;
}

it('has V8 collect all that is garbage', async () => {
  let majors = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      if (kindOf(entry) === constants.NODE_PERFORMANCE_GC_MAJOR) majors++;
  });
  observer.observe({ entryTypes: ['gc'] });
  provokeCollection();
  await expect.poll(() => majors, { timeout: 20_000 }).toBeGreaterThan(0);
  observer.disconnect();
});
