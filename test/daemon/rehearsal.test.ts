import { expect, it } from 'vitest';
import { rehearse } from '../../src/daemon/rehearsal.ts';

it('goes the way of usual lines, to an UPDATE for each', () => {
  expect(rehearse()).toBe(4);
});
