import { expect, it } from 'vitest';
import { CommonValues } from '../../src/wire/common-values.ts';

it('keeps one value of each key, and forgets all when there are too many', () => {
  const values = new CommonValues<{ readonly n: number }>(2);
  const of = (n: number) => values.of(String(n), () => ({ n }));
  const first = of(1);
  expect(of(2)).not.toBe(first);
  expect(of(1)).toBe(first);
  expect(of(3)).toEqual({ n: 3 });
  expect(of(1)).not.toBe(first);
  expect(of(1)).toEqual(first);
});
