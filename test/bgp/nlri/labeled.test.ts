import { describe, expect, it } from 'vitest';
import { ipv4Labeled, ipv6Labeled, makeLabeled } from '../../../src/bgp/nlri/labeled.ts';
import { WordError } from '../../../src/syntax/words.ts';
import { parsePrefix } from '../../../src/wire/prefix.ts';
import { check, decode, encode, parse } from './check.ts';

const wide = {
  nlri: '10.2.0.0/16',
  label: [
    [100, 1600],
    [200, 3201],
  ],
};

describe('labelled unicast', () => {
  it.each([
    {
      octets: '28 000641 0a01',
      json4: { nlri: '10.1.0.0/16', label: [[100]] },
      json6: { nlri: '10.1.0.0/16', label: [[100, 1601]] },
      text: '10.1.0.0/16 label 100',
    },
    { octets: '40 000640 000c81 0a02', json6: wide, text: '10.2.0.0/16 label [ 100 200 ]' },
    { octets: '18 fffff1', text: '0.0.0.0/0 label 1048575' },
  ])('ipv4 $octets', (row) => check(ipv4Labeled, row));

  it.each([{ octets: '38 000641 20010db8', text: '2001:db8::/32 label 100' }])('ipv6 $octets', (row) =>
    check(ipv6Labeled, row),
  );

  it('withdraws with the label, with any, and reads both of its forms', () => {
    const prefix = parsePrefix('10.1.0.0/16');
    expect(encode(ipv4Labeled, makeLabeled(prefix, [100]), true)).toBe('280006410a01');
    expect(encode(ipv4Labeled, makeLabeled(prefix, []), true)).toBe('288000000a01');
    expect(() => encode(ipv4Labeled, makeLabeled(prefix, []), false)).toThrow(RangeError);
    const keys = ['28 800000 0a01', '28 000000 0a01', '28 000641 0a01'].map((hex) =>
      ipv4Labeled.key(decode(ipv4Labeled, hex, true)),
    );
    expect(new Set(keys).size).toBe(1);
  });

  it('refuses what it cannot hold', () => {
    expect(() => parse(ipv4Labeled, '10.0.0.0/8 label 1048576')).toThrow(WordError);
    expect(() => parse(ipv4Labeled, '2001:db8::/32 label 1')).toThrow(WordError);
    expect(() => decode(ipv4Labeled, '41 000641 0a0000000000')).toThrow(/prefix length 41/);
  });
});
