import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Entries } from '../../src/rib/entries.ts';
import { OctetTable } from '../../src/rib/octets/hash-table.ts';
import { EMPTY, Slots } from '../../src/rib/slots.ts';
import { PrefixList } from '../../src/wire/prefix-list.ts';

/** More than move at once: what is done then is done a little at a time. */
const MANY = 6_000;

/** Numbers as a seed has them, below a limit. */
function random(seed: number): (limit: number) => number {
  let state = seed | 1;
  return (limit) => {
    state = (Math.imul(state, 0x2c1b3c6d) + 0x3243f6a9) | 0;
    return (state >>> 8) % limit;
  };
}

const seed = fc.integer();
const runs = { numRuns: 6 };

function listOf(n: number): PrefixList {
  const list = new PrefixList();
  const text = n % 3 === 0 ? `2001:db8:${n.toString(16)}::/48` : `10.${n >> 8}.${n & 255}.0/24`;
  list.read(Buffer.from(text), 0);
  return list;
}

it('holds the entries of a table that grows a little at a time, whatever goes and moves meanwhile', () => {
  fc.assert(
    fc.property(seed, (from) => {
      const next = random(from);
      const entries: Entries<number> = new Entries(() => {});
      const lists = Array.from({ length: MANY }, (_, n) => listOf(n));
      const there = new Map<number, number>();
      const check = (n: number) => {
        const entry = entries.find(lists[n] as PrefixList, 0);
        const found = entry < 0 ? undefined : entries.value(entry);
        // an `expect` for each takes seconds
        if (found !== there.get(n)) expect(found).toBe(there.get(n));
      };
      for (let step = 0; step < 5 * MANY; step++) {
        const n = next(MANY);
        check(n);
        // at times most of them go, at others most come
        if (next(4) < (step % (2 * MANY) < MANY ? 1 : 3)) {
          const entry = entries.find(lists[n] as PrefixList, 0);
          if (entry >= 0) entries.free(entry);
          there.delete(n);
        } else {
          entries.setValue(entries.findOrAdd(lists[n] as PrefixList, 0), step);
          there.set(n, step);
        }
      }
      for (let n = 0; n < MANY; n++) check(n);
      const all = Array.from(entries.walk(), (entry) => entries.value(entry) as number);
      expect(all.toSorted((a, b) => a - b)).toEqual([...there.values()].toSorted((a, b) => a - b));
    }),
    runs,
  );
});

it('and of one whose last entry takes the number of one that goes', () => {
  fc.assert(
    fc.property(seed, (from) => {
      const next = random(from);
      const table = new OctetTable();
      const keys = Array.from({ length: MANY }, (_, n) => Uint8Array.of(24, 10, n >> 8, n & 255));
      const there = new Map<number, number>();
      for (let step = 0; step < 5 * MANY; step++) {
        const n = next(MANY);
        const entry = table.find(keys[n] as Uint8Array, 0, 4);
        const found = entry < 0 ? undefined : table.value(entry);
        if (found !== there.get(n)) expect(found).toBe(there.get(n));
        if (next(4) < (step % (2 * MANY) < MANY ? 1 : 3)) {
          if (entry >= 0) table.delete(entry);
          there.delete(n);
        } else {
          if (entry < 0) table.add(keys[n] as Uint8Array, 0, 4, step, 1);
          else table.put(entry, step, 1);
          there.set(n, step);
        }
      }
      const all = Array.from({ length: table.size }, (_, entry) => table.value(entry));
      expect(all.toSorted((a, b) => a - b)).toEqual([...there.values()].toSorted((a, b) => a - b));
    }),
    runs,
  );
});

it('moves few at a time, and all before there are too few again', () => {
  let hashed = 0;
  const table = {
    isIndexed: () => true,
    hash(entry: number) {
      hashed++;
      return Math.imul(entry + 1, 0x9e3779b1);
    },
  };
  const slots = new Slots(table, 0.5);
  const worst = new Map<number, number>();
  for (let entry = 0; entry < 100_000; entry++) {
    hashed = 0;
    slots.reserve(entry, entry);
    slots.add(entry, Math.imul(entry + 1, 0x9e3779b1));
    worst.set(hashed, entry);
  }
  expect(Math.max(...worst.keys())).toBeLessThanOrEqual(1024);
  // those of a larger table
  const later = [...worst].filter(([, entry]) => entry > 10_000).map(([count]) => count);
  expect(Math.max(...later)).toBe(256);
  expect(slots.before).toBeUndefined();
  expect(slots.now.filter((found) => found !== EMPTY)).toHaveLength(100_000);
});

it('does not take an entry that came later for the one with the lower bits of its number', () => {
  const hash = (entry: number) => 4096 | (entry % 2048);
  const slots = new Slots({ isIndexed: () => true, hash }, 0.5);
  const add = (entry: number, count: number) => {
    slots.reserve(entry, count);
    slots.add(entry, hash(entry));
  };
  for (let entry = 0; entry < 1_500; entry++) add(entry, entry);
  // most are none any more: it is the numbers that slots are too few for
  add(8_191, 1_500);
  const stand = () => slots.before?.filter((found) => found !== EMPTY).length;
  expect(stand()).toBe(1_500);
  add(8_192 + 40, 1_500);
  slots.remove(8_192 + 40);
  expect(stand()).toBe(1_500);
});

it('entries move together a few at a time when much of a table is gone', () => {
  let moved = 0;
  const entries: Entries<number> = new Entries(() => {
    moved++;
  });
  const add = (n: number) => entries.setValue(entries.findOrAdd(listOf(n), 0), n);
  for (let n = 0; n < MANY; n++) add(n);
  const all = [...entries.walk()];
  for (const entry of all.slice(0, MANY / 2)) entries.free(entry);
  const kept = all.slice(MANY / 2).map((entry) => entries.value(entry));
  const seen = entries.begin(all[MANY / 2]);
  let worst = 0;
  for (let n = MANY; n < 2 * MANY; n++) {
    moved = 0;
    add(n);
    worst = Math.max(worst, moved);
  }
  expect(worst).toBe(4);
  const left: (number | undefined)[] = [];
  for (let entry = entries.next(seen); entry >= 0; entry = entries.next(seen))
    left.push(entries.value(entry));
  expect(left).toEqual([...kept, ...Array.from({ length: MANY }, (_, n) => n + MANY)]);
});
