import { pino } from 'pino';
import { expect, it } from 'vitest';
import { collectAll, memoryLimit, memoryTaken } from '../../src/daemon/memory.ts';
import { Vitals } from '../../src/daemon/vitals.ts';

/** Vitals whose looks the test has, with the time and the memory that it says. */
function looked() {
  const logged: Record<string, unknown>[] = [];
  const told: string[] = [];
  const waits: number[] = [];
  const collections: number[] = [];
  const collected: number[] = [];
  let [nowMs, busyMs, taken, garbage, takesMs] = [0, 0, 0, 0, 0];
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
    collectAll: () => {
      collected.push(nowMs);
      nowMs += takesMs;
      taken -= garbage;
      garbage = 0;
    },
    onShort: () => void told.push('short'),
    onExhausted: () => void told.push(`exhausted at ${nowMs}`),
  });
  vitals.start();
  return {
    vitals,
    logged,
    told,
    waits,
    collections,
    collected,
    collectionTakes(ms: number) {
      takesMs = ms;
    },
    after(ms: number, worked = 0) {
      nowMs += ms;
      busyMs += worked;
      look();
    },
    take(part: number, { ofItGarbage = 0, ms = 1000 } = {}) {
      taken = part;
      garbage = ofItGarbage;
      nowMs += ms;
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
  // what is short is told at each look, and sessions end only above nine tenths
  expect(told.filter((each) => each === 'short')).toHaveLength(1 + 6 * 3);
  expect(told.filter((each) => each !== 'short')).toHaveLength(2 * 3);
  expect(logged.map(({ msg }) => String(msg).replace(/:.*/, ''))).toEqual([
    'memory is short',
    'memory is exhausted',
    'memory is short',
    'memory is exhausted',
    'there is memory again',
  ]);
  // the more is taken, the sooner it looks again, and has garbage looked for now and then
  expect(waits.filter((ms) => ms === 1000)).toHaveLength(1 + 3 + 3);
  expect(waits.filter((ms) => ms === 50)).toHaveLength(9 * 3);
  expect(collections.length).toBeGreaterThan(10);
  expect(collections.every((at, n) => at - (collections[n - 1] ?? 0) >= 2000)).toBe(true);
});

it('nine tenths are exhausted at once, but for garbage; and no collection follows another before it helped', () => {
  const { logged, told, collected, collectionTakes, take } = looked();
  expect(take(0.95, { ofItGarbage: 0.3 })).toBe('ample');
  expect([told, collected]).toEqual([[], [1000]]);
  // much more than was alive then, however soon
  expect(take(0.92, { ms: 50 })).toBe('exhausted');
  expect(told.at(-1)).toBe('exhausted at 1050');
  // hardly more: that does not help again at once
  for (let look = 0; look < 9; look++) take(0.93, { ms: 50 });
  expect(collected).toEqual([1000, 1050]);
  take(0.93, { ms: 50 });
  expect(told.at(-1)).toBe('exhausted at 1550');
  collectionTakes(100);
  take(0.96, { ms: 50 });
  expect(told.at(-1)).toBe('exhausted at 1700');
  // one that takes long is not to take all time
  for (let look = 0; look < 39; look++) take(0.96, { ms: 50 });
  expect(collected).toEqual([1000, 1050, 1550, 1600]);
  take(0.96, { ms: 50 });
  expect(collected).toHaveLength(5);
  expect(logged.map(({ memory, takenPercent }) => [memory, takenPercent])).toEqual([['exhausted', 92]]);
});

it('what is taken is a part of what there is', () => {
  expect(memoryTaken()).toBeGreaterThan(0);
  expect(memoryTaken()).toBeLessThan(1);
  expect(memoryLimit()).toBeGreaterThan(1 << 20);
});

it('a collection finds what nobody holds', () => {
  let held: number[][] | undefined = Array.from({ length: 100_000 }, (_, n) => [n]);
  collectAll();
  const before = memoryTaken();
  expect(held).toHaveLength(100_000);
  held = undefined;
  collectAll();
  expect(memoryTaken()).toBeLessThan(before);
});
