import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { Connection } from '../../src/cli/connection.ts';
import { show } from '../../src/cli/talk.ts';

function connected() {
  const input = new PassThrough();
  const connection = new Connection('here', { input, output: new PassThrough() }, 5000);
  return { input, connection };
}

it('gives the lines of an answer, however they are cut', async () => {
  const { input, connection } = connected();
  for (const part of ['on', 'e\ntw', 'o\n\nthree\ndo', 'ne\n']) input.write(part);
  const lines: string[] = [];
  expect(await show(connection, 'version', (line) => void lines.push(line))).toBe('done');
  expect(lines).toEqual(['one', 'two', '', 'three']);
});

it('reads a line of a hundred megabytes, a table in JSON, no slower than shorter ones', async () => {
  const { input, connection } = connected();
  const part = 'x'.repeat(64 * 1024);
  void (async () => {
    for (let n = 0; n < 1600; n++)
      if (!input.write(part)) await new Promise((resolve) => input.once('drain', resolve));
    input.write('\ndone\n');
  })();
  const lengths: number[] = [];
  expect(await show(connection, 'routes list', (line) => void lengths.push(line.length))).toBe('done');
  expect(lengths).toEqual([1600 * part.length]);
});
