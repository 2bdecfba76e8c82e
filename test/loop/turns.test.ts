import { setImmediate as immediate } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { pauses, sliced } from '../../src/loop/sliced.ts';
import { Lane } from '../../src/loop/turns.ts';

/** Works for so long. */
function busy(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

/** Nobody waits, and nothing was spent of this turn. */
beforeEach(async () => {
  await new Lane().turn();
  await immediate();
});

describe('a lane', () => {
  it('runs at once what comes while there is time, and in a later turn what does not fit', async () => {
    const lane = new Lane();
    const ran: string[] = [];
    expect(lane.run(() => void ran.push('first'))).toBe(true);
    expect(lane.run(() => busy(6))).toBe(true);
    expect(lane.run(() => void ran.push('second'))).toBe(false);
    expect(ran).toEqual(['first']);
    await immediate();
    expect(ran).toEqual(['first', 'second']);
    expect(lane.run(() => void ran.push('third'))).toBe(true);
  });

  it('is served in turn with others, however many wait in one of them', async () => {
    const [many, few] = [new Lane(), new Lane()];
    const ran: string[] = [];
    for (let n = 0; n < 100; n++) many.soon(() => void ran.push(`many ${n}`));
    for (let n = 0; n < 2; n++) few.soon(() => void ran.push(`few ${n}`));
    expect(many.run(() => undefined)).toBe(false);
    await few.turn();
    expect(ran.slice(0, 5)).toEqual(['many 0', 'few 0', 'many 1', 'few 1', 'many 2']);
    while (ran.length < 102) await immediate();
    expect(ran.at(-1)).toBe('many 99');
  });

  it('lets timers have their turn, however much there is to do', async () => {
    const lanes = [new Lane(), new Lane()];
    let left = 100;
    const slice = () => {
      busy(1);
      left--;
    };
    for (let n = 0; n < left; n++) lanes[n % 2]?.soon(slice);
    await new Promise((resolve) => setTimeout(resolve, 1));
    // 8 ms are a turn; somebody else may have had the processor for some of it
    expect(left).toBeGreaterThan(50);
    while (left > 0) await immediate();
  });

  it('lets what a slice resolves go on before the next slice', async () => {
    const lane = new Lane();
    const ran: string[] = [];
    const worker = async (name: string) => {
      await lane.turn();
      await Promise.resolve();
      ran.push(`${name} begins`);
      await Promise.resolve();
      ran.push(`${name} ends`);
    };
    await Promise.all([worker('one'), worker('other')]);
    expect(ran).toEqual(['one begins', 'one ends', 'other begins', 'other ends']);
  });

  it('does not run what was cancelled', async () => {
    const lane = new Lane();
    const ran: number[] = [];
    const cancels = [1, 2, 3].map((n) => lane.soon(() => void ran.push(n)));
    cancels[1]?.();
    await lane.turn();
    expect(ran).toEqual([1, 3]);
    cancels[0]?.();
  });
});

describe('long work', () => {
  it('is carried out a little at a time', async () => {
    let steps = 0;
    function* work() {
      for (; steps < 50; steps++) {
        busy(1);
        yield;
      }
      return 'done';
    }
    const result = sliced(work());
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(steps).toBeLessThan(50);
    expect(await result).toBe('done');
    expect(steps).toBe(50);
  });

  it('goes on at once while it has not taken long', async () => {
    const pause = pauses();
    expect(pause()).toBeUndefined();
    busy(3);
    await pause();
    expect(pause()).toBeUndefined();
  });
});
