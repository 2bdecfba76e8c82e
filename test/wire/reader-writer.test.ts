import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FieldOverflowError, ShortInputError } from '../../src/wire/errors.ts';
import { Reader } from '../../src/wire/reader.ts';
import { Writer, written } from '../../src/wire/writer.ts';

describe('Reader and Writer', () => {
  it('read back what was written', () => {
    fc.assert(
      fc.property(
        fc.record({
          a: fc.nat(0xff),
          b: fc.nat(0xffff),
          c: fc.nat(0xffffff),
          d: fc.nat(0xffffffff),
          e: fc.bigInt(0n, 0xffffffffffffffffn),
          f: fc.uint8Array({ maxLength: 600 }),
        }),
        (v) => {
          const octets = written((w) => {
            w.u8(v.a).u16(v.b).u24(v.c).u32(v.d).u64(v.e);
            w.u16Length('field', () => w.octets(v.f));
          });
          const r = new Reader(octets);
          expect([r.u8(), r.u16(), r.u24(), r.u32(), r.u64()]).toEqual([v.a, v.b, v.c, v.d, v.e]);
          expect(r.octets(r.u16())).toEqual(v.f);
          expect(r.done).toBe(true);
        },
      ),
    );
  });

  it('refuse to read past the end, and consume nothing', () => {
    const r = new Reader(Uint8Array.of(1, 2, 3));
    expect(() => r.u32()).toThrow(ShortInputError);
    expect(() => r.u64()).toThrow(ShortInputError);
    expect(() => r.octets(-1)).toThrow(ShortInputError);
    expect(r.offset).toBe(0);
    expect(r.u24()).toBe(0x010203);
  });

  it.each([
    ['u8', 256],
    ['u8', -1],
    ['u16', 65536],
    ['u24', 0x1000000],
    ['u32', 0x100000000],
    ['u32', 1.5],
  ] as const)('refuse %s(%d)', (method, value) => {
    expect(() => new Writer()[method](value)).toThrow(FieldOverflowError);
  });

  it('refuse a body longer than its length field', () => {
    const w = new Writer();
    expect(() => w.u8Length('capability', () => w.octets(new Uint8Array(256)))).toThrow(/capability: 256/);
  });
});
