import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CodecContext, DEFAULT_CONTEXT } from '../../../src/bgp/context.ts';
import { familyId, familyText } from '../../../src/bgp/family.ts';
import type { NlriCodec } from '../../../src/bgp/nlri/codec.ts';
import { decodeNlriField, encodeNlri, NLRI, type NlriValue, nlriCodec } from '../../../src/bgp/nlri/index.ts';
import { ShortInputError } from '../../../src/wire/errors.ts';
import { PrefixError } from '../../../src/wire/prefix.ts';
import { Reader } from '../../../src/wire/reader.ts';
import { written } from '../../../src/wire/writer.ts';
import { wordsOf } from './check.ts';
import { VALUES } from './values.ts';

const UNKNOWN = nlriCodec(familyId(99, 99));

interface Case {
  readonly codec: NlriCodec<NlriValue>;
  readonly values: fc.Arbitrary<NlriValue>;
  readonly name: string;
}

const CASES: readonly Case[] = NLRI.map((codec, i) => ({
  codec: codec as unknown as NlriCodec<NlriValue>,
  values: VALUES[i] as fc.Arbitrary<NlriValue>,
  name: familyText(codec.family),
}));

function octetsOf(codec: NlriCodec<NlriValue>, value: NlriValue, withdraw: boolean): Uint8Array {
  return written((w) => codec.encode(w, value, DEFAULT_CONTEXT, withdraw));
}

function decode(codec: NlriCodec<NlriValue>, octets: Uint8Array, withdraw: boolean): NlriValue {
  const r = new Reader(octets);
  const value = codec.decode(r, DEFAULT_CONTEXT, withdraw);
  expect(r.remaining).toBe(0);
  return value;
}

/** All that may be done with a value that came from the network. */
function use(codec: NlriCodec<NlriValue>, value: NlriValue): void {
  codec.key(value);
  for (const version of [4, 5, 6] as const) {
    codec.toJson(value, version);
    codec.toText(value, version);
  }
}

describe.each(CASES)('$name', ({ codec, values }) => {
  it('decodes what it encodes', () => {
    fc.assert(
      fc.property(values, fc.boolean(), (value, withdraw) => {
        const octets = octetsOf(codec, value, withdraw);
        const decoded = decode(codec, octets, withdraw);
        expect(decoded).toEqual(value);
        expect(codec.key(decoded)).toBe(codec.key(value));
        use(codec, decoded);
      }),
    );
  });

  it('reads the text that it writes', () => {
    fc.assert(
      fc.property(values, (value) => {
        const words = wordsOf(codec.toText(value, 5));
        const parsed = codec.parse?.(words);
        words.finish();
        if (parsed === undefined) throw new Error('no syntax');
        expect(octetsOf(codec, parsed, false)).toEqual(octetsOf(codec, value, false));
      }),
    );
  });

  it('is read past as far as it goes, and no further', () => {
    let past = 0;
    fc.assert(
      fc.property(values, fc.uint8Array({ maxLength: 8 }), (value, behind) => {
        const octets = octetsOf(codec, value, false);
        const r = new Reader(Uint8Array.from([...octets, ...behind]));
        if (codec.skip?.(r) !== true) return;
        expect(r.remaining).toBe(behind.length);
        past++;
      }),
    );
    expect(past).toBeGreaterThan(0);
  });

  it('is read past without an error in noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (octets) => {
        expect(codec.skip?.(new Reader(octets))).toBeTypeOf('boolean');
      }),
    );
  });

  it('throws nothing but its errors on noise, and gives understood noise back', () => {
    const broken = (octets: Uint8Array, withdraw: boolean) => {
      try {
        for (const { value } of decodeNlriField(octets, codec.family, DEFAULT_CONTEXT, withdraw)) {
          use(codec, value);
          const again = octetsOf(codec, value, withdraw);
          expect(codec.key(decode(codec, again, withdraw))).toBe(codec.key(value));
        }
      } catch (err) {
        const known =
          err instanceof RangeError || err instanceof PrefixError || err instanceof ShortInputError;
        if (!known) throw err;
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), fc.boolean(), broken), { numRuns: 300 });
    const mutated = fc.tuple(values, fc.nat(), fc.integer({ min: 0, max: 255 }), fc.boolean());
    fc.assert(
      fc.property(mutated, ([value, at, octet, withdraw]) => {
        const octets = octetsOf(codec, value, withdraw);
        octets[at % octets.length] = octet;
        broken(octets, withdraw);
        broken(octets.subarray(0, at % octets.length), withdraw);
      }),
      { numRuns: 300 },
    );
  });
});

describe('all families', () => {
  it('have a row of their own each', () => {
    expect(new Set(NLRI.map((codec) => codec.family)).size).toBe(NLRI.length);
    for (const codec of NLRI) expect(codec.rfc).toMatch(/^(RFC \d+|draft-[a-z0-9-]+)$/);
  });

  it('carry path identifiers where the session does', () => {
    for (const { codec, values } of CASES) {
      const context: CodecContext = { ...DEFAULT_CONTEXT, addPath: new Set([codec.family]) };
      const [value] = fc.sample(values, 1);
      if (value === undefined) throw new Error('no sample');
      const nlri = { family: codec.family, pathId: 7, value };
      const octets = written((w) => {
        encodeNlri(w, nlri, context, false);
        encodeNlri(w, { ...nlri, pathId: 8 }, context, false);
      });
      expect(decodeNlriField(octets, codec.family, context, false)).toEqual([nlri, { ...nlri, pathId: 8 }]);
    }
  });

  it('keep the octets of an unknown one', () => {
    const value = decode(UNKNOWN, Uint8Array.of(1, 2, 3), false);
    expect(octetsOf(UNKNOWN, value, false)).toEqual(Uint8Array.of(1, 2, 3));
    expect(UNKNOWN.toJson(value, 5)).toEqual({ parsed: false, raw: '010203' });
    expect(UNKNOWN.parse?.(wordsOf(UNKNOWN.toText(value, 5)))).toEqual(value);
  });
});
