import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Values } from '../../src/rib/values.ts';

const ENTRIES = 8;
const value = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined });

it('has for each entry what was set last', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(ENTRIES - 1), value), { maxLength: 100 }), (changes) => {
      const values = new Values<string>();
      const places = Array.from({ length: ENTRIES }, () => 0);
      const plain: (string | undefined)[] = Array.from({ length: ENTRIES });
      for (const [entry, text] of changes) {
        places[entry] = values.place(text, places[entry] ?? 0);
        plain[entry] = text;
        expect(places.map((place) => values.at(place))).toEqual(plain);
      }
    }),
  );
});

it('keeps nothing that no entry has', async () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const values = new Values<object>();
  const places = [0, 0];
  const set = (entry: number, value: object | undefined) => {
    places[entry] = values.place(value, places[entry] ?? 0);
  };
  const gone = new FinalizationRegistry<string>((name) => names.push(name));
  const names: string[] = [];
  for (let i = 0; i < 3; i++) {
    const one = { i };
    gone.register(one, `${i}`);
    set(0, one);
    set(1, one);
  }
  set(0, undefined);
  const collected = () => {
    collect();
    return names.toSorted();
  };
  await expect.poll(collected).toEqual(['0', '1']);
  expect(values.at(places[1] ?? 0)).toEqual({ i: 2 });
});
