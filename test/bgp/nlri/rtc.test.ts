import { describe, expect, it } from 'vitest';
import { rtc } from '../../../src/bgp/nlri/rtc.ts';
import { WordError } from '../../../src/syntax/words.ts';
import { check, decode, parse } from './check.ts';

describe('route target constraint', () => {
  it.each([
    {
      octets: '60 0000fde9 0002fdea00000064',
      json: { origin: 65001, 'route-target': 'target:65002:100' },
      text: 'rtc origin 65001 route-target target:65002:100',
    },
    { octets: '00', json: { origin: 0, 'route-target': null }, text: 'rtc origin 0 route-target default' },
    {
      octets: '20 0000fde9',
      json: { origin: 65001, 'route-target': null },
      text: 'rtc origin 65001 route-target default',
    },
    { octets: '60 0000fbff 0102c0a85e0c0005', text: 'rtc origin 64511 route-target target:192.168.94.12:5' },
    { octets: '60 0000fbff 0202000111700005', text: 'rtc origin 64511 route-target target:70000:5' },
    { octets: '60 0000fbff 02020000fde8007b', text: 'rtc origin 64511 route-target target:65000L:123' },
    { octets: '40 0000fbff 0002fdea', text: 'rtc origin 64511 route-target 0x0002fdea00000000/32' },
  ])('$octets', (row) => check(rtc, row));

  it('has 0 or 32 to 96 bits', () => {
    expect(() => decode(rtc, '18 0000fd')).toThrow(RangeError);
    expect(() => decode(rtc, '61 0000fde9 0002fdea00000064 00')).toThrow(RangeError);
  });

  it.each(['rtc origin 1', 'rtc origin 1 route-target target:65536:65536', 'rtc origin 1 route-target 1:1'])(
    'refuses %j',
    (text) => expect(() => parse(rtc, text)).toThrow(WordError),
  );
});
