import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddress, parseAddress } from '../../src/wire/address.ts';
import {
  formatPrefix,
  PrefixError,
  parsePrefix,
  prefixContains,
  readPrefix,
  writePrefix,
} from '../../src/wire/prefix.ts';
import { Reader } from '../../src/wire/reader.ts';
import { written } from '../../src/wire/writer.ts';

const octets = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

describe('addresses', () => {
  it('parse what they print', () => {
    fc.assert(
      fc.property(fc.oneof(octets(4), octets(16)), (address) => {
        expect(parseAddress(formatAddress(address))).toEqual(address);
      }),
    );
  });

  it('parse every form that the system takes for IPv6', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const parsed = parseAddress(text);
        expect(parsed !== undefined).toBe(isIPv6(text));
      }),
    );
  });

  it.each([
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:0db8:0000:0001:0001:0001:0001:0001', '2001:db8:0:1:1:1:1:1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ['fe80:0:0:0:0:0:0:0', 'fe80::'],
  ])('%s is printed as %s (RFC 5952)', (text, printed) => {
    const address = parseAddress(text);
    expect(address && formatAddress(address)).toBe(printed);
  });

  it.each(['', '10.0', '010.0.0.1', '1.2.3.4.5', '256.1.1.1', 'fe80::1%eth0', ':::', 'g::'])(
    'refuse %j',
    (text) => {
      expect(parseAddress(text)).toBeUndefined();
    },
  );
});

describe('prefixes', () => {
  it('read back what was written, in octets and in text', () => {
    const prefix = fc
      .constantFrom(4 as const, 16 as const)
      .chain((n) => fc.tuple(fc.constant(n), octets(n), fc.nat(n * 8)));
    fc.assert(
      fc.property(prefix, ([size, address, length]) => {
        const raw = Uint8Array.of(length, ...address.subarray(0, (length + 7) >> 3));
        const value = readPrefix(new Reader(raw), size);
        expect(readPrefix(new Reader(written((w) => writePrefix(w, value))), size)).toEqual(value);
        expect(parsePrefix(formatPrefix(value))).toEqual(value);
        expect(prefixContains(value, value.address)).toBe(true);
      }),
    );
  });

  it.each([
    ['10.0.0.1/24', /host bits set \(its network is 10\.0\.0\.0\/24\)/],
    ['10.0.0.0/33', /not a prefix length from 0 to 32/],
    ['10.0.0.0/255.255.255.0', /not a prefix length/],
    ['default', /not an IPv4 or IPv6 prefix/],
    ['2001:db8::/129', /0 to 128/],
  ])('refuse %s', (text, message) => {
    expect(() => parsePrefix(text)).toThrow(PrefixError);
    expect(() => parsePrefix(text)).toThrow(message);
  });

  it('refuse a length beyond the address on the wire', () => {
    expect(() => readPrefix(new Reader(Uint8Array.of(33, 1, 2, 3, 4, 5)), 4)).toThrow(PrefixError);
  });
});
