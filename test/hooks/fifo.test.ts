import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectAll } from '../../src/daemon/memory.ts';
import { Fifo } from '../../src/hooks/fifo.ts';

const KIB = 1024;
const text = (line: string | Uint8Array) => Buffer.from(line).toString();
const lines = fc.array(
  fc.record({
    owner: fc.constantFrom('a', 'a', 'a', 'b', undefined),
    text: fc.oneof(fc.constant('x'), fc.string({ unit: 'grapheme', maxLength: 20 })),
    repeat: fc.constantFrom(1, 30, 400),
    plain: fc.boolean(),
  }),
  { maxLength: 60 },
);

function filled(given: { owner: string | undefined; line: string; plain: boolean }[]): Fifo {
  const fifo = new Fifo();
  for (const { owner, line, plain } of given)
    fifo.push(plain ? line : Buffer.from(line), Buffer.byteLength(line), owner);
  return fifo;
}

describe('lines that wait', () => {
  it('come out as they went in, whether they were put together or not', () => {
    fc.assert(
      fc.property(lines, fc.nat(10), (some, ahead) => {
        const given = [
          // so much waits that the rest is put together
          ...Array.from({ length: 70 }, () => ({ owner: 'z', line: 'y'.repeat(KIB), plain: true })),
          ...some.map((each) => ({ ...each, line: `${each.text.repeat(each.repeat)}\n` })),
        ];
        const fifo = filled(given);
        const all = given.map(({ line }) => line).join('');
        expect({ bytes: fifo.bytes, length: fifo.length }).toEqual({
          bytes: Buffer.byteLength(all),
          length: given.length,
        });
        let [got, events] = ['', 0];
        for (let taken = 0; fifo.length > 0; taken++) {
          events += fifo.headEvents;
          const bytes = fifo.headBytes;
          const line = fifo.shift();
          expect(Buffer.byteLength(line)).toBe(bytes);
          got += text(line);
          if (taken === ahead) fifo.push('late\n', 5, 'a');
        }
        expect(got.replace('late\n', '')).toBe(all);
        expect(events).toBeGreaterThanOrEqual(given.length);
        expect(fifo.bytes).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it('take about what they are: lines of one owner are put together', () => {
    const fifo = filled(
      Array.from({ length: 10_000 }, () => ({ owner: 'a', line: 'x'.repeat(300), plain: false })),
    );
    const kept = new Set<ArrayBufferLike>();
    let entries = 0;
    for (; fifo.length > 0; entries++) {
      const line = fifo.shift();
      if (typeof line !== 'string') kept.add(line.buffer);
    }
    const octets = [...kept].reduce((sum, { byteLength }) => sum + byteLength, 0);
    expect(entries).toBeLessThan(500);
    expect(octets).toBeLessThan(10_000 * 300 * 1.1 + 256 * KIB);
  });

  it('that are evicted are gone, and those that came last are there', () => {
    const fifo = new Fifo();
    for (let n = 0; n < 20_000; n++) {
      fifo.push('x'.repeat(100), 100, 'a');
      while (fifo.bytes > 100 * KIB) expect(fifo.evict()?.owner).toBe('a');
    }
    expect(fifo.bytes).toBeLessThanOrEqual(100 * KIB);
    // what is left is what came last, and taking it does not go through all that went
    let left = 0;
    for (; fifo.length > 0; fifo.shift()) left++;
    expect(left).toBeLessThan(1100);
  });

  it('that are evicted behind one that may not go leave no places behind', () => {
    const fifo = new Fifo();
    fifo.push('state\n', 6);
    fifo.push('first\n', 6, 'a');
    fifo.push('state too\n', 10);
    collectAll();
    const before = process.memoryUsage().heapUsed;
    let gone = 0;
    for (let n = 0; n < 500_000; n++) {
      fifo.push('event\n', 6, 'a');
      gone += fifo.evict()?.events ?? 0;
    }
    expect(gone).toBe(500_000);
    collectAll();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(1024 * KIB);
    expect([fifo.shift(), fifo.shift(), fifo.shift()]).toEqual(['state\n', 'state too\n', 'event\n']);
    expect(fifo.length).toBe(0);
  });
});
