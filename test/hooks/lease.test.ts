import { describe, expect, it } from 'vitest';
import { giveBack, lend } from '../../src/hooks/lease.ts';

const octets = (value: number) => new Uint8Array(60_000).fill(value);

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

  it.each([70_000, 300])(
    'are copies of their own where they are %i, and nobody gives those back',
    (count) => {
      const some = new Uint8Array(count).fill(7);
      const lent = lend(some, 1);
      some.fill(8);
      expect(lent).toEqual(new Uint8Array(count).fill(7));
      giveBack(lent);
      giveBack(octets(1));
      expect(lend(octets(1), 1).buffer).not.toBe(lent.buffer);
    },
  );

  it('take no more memory than they are, however few they are', () => {
    // else each was 64 KiB, or kept a piece of Node's pool for small buffers that it shared with others
    const kept = Array.from({ length: 100 }, () => lend(new Uint8Array(300), 1));
    expect(kept.every(({ buffer }) => buffer.byteLength === 300)).toBe(true);
  });
});
