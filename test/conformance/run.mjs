// Bundles this folder's TypeScript, as Node 20 cannot run it, and runs it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const folder = mkdtempSync(join(tmpdir(), 'peerline-conformance-'));
const outfile = join(folder, 'main.mjs');
try {
  await build({
    entryPoints: [fileURLToPath(new URL('./main.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    logLevel: 'warning',
  });
  const { conformance } = await import(pathToFileURL(outfile).href);
  const root = fileURLToPath(new URL('../..', import.meta.url));
  process.exitCode = await conformance({ root, folder, suites: process.argv.slice(2) });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
