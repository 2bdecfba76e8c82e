import { expect, it } from 'vitest';
import { Entries } from '../../src/rib/entries.ts';
import { WAITS, Waiting } from '../../src/rib/waiting.ts';
import { PrefixList } from '../../src/wire/prefix-list.ts';

const MARKER = { kind: 'marker', key: 'end', message: new Uint8Array(0) } as const;

function listOf(n: number): PrefixList {
  const list = new PrefixList();
  list.read(Buffer.from(`10.${n >> 8}.${n & 255}.0/24`), 0);
  return list;
}

it('what moves behind, time after time, leaves no room behind that nobody uses', () => {
  const entries: Entries<string> = new Entries((from, to) => waiting.moved(from, to));
  const waiting = new Waiting({ entries, family: () => 0, isHeld: () => true });
  const queued: number[] = [];
  const taken = process.memoryUsage().arrayBuffers;
  for (let times = 0; times < 500_000; times++) {
    if (times % 10_000 === 0) {
      const entry = entries.findOrAdd(listOf(times / 10_000), 0);
      waiting.set(entry, WAITS.announce);
      queued.push(entry);
    }
    waiting.dropMarker(MARKER.key);
    waiting.extra(MARKER);
  }
  expect(process.memoryUsage().arrayBuffers - taken).toBeLessThan(256 * 1024);
  const next = Array.from({ length: waiting.size }, () => waiting.next());
  expect(next).toEqual([...queued, MARKER]);
});
