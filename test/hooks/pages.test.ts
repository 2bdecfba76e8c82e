import { describe, expect, it } from 'vitest';
import { writePages } from '../../src/hooks/pages.ts';
import { LineQueue } from '../../src/hooks/queue.ts';
import { sleep, until, watch, worstLateness } from './support.ts';

function* numbers(count: number): Generator<string, void> {
  for (let i = 0; i < count; i++) yield `line ${i} ${'x'.repeat(90)}`;
}

/** A queue whose reader takes nothing, and a clock that is moved by hand. */
function stuck() {
  const told: string[] = [];
  const dropped: string[] = [];
  let expire = (): void => {};
  let read = (): void => {};
  const queue = new LineQueue({
    gap: () => '',
    clock: { wall: () => 0, after: () => () => undefined },
    onDrop: (lane) => void dropped.push(lane),
  });
  queue.open();
  queue.attach({
    write: (_, done) => {
      read = done;
    },
  });
  const sink = {
    queue,
    after: (_: number, action: () => void) => {
      expire = action;
      return () => undefined;
    },
    hold: () => void told.push('hold'),
    release: () => void told.push('release'),
    cut: () => void told.push('cut'),
  };
  return { told, dropped, queue, sink, expire: () => expire(), read: () => read() };
}

describe('a reply', () => {
  it('that fits into a page holds nobody up', () => {
    const { told, queue, sink } = stuck();
    writePages(['one', 'two'], sink);
    writePages([], sink);
    expect(told).toEqual([]);
    expect(queue.stats()).toMatchObject({ queuedBytes: 8, queuedLines: 1 });
  });

  it('is made no further than it is read, and given up in the end', async () => {
    const { told, queue, sink, expire } = stuck();
    let made = 0;
    const lines = (function* () {
      for (const line of numbers(1_000_000)) {
        made++;
        yield line;
      }
    })();
    writePages(lines, sink);
    await sleep(50);
    expect(made).toBeLessThan(5000);
    expect(told).toEqual(['hold']);
    expect(queue.stats().queuedBytes).toBeLessThan(200_000);
    expire();
    await sleep(1);
    expect(told).toEqual(['hold', 'cut', 'release']);
  });

  it('is counted where it is given up, and the next ones are not waited for until what is there was read', async () => {
    const { told, queue, sink, expire, dropped, read } = stuck();
    const table = () => writePages(numbers(10_000), sink);
    table();
    await sleep(50);
    expire();
    await sleep(1);
    for (let i = 0; i < 3; i++) table();
    expect(told).toEqual(['hold', 'cut', 'release']);
    expect(dropped).toEqual(['reply']);
    expect(queue.stats().droppedReplies).toBe(4);
    while (queue.queuedBytes > 0) {
      await sleep(1);
      read();
    }
    table();
    expect(told.at(-1)).toBe('hold');
  });

  it('ends when its reader is gone', async () => {
    const { told, queue, sink } = stuck();
    writePages(numbers(1_000_000), sink);
    queue.detach();
    await sleep(10);
    expect(told).toEqual(['hold', 'release']);
  });

  it('of 20 MB reaches a process whole, before its next command is read, and delays nobody', async () => {
    const heard: string[] = [];
    const { child } = watch(
      [
        process.execPath,
        '-e',
        `console.log('ask'); console.log('ask again'); let count = 0;
         require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
           count++;
           if (line === 'done') console.log('got', count);
         });`,
      ],
      {
        onLine: (line) => {
          if ('text' in line) heard.push(line.text);
          if (heard.at(-1) === 'ask') child.reply(reply());
        },
      },
    );
    function* reply() {
      yield* numbers(200_000);
      heard.push('made');
      yield 'done';
    }
    const lateness = await worstLateness(async () => {
      child.start();
      await until(() => heard.includes('got 200001'), 15_000);
    });
    expect(heard).toEqual(['ask', 'made', 'ask again', 'got 200001']);
    expect(lateness).toBeLessThan(200);
    await child.stop();
  });
});
