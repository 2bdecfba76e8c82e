import { describe, expect, it } from 'vitest';
import { giveBack, lend } from '../../src/hooks/lease.ts';

const octets = (value: number) => new Uint8Array(10_000).fill(value);

describe('octets that are lent', () => {
  it('are used again when all have given them back, and not before', () => {
    const first = lend(octets(1), 2);
    giveBack(first);
    const second = lend(octets(2), 1);
    expect(second.buffer).not.toBe(first.buffer);
    expect(first).toEqual(octets(1));
    giveBack(first);
    expect(lend(octets(3), 1).buffer).toBe(first.buffer);
  });

  it.each([70_000, 1_000])(
    'are copies of their own where they are %i, and nobody gives those back',
    (count) => {
      const given = new Uint8Array(count).fill(7);
      const lent = lend(given, 1);
      expect(lent).toEqual(given);
      expect(lent.buffer.byteLength).toBe(count);
      giveBack(lent);
      giveBack(octets(1));
      expect(lend(octets(1), 1).buffer).not.toBe(lent.buffer);
    },
  );
});
