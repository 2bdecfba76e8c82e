import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Entries, KIND } from '../../src/rib/entries.ts';
import { PrefixList } from '../../src/wire/prefix-list.ts';

const key = fc.oneof(
  fc
    .tuple(fc.nat(5), fc.nat(5), fc.constantFrom(16, 24))
    .map(([a, b, bits]) => `10.${a}.${bits === 24 ? b : 0}.0/${bits}`),
  fc.nat(20).map((n) => `2001:db8:${n.toString(16)}::/48`),
  fc.nat(5).map((n) => `other ${n}`),
);

/** The entry of a key, of a new one where `add` says so. */
function entryOf(entries: Entries<string> | Entries<number>, text: string, add: boolean): number {
  if (text.startsWith('other')) {
    const found = entries.findKey(text);
    return found < 0 && add ? entries.addKey(text) : found;
  }
  const list = new PrefixList();
  expect(list.read(Buffer.from(text), 0)).toBe(text.length);
  return add ? entries.findOrAdd(list, 0) : entries.find(list, 0);
}

it('is a map in the order of its keys, whatever comes and goes', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(key, fc.boolean()), { maxLength: 200 }), (changes) => {
      const entries: Entries<string> = new Entries(() => {});
      const plain = new Map<string, string>();
      changes.forEach(([text, goes], i) => {
        const entry = entryOf(entries, text, !goes);
        expect(entry >= 0).toBe(!goes || plain.has(text));
        if (goes) {
          if (entry >= 0) entries.free(entry);
          plain.delete(text);
          return;
        }
        entries.setValue(entry, `${text} ${i}`);
        plain.set(text, `${text} ${i}`);
      });
      expect(Array.from(entries.walk(), (entry) => entries.value(entry))).toEqual([...plain.values()]);
      for (const text of plain.keys())
        expect(entries.kind(entryOf(entries, text, false))).not.toBe(KIND.hole);
    }),
    { numRuns: 300 },
  );
});

it('is walked through to its end though it moves together meanwhile', () => {
  const entries: Entries<number> = new Entries(() => {});
  const add = (n: number) => {
    entries.setValue(entryOf(entries, `10.${n >> 8}.${n & 255}.0/24`, true), n);
  };
  for (let n = 0; n < 1000; n++) add(n);
  const seen: number[] = [];
  let next = 1000;
  for (const entry of entries.walk()) {
    seen.push(entries.value(entry) as number);
    if (seen.length > 100 || next > 2000) continue;
    // all that were seen go, and so many come that the rest moves up
    for (const one of [...entries.walk()]) if (seen.includes(entries.value(one) as number)) entries.free(one);
    for (let i = 0; i < 20; i++) add(next++);
  }
  expect(seen).toEqual(Array.from({ length: next }, (_, n) => n));
});

it('finds prefixes among many destinations that are none', () => {
  const entries: Entries<number> = new Entries(() => {});
  const others = Array.from({ length: 500 }, (_, n) => `other ${n}`);
  for (const text of others) entryOf(entries, text, true);
  const prefixes = Array.from({ length: 500 }, (_, n) => `10.${n >> 8}.${n & 255}.0/24`);
  const added = prefixes.map((text) => entryOf(entries, text, true));
  expect(prefixes.map((text) => entryOf(entries, text, false))).toEqual(added);
  for (const text of others.slice(1)) entries.free(entryOf(entries, text, false));
  // what is left moves together
  for (let n = 0; n < 500; n++) entryOf(entries, `11.${n >> 8}.${n & 255}.0/24`, true);
  expect(new Set(prefixes.map((text) => entries.word(entryOf(entries, text, false)))).size).toBe(500);
});
