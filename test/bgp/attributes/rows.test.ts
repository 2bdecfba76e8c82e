import { describe, expect, it } from 'vitest';
import {
  attributesToConfig,
  attributesToJson,
  attributesToText,
  decodeAttributes,
  encodeAttributes,
} from '../../../src/bgp/attributes/index.ts';
import { type CodecContext, DEFAULT_CONTEXT } from '../../../src/bgp/context.ts';
import { written } from '../../../src/wire/writer.ts';
import { hex, toHex } from '../words.ts';

interface Row {
  readonly octets: string;
  /** By version; 4 and 6 default to 5. */
  readonly json: unknown;
  readonly json4?: unknown;
  readonly json6?: unknown;
  readonly text: string;
  readonly text4?: string;
  readonly config?: string;
}

const sequence = (...value: number[]) => ({ element: 'as-sequence', value });

const ROWS: readonly Row[] = [
  { octets: '40010100', json: { origin: 'igp' }, text: 'origin igp' },
  {
    octets: '40020a 0202 0000fde9 fa56ea01',
    json: { 'as-path': { 0: sequence(65001, 4200000001) } },
    json4: { 'as-path': [65001, 4200000001], 'confederation-path': [] },
    text: 'as-path ( 65001 4200000001 )',
    text4: 'as-path [ 65001 4200000001 ]',
    config: 'as-path [ 65001 4200000001 ]',
  },
  {
    octets: '400210 0201 0000fde9 0102 0000fdf2 0000fdf3',
    json: { 'as-path': { 0: sequence(65001), 1: { element: 'as-set', value: [65010, 65011] } } },
    json4: { 'as-path': [65001], 'as-set': [65010, 65011], 'confederation-path': [] },
    text: 'as-path ( 65001 ) [ 65010 65011 ]',
    text4: 'as-path [ 65001 ( 65010 65011 ) ]',
    config: 'as-path [ 65001 ] ( 65010 65011 )',
  },
  {
    octets: '40020a 0102 0000fdf2 0000fdf3',
    json: { 'as-path': { 0: { element: 'as-set', value: [65010, 65011] } } },
    json4: { 'as-path': [], 'as-set': [65010, 65011], 'confederation-path': [] },
    text: 'as-path [ 65010 65011 ]',
    text4: 'as-path [ ( 65010 65011 )]',
    config: 'as-path ( 65010 65011 )',
  },
  {
    octets: '40021c 0301 0000fc00 0402 0000fc01 0000fc02 0201 0000fde9 0101 0000fdf2',
    json: {
      'as-path': {
        0: { element: 'as-confed-sequence', value: [64512] },
        1: { element: 'as-confed-set', value: [64513, 64514] },
        2: sequence(65001),
        3: { element: 'as-set', value: [65010] },
      },
    },
    json4: {
      'as-path': [65001],
      'as-set': [65010],
      'confederation-path': [64512],
      'confederation-set': [64513, 64514],
    },
    text: 'as-path {( 64512 )} {[ 64513 64514 ]} ( 65001 ) [ 65010 ]',
    text4: 'as-path [ 65001 ( 65010 ) ][ 64512 ( 64513 64514 ) ]',
    config: 'as-path confed [ 64512 ] confed ( 64513 64514 ) [ 65001 ] ( 65010 )',
  },
  { octets: '400200', json: {}, text: '', config: 'as-path [ ]' },
  { octets: '400304 c0000201', json: {}, text: '' },
  { octets: '800404 00000000', json: { med: 0 }, text: 'med 0' },
  { octets: '400504 000000c8', json: { 'local-preference': 200 }, text: 'local-preference 200' },
  { octets: '400600', json: { 'atomic-aggregate': true }, text: 'atomic-aggregate' },
  {
    octets: 'c00708 0000fdf2 01010101',
    json: { aggregator: '65010:1.1.1.1' },
    text: 'aggregator ( 65010:1.1.1.1 )',
  },
  {
    octets: 'c00808 fdeb0001 ffffff01',
    json: {
      community: [
        [65003, 1],
        [65535, 65281],
      ],
    },
    text: 'community [ 65003:1 no-export ]',
  },
  { octets: 'c00804 ffff029a', json: { community: [[65535, 666]] }, text: 'community blackhole' },
  { octets: '800904 0a000009', json: { 'originator-id': '10.0.0.9' }, text: 'originator-id 10.0.0.9' },
  {
    octets: '800a08 0a00000a 0a00000b',
    json: { 'cluster-list': ['10.0.0.10', '10.0.0.11'] },
    text: 'cluster-list [ 10.0.0.10 10.0.0.11 ]',
  },
  {
    octets: 'c01008 0002fdea00000064',
    json: { 'extended-community': [{ value: 842131417596004n, string: 'target:65002:100' }] },
    text: 'extended-community target:65002:100',
  },
  {
    octets: '801a0b 01000b 0000000000003039',
    json4: {},
    json: { aigp: '0x0000000000003039' },
    text: 'aigp 0x0000000000003039',
  },
  {
    octets: 'c0200c 00000001 00000002 00000003',
    json: { 'large-community': [[1, 2, 3]] },
    text: 'large-community 1:2:3',
  },
  {
    octets: 'c02304 0000fde9',
    json: { 'attribute-0x23-0xE0': '0x0000fde9' },
    text: 'attribute [ 0x23 0xE0 0x0000fde9 ]',
    config: 'otc 65001',
  },
  {
    octets: 'c06303 010203',
    json: { 'attribute-0x63-0xE0': '0x010203' },
    text: 'attribute [ 0x63 0xE0 0x010203 ]',
    config: 'attribute [ 0x63 0xC0 0x010203 ]',
  },
  { octets: '80fd04 deadbeef', json: {}, text: '', config: 'attribute [ 0xFD 0x80 0xdeadbeef ]' },
];

