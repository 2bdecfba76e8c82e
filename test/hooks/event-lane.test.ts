import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Overflow } from '../../src/hooks/overflow.ts';
import { LineQueue } from '../../src/hooks/queue.ts';
import type { QueueLimits } from '../../src/hooks/queue-limits.ts';
import { until } from './support.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'peerline-spill-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

interface Rig {
  readonly limits?: Partial<QueueLimits>;
  readonly overflow: Overflow;
  readonly snapshot?: () => string[] | undefined;
}

/** A queue whose reader takes a chunk when told to, and a clock that is moved by hand. */
function rig({ limits = {}, overflow, snapshot }: Rig) {
  const told: string[] = [];
  const blocked: boolean[] = [];
  const troubles: (string | undefined)[] = [];
  let read = '';
  let taken: (() => void) | undefined;
  let expire = (): void => undefined;
  let kills = 0;
  const queue = new LineQueue({
    gap: ({ dropped, peers }) => `gap ${dropped} ${JSON.stringify(Object.fromEntries(peers))}\n`,
    clock: {
      wall: () => 0,
      after: (_, action) => {
        expire = action;
        return () => {
          expire = () => undefined;
        };
      },
    },
    limits: { eventBytes: 40, stateBytes: 20, ...limits },
    overflow,
    snapshot: () => snapshot?.()?.[Symbol.iterator](),
    onDrop: (lane) => void told.push(lane),
    onBlock: (is) => void blocked.push(is),
    onDisk: (trouble) => void troubles.push(trouble),
    onKill: () => kills++,
  });
  const sink = {
    write: (chunk: Uint8Array, done: () => void) => {
      read += Buffer.from(chunk).toString();
      taken = done;
    },
  };
  queue.open();
  queue.attach(sink);
  const readAll = async () => {
    for (let idle = 0; idle < 40; ) {
      await turn();
      const done = taken;
      taken = undefined;
      if (done === undefined) idle++;
      else idle = 0;
      done?.();
    }
    const all = read;
    read = '';
    return all;
  };
  /** A line of ten octets. */
  const event = (n: number, from = 'a') =>
    queue.offer('event', `event ${String(n).padStart(3, '0')}\n`, from);
  const sums = () => {
    const { offeredEvents, writtenEvents, droppedEvents, queuedEvents } = queue.stats();
    return offeredEvents - writtenEvents - droppedEvents - queuedEvents;
  };
  return {
    queue,
    sink,
    told,
    troubles,
    blocked,
    readAll,
    event,
    sums,
    expire: () => expire(),
    kills: () => kills,
  };
}

describe('resync', () => {
  it('drops what waits and what follows, then tells one gap, the state, and goes on', async () => {
    const { queue, readAll, event, sums } = rig({
      overflow: { policy: 'resync' },
      snapshot: () => ['begin\n', 'state\n', 'end\n'],
    });
    event(1);
    await turn();
    for (let i = 2; i < 9; i++) event(i, i % 2 === 0 ? 'a' : 'b');
    queue.offer('state', 'down\n');
    const all = readAll();
    await turn();
    await turn();
    event(9);
    expect(await all).toBe('event 001\ndown\ngap 7 {"a":4,"b":3}\nbegin\nstate\nend\nevent 009\n');
    expect(queue.stats()).toMatchObject({ gaps: 1, snapshotLines: 3, droppedEvents: 7 });
    expect(sums()).toBe(0);
  });

  it('while a snapshot is read makes another after it', async () => {
    let made = 0;
    const { queue, readAll, event } = rig({
      overflow: { policy: 'resync' },
      snapshot: () => [`state ${++made}\n`],
    });
    for (let i = 0; i < 9; i++) event(i);
    queue.tellSnapshot();
    for (let i = 0; i < 9; i++) event(i);
    const text = await readAll();
    expect(text.match(/state/g)).toHaveLength(2);
    expect(text.indexOf('gap')).toBeLessThan(text.lastIndexOf('state'));
  });

  it.each([{ state: ['state\n'] }, { state: undefined }])(
    'asks once whether there is a state to tell ($state), not for each event that it drops',
    async ({ state }) => {
      let asked = 0;
      const { readAll, event, sums } = rig({
        overflow: { policy: 'resync' },
        snapshot: () => {
          asked++;
          return state;
        },
      });
      for (let i = 0; i < 500; i++) event(i);
      expect(asked).toBe(1);
      expect(await readAll()).toContain('gap ');
      expect(sums()).toBe(0);
    },
  );

  it('without a state to tell keeps what waits', async () => {
    const { readAll, event } = rig({ overflow: { policy: 'resync' } });
    for (let i = 0; i < 6; i++) event(i);
    expect(await readAll()).toBe('event 000\nevent 001\nevent 002\nevent 003\ngap 2 {"a":2}\n');
  });
});

