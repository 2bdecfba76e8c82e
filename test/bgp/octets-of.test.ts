import { afterEach, describe, expect, it } from 'vitest';
import { extendedCommunityConfig, extendedCommunityOf } from '../../src/bgp/communities/index.ts';
import { DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { BgpFraming, STANDARD_LENGTH } from '../../src/bgp/header.ts';
import { decodeMessage } from '../../src/bgp/message.ts';
import { COMMUNITY_DEPARTURES, departuresOf, OCTETS_OF, sendOctetsOf } from '../../src/bgp/octets-of.ts';
import { toHex } from '../../src/wire/hex.ts';

afterEach(() => sendOctetsOf('rfc'));

const inHex = (text: string) => toHex(extendedCommunityOf(text) ?? new Uint8Array(0));

/** Name, octets of the RFCs, then of ExaBGP 4, 5 and 6 where these are others. */
const COMMUNITIES: readonly (readonly [
  text: string,
  rfc: string,
  four?: string | undefined,
  five?: string,
])[] = [
  ['target:70000:3', '0202000111700003', undefined, '0102000111700003'],
  ['70000:3', '0202000111700003', undefined, '0102000111700003'],
  ['origin:70000:4', '0203000111700004', undefined, '0103000111700004'],
  ['target:65000L:11', '02020000fde8000b', undefined, '01020000fde8000b'],
  ['target4:65000:10', '02020000fde8000a', undefined, '01020000fde8000a'],
  ['origin4:65000:9', '02030000fde80009', undefined, '01030000fde80009'],
  ['target:1.2.3.4:5', '0102010203040005', '0002010203040005'],
  ['origin:1.2.3.4:6', '0103010203040006', '0003010203040006'],
  ['target:65000:1', '0002fde800000001'],
  ['origin:65000:2', '0003fde800000002'],
  ['target:65000:1.2.3.4', '0002fde801020304'],
  ['redirect:65000:8', '8008fde800000008'],
  ['bandwidth:65000:1000', '4004fde8447a0000'],
  ['source-as:70000:3', '0209000111700003'],
  // what is written as octets is what is meant
  ['0x0202000111700003', '0202000111700003'],
  ['0x0102010203040005', '0102010203040005'],
];

const ROWS = COMMUNITIES.flatMap(([text, rfc, four = rfc, five = rfc]) => [
  { text, whose: 'rfc' as const, octets: rfc },
  { text, whose: 'exabgp4' as const, octets: four },
  { text, whose: 'exabgp5' as const, octets: five },
  { text, whose: 'exabgp6' as const, octets: five },
]);

it.each(ROWS)('$text with the octets of $whose is $octets', ({ text, whose, octets }) => {
  sendOctetsOf(whose);
  expect(inHex(text)).toBe(octets);
});

it.each(OCTETS_OF)('what is printed is read back to the same octets, with those of %s', (whose) => {
  sendOctetsOf(whose);
  for (const { octets } of ROWS) {
    expect(inHex(extendedCommunityConfig(Buffer.from(octets, 'hex')))).toBe(octets);
  }
});

it('every departure is of ExaBGP, and told', () => {
  expect(departuresOf('rfc')).toEqual([]);
  for (const whose of OCTETS_OF.slice(1)) expect(departuresOf(whose).length).toBeGreaterThan(0);
  for (const { of } of COMMUNITY_DEPARTURES) expect(of).not.toContain('rfc');
});

describe('a message of unknown type', () => {
  const octets = Buffer.from(`${'ff'.repeat(16)}0013ff`, 'hex');
  const read = [
    () => new BgpFraming({ maxLength: STANDARD_LENGTH }).lengthOf(octets, 0),
    () => decodeMessage(octets, DEFAULT_CONTEXT),
  ];
  it.each(['rfc', 'exabgp4', 'exabgp5'] as const)('gets 1/3 and the type, with the octets of %s', (whose) => {
    sendOctetsOf(whose);
    for (const each of read)
      expect(each).toThrow(expect.objectContaining({ code: 1, subcode: 3, data: Uint8Array.of(255) }));
  });
  it("gets 1/0 and a text of ExaBGP's main branch", () => {
    sendOctetsOf('exabgp6');
    const data = Buffer.from('can not decode update message of type "255"');
    for (const each of read) expect(each).toThrow(expect.objectContaining({ code: 1, subcode: 0, data }));
  });
  it('by which a length out of range is judged first', () => {
    sendOctetsOf('exabgp6');
    const short = Buffer.from(`${'ff'.repeat(16)}0012ff`, 'hex');
    expect(() => new BgpFraming({ maxLength: STANDARD_LENGTH }).lengthOf(short, 0)).toThrow(
      expect.objectContaining({ code: 1, subcode: 2 }),
    );
  });
});
