import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineQueue } from '../../src/hooks/queue.ts';
import type { Lane, QueueLimits } from '../../src/hooks/queue-limits.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A queue whose sink takes a chunk when told to. */
function queued(limits: Partial<QueueLimits> = {}) {
  const chunks: string[] = [];
  const drops: Lane[] = [];
  let taken: (() => void) | undefined;
  const queue = new LineQueue({
    gap: ({ dropped }) => `gap ${dropped}\n`,
    clock: { wall: () => 0, after: () => () => undefined },
    onDrop: (lane) => void drops.push(lane),
    limits,
  });
  queue.open();
  queue.attach({
    write: (chunk, done) => {
      chunks.push(Buffer.from(chunk).toString());
      taken = done;
    },
  });
  const take = async () => {
    await turn();
    const done = taken;
    taken = undefined;
    done?.();
    await turn();
    return done !== undefined;
  };
  const takeAll = async () => {
    while (await take());
    return chunks.join('');
  };
  return { queue, chunks, drops, take, takeAll };
}

describe('queue', () => {
  it('joins what a tick offers', async () => {
    const { queue, chunks, takeAll } = queued();
    queue.offer('event', 'a\n');
    queue.offer('event', new Uint8Array([98, 10]));
    queue.offer('state', 'é\n');
    await takeAll();
    expect(chunks).toEqual(['a\nb\né\n']);
    expect(queue.stats()).toMatchObject({ queuedBytes: 0, queuedLines: 0, writtenLines: 3, writtenBytes: 7 });
  });

  it('takes the lines of many events at once, counts each, and hands a large piece on as it is', async () => {
    const { queue, chunks, takeAll } = queued();
    queue.offerRun(Buffer.from('a\nb\n'), 2, 'peer');
    const large = Buffer.from(`${'x'.repeat(39_999)}\n`.repeat(1));
    queue.offerRun(large, 1, 'peer');
    queue.offer('event', 'c\n');
    await takeAll();
    expect(chunks.join('')).toBe(`a\nb\n${large}c\n`);
    expect(queue.stats()).toMatchObject({
      offeredEvents: 4,
      writtenEvents: 4,
      writtenLines: 4,
      queuedEvents: 0,
    });
  });

  it('writes at most 64 KiB at a time, but for a longer line, and no second chunk before the first is taken', async () => {
    const { queue, chunks, takeAll } = queued();
    const long = `${'y'.repeat(70_000)}\n`;
    for (let i = 0; i < 1000; i++) queue.offer('event', `${'x'.repeat(99)}\n`);
    queue.offer('event', long);
    queue.offer('event', 'z\n');
    await turn();
    await turn();
    expect(chunks.length).toBe(1);
    await takeAll();
    expect(chunks.map((chunk) => chunk.length)).toEqual([65_500, 34_500, 70_001, 2]);
  });

  it('lets replies pass events, and keeps the order of events and states', async () => {
    const { queue, take, takeAll } = queued();
    queue.offer('event', 'first\n');
    await turn();
    queue.offer('event', 'update\n');
    queue.offer('state', 'down\n');
    queue.offer('reply', 'done\n');
    await take();
    expect(await takeAll()).toBe('first\ndone\nupdate\ndown\n');
  });

  it('drops the newest events when full, never the states, and tells the gap where it was', async () => {
    const { queue, drops, takeAll } = queued({ eventBytes: 8 });
    const taken = ['1', '2', '3', '4', '5', '6'].map((n) => queue.offer('event', `${n}\n`));
    expect(taken).toEqual([true, true, true, true, false, false]);
    expect(queue.offer('state', 'down\n')).toBe(true);
    expect(queue.offer('reply', 'done\n')).toBe(true);
    expect(await takeAll()).toBe('done\n1\n2\n3\n4\ngap 2\ndown\n');
    expect(queue.offer('event', '7\n')).toBe(true);
    expect(await takeAll()).toMatch(/down\n7\n$/);
    expect(drops).toEqual(['event']);
    expect(queue.stats().droppedEvents).toBe(2);
  });

  it('puts short replies together where many wait, and counts each', async () => {
    const { queue, takeAll } = queued();
    const count = 40_000;
    for (let n = 0; n < count; n++)
      expect(queue.offer('reply', n % 2 === 0 ? 'done\n' : 'error\n')).toBe(true);
    expect(queue.stats()).toMatchObject({ queuedLines: count, queuedBytes: count * 5.5, queuedEvents: 0 });
    expect(await takeAll()).toBe('done\nerror\n'.repeat(count / 2));
    expect(queue.stats()).toMatchObject({ writtenLines: count, writtenEvents: 0, queuedLines: 0 });
  });

  it('has limits for lines, states and replies', () => {
    const { queue, drops } = queued({ eventLines: 1, stateBytes: 4, eventBytes: 2, replyBytes: 4 });
    expect([1, 2].map(() => queue.offer('event', 'e\n'))).toEqual([true, false]);
    expect([1, 2, 3].map(() => queue.offer('state', 's\n'))).toEqual([true, true, false]);
    expect([1, 2, 3, 4].map(() => queue.offer('reply', 'r\n'))).toEqual([true, true, false, false]);
    expect(drops).toEqual(['event', 'reply']);
    expect(queue.stats()).toMatchObject({ droppedEvents: 2, droppedReplies: 2 });
  });

  it('counts what is lost with its reader, and refuses until it is opened', async () => {
    const { queue } = queued();
    for (const lane of ['event', 'reply', 'state'] as const) queue.offer(lane, 'x\n');
    const drained = queue.drained();
    expect(queue.detach()).toBe(3);
    await drained;
    expect(queue.offer('event', 'x\n')).toBe(false);
    expect(queue.stats()).toMatchObject({
      droppedEvents: 3,
      droppedReplies: 1,
      queuedBytes: 0,
      queuedLines: 0,
    });
  });

  it('writes or counts every line, in order', async () => {
    const offers = fc.array(
      fc.tuple(fc.constantFrom<Lane>('event', 'state'), fc.integer({ min: 1, max: 9 })),
    );
    await fc.assert(
      fc.asyncProperty(offers, async (rows) => {
        const { queue, takeAll } = queued({ eventBytes: 60, stateBytes: 20 });
        const kept = rows.map(([lane, length], i) => {
          const line = `${i}${'x'.repeat(length)}\n`;
          return queue.offer(lane, line) ? line : '';
        });
        const written = (await takeAll()).replace(/gap \d+\n/g, '');
        expect(written).toBe(kept.join(''));
        expect(queue.stats().droppedEvents).toBe(kept.filter((line) => line === '').length);
      }),
      { numRuns: 50 },
    );
  });
});
