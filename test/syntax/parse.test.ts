import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gluedWords, parseCommandText, parseConfigText, type Statement } from '../../src/syntax/parse.ts';
import { WordError } from '../../src/syntax/words.ts';

/** `a b { c; }` for a statement, so that rows are easy to read. */
function shape(statement: Statement): string {
  const words = [statement.word, ...statement.words].map((word) =>
    word.quoted ? JSON.stringify(word.text) : word.text,
  );
  const block = statement.block === undefined ? ';' : ` { ${statement.block.map(shape).join(' ')} }`;
  return words.join(' ') + block;
}

const shapes = (text: string): string => parseConfigText(text).statements.map(shape).join(' ');

describe('parseConfigText', () => {
  it.each([
    ['a b;', 'a b;'],
    ['a b {c d;}', 'a b { c d; }'],
    ['a { b { c; } }', 'a { b { c; } }'],
    ['processes [p,q];', 'processes [ p , q ];'],
    ['aggregator (65000:1.2.3.4);', 'aggregator ( 65000:1.2.3.4 );'],
    ['a "b ; { } # c";', 'a "b ; { } # c";'],
    [`a 'say "hi"';`, String.raw`a "say \"hi\"";`],
    [String.raw`a "x\"y\\z\té\q";`, `a ${JSON.stringify('x"y\\z\téq')};`],
    ['a "";', 'a "";'],
    ['# all\na b; # rest\nc d; # more', 'a b; c d;'],
    ['route 10.0.0.0/24\n  next-hop 1.2.3.4\n;', 'route 10.0.0.0/24 next-hop 1.2.3.4;'],
    ['run x \\\nbin/y;', 'run x bin/y;'],
    ['run x \\\r\n y;', 'run x y;'],
    [String.raw`run x\{y a\;b;`, 'run x{y a;b;'],
    ['flow =80&<=90 !is-fragment fin+push;', 'flow =80&<=90 !is-fragment fin+push;'],
    ['', ''],
    ['# only a comment', ''],
  ])('%j', (text, expected) => {
    expect(shapes(text)).toBe(expected);
    expect(parseConfigText(text)).toMatchObject({ errors: [], unclosed: [], superfluous: [] });
  });

  it.each([
    ['a b;\n}\nc;', [{ at: 5, found: '}', expected: "a statement: no '{' is open here" }], 'a b; c;'],
    ['a { b }\nc;', [{ at: 6, found: '}', expected: "';' or '{'" }], 'a {  } c;'],
    ['a', [{ at: 1, found: undefined, expected: "';' or '{'" }], ''],
    ['; a;', [{ at: 0, found: ';', expected: 'a keyword' }], 'a;'],
    ['{ a; }', [{ at: 0, found: '{', expected: 'a keyword' }], ''],
    ['a "b;\nc d;', [{ at: 2, end: 5, expected: 'a closing "' }], 'a "b;; c d;'],
    ["a 'b {\nc d; }", [{ at: 2, expected: "a closing '" }], "a 'b { { c d; }"],
  ])('%j is wrong and the rest is read', (text, errors, rest) => {
    expect(parseConfigText(text).errors).toMatchObject(errors);
    expect(shapes(text)).toBe(rest);
  });

  it("tolerates a missing '}' at the end, and tells", () => {
    expect(parseConfigText('a {\n b;').unclosed).toMatchObject([{ at: 2, expected: "a '}' that closes it" }]);
    expect(shapes('a {\n b;')).toBe('a { b; }');
  });

  it("tolerates a '}' too many where nothing follows that it would hide", () => {
    expect(parseConfigText('a { }\n} # why\n}\n')).toMatchObject({
      errors: [],
      superfluous: [{ at: 6 }, { at: 14 }],
    });
    expect(parseConfigText('a { }\n}\nb;')).toMatchObject({ errors: [{ at: 6 }], superfluous: [] });
    expect(parseConfigText('}')).toMatchObject({ errors: [{ at: 0 }], superfluous: [] });
  });

  it('reads 64 levels and refuses more, without exhausting the stack', () => {
    expect(parseConfigText(`${'a {'.repeat(64)}${'}'.repeat(64)}`).errors).toEqual([]);
    const deep = parseConfigText(`${'a {'.repeat(50_000)}${'}'.repeat(50_000)} b;`);
    expect(deep.errors).toMatchObject([{ at: 64 * 3 + 2, expected: 'at most 64 levels of blocks' }]);
    expect(deep.statements.map((statement) => statement.word.text)).toEqual(['a', 'b']);
  });

  it('refuses long strings and lines', () => {
    expect(parseConfigText(`a ${'b'.repeat(70_000)};`).errors).toMatchObject([
      { at: 2, expected: 'at most 65536 characters in a word' },
    ]);
    expect(parseConfigText(`a;\n${'b '.repeat(3_000_000)};`).errors).toMatchObject([
      { at: 3, expected: 'a line of at most 4194304 characters' },
    ]);
  });

  it.each([
    {
      what: 'many lines',
      lines: Array.from({ length: 7 }, () => `#${'x'.repeat(1_000_000)}`),
      at: undefined,
    },
    { what: 'the longest', lines: ['a;', `#${'x'.repeat(4_194_303)}`, 'b;'], at: undefined },
    { what: 'one too long behind others', lines: ['a;', '', `#${'x'.repeat(4_194_304)}`, 'b;'], at: 4 },
    { what: 'one too long at the end', lines: ['#', `#${'x'.repeat(4_194_304)}`], at: 2 },
  ])('takes lines up to the longest, however many: $what', ({ lines, at }) => {
    const { errors } = parseConfigText(lines.join('\n'));
    expect(errors).toMatchObject(at === undefined ? [] : [{ at, end: at + 4_194_305 }]);
  });

  it('never throws, whatever the text', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('{', '}', ';', '[', ']', '"', "'", '\\', '\n', '#', ' ', 'word', '\\u12', '\\u1234'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        for (const { at, end } of parseConfigText(text).errors) {
          expect(at).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }),
    );
  });
});

