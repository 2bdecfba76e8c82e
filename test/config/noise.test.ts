import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigErrors } from '../../src/config/errors.ts';
import { loadConfig } from '../../src/config/load.ts';

const WORDS =
  `process template group neighbor bmp run encoder json text receive send parsed update inherit api processes
  family ipv4 ipv6 unicast multicast all minimal capability add-path graceful-restart nexthop static route attributes nlri
  announce next-hop self med as-path community hold-time passive listen router-id local-address local-as peer-as auto
  10.0.0.1 10.0.0.0/24 2001:db8::1 [::1]:11019 1 65000:1 0 true p t { { { } } } ; ; ; ; [ ] ( ) , " ' \\ # __proto__ constructor`.split(
    /\s+/,
  );

function neverThrowsElse(text: string): void {
  try {
    loadConfig({ text, file: 'x.conf', resolveProgram: (path) => ({ path }) });
  } catch (err) {
    expect(err).toBeInstanceOf(ConfigErrors);
    if (!(err instanceof ConfigErrors)) return;
    expect(err.errors.length).toBeGreaterThan(0);
    for (const { message } of err.errors) expect(message).toMatch(/^x\.conf:\d+:\d+: /);
  }
}

describe('loadConfig throws nothing but ConfigErrors', () => {
  it('for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), neverThrowsElse));
  });

  it('for any words', () => {
    const text = fc.array(fc.constantFrom(...WORDS), { maxLength: 60 }).map((words) => words.join(' '));
    fc.assert(fc.property(text, neverThrowsElse), { numRuns: 500 });
  });

  it('for words in a neighbor', () => {
    const statement = fc
      .array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 5 })
      .map((words) => `${words.join(' ')};`);
    const text = fc
      .array(statement, { maxLength: 12 })
      .map((all) => `neighbor 10.0.0.1 {\n${all.join('\n')}\n}`);
    fc.assert(fc.property(text, neverThrowsElse), { numRuns: 500 });
  });
});
