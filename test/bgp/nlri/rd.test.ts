import { describe, expect, it } from 'vitest';
import { formatRd, parseRd, rdToText } from '../../../src/bgp/nlri/rd.ts';
import { toHex } from '../../../src/wire/hex.ts';
import { octets } from './check.ts';

describe('route distinguisher', () => {
  it.each([
    { hex: '0000fde800000001', shown: '65000:1' },
    { hex: '0000ffffffffffff', shown: '65535:4294967295' },
    { hex: '0001010203040005', shown: '1.2.3.4:5' },
    { hex: '0002000111700001', shown: '70000:1' },
    { hex: '0002000000640001', shown: '100:1', text: '100L:1' },
    { hex: '00ff000111700001', shown: '0x00ff000111700001' },
  ])('$shown', ({ hex, shown, text = shown }) => {
    expect(formatRd(octets(hex))).toBe(shown);
    expect(rdToText(octets(hex))).toBe(text);
    expect(toHex(parseRd(text) ?? new Uint8Array())).toBe(hex);
  });

  it.each([
    '',
    '1',
    '1:',
    ':1',
    '65000:4294967296',
    '70000:65536',
    '4294967296:1',
    '1.2.3.4:65536',
    '1.2.3:4',
    '1:2:3',
  ])('refuses %j', (text) => expect(parseRd(text)).toBeUndefined());
});
