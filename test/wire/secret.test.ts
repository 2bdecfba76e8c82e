import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret, sameSecret } from '../../src/wire/secret.ts';

const secret = new Secret(Buffer.from('hush'));

describe('a secret', () => {
  it('shows itself nowhere', () => {
    const holder = { deep: [{ secret }], secret };
    const texts = [String(secret), `${secret}`, JSON.stringify(holder), inspect(holder, { depth: 9 })];
    for (const text of [...texts, Object.values(secret).join()]) {
      expect(text).not.toMatch(/hush|104,117|68757368|68 75/);
    }
    expect(JSON.stringify(secret)).toBe('"***"');
  });

  it('is revealed where it is asked for, and is not what it was made of', () => {
    const octets = Buffer.from('hush');
    const kept = new Secret(octets);
    octets.fill(0);
    expect(Buffer.from(kept.reveal()).toString()).toBe('hush');
  });

  it('knows its equals', () => {
    expect(sameSecret(secret, new Secret(Buffer.from('hush')))).toBe(true);
    expect(sameSecret(secret, new Secret(Buffer.from('hush!')))).toBe(false);
    expect(sameSecret(secret, undefined)).toBe(false);
    expect(sameSecret(undefined, undefined)).toBe(true);
  });
});
