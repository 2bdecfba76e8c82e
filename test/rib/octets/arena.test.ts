import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Arena, hash } from '../../../src/rib/octets/arena.ts';

const length = fc.oneof(fc.nat(40), fc.integer({ min: 1020, max: 1030 }), fc.constant(9000));

function octetsOf(size: number, seed: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => seed + i);
}

it('keeps strings of any length, whatever comes and goes', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(length, fc.nat(255), fc.boolean()), { maxLength: 100 }), (changes) => {
      const arena = new Arena();
      const kept: { readonly place: number; readonly octets: Uint8Array }[] = [];
      for (const [size, seed, goes] of changes) {
        const gone = goes ? kept.shift() : undefined;
        if (gone !== undefined) arena.remove(gone.place, gone.octets.length);
        const octets = octetsOf(size, seed);
        kept.push({ place: arena.add(octets, 0, size), octets });
      }
      for (const { place, octets } of kept) {
        expect(arena.view(place, octets.length)).toEqual(octets);
        expect(arena.holds(place, octets, 0, octets.length)).toBe(true);
        expect(arena.hash(place, octets.length)).toBe(hash(octets, 0, octets.length));
      }
    }),
  );
});

it('has room for short ones where a long one was the first, and is gone', () => {
  const arena = new Arena();
  const long = octetsOf(2000, 1);
  const place = arena.add(long, 0, long.length);
  const short = octetsOf(5, 7);
  arena.add(short, 0, short.length);
  expect(arena.view(place, long.length)).toEqual(long);
  arena.remove(place, long.length);
  const other = arena.add(short, 0, short.length);
  expect(arena.view(other, short.length)).toEqual(short);
});

it('takes no more when what leaves is followed by as much', () => {
  const arena = new Arena();
  const places = Array.from({ length: 1000 }, (_, i) => arena.add(octetsOf(9, i), 0, 9));
  const { bytes } = arena;
  for (const [i, place] of places.entries()) {
    arena.remove(place, 9);
    arena.add(octetsOf(10, i), 0, 10);
  }
  expect(arena.bytes).toBe(bytes);
});
