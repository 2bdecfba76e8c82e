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
      values.grow(ENTRIES);
      const plain: (string | undefined)[] = Array.from({ length: ENTRIES });
      for (const [entry, text] of changes) {
        values.set(entry, text);
        plain[entry] = text;
        expect(Array.from(plain, (_, i) => values.of(i))).toEqual(plain);
      }
    }),
  );
});

it('keeps nothing that no entry has', async () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const values = new Values<object>();
  values.grow(2);
  const gone = new FinalizationRegistry<string>((name) => names.push(name));
  const names: string[] = [];
  for (let i = 0; i < 3; i++) {
    const one = { i };
    gone.register(one, `${i}`);
    values.set(0, one);
    values.set(1, one);
  }
  values.set(0, undefined);
  values.move(1, 0);
  const collected = () => {
    collect();
    return names.toSorted();
  };
  await expect.poll(collected).toEqual(['0', '1']);
  expect(values.of(0)).toEqual({ i: 2 });
});
