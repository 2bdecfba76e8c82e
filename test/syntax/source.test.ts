import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteFound, Source } from '../../src/syntax/source.ts';

describe('Source', () => {
  const source = new Source('a.conf', 'one\n\tlocal-as x;\r\nthree');

  it.each([
    [0, 1, 1],
    [3, 1, 4],
    [4, 2, 1],
    [14, 2, 11],
    [18, 3, 1],
    [23, 3, 6],
  ])('offset %i is line %i, column %i', (at, line, column) => {
    expect(source.place(at)).toEqual({ line, column });
  });

  it('shows the line with a caret', () => {
    expect(source.caret(14, 15)).toBe(' local-as x;\n          ^');
    expect(source.caret(5, 13)).toBe(' local-as x;\n ^^^^^^^^');
    expect(source.caret(23)).toBe('three\n     ^');
  });

  it('clips long lines around the place', () => {
    const long = new Source('b', `${'x'.repeat(1000)} bad ${'y'.repeat(1000)}`);
    const [line = '', caret = ''] = long.caret(1001, 1004).split('\n');
    expect(line.length).toBeLessThan(125);
    expect(line.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1)).toBe('bad');
  });

  it('is safe to print whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(100), (text, offset) => {
        const at = Math.min(offset, text.length);
        expect(new Source('f', text).caret(at)).not.toMatch(
          /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/,
        );
        expect(quoteFound(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
      }),
    );
  });

  it('finds where the lines of a long text begin a little at a time', () => {
    const long = new Source('f', 'line\n'.repeat(100_000));
    expect([...long.measuring()].length).toBeGreaterThan(20);
    expect(long.place(5 * 99_999 + 2)).toEqual({ line: 100_000, column: 3 });
  });

  it('clips what was found', () => {
    expect(quoteFound('x'.repeat(100))).toBe(`'${'x'.repeat(60)}…'`);
    expect(quoteFound(undefined)).toBe('the end');
  });
});

it('has the same places and pieces in whatever parts the text comes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('a', '\n'), maxLength: 9 }), { maxLength: 9 }),
      (parts) => {
        const text = parts.join('');
        const [whole, cut] = [new Source('f', text), new Source('f', parts)];
        for (let from = 0; from <= text.length; from++) {
          expect(cut.place(from)).toEqual(whole.place(from));
          for (let to = from; to <= text.length; to++) expect(cut.slice(from, to)).toBe(text.slice(from, to));
        }
        expect(cut.text).toBe(text);
      },
    ),
  );
});
