import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Fields } from '../../src/rib/fields.ts';

const field = fc.oneof(
  fc.uint8Array({ maxLength: 3, max: 2 }),
  fc.uint8Array({ minLength: 200, maxLength: 300 }),
);

it('numbers octets in the order in which they came, the same ones once', () => {
  const fields = new Fields();
  fc.assert(
    fc.property(fc.array(field, { maxLength: 120 }), (all) => {
      fields.clear();
      const seen: string[] = [];
      for (const octets of all) {
        const text = octets.toString();
        if (!seen.includes(text)) seen.push(text);
        // what stands behind a field is no part of it
        expect(fields.numberOf(Uint8Array.of(...octets, 255), octets.length)).toBe(seen.indexOf(text));
      }
      const kept = seen.map((_, n) => fields.octets.subarray(fields.from(n), fields.to(n)).toString());
      expect(kept).toEqual(seen);
    }),
  );
});
