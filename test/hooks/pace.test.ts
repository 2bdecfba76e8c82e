import { describe, expect, it } from 'vitest';
import { Pace } from '../../src/hooks/pace.ts';

/** A pace with a clock that is moved, and a queue of so many octets. */
function paced() {
  let nowMs = 1000;
  const timers = new Set<{ readonly atMs: number; readonly action: () => void }>();
  const state = { queuedBytes: 0, settled: 0, idle: false };
  const pace = new Pace({
    queuedBytes: () => state.queuedBytes,
    idle: () => state.idle,
    clock: {
      now: () => nowMs,
      after: (ms, action) => {
        const timer = { atMs: nowMs + ms, action };
        timers.add(timer);
        return () => timers.delete(timer);
      },
    },
  });
  const pass = async (ms: number) => {
    nowMs += ms;
    for (const timer of [...timers]) {
      if (timer.atMs > nowMs || !timers.delete(timer)) continue;
      timer.action();
    }
    await Promise.resolve();
  };
  const wait = () => {
    const room = pace.room();
    void room?.then(() => state.settled++);
    return room !== undefined;
  };
  return { pace, state, pass, wait, timers };
}

describe('pace', () => {
  it('waits for a process that reads, until little is left to read', async () => {
    const { pace, state, pass, wait } = paced();
    pace.moved();
    state.queuedBytes = 512 * 1024;
    expect(wait()).toBe(false);
    state.queuedBytes++;
    expect(wait()).toBe(true);
    for (let i = 0; i < 20; i++) {
      state.queuedBytes -= 16 * 1024;
      pace.moved();
      await pass(200);
      expect(state.settled).toBe(0);
    }
    state.queuedBytes = 128 * 1024;
    pace.moved();
    await pass(0);
    expect(state.settled).toBe(1);
    expect(wait()).toBe(false);
  });

  it('waits no longer for one that has stopped reading, nor ever for one that never read', async () => {
    const { pace, state, pass, wait, timers } = paced();
    state.queuedBytes = 1_000_000;
    expect(wait()).toBe(false);
    pace.moved();
    expect([wait(), wait()]).toEqual([true, true]);
    await pass(249);
    expect(state.settled).toBe(0);
    await pass(1);
    expect(state.settled).toBe(2);
    expect(wait()).toBe(false);
    expect(timers.size).toBe(0);
  });

  it('waits for one that had nothing to read for long: it is about to be given what waits', async () => {
    const { pace, state, pass, wait } = paced();
    pace.moved();
    await pass(10_000);
    state.idle = true;
    state.queuedBytes = 1_000_000;
    expect(wait()).toBe(true);
    state.idle = false;
    pace.moved();
    await pass(249);
    expect(state.settled).toBe(0);
    await pass(1);
    expect(state.settled).toBe(1);
  });

  it('lets everybody go when the process is gone', async () => {
    const { pace, state, pass, wait, timers } = paced();
    pace.moved();
    state.queuedBytes = 1_000_000;
    wait();
    pace.stop();
    await pass(0);
    expect(state.settled).toBe(1);
    expect(timers.size).toBe(0);
  });
});