describe('attributes', () => {
  it.each(ROWS)('$octets', (row) => {
    const octets = hex(row.octets);
    const { attributes, malformed } = decodeAttributes(octets, DEFAULT_CONTEXT);
    expect(malformed).toEqual([]);
    expect(toHex(written((w) => encodeAttributes(w, attributes, DEFAULT_CONTEXT)))).toBe(toHex(octets));
    expect(attributesToJson(attributes, 4)).toEqual(row.json4 ?? row.json);
    expect(attributesToJson(attributes, 5)).toEqual(row.json);
    expect(attributesToJson(attributes, 6)).toEqual(row.json6 ?? row.json);
    expect(attributesToText(attributes, 4)).toBe(row.text4 ?? row.text);
    expect(attributesToText(attributes, 5)).toBe(row.text);
    expect(attributesToConfig(attributes)).toBe(row.config ?? row.text);
  });

  it('shows attributes by code, unknown ones among them', () => {
    const { attributes } = decodeAttributes(hex('c06301aa c0230400000001 40010101'), DEFAULT_CONTEXT);
    expect(Object.keys(attributesToJson(attributes, 5))).toEqual([
      'origin',
      'attribute-0x23-0xE0',
      'attribute-0x63-0xE0',
    ]);
  });

  it('shows communities of version 5 in order', () => {
    const { attributes } = decodeAttributes(hex('c00808 ffffff01 00010002'), DEFAULT_CONTEXT);
    const sorted = [
      [1, 2],
      [65535, 65281],
    ];
    expect(attributesToJson(attributes, 4)).toEqual({ community: sorted.toReversed() });
    expect(attributesToJson(attributes, 5)).toEqual({ community: sorted });
    expect(attributesToText(attributes, 4)).toBe('community [ 1:2 no-export ]');
  });

  it('takes extended length and stray low flag bits', () => {
    const { attributes, malformed } = decodeAttributes(hex('5001 0001 01 4f 0200'), DEFAULT_CONTEXT);
    expect(malformed).toEqual([]);
    expect(attributes).toEqual({ origin: 'egp', asPath: [] });
  });
});

