import { describe, expect, it } from 'vitest';
import { giveBack, lend } from '../../src/hooks/lease.ts';

const octets = (value: number) => new Uint8Array(10).fill(value);

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

  it('are copies of their own where they are many, and nobody gives those back', () => {
    const many = new Uint8Array(70_000).fill(7);
    const lent = lend(many, 1);
    expect(lent).toEqual(many);
    giveBack(lent);
    giveBack(octets(1));
    expect(lend(octets(1), 1).buffer).not.toBe(lent.buffer);
  });
});