describe('drop-oldest', () => {
  it('keeps the newest and every state, and tells the gap where it is', async () => {
    const { queue, readAll, event, sums } = rig({ overflow: { policy: 'drop-oldest' } });
    event(0);
    queue.offer('state', 'down\n');
    for (let i = 1; i < 8; i++) event(i, 'b');
    expect(await readAll()).toBe('gap 5 {"a":1,"b":4}\ndown\nevent 005\nevent 006\nevent 007\n');
    event(8);
    expect(await readAll()).toBe('event 008\n');
    expect(sums()).toBe(0);
  });
});

describe('block', () => {
  const overflow = { policy: 'block', limitSeconds: 1 } as const;

  it('loses nothing: what feeds it waits until half of the queue is free', async () => {
    const { readAll, event, blocked, queue } = rig({ overflow });
    for (let i = 0; i < 6; i++) expect(event(i)).toBe(true);
    expect(blocked).toEqual([true]);
    expect(queue.stats().blocked).toBe(true);
    expect((await readAll()).split('\n')).toHaveLength(7);
    expect(blocked).toEqual([true, false]);
    expect(queue.stats()).toMatchObject({ droppedEvents: 0, blocked: false });
  });

  it('is bounded though nobody waits', async () => {
    const { readAll, event, queue } = rig({ overflow });
    for (let i = 0; i < 20; i++) event(i);
    expect(queue.stats()).toMatchObject({ queuedEvents: 8, droppedEvents: 12 });
    expect(await readAll()).toMatch(/event 007\ngap 12 /);
  });

  it('ends after its time, as resync', async () => {
    const { readAll, event, blocked, expire } = rig({ overflow, snapshot: () => ['state\n'] });
    for (let i = 0; i < 6; i++) event(i);
    expire();
    expect(blocked).toEqual([true, false]);
    event(6);
    expect(await readAll()).toBe('gap 7 {"a":7}\nstate\n');
  });
});

describe('kill', () => {
  it('gives up everything, once', async () => {
    const { queue, event, kills, sums } = rig({ overflow: { policy: 'kill' } });
    for (let i = 0; i < 12; i++) event(i);
    expect(kills()).toBe(1);
    queue.detach();
    queue.open();
    expect(event(1)).toBe(true);
    expect(queue.stats()).toMatchObject({ droppedEvents: 12, queuedEvents: 1 });
    expect(sums()).toBe(0);
  });
});