const TWO_OCTETS: CodecContext = { ...DEFAULT_CONTEXT, asn4: false };

describe('RFC 6793 towards speakers of two-octet AS numbers', () => {
  const path = (...asns: number[]) => [{ type: 'sequence', asns } as const];

  it('writes AS_TRANS, AS4_PATH after AS_PATH and AS4_AGGREGATOR after AGGREGATOR', () => {
    const attributes = {
      origin: 'igp',
      asPath: path(70000, 65000),
      aggregator: { as: 70000, address: hex('01010101') },
    } as const;
    const octets = written((w) => encodeAttributes(w, attributes, TWO_OCTETS));
    expect(toHex(octets)).toBe(
      toHex(
        hex(`40010100 400206 0202 5ba0 fde8 c0110a 0202 00011170 0000fde8
             c00706 5ba0 01010101 c01208 00011170 01010101`),
      ),
    );
    expect(decodeAttributes(octets, TWO_OCTETS).attributes).toEqual(attributes);
  });

  it('adds nothing when two octets are enough', () => {
    const attributes = { asPath: path(65001) };
    expect(toHex(written((w) => encodeAttributes(w, attributes, TWO_OCTETS)))).toBe('4002040201fde9');
  });

  it.each([
    [
      'a path longer than AS4_PATH',
      '400208 0203 fc00 5ba0 fde8 c0110a 0202 00011170 0000fde8',
      path(64512, 70000, 65000),
    ],
    ['an AS4_PATH that is longer', '400204 0201 5ba0 c0110a 0202 00011170 0000fde8', path(23456)],
    [
      'confederation segments in AS4_PATH',
      '400204 0201 5ba0 c0110c 0301 00011170 0201 00011171',
      path(70001),
    ],
    [
      'an aggregator that is no AS_TRANS: both are ignored',
      '400204 0201 5ba0 c01106 0201 00011170 c00706 fde9 01010101 c01208 00011170 01010101',
      path(23456),
    ],
  ])('merges %s', (_, octets, expected) => {
    expect(decodeAttributes(hex(octets), TWO_OCTETS).attributes.asPath).toEqual(expected);
  });
});

describe('an AGGREGATOR of another width than the AS numbers of the path', () => {
  const rows = [
    ['c00706 fde9 01010101', DEFAULT_CONTEXT, 65001],
    ['c00708 00011170 01010101', TWO_OCTETS, 70000],
  ] as const;

  it.each(rows)('%s is read by its length in reports', (octets, context, as) => {
    const { attributes, malformed } = decodeAttributes(hex(octets), context);
    expect(malformed).toEqual([]);
    expect(attributes.aggregator).toEqual({ as, address: hex('01010101') });
  });

  it.each(rows)('%s is discarded from a peer', (octets, context) => {
    const { attributes, malformed } = decodeAttributes(hex(octets), { ...context, peering: 'external' });
    expect(malformed.map(({ action }) => action)).toEqual(['attribute-discard']);
    expect(attributes.aggregator).toBeUndefined();
  });

  it('of seven octets is none in reports either', () => {
    const { malformed } = decodeAttributes(hex('c00707 fde90101010101'), DEFAULT_CONTEXT);
    expect(malformed.map(({ action }) => action)).toEqual(['attribute-discard']);
  });
});

describe('who gets what', () => {
  const attributes = { localPreference: 200, aigp: 5n, med: 1 };
  it.each([
    ['external', false, '80040400000001'],
    ['external', true, '80040400000001801a0b01000b0000000000000005'],
    ['internal', false, '8004040000000140050400 0000c8 801a0b01000b0000000000000005'],
  ] as const)('%s, aigp %s', (peering, aigp, expected) => {
    const octets = written((w) => encodeAttributes(w, attributes, { ...DEFAULT_CONTEXT, peering, aigp }));
    expect(toHex(octets)).toBe(toHex(hex(expected)));
  });
});
