import { describe, expect, it } from 'vitest';
import { vpls } from '../../../src/bgp/nlri/vpls.ts';
import { WordError } from '../../../src/syntax/words.ts';
import { check, parse } from './check.ts';

describe('VPLS', () => {
  it.each([
    {
      octets: '0011 0001ac1e0504000d 0005 0001 0008 029ce1',
      json: { rd: '172.30.5.4:13', endpoint: 5, base: 10702, offset: 1, size: 8 },
      text: 'vpls rd 172.30.5.4:13 endpoint 5 base 10702 offset 1 size 8',
      parses: ['endpoint 5 offset 1 base 10702 size 8 rd 172.30.5.4:13'],
    },
    // RFC 6074 section 3.2.2.2: a discovery route is shorter.
    {
      octets: '000c 0000fde800000001 0a000001',
      json: { parsed: false, raw: '0000FDE8000000010A000001' },
      text: 'vpls raw 0x0000fde8000000010a000001',
    },
  ])('$octets', (row) => check(vpls, row));

  it.each(['vpls rd 1:1 endpoint 5 base 1 offset 1', 'vpls rd 1:1 endpoint 65536', 'vpls base 1048576'])(
    'refuses %j',
    (text) => expect(() => parse(vpls, text)).toThrow(WordError),
  );
});
