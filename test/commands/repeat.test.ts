import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/commands/command.ts';
import { parseAnew, parseCommand } from '../../src/commands/parse.ts';
import { parseBlocks, parseCommandText } from '../../src/syntax/parse.ts';

function outcome(read: () => unknown): unknown {
  try {
    return read();
  } catch (err) {
    return err instanceof Error ? err.message : err;
  }
}

const octet = fc.oneof(fc.nat(255), fc.constantFrom(0, 10, 223, 224, 239, 240, 256, '01', ''));
const prefix = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.nat(255), fc.nat(255)).map(([a, b]) => `${a}.${b}.0.0/16`) },
  fc.tuple(octet, octet, octet, octet, fc.nat(34)).map(([a, b, c, d, bits]) => `${a}.${b}.${c}.${d}/${bits}`),
  fc.constantFrom(
    '2001:db8::/32',
    '10.0.0.1',
    '0.0.0.0/0',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '10.0.0.0/',
    '"10.0.0.0/8"',
  ),
);
const head = fc.constantFrom(
  'announce route ',
  'withdraw route ',
  'neighbor 192.0.2.1 announce route ',
  'neighbor 192.0.2.1 local-as 1 announce route ',
  'announce  route ',
  'announce ipv4 unicast ',
  'announce\troute ',
);
const tail = fc.constantFrom(
  ' next-hop 192.0.2.9',
  ' next-hop self med 5 as-path [ 1 2 ( 3 ) ] community [ 1:1 no-export ]',
  '\tnext-hop 192.0.2.9',
  '\tnext-hop 192.0.2.9 med 3',
  ' next-hop 192.0.2.9 split /17',
  ' next-hop 192.0.2.9 rd 1:1 label 3',
  ' next-hop 192.0.2.9 path-information 1',
  ' next-hop 192.0.2.9 watchdog dog withdraw name x',
  ' next-hop 192.0.2.9;',
  ' next-hop 192.0.2.9 # why',
  ' med 5',
  '',
);
const line = fc.tuple(head, prefix, tail).map((parts) => parts.join(''));

describe('lines that differ in nothing but the prefix', () => {
  it('mean what they mean alone', () => {
    const runs = fc.tuple(head, tail, fc.array(prefix, { minLength: 2, maxLength: 5 }));
    const table = fc.oneof(
      fc.array(line, { maxLength: 6 }),
      runs.map(([before, after, prefixes]) => prefixes.map((one) => before + one + after)),
    );
    fc.assert(
      fc.property(table, (lines) => {
        for (const each of lines) {
          expect(outcome(() => parseCommand(each))).toEqual(outcome(() => parseAnew(each)));
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('share their attributes, and not merely equal ones', () => {
    const attributesOf = (command: Command) =>
      'routes' in command ? command.routes[0]?.attributes : undefined;
    const [a, b] = ['10.0.0.0/8', '11.0.0.0/8'].map((one) =>
      attributesOf(parseCommand(`announce route ${one} next-hop 192.0.2.1 med 5`)),
    );
    expect(b).toBe(a);
    expect(a).toEqual({ med: 5 });
  });
});

describe('the words of plain lines', () => {
  const piece = fc.constantFrom(
    ...[
      'announce',
      'route',
      '10.0.0.0/8',
      '[',
      ']',
      '(',
      ')',
      ',',
      ' ',
      '  ',
      '\t',
      '{',
      '}',
      ';',
      '"a b"',
      "'",
      '#',
    ],
    ...['\\', '\\n', '\u00a0', 'é', '\u007f', '\r', ''],
  );

  it('are those of the grammar', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        const { words: _mine, ...mine } = outcome(() => parseCommandText(text)) as Record<string, unknown>;
        const { words: _its, ...its } = outcome(() => parseBlocks(text)) as Record<string, unknown>;
        expect(mine).toEqual(its);
      }),
      { numRuns: 400 },
    );
  });

  it('are refused where one is too long, as the grammar does', () => {
    const text = `announce ${'x'.repeat(70_000)}`;
    expect(outcome(() => parseCommandText(text))).toEqual(outcome(() => parseBlocks(text)));
    expect(() => parseCommandText(text)).toThrow('at most 65536 characters in a word');
  });
});
