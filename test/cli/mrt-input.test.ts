import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { unpackedChunks } from '../../src/cli/mrt-input.ts';

const folder = mkdtempSync(join(tmpdir(), 'peerline-input-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What all chunks say, each looked at before the next is asked for. */
async function allOf(octets: Uint8Array): Promise<{ all: Buffer; chunks: number }> {
  const file = join(folder, 'file');
  writeFileSync(file, octets);
  const copies: Buffer[] = [];
  for await (const chunk of unpackedChunks(file)) copies.push(Buffer.from(chunk));
  return { all: Buffer.concat(copies), chunks: copies.length };
}

/** No two pieces of it are alike. */
const LARGE = Buffer.from(Uint32Array.from({ length: 700_000 }, (_, i) => Math.imul(i, 0x9e3779b1)).buffer);

describe('the octets of a file', () => {
  it('come whole, in pieces', async () => {
    const { all, chunks } = await allOf(LARGE);
    expect(all.equals(LARGE)).toBe(true);
    expect(chunks).toBe(3);
  });

  it('come whole where they are packed', async () => {
    expect((await allOf(gzipSync(LARGE, { level: 0 }))).all.equals(LARGE)).toBe(true);
  });

  it.each([0, 1, 5])('of which there are %d', async (count) => {
    const few = LARGE.subarray(4, 4 + count);
    expect((await allOf(few)).all).toEqual(Buffer.from(few));
  });

  it('are refused with the name of what cannot be read', async () => {
    const read = async (name: string) => {
      for await (const chunk of unpackedChunks(name)) void chunk;
    };
    await expect(read(folder)).rejects.toThrow(folder);
    await expect(read(join(folder, 'none'))).rejects.toThrow('none: no such file');
    const broken = join(folder, 'broken.gz');
    writeFileSync(broken, gzipSync(LARGE).subarray(0, 1000));
    await expect(read(broken)).rejects.toThrow(broken);
  });
});
