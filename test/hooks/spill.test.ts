import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Spill } from '../../src/hooks/spill.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'peerline-spill-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

it('gives back what is on disk while more is written without end', async () => {
  const spill = new Spill({
    directory: folder(),
    name: 'p',
    limitBytes: 2 ** 30,
    onLost: () => undefined,
  });
  let written = 0;
  // a write takes some turns of the loop, so that there is always a next line when one is written
  const feed = () => {
    if (spill.append(`${written}\n`, 1)) written++;
    feeding = setImmediate(feed);
  };
  let feeding = setImmediate(feed);
  onTestFinished(async () => {
    clearImmediate(feeding);
    await spill.close();
  });
  let next = 0;
  while (next < 100) {
    for (const { octets } of (await spill.read()).records)
      expect(Buffer.from(octets).toString()).toBe(`${next++}\n`);
    // there is nothing before the first is written
    await new Promise(setImmediate);
  }
});
