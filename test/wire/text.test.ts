import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex, toHexUpper } from '../../src/wire/hex.ts';
import { lenientText, printable, utf8 } from '../../src/wire/text.ts';

describe('text from peers', () => {
  it('never keeps what breaks a line or a terminal', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (octets) => {
        expect(printable(lenientText(octets))).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]/);
      }),
    );
  });

  it.each([
    ['a\nb', 'a\\x0ab'],
    ['\u001b[31m', '\\x1b[31m'],
    ['x\\y', 'x\\x5cy'],
    ['\u202e', '\\u202e'],
    ['Zürich', 'Zürich'],
  ])('%j becomes %j', (text, safe) => {
    expect(printable(text)).toBe(safe);
  });

  it('tells invalid UTF-8', () => {
    expect(utf8(Uint8Array.of(0xb0))).toBeUndefined();
    expect(lenientText(Uint8Array.of(0xb0))).toBe('°');
  });
});

describe('hex', () => {
  it('reads back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (octets) => {
        expect(fromHex(toHex(octets))).toEqual(octets);
        expect(fromHex(toHexUpper(octets))).toEqual(octets);
      }),
    );
  });

  it.each(['0', 'xy', '0x0', '12 34'])('refuses %j', (text) => {
    expect(fromHex(text)).toBeUndefined();
  });
});
