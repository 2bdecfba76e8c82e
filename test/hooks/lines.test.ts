import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineReader, LineSplitter } from '../../src/hooks/lines.ts';

function split(chunks: readonly Uint8Array[], max?: number, whole = true): string[] {
  const splitter = new LineSplitter(max);
  const found: string[] = [];
  const add = (line: ReturnType<LineSplitter['next']>) => {
    if (line !== undefined) found.push('text' in line ? line.text : `!${line.error}`);
    return line !== undefined;
  };
  for (const chunk of chunks) {
    splitter.push(chunk);
    while (add(splitter.next()));
  }
  add(splitter.finish(whole));
  return found;
}

const octets = (text: string) => Buffer.from(text, 'latin1');

describe('lines', () => {
  it.each([
    { chunks: ['a\nb\n'], lines: ['a', 'b'] },
    { chunks: ['a', 'b', '\n'], lines: ['ab'] },
    { chunks: ['\n\r\n'], lines: ['', ''] },
    { chunks: ['a\r', '\nb\rc\n'], lines: ['a', 'b\rc'] },
    { chunks: ['\xc3', '\xa9\n'], lines: ['é'] },
    { chunks: ['\xff\nok\n'], lines: ['!invalid UTF-8', 'ok'] },
    { chunks: ['no end'], lines: ['no end'] },
    { chunks: ['no end'], whole: false, lines: ['!no newline at the end'] },
    { chunks: ['12345678\n'], max: 8, lines: ['12345678'] },
    { chunks: ['123456789\nok\n'], max: 8, lines: ['!line too long', 'ok'] },
    { chunks: ['12345', '6789', 'more', '\nok\n'], max: 8, lines: ['!line too long', 'ok'] },
    { chunks: ['12345', '67891\nok\n'], max: 8, lines: ['!line too long', 'ok'] },
    { chunks: ['123456789'], max: 8, lines: ['!line too long'] },
    { chunks: ['123456789', '123456789\n', '12\n'], max: 8, lines: ['!line too long', '12'] },
  ])('$chunks', ({ chunks, max, whole, lines }) => {
    expect(split(chunks.map(octets), max, whole)).toEqual(lines);
  });

  it('do not depend on how they were cut', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '\n', '\r', 'é', '\xff', 'bb')), fc.nat(4), (parts, size) => {
        const all = Buffer.concat(parts.map((part) => (part === '\xff' ? octets(part) : Buffer.from(part))));
        const pieces = Array.from({ length: Math.ceil(all.length / (size + 1)) }, (_, i) =>
          all.subarray(i * (size + 1), (i + 1) * (size + 1)),
        );
        expect(split(pieces, 5)).toEqual(split([all], 5));
      }),
    );
  });
});

describe('reader', () => {
  it('gives the lines of a stream that ended at once, slice by slice, before it tells the end', async () => {
    const stream = new PassThrough();
    const found: string[] = [];
    await new Promise<void>((resolve) => {
      new LineReader(stream, {
        onLine: (line) => void found.push('text' in line ? line.text : line.error),
        onEnd: resolve,
        linesPerSlice: 2,
      });
      stream.end('1\n2\n3\n4\n5\n');
    });
    expect(found).toEqual(['1', '2', '3', '4', '5']);
  });
});
