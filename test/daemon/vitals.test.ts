import { pino } from 'pino';
import { expect, it } from 'vitest';
import { memoryTaken, Vitals } from '../../src/daemon/vitals.ts';

/** Vitals whose looks the test has, with the time and the memory that it says. */
function looked() {
  const logged: Record<string, unknown>[] = [];
  const told: string[] = [];
  const waits: number[] = [];
  const collections: number[] = [];
  let [nowMs, busyMs, taken] = [0, 0, 0];
  let look = (): void => {};
  const vitals = new Vitals({
    clock: {
      now: () => nowMs,
      wall: () => nowMs,
      random: () => 0,
      after: (ms, action) => {
        waits.push(ms);
        look = action;
        return () => undefined;
      },
    },
    log: pino({ level: 'info' }, { write: (line: string) => void logged.push(JSON.parse(line)) }),
    cpuMs: () => busyMs,
    memoryTaken: () => taken,
    collect: () => void collections.push(nowMs),
    onShort: (state) => void told.push(state),
  });
  vitals.start();
  return {
    vitals,
    logged,
    told,
    waits,
    collections,
    after(ms: number, worked = 0) {
      nowMs += ms;
      busyMs += worked;
      look();
    },
    take(part: number) {
      taken = part;
      nowMs += 1000;
      look();
      return vitals.memory;
    },
  };
}

it('a loop that stands still for a second is told, and whether this program was busy meanwhile', () => {
  const { vitals, logged, after } = looked();
  after(1000);
  after(1900, 1900);
  expect(vitals.stalls).toEqual({ count: 0, longest: 0 });
  after(3500, 2400);
  after(6000, 3);
  expect(vitals.stalls).toEqual({ count: 2, longest: 5000 });
  expect(logged).toMatchObject([
    { level: 40, msg: 'the event loop stood still', stalledMs: 2500, busyMs: 2400 },
    { stalledMs: 5000, busyMs: 3 },
  ]);
});

it('memory is short from four fifths on, exhausted from nine tenths on, and ample again below seven', () => {
  const { logged, told, waits, collections, take } = looked();
  const parts = [0.5, 0.75, 0.8, 0.85, 0.75, 0.9, 0.85, 0.79, 0.95, 0.69, 0.75];
  // what is so at one look, or two, may be garbage
  const states = parts.map((part) => [take(part), take(part), take(part)].at(-1));
  expect(states).toEqual([
    'ample',
    'ample',
    'short',
    'short',
    'short',
    'exhausted',
    'exhausted',
    'short',
    'exhausted',
    'ample',
    'ample',
  ]);
  expect(new Set(told)).toEqual(new Set(['short', 'exhausted']));
  expect(logged.map(({ msg }) => String(msg).replace(/:.*/, ''))).toEqual([
    'memory is short',
    'memory is exhausted',
    'memory is short',
    'memory is exhausted',
    'there is memory again',
  ]);
  // the more is taken, the sooner it looks again, and has garbage looked for now and then
  expect(waits.filter((ms) => ms === 1000)).toHaveLength(1 + 3 + 3);
  expect(waits.filter((ms) => ms === 100)).toHaveLength(9 * 3);
  expect(collections.length).toBeGreaterThan(10);
  expect(collections.every((at, n) => at - (collections[n - 1] ?? 0) >= 2000)).toBe(true);
});

it('what is taken is a part of what there is', () => {
  expect(memoryTaken()).toBeGreaterThan(0);
  expect(memoryTaken()).toBeLessThan(1);
});
