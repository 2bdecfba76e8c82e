import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { IPV4_UNICAST, IPV6_UNICAST } from '../../src/bgp/family.ts';
import { message } from '../../src/bgp/header.ts';
import { decodeMessage } from '../../src/bgp/message.ts';
import {
  decodeOperational,
  encodeOperational,
  OPERATIONAL_WORDS,
  type Operational,
  operationalToJson,
  operationalToText,
  parseOperational,
} from '../../src/bgp/operational.ts';
import { fromHex, toHex } from '../../src/wire/hex.ts';
import { wordsOf } from './words.ts';

const ROUTER = 0x0a000002;

const ROWS: readonly { text: string; body: string; json: object; shown: string }[] = [
  {
    text: 'adm afi ipv4 safi unicast advisory "look here"',
    body: '0001 000c 0001 01 6c6f6f6b2068657265',
    json: { name: 'ADM', afi: 'ipv4', safi: 'unicast', advisory: 'look here' },
    shown: 'ADM afi ipv4 safi unicast advisory "look here"',
  },
  {
    text: 'asm afi ipv6 safi unicast advisory x',
    body: '0002 0004 0002 01 78',
    json: { name: 'ASM', afi: 'ipv6', safi: 'unicast', advisory: 'x' },
    shown: 'ASM afi ipv6 safi unicast advisory "x"',
  },
  {
    text: 'rpcq afi ipv4 safi unicast sequence 7',
    body: '0003 000b 0001 01 0a000002 00000007',
    json: { name: 'RPCQ', afi: 'ipv4', safi: 'unicast' },
    shown: 'RPCQ afi ipv4 safi unicast',
  },
  {
    text: 'lpcp afi ipv4 safi unicast sequence 7 counter 42',
    body: '0008 000f 0001 01 0a000002 00000007 0000002a',
    json: { name: 'LPCP', afi: 'ipv4', safi: 'unicast', 'router-id': '10.0.0.2', sequence: 7, counter: 42 },
    shown: 'LPCP afi ipv4 safi unicast router-id 10.0.0.2 sequence 7 counter 42',
  },
];

function octets(hex: string): Uint8Array {
  return fromHex(hex.replaceAll(' ', '')) ?? new Uint8Array(0);
}

function parsed(text: string): Operational {
  const all = wordsOf(text);
  return parseOperational(all.oneOf(OPERATIONAL_WORDS, 'a type'), all);
}

describe('OPERATIONAL messages', () => {
  it.each(ROWS)('$text', ({ text, body, json, shown }) => {
    const sent = encodeOperational(parsed(text), ROUTER);
    expect(toHex(sent.subarray(18))).toBe(`06${body.replaceAll(' ', '')}`);
    const decoded = decodeOperational(octets(body));
    expect(JSON.parse(JSON.stringify(operationalToJson(decoded)))).toEqual(json);
    expect(operationalToText(decoded)).toBe(shown);
    expect(encodeOperational(decoded, 0)).toEqual(sent);
  });

  it.each([
    {
      what: 'a type that nobody knows',
      body: '00ff 0002 abcd',
      json: { name: 'unknown', type: 255, data: '0xABCD' },
    },
    {
      what: 'a value that is too short',
      body: '0003 0004 0001 01 0a',
      json: { name: 'unknown', type: 3, data: '0x0001010A' },
    },
    {
      what: 'a length that runs over the end',
      body: '0002 00ff 0001',
      json: { name: 'unknown', type: 2, data: '0x0001' },
    },
    { what: 'nothing', body: '', json: { name: 'unknown', type: 0, data: '0x' } },
  ])('keeps $what', ({ body, json }) => {
    expect(operationalToJson(decodeOperational(octets(body)))).toEqual(json);
  });

  it('shows text of the peer on one line', () => {
    const decoded = decodeOperational(octets('0001 0006 0001 01 410a1b'));
    expect(operationalToText(decoded)).toBe('ADM afi ipv4 safi unicast advisory "A\\x0a\\x1b"');
    expect(operationalToJson(decoded)).toMatchObject({ advisory: 'A\\x0a\\x1b' });
  });

  it('decodes what was encoded, and anything else', () => {
    const family = fc.constantFrom(IPV4_UNICAST, IPV6_UNICAST);
    fc.assert(
      fc.property(family, fc.string({ maxLength: 200 }), (id, advisory) => {
        const sent = encodeOperational({ name: 'ASM', family: id, content: 'advisory', advisory }, ROUTER);
        expect(decodeOperational(sent.subarray(19))).toMatchObject({ name: 'ASM', family: id });
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (body) => void decodeOperational(body)));
  });

  it('exist only where both sides have the capability', () => {
    const octetsOf = message('operational', (w) => w.octets(octets('0002 0004 0001 01 78')));
    expect(() => decodeMessage(octetsOf, DEFAULT_CONTEXT)).toThrow('there is no message type 6');
    const decoded = decodeMessage(octetsOf, { ...DEFAULT_CONTEXT, operational: true });
    expect(decoded).toMatchObject({ type: 'operational', operational: { name: 'ASM' } });
  });

  it.each([
    'bogus afi ipv4 safi unicast',
    'asm afi ipv4 safi nonsense advisory x',
    'asm safi unicast',
    'rpcq afi ipv4 safi unicast',
    'rpcp afi ipv4 safi unicast sequence 1',
    `asm afi ipv4 safi unicast advisory ${'x'.repeat(2049)}`,
  ])('%s is refused', (text) => {
    expect(() => parsed(text)).toThrow('expected');
  });
});
