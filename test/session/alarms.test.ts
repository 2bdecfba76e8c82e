import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Alarm, Alarms, NOT_SET } from '../../src/session/alarms.ts';
import type { Clock } from '../../src/session/clock.ts';

/** A clock that moves when told, with how many timers of the system run. */
function manual() {
  let now = 0;
  const due = new Map<object, { at: number; action: () => void }>();
  const clock: Clock = {
    now: () => now,
    wall: () => now,
    random: () => 0,
    after(ms, action) {
      const key = {};
      due.set(key, { at: now + ms, action });
      return () => void due.delete(key);
    },
  };
  const advance = (ms: number) => {
    const end = now + ms;
    for (;;) {
      const [key, next] = [...due].sort((a, b) => a[1].at - b[1].at)[0] ?? [];
      if (key === undefined || next === undefined || next.at > end) break;
      due.delete(key);
      now = Math.max(now, next.at);
      next.action();
    }
    now = Math.max(now, end);
  };
  return { clock, advance, running: () => due.size, pass: (ms: number) => (now += ms) };
}

const alarm = (ring: () => void): Alarm => ({ dueMs: 0, place: NOT_SET, ring });

const step = fc.oneof(
  fc.record({ what: fc.constant('set' as const), which: fc.nat(19), ms: fc.nat(100) }),
  fc.record({ what: fc.constant('clear' as const), which: fc.nat(19), ms: fc.constant(0) }),
  fc.record({ what: fc.constant('advance' as const), which: fc.constant(0), ms: fc.nat(40) }),
);

it('rings each when it is due, and none that was cleared, with one timer of the system', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { clock, advance, running } = manual();
      const alarms = Alarms.of(clock);
      const rung: string[] = [];
      const wanted: string[] = [];
      const due = new Map<number, number>();
      const all = Array.from({ length: 20 }, (_, i) => alarm(() => rung.push(`${i} at ${clock.now()}`)));
      for (const { what, which, ms } of steps) {
        const one = all[which] as Alarm;
        if (what === 'advance') {
          const end = clock.now() + ms;
          for (const [i, at] of due) if (at <= end && due.delete(i)) wanted.push(`${i} at ${at}`);
          advance(ms);
        } else if (what === 'set') {
          alarms.set(one, ms);
          due.set(which, clock.now() + ms);
        } else {
          alarms.clear(one);
          due.delete(which);
        }
        expect(running()).toBeLessThanOrEqual(1);
        if (due.size === 0) expect(running()).toBe(0);
      }
      const order = (a: string, b: string) => (a < b ? -1 : 1);
      expect(rung.toSorted(order)).toEqual(wanted.toSorted(order));
      expect(all.map(({ place }) => place >= 0)).toEqual(all.map((_, i) => due.has(i)));
    }),
  );
});

it('lets others have their turn when many are due at a time', () => {
  const { clock, advance, pass } = manual();
  const alarms = Alarms.of(clock);
  const turns: number[] = [];
  let inTurn = 0;
  for (let i = 0; i < 100; i++) {
    alarms.set(
      alarm(() => {
        inTurn++;
        pass(1);
      }),
      10,
    );
  }
  for (let turn = 0; turn < 100; turn++) {
    advance(turn === 0 ? 10 : 0);
    if (inTurn > 0) turns.push(inTurn);
    inTurn = 0;
  }
  expect(turns).toEqual(new Array(25).fill(4));
});

it('one that fails keeps no other from ringing', () => {
  const { clock, advance } = manual();
  const alarms = Alarms.of(clock);
  let rung = 0;
  alarms.set(
    alarm(() => {
      throw new Error('a bug');
    }),
    1,
  );
  alarms.set(
    alarm(() => rung++),
    2,
  );
  expect(() => advance(5)).toThrow('a bug');
  advance(5);
  expect(rung).toBe(1);
});
