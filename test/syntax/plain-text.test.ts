import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  type ConfigText,
  parseConfigGrammar,
  parseConfigText,
  parsingConfigText,
  type Statement,
} from '../../src/syntax/parse.ts';
import { plainStatements } from '../../src/syntax/plain-text.ts';
import { finished } from '../../src/wire/finished.ts';

/** Both as plain values: the words of a statement are read when they are asked for. */
function plain({ statements, ...problems }: ConfigText) {
  return { statements: statements.map(values), ...problems };
}

function values({ word, words, end, block, close }: Statement): unknown {
  return { word, words, end, block: block?.map(values), close };
}

const same = (text: string) => expect(plain(parseConfigText(text))).toEqual(plain(parseConfigGrammar(text)));

const word = fc.constantFrom(
  ...[
    'neighbor',
    '10.0.0.0/8',
    '[',
    ']',
    '(',
    ')',
    ',',
    '"a b; {"',
    "'#'",
    '""',
    'a"b"',
    '=80&<90',
    '\u0001',
  ],
);
const odd = fc.constantFrom(
  '\\',
  '"',
  "'",
  'é',
  '\u00a0',
  '\u007f',
  '\\n',
  '\\\n',
  '"\\""',
  '# é "\\',
  '#',
  '{',
  '}',
  ';',
  '; ;',
);
const blank = fc.constantFrom(' ', '\t', '\n', '\r\n', '\f', ' # comment }\n', '');
const statement = fc
  .array(fc.tuple(blank, word), { minLength: 1, maxLength: 4 })
  .map((parts) => `${parts.flat().join(' ')} ;`);
const { tree } = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    statement,
    fc
      .tuple(word, blank, fc.array(tie('tree'), { maxLength: 3 }))
      .map(([w, b, inner]) => `${w}${b}{ ${inner.join(b)} }\n`),
  ),
}));

describe('texts that are read without the grammar', () => {
  it('give what the grammar gives', () => {
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 4 }), (parts) => {
        const text = parts.join('\n');
        expect(plainStatements(text, 64)).toBeDefined();
        same(text);
      }),
    );
  });

  it('give it in whatever parts they come', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 6, arbitrary: tree }, odd), { maxLength: 6 }),
        fc.array(fc.nat(60), { maxLength: 12 }),
        (pieces, lengths) => {
          const text = pieces.join('\n');
          const parts = lengths.map((length, nth) => {
            const from = lengths.slice(0, nth).reduce((sum, each) => sum + each, 0);
            return text.slice(from, from + length);
          });
          parts.push(text.slice(parts.join('').length));
          const read = finished(parsingConfigText(parts));
          expect(plain(read)).toEqual(plain(parseConfigGrammar(text)));
          const sources = (statements: readonly Statement[]): unknown[] =>
            statements.flatMap(({ source, block }) => [source, ...sources(block ?? [])]);
          expect(sources(read.statements)).toEqual(sources(parseConfigText(text).statements));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are never put together while they are right, however long', () => {
    const parts = Array.from({ length: 40 }, (_, n) => `route 10.0.${n}.0/24 next-hop\n self; `.repeat(2000));
    const config = [
      'neighbor 10.0.0.1 { local-address 10.0.0.2; local-as 1; peer-as 2; static {',
      ...parts,
      '} }',
    ];
    const join = vi.spyOn(config, 'join');
    const work = parsingConfigText(config);
    let steps = 0;
    for (let step = work.next(); ; step = work.next(), steps++) {
      if (step.done !== true) continue;
      expect(step.value.statements[0]?.block?.at(-1)?.block).toHaveLength(80_000);
      break;
    }
    expect(steps).toBeGreaterThan(80);
    expect(join.mock.calls).toEqual([]);
  });

  it('are left to the grammar where something is odd', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(tree, odd, word, blank), { maxLength: 8 }), (parts) => {
        same(parts.join(''));
      }),
      { numRuns: 500 },
    );
  });

  it.each(['etc/samples', 'etc/quickstart'])('are those in %s', (folder) => {
    for (const name of readdirSync(folder).filter((each) => each.endsWith('.conf'))) {
      same(readFileSync(`${folder}/${name}`, 'utf8'));
    }
  });

  it('nest no deeper than the grammar lets them', () => {
    const nested = (depth: number) => `${'a {'.repeat(depth)}${'}'.repeat(depth)}`;
    expect(plainStatements(nested(64), 64)).toBeDefined();
    expect(plainStatements(nested(65), 64)).toBeUndefined();
    for (const depth of [63, 64, 65, 66]) same(nested(depth));
  });
});