describe('parseCommandText', () => {
  it.each([
    ['announce route 10.0.0.0/24 next-hop self', 'announce route 10.0.0.0/24 next-hop self', ''],
    ['announce route 10.0.0.0/24 next-hop self;', 'announce route 10.0.0.0/24 next-hop self', ''],
    [
      'announce flow route { match { source 10.0.0.1/32; } then { discard; } }',
      'announce flow route',
      '3: match { source 10.0.0.1/32; } then { discard; }',
    ],
    [
      String.raw`announce flow route {\n match {\n source 10.0.0.1/32;\n }\n then {\n discard;\n }\n }\n`,
      'announce flow route',
      '3: match { source 10.0.0.1/32; } then { discard; }',
    ],
    [
      'announce flow route { match { source 10.0.0.1/32;',
      'announce flow route',
      '3: match { source 10.0.0.1/32; }',
    ],
    ['announce flow route { discard; } } }', 'announce flow route', '3: discard;'],
    ['', '', ''],
  ])('%j', (line, words, blocks) => {
    const command = parseCommandText(line);
    expect(command.list.map((word) => word.text).join(' ')).toBe(words);
    expect(
      command.blocks.map(({ after, statements }) => `${after}: ${statements.map(shape).join(' ')}`).join(),
    ).toBe(blocks);
  });

  it.each([
    ['announce "x', { at: 9, expected: 'a closing "' }],
    ['announce a; b', { at: 12, found: 'b', expected: 'the end of the command' }],
    ['announce }', { at: 9, found: '}', expected: 'the end of the command' }],
    ['announce flow route { match { discard', { at: 37, found: undefined, expected: "';' or '{'" }],
    ['announce flow route } { match { }', { at: 20, found: '}', expected: 'the end of the command' }],
  ])('%j is refused', (line, problem) => {
    expect(() => parseCommandText(line)).toThrow(WordError);
    try {
      parseCommandText(line);
    } catch (err) {
      expect(err).toMatchObject(problem);
    }
  });

  it('throws nothing but WordError', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (line) => {
        try {
          parseCommandText(line);
        } catch (err) {
          expect(err).toBeInstanceOf(WordError);
        }
      }),
    );
  });
});

describe('gluedWords', () => {
  it.each([
    ['run x a(1) b;', ['x', 'a(1)', 'b']],
    ['run x "a(b)" (c);', ['x', 'a(b)', '(c)']],
    ['run x --y="a b" [1,2];', ['x', '--y=a b', '[', '1', ',', '2', ']']],
    [`run /bin/sh -c 'echo "$1"; cat';`, ['/bin/sh', '-c', 'echo "$1"; cat']],
  ])('%s', (text, expected) => {
    expect(gluedWords(parseConfigText(text).statements[0]?.words ?? [])).toEqual(expected);
  });
});
