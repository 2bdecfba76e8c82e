import { describe, expect, it } from 'vitest';
import { Chunks } from '../../src/hooks/chunks.ts';
import { Fifo, sizeOf } from '../../src/hooks/fifo.ts';
import { WaitingLines } from '../../src/hooks/waiting-lines.ts';

function rig({ replies = [], events = [] }: { replies?: string[]; events?: (string | Uint8Array)[] }) {
  const answers = new Fifo();
  const waiting = new WaitingLines();
  for (const line of replies) answers.push(line, sizeOf(line));
  for (const line of events) waiting.events.push(line, sizeOf(line));
  return new Chunks(answers, waiting);
}

const read = (chunks: Chunks) => {
  const { octets, lines, events } = chunks.next();
  return { text: Buffer.from(octets).toString(), lines, events };
};

it('puts replies before events, and counts which is which', () => {
  const chunks = rig({ replies: ['done\n'], events: ['é1\n', 'e2\n'] });
  expect(read(chunks)).toEqual({ text: 'done\né1\ne2\n', lines: 3, events: 2 });
  expect(read(chunks)).toEqual({ text: '', lines: 0, events: 0 });
});

describe('of long lines', () => {
  const kilobytes = (count: number, of = 'x') => `${of.repeat(count * 1024 - 1)}\n`;

  it.each([
    { events: [kilobytes(40), kilobytes(24)], chunks: [64 * 1024] },
    { events: [kilobytes(40), kilobytes(25)], chunks: [40 * 1024, 25 * 1024] },
    { events: ['a\n', kilobytes(65), 'b\n'], chunks: [2, 65 * 1024, 2] },
  ])('makes $chunks.length chunks', ({ events, chunks }) => {
    const made = rig({ events });
    expect(chunks.map(() => made.next().octets.length)).toEqual(chunks);
    expect(made.next().lines).toBe(0);
  });

  it('gives octets that are large as they are', () => {
    const large = Buffer.from(kilobytes(32));
    expect(rig({ events: [large] }).next().octets).toBe(large);
  });
});

it('gives each chunk octets of its own', () => {
  const chunks = rig({ events: [`${'a'.repeat(40_000)}\n`, `${'b'.repeat(40_000)}\n`] });
  const [first, second] = [chunks.next(), chunks.next()];
  expect(first.octets[0]).toBe(0x61);
  expect(second.octets[0]).toBe(0x62);
});