describe('spill', () => {
  const spill = (directory: string, limitBytes = 10_000) =>
    ({ policy: 'spill', directory, limitBytes, name: 'p' }) as const;
  const numbers = (text: string) => [...text.matchAll(/event (\d+)/g)].map((match) => Number(match[1]));
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

  it('loses nothing, in order, and leaves no file behind', async () => {
    const directory = folder();
    const { queue, sink, readAll, event, sums } = rig({ overflow: spill(directory) });
    // with somebody who reads, what is on disk is fetched, and the file gone, before anybody may see it
    queue.detach();
    for (let i = 0; i < 300; i++) event(i);
    await until(() => readdirSync(directory).length > 0);
    expect(queue.stats()).toMatchObject({ spilledEvents: 296, droppedEvents: 0, queuedEvents: 300 });
    queue.attach(sink);
    let text = '';
    while (numbers(text).length < 300) text += await readAll();
    expect(numbers(text)).toEqual(range(0, 300));
    await until(() => readdirSync(directory).length === 0);
    for (let i = 300; i < 600; i++) event(i);
    text = '';
    while (numbers(text).length < 300) text += await readAll();
    expect(numbers(text)).toEqual(range(300, 600));
    expect(sums()).toBe(0);
  });

  it('takes nothing for a process that reads no more and lives on; the next one is told how much that was', async () => {
    const directory = folder();
    const { queue, sink, readAll, event, told, sums } = rig({ overflow: spill(directory) });
    for (let i = 0; i < 10; i++) event(i);
    queue.deafen();
    for (let i = 10; i < 900; i++) event(i);
    queue.offerRun(Buffer.from('event 900\nevent 901\n'), 2, 'b');
    expect(queue.stats()).toMatchObject({ droppedEvents: 892, queuedEvents: 10 });
    expect(told).toEqual(['event']);
    queue.detach();
    for (let i = 902; i < 910; i++) event(i);
    queue.open();
    queue.attach(sink);
    let text = '';
    while (numbers(text).length < 18) text += await readAll();
    expect(numbers(text)).toEqual([...range(0, 10), ...range(902, 910)]);
    expect(text).toMatch(/event 009\ngap 892 \{"a":890,"b":2\}\nevent 902/);
    expect(sums()).toBe(0);
  });

  it('outlives the process: the next one reads on', async () => {
    const { queue, sink, readAll, event } = rig({ overflow: spill(folder()) });
    for (let i = 0; i < 50; i++) event(i);
    queue.detach();
    for (let i = 50; i < 60; i++) event(i);
    // an answer to the one that is gone
    expect(queue.offer('reply', 'done\n')).toBe(false);
    queue.open();
    queue.attach(sink);
    let text = '';
    while (numbers(text).length < 60) text += await readAll();
    expect(numbers(text)).toEqual(range(0, 60));
    expect(text).not.toContain('done');
  });

  it('outlives the process: who comes amid a snapshot is told another, and each line counts once', async () => {
    const { queue, sink, readAll, sums } = rig({
      overflow: { policy: 'spill', directory: folder(), name: 'slow', limitBytes: 10_000 },
      snapshot: () => Array.from({ length: 5 }, (_, n) => `${n}${'x'.repeat(30_000)}\n`),
    });
    queue.tellSnapshot();
    await turn();
    queue.detach();
    queue.open();
    queue.tellSnapshot();
    queue.attach(sink);
    expect((await readAll()).match(/\dx/g)).toEqual(['0x', '1x', '0x', '1x', '2x', '3x', '4x']);
    expect(sums()).toBe(0);
  });

  it('outlives the process: who comes next reads what happened before its snapshot before it', async () => {
    let state = 0;
    const { queue, sink, readAll, event, sums } = rig({
      overflow: spill(folder()),
      snapshot: () => [`snapshot ${state}\n`],
    });
    const events = (from: number, to: number) => {
      for (state = from; state < to; state++) event(state);
    };
    queue.detach();
    events(0, 50);
    queue.open();
    queue.tellSnapshot();
    events(50, 60);
    queue.attach(sink);
    let text = '';
    while (!text.includes('snapshot')) text += await readAll();
    events(60, 70);
    while (numbers(text).length < 70) text += await readAll();
    expect(numbers(text)).toEqual(range(0, 70));
    expect(text).toMatch(/event 059\nsnapshot 60\nevent 060/);
    expect(sums()).toBe(0);
  });

  it('tells who comes next first how much was on its way to the one that died', async () => {
    const { queue, sink, readAll, event, sums } = rig({ overflow: spill(folder()) });
    for (let i = 0; i < 3; i++) event(i);
    await turn();
    await turn();
    for (let i = 3; i < 30; i++) event(i);
    queue.detach();
    await readAll();
    queue.attach(sink);
    let text = '';
    while (numbers(text).length < 27) text += await readAll();
    expect(text).toMatch(/^gap 3 \{\}\nevent 003\n/);
    expect(numbers(text)).toEqual(range(3, 30));
    expect(sums()).toBe(0);
  });

  it('outlives the program, but for what was in memory; a torn end is left out', async () => {
    const directory = folder();
    const first = rig({ overflow: spill(directory) });
    first.queue.detach();
    first.queue.open();
    for (let i = 0; i < 50; i++) first.event(i);
    await until(() =>
      readdirSync(directory).some((file) => statSync(join(directory, file)).size === 46 * 18),
    );
    appendFileSync(join(directory, 'p.00000000.spill'), Buffer.from([0, 0, 0, 99, 1, 2]));
    const second = rig({ overflow: spill(directory) });
    second.event(50);
    let text = '';
    while (!text.includes('050')) text += await second.readAll();
    expect(numbers(text)).toEqual(range(4, 51));
  });

  it('of lines that came together keeps them together, and counts each', async () => {
    const { queue, readAll, sums } = rig({ overflow: spill(folder()) });
    const octets = (from: number) =>
      Buffer.from(
        range(from, from + 8)
          .map((n) => `event ${String(n).padStart(3, '0')}\n`)
          .join(''),
      );
    for (let from = 0; from < 80; from += 8) queue.offerRun(octets(from), 8, 'a');
    expect(queue.stats()).toMatchObject({ offeredEvents: 80, queuedEvents: 80, spilledEvents: 80 });
    let text = '';
    while (numbers(text).length < 80) text += await readAll();
    expect(numbers(text)).toEqual(range(0, 80));
    expect(sums()).toBe(0);
  });

  it('that the disk cannot keep up with tells one gap behind what came before, and holds no lines in memory', async () => {
    const { queue, readAll, event, sums } = rig({ overflow: spill(folder(), 1 << 30) });
    const long = 'x'.repeat(4096);
    const count = 1500;
    for (let i = 0; i < count; i++)
      queue.offer('event', `event ${String(i).padStart(4, '0')} ${long}\n`, 'a');
    const { droppedEvents, queuedBytes } = queue.stats();
    expect(droppedEvents).toBeGreaterThan(400);
    expect(queuedBytes).toBeLessThan(2 * 4200);
    let text = '';
    while (!text.includes('gap')) text += await readAll();
    event(count);
    while (!text.includes(`event ${count}`)) text += await readAll();
    expect(numbers(text)).toEqual([...range(0, count - droppedEvents), count]);
    expect(text.match(/gap \d+/g)).toEqual([`gap ${droppedEvents}`]);
    expect(sums()).toBe(0);
  });

  it('that the disk does not take is told in its place, by peers, once it is taken again', async () => {
    const directory = folder();
    const { queue, sink, readAll, event, sums, troubles } = rig({
      overflow: { ...spill(directory), retryMs: 20 },
    });
    queue.detach();
    rmSync(directory, { recursive: true });
    let count = 0;
    const some = async () => {
      event(count, count % 2 === 0 ? 'a' : 'b');
      count++;
      await new Promise((resolve) => setTimeout(resolve, 2));
    };
    // some attempts fail, and with them what they were to tell
    const start = performance.now();
    while (performance.now() - start < 150) await some();
    mkdirSync(directory);
    const written = () => readdirSync(directory).some((file) => statSync(join(directory, file)).size > 0);
    while (!written()) await some();
    await some();
    queue.attach(sink);
    let text = '';
    while (!numbers(text).includes(count - 1)) text += await readAll();
    const [, all, peers = '{}'] = /gap (\d+) (.*)/.exec(text) ?? [];
    const missing = Number(all);
    expect(missing).toBeGreaterThan(3);
    expect(text.match(/gap/g)).toHaveLength(1);
    const { a, b } = JSON.parse(peers);
    expect([a + b, Math.abs(a - b) < 2]).toEqual([missing, true]);
    expect(numbers(text)).toEqual([...range(0, 4), ...range(4 + missing, count)]);
    expect(text).toMatch(/^(event 00\d\n){4}gap/);
    expect(troubles).toEqual(['cannot be written: ENOENT', undefined]);
    expect(sums()).toBe(0);
  });

  it('is bounded: beyond the limit lines are dropped, and told', async () => {
    const { queue, readAll, event, sums } = rig({ overflow: spill(folder(), 1000) });
    for (let i = 0; i < 200; i++) event(i);
    const { droppedEvents, spillBytes } = queue.stats();
    expect(spillBytes).toBeLessThanOrEqual(1000);
    expect(droppedEvents).toBeGreaterThan(100);
    let text = '';
    while (!text.includes('gap')) text += await readAll();
    expect(numbers(text)).toEqual(range(0, 200 - droppedEvents));
    expect(text).toContain(`gap ${droppedEvents} `);
    event(200);
    // behind a file that is still being deleted it goes to the disk, too
    for (text = ''; !text.includes('event 200'); ) text += await readAll();
    expect(sums()).toBe(0);
  });
});

