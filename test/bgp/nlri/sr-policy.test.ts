import { describe, expect, it } from 'vitest';
import { ipv4SrPolicy, ipv6SrPolicy } from '../../../src/bgp/nlri/sr-policy.ts';
import { WordError } from '../../../src/syntax/words.ts';
import { check, decode, parse } from './check.ts';

describe('SR Policy', () => {
  it.each([
    {
      octets: '60 00000001 00000064 0a000001',
      json: { distinguisher: 1, color: 100, endpoint: '10.0.0.1' },
      text: 'sr-policy distinguisher 1 color 100 endpoint 10.0.0.1',
    },
  ])('ipv4 $octets', (row) => check(ipv4SrPolicy, row));

  it.each([
    {
      octets: 'c0 00000000 00000064 20010db8000000000000000000000001',
      text: 'sr-policy distinguisher 0 color 100 endpoint 2001:db8::1',
    },
  ])('ipv6 $octets', (row) => check(ipv6SrPolicy, row));

  it('has the length of its family', () => {
    expect(() => decode(ipv4SrPolicy, 'c0 00000001 00000064 0a000001')).toThrow(RangeError);
    expect(() => parse(ipv4SrPolicy, 'distinguisher 1 color 1 endpoint ::1')).toThrow(WordError);
    expect(() => parse(ipv4SrPolicy, 'distinguisher 1 color 1')).toThrow(WordError);
  });
});
