import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/bgp/json.ts';
import { stringify } from '../../src/events/stringify.ts';

describe('stringify', () => {
  it.each<{ value: Json; text: string }>([
    { value: null, text: 'null' },
    { value: true, text: 'true' },
    { value: 1795382032.062069, text: '1795382032.062069' },
    { value: Number.NaN, text: 'null' },
    { value: Number.POSITIVE_INFINITY, text: 'null' },
    { value: 2n ** 64n + 1n, text: '18446744073709551617' },
    { value: [], text: '[ ]' },
    { value: {}, text: '{ }' },
    { value: { a: undefined }, text: '{ }' },
    { value: ['', ''], text: '[ "", "" ]' },
    { value: { type: 'update', a: undefined, b: [1, 2] }, text: '{ "type": "update", "b": [ 1, 2 ] }' },
    { value: { b: {}, c: { d: [[1], []] } }, text: '{ "b": { }, "c": { "d": [ [ 1 ], [ ] ] } }' },
    { value: 'a"b\\c', text: '"a\\"b\\\\c"' },
    { value: '\n\r\t\u0000\u007f\u0085', text: '"\\n\\r\\t\\u0000\\u007f\\u0085"' },
    { value: '\u2028\u2029\ud800é😀', text: '"\\u2028\\u2029\\ud800\\u00e9\\ud83d\\ude00"' },
    {
      value: new Map<string, Json>([
        ['65', 1],
        ['b', [2]],
        ['2', {}],
      ]),
      text: '{ "65": 1, "b": [ 2 ], "2": { } }',
    },
    { value: new Map(), text: '{ }' },
    { value: { 'é"': 1 }, text: '{ "\\u00e9\\"": 1 }' },
  ])('$text', ({ value, text }) => {
    expect(stringify(value)).toBe(text);
  });

  it('means the same as JSON.stringify, in printable ASCII', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary', noUnicodeString: false } as object), (value) => {
        const text = stringify(value as Json);
        expect(text).toMatch(/^[ -~]*$/);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
