import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeLog } from '../../src/cli/log.ts';
import { FORGED, Hostile, wrongWith } from '../support/hostile.ts';

/** `npm run soak` takes more. */
const COUNT = process.env.PEERLINE_SOAK === '1' ? 100_000 : 3000;

/** What is written to a file by those who log. */
async function written(
  format: 'json' | 'text',
  tell: (log: Awaited<ReturnType<typeof makeLog>>['log']) => void,
): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'peerline-log-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const destination = join(directory, 'log');
  const { log, flush } = await makeLog({ level: 'debug', format, destination });
  for (let told = 0; told < COUNT; told++) {
    tell(log);
    // what a reader has not taken yet is bounded, and dropped beyond
    if (told % 1000 === 999) await new Promise<void>((resolve) => flush(resolve));
  }
  await new Promise<void>((resolve) => flush(resolve));
  return readFileSync(destination, 'utf8');
}

describe('the log, whatever it is told', () => {
  it('in JSON is one line for each entry, and says what it was told', async () => {
    const hostile = new Hostile(1);
    const told: string[] = [];
    const output = await written('json', (log) => {
      const [reason, peer] = [hostile.text(), hostile.text()];
      told.push(`${peer} ${reason}`);
      log.child({ peer }).warn({ reason, [`x${hostile.text(2)}`]: [hostile.text()] }, hostile.text());
    });
    expect(wrongWith(output)).toBeUndefined();
    const lines = output.split('\n').slice(0, -1);
    expect(lines).toHaveLength(COUNT);
    for (const [n, line] of lines.entries()) {
      const { peer, reason } = JSON.parse(line);
      expect(`${peer} ${reason}`).toBe(told[n]);
    }
  });

  it('as text is one line for each entry', async () => {
    const hostile = new Hostile(2);
    const output = await written('text', (log) =>
      log
        .child({ peer: hostile.text() })
        .warn({ reason: hostile.text(), deep: { of: [hostile.text()] } }, 'told'),
    );
    expect(wrongWith(output)).toBeUndefined();
    expect(output.split('\n').slice(0, -1)).toHaveLength(COUNT);
  });

  it('as text has an error on lines of its own, and nothing else begins one', async () => {
    const hostile = new Hostile(3);
    const output = await written('text', (log) =>
      log.error({ err: new Error(`${hostile.text()}\n${FORGED}`) }, 'listener failed'),
    );
    expect(wrongWith(output)).toBeUndefined();
    const begin = output.split('\n').filter((line) => /^\S/.test(line));
    expect(begin).toHaveLength(COUNT);
    for (const line of begin) expect(line).toMatch(/^\[[\d:.]+\] ERROR: listener failed/);
  });
});
