import { expect, it } from 'vitest';
import { Rows } from '../../src/rib/rows.ts';

const PIECE = 16_384;

it('gives up pieces that are not used, and none that the next row would take again', () => {
  const rows = new Rows();
  while (rows.length < 3 * PIECE) rows.grow();
  rows.put(0, 1, 2, 3, 4);
  rows.shrink(2 * PIECE);
  expect(rows.length).toBe(3 * PIECE);
  rows.shrink(PIECE + PIECE / 2);
  expect(rows.length).toBe(2 * PIECE);
  rows.shrink(0);
  expect(rows.length).toBe(PIECE);
  expect([0, 1, 2, 3].map((column) => rows.get(0, column))).toEqual([1, 2, 3, 4]);
});
