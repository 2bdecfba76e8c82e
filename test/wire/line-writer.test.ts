import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dottedQuad, formatAddress } from '../../src/wire/address.ts';
import { Text } from '../../src/wire/ascii.ts';
import { LineWriter } from '../../src/wire/line-writer.ts';
import { formatPrefix, masked } from '../../src/wire/prefix.ts';

const OUT = new LineWriter(8);

const ascii = (maxLength: number) => fc.string({ maxLength, unit: 'binary-ascii' });

function written(write: (out: LineWriter) => void): string {
  write(OUT.reset().reserve(100));
  return Buffer.from(OUT.written()).toString();
}

const u32 = fc.oneof(
  fc.nat(0xffffffff),
  fc.constantFrom(0, 9, 10, 99, 100, 65535, 65536, 999_999_999, 1_000_000_000, 0x7fffffff, 0x80000000),
);

describe('what is written by hand is what the plain functions give', () => {
  it('numbers', () => {
    fc.assert(
      fc.property(u32, (value) => {
        expect(written((out) => out.decimal(value))).toBe(String(value));
      }),
    );
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        const short = Math.floor(value / 4);
        expect(written((out) => out.decimal(short))).toBe(String(short));
      }),
    );
    expect(written((out) => out.digits(7, 3))).toBe('007');
  });

  it('IPv4 addresses and prefixes', () => {
    fc.assert(
      fc.property(u32, fc.nat(32), (value, bits) => {
        expect(written((out) => out.quad(value))).toBe(dottedQuad(value));
        const address = Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
        const prefix = { address: masked(address, bits), length: bits };
        expect(written((out) => out.quadPrefix(value, bits))).toBe(formatPrefix(prefix));
      }),
    );
  });

  it('lists of numbers and prefixes', () => {
    const around = { before: new Text(', "'), after: new Text('"') };
    fc.assert(
      fc.property(fc.array(fc.tuple(u32, fc.nat(32))), (all) => {
        const values = all.map(([value]) => value);
        const octets = new Uint8Array(4 * values.length);
        for (const [i, value] of values.entries()) new DataView(octets.buffer).setUint32(4 * i, value);
        const halves = values.flatMap((value) => [value >>> 16, value & 0xffff]);
        const room = 50 * (1 + all.length);
        const list = (write: (out: LineWriter) => void) => written((out) => write(out.reserve(room)));
        expect(list((out) => out.decimals(octets, 0, octets.length, 4))).toBe(
          values.map((value) => `, ${value}`).join(''),
        );
        expect(list((out) => out.decimals(octets, 0, octets.length, 2))).toBe(
          halves.map((value) => `, ${value}`).join(''),
        );
        expect(list((out) => out.pairs(Uint32Array.from(values), values.length))).toBe(
          values.map((value) => `, [ ${value >>> 16}, ${value & 0xffff} ]`).join(''),
        );
        const nlri = all.flatMap(([value, bits]) => [
          bits,
          ...[value >>> 24, value >>> 16, value >>> 8, value].slice(0, (bits + 7) >> 3),
        ]);
        const each = all.map(([value, bits]) => `, "${written((out) => out.quadPrefix(value, bits))}"`);
        expect(list((out) => out.quadPrefixes(Uint8Array.from(nlri), 0, nlri.length, around))).toBe(
          each.join(''),
        );
      }),
    );
  });

  it('texts of any length, and what was written before', () => {
    fc.assert(
      fc.property(ascii(90), ascii(9), (first, second) => {
        expect(written((out) => out.text(new Text(first)).text(new Text(second)))).toBe(first + second);
        const again = OUT.toText();
        expect(written((out) => out.text(again).raw(Buffer.from('.')))).toBe(`${first}${second}.`);
      }),
    );
  });

  it('every character of ASCII at each place of a word, and no other', () => {
    for (let code = 0; code < 0x80; code++) {
      const text = String.fromCharCode(code).repeat(19);
      expect(written((out) => out.text(new Text(text)))).toBe(text);
    }
    expect(() => new Text('abc\u0080')).toThrow(RangeError);
  });

  it('IPv6 addresses', () => {
    const group = fc.oneof(
      { weight: 3, arbitrary: fc.constant(0) },
      fc.nat(0xffff),
      fc.nat(0xff),
      fc.constant(0xffff),
    );
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const octets = Uint8Array.from(groups.flatMap((one) => [one >> 8, one & 255]));
        expect(written((out) => out.groups(groups))).toBe(formatAddress(octets));
      }),
      { numRuns: 1000 },
    );
    expect(written((out) => out.groups([0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0201]))).toBe('::ffff:192.0.2.1');
  });
});

it('grows, keeps what is there, forgets what is cut off', () => {
  const out = new LineWriter(1);
  out
    .reserve(3)
    .text(new Text('abc'))
    .reserve(200)
    .text(new Text('d'.repeat(200)))
    .truncate(4)
    .patch(0, 0x41);
  expect(Buffer.from(out.written()).toString()).toBe('Abcd');
});
