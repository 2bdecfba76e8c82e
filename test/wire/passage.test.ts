import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Passage, passageHash } from '../../src/wire/passage.ts';

const octets = fc.uint8Array({ maxLength: 40 });

function viewOf(...parts: readonly Uint8Array[]): DataView {
  const all = Uint8Array.from(Buffer.concat(parts));
  return new DataView(all.buffer);
}

it('is where its octets stand, and nowhere else', () => {
  fc.assert(
    fc.property(octets, octets, octets, octets, (before, text, after, other) => {
      const passage = new Passage();
      // what it was before leaves nothing
      passage.set(viewOf(other), 0, other.length);
      passage.set(viewOf(before, text), before.length, text.length);
      const there = viewOf(after, text, before);
      expect(passage.isAt(there, after.length)).toBe(true);
      const same = Buffer.from(text).equals(other.subarray(0, text.length));
      expect(passage.isAt(viewOf(before, other), before.length)).toBe(same);
      expect(passageHash(there, after.length, text.length)).toBe(passageHash(viewOf(text), 0, text.length));
    }),
  );
});

it('differs where one octet does, and ends where the octets end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(), fc.nat(), (text, nth, bit) => {
      const passage = new Passage();
      passage.set(viewOf(text), 0, text.length);
      const changed = Uint8Array.from(text);
      changed[nth % text.length] = (changed[nth % text.length] as number) ^ (1 << (bit % 8));
      expect(passage.isAt(viewOf(changed), 0)).toBe(false);
      expect(passage.isAt(viewOf(text.subarray(0, -1)), 0)).toBe(false);
      expect(passage.isAt(viewOf(text), 1)).toBe(false);
    }),
  );
});