it('whatever the policy and the pace, every line is told or counted, and none twice', async () => {
  const steps = fc.array(fc.oneof(fc.constant('read' as const), fc.integer({ min: 1, max: 6 })), {
    maxLength: 20,
  });
  const policies = fc.constantFrom<Overflow>(
    { policy: 'resync' },
    { policy: 'drop-newest' },
    { policy: 'drop-oldest' },
    { policy: 'block', limitSeconds: 1 },
  );
  await fc.assert(
    fc.asyncProperty(policies, steps, fc.boolean(), async (overflow, rows, hasState) => {
      const { readAll, event, sums } = rig({ overflow, ...(hasState && { snapshot: () => ['state\n'] }) });
      let next = 0;
      let text = '';
      for (const row of rows) {
        if (row === 'read') text += await readAll();
        else for (let i = 0; i < row; i++) event(next++);
      }
      text += await readAll();
      const seen = [...text.matchAll(/event (\d+)/g)].map((match) => Number(match[1]));
      const missing = [...text.matchAll(/gap (\d+)/g)].reduce((sum, match) => sum + Number(match[1]), 0);
      expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
      expect(seen.length + missing).toBe(next);
      expect(sums()).toBe(0);
    }),
    { numRuns: 40 },
  );
});

describe('lines that are offered together', () => {
  const run = (from: number, to: number) =>
    Buffer.from(Array.from({ length: to - from }, (_, i) => `event 00${from + i}\n`).join(''));

  it.each([
    ['drop-newest', 'event 001\nevent 002\nevent 003\nevent 004\ngap 3 {"a":3}\n'],
    ['drop-oldest', 'gap 3 {"a":3}\nevent 004\nevent 005\nevent 006\nevent 007\n'],
  ] as const)('are taken apart where there is no room for all, under %s', async (policy, read) => {
    const { queue, readAll, sums } = rig({ overflow: { policy } });
    queue.offerRun(run(1, 4), 3, 'a');
    queue.offerRun(run(4, 8), 4, 'a');
    expect(await readAll()).toBe(read);
    expect(sums()).toBe(0);
  });

  it('are refused whole while a gap waits to be told, and counted', async () => {
    const { queue, readAll, sums } = rig({ overflow: { policy: 'drop-newest' } });
    queue.offerRun(run(1, 8), 7, 'a');
    queue.offerRun(run(8, 12), 4, 'a');
    queue.offerRun(run(12, 14), 2, 'b');
    expect(queue.stats().droppedEvents).toBeGreaterThan(5);
    expect(await readAll()).toMatch(/^(?:event 00\d\n)+gap \d+ \{"a":\d+,"b":2\}\n$/);
    expect(sums()).toBe(0);
  });
});
