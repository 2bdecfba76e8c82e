import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttributeCodec } from '../../../src/bgp/attributes/codec.ts';
import {
  ATTRIBUTES,
  type AttributeKey,
  attributeByWord,
  attributesToConfig,
  attributesToJson,
  attributesToText,
  attributeWords,
  decodeAttributes,
  encodeAttributes,
} from '../../../src/bgp/attributes/index.ts';
import { DEFAULT_CONTEXT } from '../../../src/bgp/context.ts';
import { API_VERSIONS } from '../../../src/bgp/json.ts';
import { ShortInputError } from '../../../src/wire/errors.ts';
import { Reader } from '../../../src/wire/reader.ts';
import { written } from '../../../src/wire/writer.ts';
import { hex, toHex, wordsOf } from '../words.ts';
import { GENERATORS } from './generators.ts';

const ROWS: readonly AttributeCodec<unknown, AttributeKey>[] = ATTRIBUTES;
const RUNS = { numRuns: 60 };

describe.each(ROWS.map((row) => ({ word: row.word, row })))('$word', ({ row }) => {
  const values: fc.Arbitrary<unknown> = GENERATORS[row.key];

  it('decodes what it encodes', () => {
    fc.assert(
      fc.property(values, (value) => {
        const octets = written((w) => row.encode(w, value, DEFAULT_CONTEXT));
        const r = new Reader(octets);
        expect(row.decode(r, DEFAULT_CONTEXT)).toEqual(value);
        expect(r.done).toBe(true);
      }),
      RUNS,
    );
  });

  it('shows every value in every version', () => {
    fc.assert(
      fc.property(values, (value) => {
        for (const version of API_VERSIONS) {
          row.toJson?.(value, version);
          expect(row.toText?.(value, version) ?? '').not.toContain('undefined');
        }
      }),
      RUNS,
    );
  });

  it('parses what configuration writes', () => {
    if (row.parse === undefined) return;
    fc.assert(
      fc.property(values, (value) => {
        const words = wordsOf(row.toConfig?.(value) ?? row.toText?.(value, 6) ?? '');
        const word = words.next('its word').text;
        if (word === 'attribute') return;
        expect([row.word, ...(row.aliases ?? [])]).toContain(word);
        const parsed = row.parse?.(words);
        expect(words.done).toBe(true);
        const octets = (one: unknown) => written((w) => row.encode(w, one, DEFAULT_CONTEXT));
        expect(octets(parsed)).toEqual(octets(value));
      }),
      RUNS,
    );
  });

  it('answers noise with a value or with the documented errors', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (octets) => {
        try {
          row.decode(new Reader(octets), DEFAULT_CONTEXT);
        } catch (err) {
          if (!(err instanceof RangeError || err instanceof ShortInputError)) throw err;
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('flags of an attribute, RFC 4271 sections 4.3, 5 and 9', () => {
  const decode = (text: string) => decodeAttributes(hex(text), { ...DEFAULT_CONTEXT, peering: 'external' });

  it.each(['e0 63 02 0102', 'c0 63 02 0102', 'd0 63 0002 0102', '80 63 02 0102', 'a0 63 02 0102'])(
    'an attribute that is not known goes out with the flags that it came with: %s',
    (text) => {
      const { attributes, malformed } = decode(text);
      expect(malformed).toEqual([]);
      const again = written((w) => encodeAttributes(w, attributes, DEFAULT_CONTEXT));
      expect(toHex(again)).toBe(toHex(hex(text)));
    },
  );

  it.each([
    ['c0 63 02 0102', { 'attribute-0x63-0xE0': '0x0102' }],
    ['e0 63 02 0102', { 'attribute-0x63-0xE0': '0x0102' }],
    ['80 63 02 0102', {}],
  ])('is shown as Partial where it is transitive, and not at all otherwise: %s', (text, json) => {
    for (const version of API_VERSIONS)
      expect(attributesToJson(decode(text).attributes, version)).toEqual(json);
  });

  it.each([
    ['e0 08 04 00010001', { community: [0x10001] }],
    ['60 01 01 00', { origin: 'igp' }],
    ['a0 04 04 00000005', { med: 5 }],
    ['f0 23 0004 0000fde9', { otc: 65001 }],
  ])('the Partial bit of a known one is no error, and is not sent: %s', (text, attributes) => {
    expect(decode(text)).toMatchObject({ attributes, malformed: [] });
    const [flags] = written((w) => encodeAttributes(w, decode(text).attributes, DEFAULT_CONTEXT));
    expect((flags ?? 0) & 0x20).toBe(0);
  });

  it('Optional and Transitive have to be right, of those that are named and passed through too', () => {
    expect(decode('40 08 04 00010001').malformed).toMatchObject([{ action: 'treat-as-withdraw' }]);
    expect(decode('c0 21 01 00').malformed).toMatchObject([{ action: 'attribute-discard' }]);
    expect(() => decode('40 63 01 00')).not.toThrow();
    expect(decode('40 63 01 00').malformed).toMatchObject([{ action: 'session-reset' }]);
  });
});

describe('the table', () => {
  it('has each code, key and word once', () => {
    for (const member of ['code', 'key', 'word'] as const) {
      expect(new Set(ROWS.map((row) => row[member])).size).toBe(ROWS.length);
    }
  });

  it('finds every row by its words', () => {
    for (const word of attributeWords) if (word !== 'attribute') expect(attributeByWord(word)).toBeDefined();
    expect(attributeByWord('next-hop')).toBeUndefined();
  });

  it('never fails on noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.boolean(), (octets, asn4) => {
        const { attributes } = decodeAttributes(octets, { ...DEFAULT_CONTEXT, asn4, peering: 'external' });
        for (const version of API_VERSIONS) {
          attributesToJson(attributes, version);
          attributesToText(attributes, version);
        }
        attributesToConfig(attributes);
      }),
      { numRuns: 500 },
    );
  });

  it('decodes whole sets of attributes that it encodes', () => {
    const { as4Path: _path, as4Aggregator: _aggregator, ...generators } = GENERATORS;
    const raw = fc.constantFrom([], [{ code: 99, flags: 0xe0, value: new Uint8Array(300) }]);
    const sets = fc.record({ ...generators, raw }, { requiredKeys: [] });
    fc.assert(
      fc.property(sets, (attributes) => {
        const octets = written((w) => encodeAttributes(w, attributes, DEFAULT_CONTEXT));
        const decoded = decodeAttributes(octets, DEFAULT_CONTEXT);
        expect(decoded.malformed).toEqual([]);
        const { raw: unknown = [], ...known } = attributes;
        expect(decoded.attributes).toEqual(unknown.length > 0 ? { ...known, raw: unknown } : known);
      }),
      { numRuns: 100 },
    );
  });
});
