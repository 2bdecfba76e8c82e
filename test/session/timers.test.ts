import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/session/clock.ts';
import { survivor } from '../../src/session/collision.ts';
import { jittered, nextWaitSeconds, QuietTimer } from '../../src/session/timers.ts';

/** A clock that moves when told. */
class ManualClock implements Clock {
  fraction = 0;
  #now = 0;
  readonly #due = new Map<symbol, { at: number; action: () => void }>();

  now(): number {
    return this.#now;
  }

  wall(): number {
    return this.#now;
  }

  random(): number {
    return this.fraction;
  }

  after(ms: number, action: () => void): () => void {
    const key = Symbol('timer');
    this.#due.set(key, { at: this.#now + ms, action });
    return () => this.#due.delete(key);
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = [...this.#due].sort((a, b) => a[1].at - b[1].at)[0];
      if (next === undefined || next[1].at > end) break;
      this.#due.delete(next[0]);
      this.#now = next[1].at;
      next[1].action();
    }
    this.#now = end;
  }
}

describe('timers', () => {
  it('wait longer after each failure', () => {
    const waits = [0];
    for (let i = 0; i < 19; i++) waits.push(nextWaitSeconds(waits.at(-1) ?? 0));
    expect(waits).toEqual([0, 1, 2, 3, 4, 5, 7, 9, 11, 14, 17, 21, 26, 32, 39, 47, 57, 60, 60, 60]);
  });

  it.each([
    { fraction: 0, ms: 750 },
    { fraction: 0.5, ms: 875 },
  ])('are spread: $fraction', ({ fraction, ms }) => {
    const clock = new ManualClock();
    clock.fraction = fraction;
    expect(jittered(1000, clock)).toBe(ms);
  });

  it('expire when nothing touched them for long enough', () => {
    const clock = new ManualClock();
    const expired: number[] = [];
    const timer = new QuietTimer(clock, { expired: () => expired.push(clock.now()) });
    timer.start(3000);
    clock.advance(2000);
    timer.touch();
    clock.advance(2900);
    expect(expired).toEqual([]);
    expect(timer.running).toBe(true);
    clock.advance(200);
    expect(expired).toEqual([5000]);
    expect(timer.running).toBe(false);
    timer.start(1000);
    timer.stop();
    clock.advance(5000);
    expect(expired).toHaveLength(1);
  });
});

describe('collision', () => {
  it.each([
    // RFC 4271 6.8
    { local: [2, 65001], remote: [1, 65002], stays: 'opened-by-us' },
    { local: [1, 65001], remote: [2, 65002], stays: 'opened-by-peer' },
    // RFC 6286 2.3: unsigned, then the AS
    { local: [0xc0000001, 1], remote: [0x0a000001, 2], stays: 'opened-by-us' },
    { local: [7, 65001], remote: [7, 65002], stays: 'opened-by-peer' },
    { local: [7, 65003], remote: [7, 65002], stays: 'opened-by-us' },
  ] as const)('$local, $remote: $stays', ({ local, remote, stays }) => {
    const speaker = ([id, as]: readonly [number, number]) => ({ id, as });
    expect(survivor(speaker(local), speaker(remote))).toBe(stays);
  });
});
