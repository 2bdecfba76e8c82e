import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Departure, type Talker } from '../../src/daemon/departure.ts';

/** A clock that moves when told, and what left when. */
function rig() {
  let nowMs = 1000;
  const timers: { atMs: number; act: () => void }[] = [];
  const left: number[] = [];
  const clock = {
    now: () => nowMs,
    wall: () => nowMs,
    random: () => 0,
    after: (ms: number, act: () => void) => {
      timers.push({ atMs: nowMs + ms, act });
      return () => undefined;
    },
  };
  const departure = new Departure(clock, () => left.push(nowMs - 1000));
  const pass = async (ms: number) => {
    for (let step = 0; step < ms * 10; step++) {
      nowMs += 0.1;
      for (const timer of timers.splice(0)) {
        if (timer.atMs > nowMs + 0.001) timers.push(timer);
        else timer.act();
      }
      await turn();
    }
  };
  return { departure, left, pass };
}

/** A process that runs until `sleeps`, in which time it has a share of a processor. */
function talker(share: number, pass: () => number, sleeps = Number.POSITIVE_INFINITY): Talker {
  return { isRunning: () => pass() < sleeps, ranMs: () => pass() * share };
}

describe('a command that comes alone', () => {
  it('leaves soon where nothing is known, or the process waits', async () => {
    for (const who of [undefined, talker(1, () => 0, 0)]) {
      const { departure, left, pass } = rig();
      departure.said(who);
      await pass(1);
      expect(left).toHaveLength(1);
      expect(left[0]).toBeLessThan(0.35);
    }
  });

  it('leaves at once when its process waits, and nothing is left of what it wrote', async () => {
    const asleep = talker(1, () => 0, 0);
    const { departure, left, pass } = rig();
    departure.said(asleep, true);
    expect(left).toEqual([0]);
    // what follows is gathered
    departure.said(asleep, true);
    departure.said(asleep, true);
    expect(left).toHaveLength(1);
    await pass(6);
    expect(left).toHaveLength(2);
  });

  it('is not looked at when all before came alone; one that did not makes it look again', async () => {
    let looks = 0;
    const who = { isRunning: () => ++looks < 0, ranMs: () => 0 };
    const { departure, left, pass } = rig();
    const alone = async (times: number) => {
      for (let nth = 0; nth < times; nth++) {
        departure.said(who, true);
        await pass(6);
      }
    };
    await alone(16);
    expect(looks).toBe(16);
    await alone(5);
    expect([looks, left.length]).toEqual([16, 21]);
    departure.said(who, true);
    departure.said(who, true);
    await pass(12);
    await alone(1);
    expect(looks).toBe(17);
    // of somebody else nothing is known
    departure.said({ ...who }, true);
    expect(looks).toBe(18);
  });

  it('does not leave amid what its process wrote, nor while that runs', async () => {
    for (const [who, all] of [
      [talker(1, () => 0, 0), false],
      [talker(1, () => 0, 1), true],
    ] as const) {
      const { departure, left } = rig();
      departure.said(who, all);
      expect(left).toEqual([]);
      await turn();
    }
  });

  it('leaves when its process waits for something, however long it had to wait for a processor', async () => {
    const { departure, left, pass } = rig();
    let ms = 0;
    departure.said(talker(0, () => ms, 30));
    for (; ms < 40; ms++) await pass(1);
    expect(left).toHaveLength(1);
    expect(left[0]).toBeGreaterThan(29);
    expect(left[0]).toBeLessThan(34);
  });

  it('leaves when its process computes, or never seems to end', async () => {
    for (const [share, from, to] of [
      [1, 2, 6],
      [0, 99, 105],
    ] as const) {
      const { departure, left, pass } = rig();
      let ms = 0;
      departure.said(talker(share, () => ms));
      for (; ms < 110; ms++) await pass(1);
      expect(left).toHaveLength(1);
      expect(left[0]).toBeGreaterThan(from);
      expect(left[0]).toBeLessThan(to);
    }
  });
});

it('gathers what follows, and a stream of commands in pieces', async () => {
  const { departure, left, pass } = rig();
  for (let i = 0; i < 100; i++) {
    departure.said();
    await pass(0.1);
  }
  await pass(10);
  expect(left.length).toBeGreaterThan(0);
  expect(left.length).toBeLessThan(6);
  expect(left.at(-1)).toBeGreaterThan(9);
});
