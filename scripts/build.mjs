// Bundles: a program starts three times faster than the same code in a thousand modules. What only some verbs
// need is in chunks beside the main file, which they load.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';

const PROGRAMS = [
  { source: 'src/cli/main.ts', folder: 'dist/cli', splitting: true },
  { source: 'plugins/healthcheck/main.ts', folder: 'dist/plugins', name: 'healthcheck', splitting: false },
];

const SHEBANG = '#!/usr/bin/env node\n';
/** Programs of an older build may be starting: what they are about to load stays for a while. */
const KEPT_MS = 10 * 60 * 1000;

for (const { source, folder, name = basename(source, '.ts'), splitting } of PROGRAMS) {
  const { outputFiles } = await build({
    entryPoints: { [name]: source },
    outdir: folder,
    chunkNames: 'chunk-[hash]',
    write: false,
    bundle: true,
    splitting,
    platform: 'node',
    // native code: found beside the bundle at run time, or not at all
    external: ['koffi'],
    format: 'esm',
    target: 'node20.19',
    legalComments: 'none',
    // names stay, so that a stack in a report can be read
    minifyWhitespace: true,
    minifySyntax: true,
    logLevel: 'warning',
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
    },
  });
  const main = `${name}.js`;
  // the chunks first: whoever starts meanwhile finds the old program or the new one, and all that it loads
  outputFiles.sort((a, b) => Number(basename(a.path) === main) - Number(basename(b.path) === main));
  for (const { path, text } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true });
    const program = basename(path) === main;
    writeFileSync(`${path}.new`, `${program ? SHEBANG : ''}${text}`);
    if (program) chmodSync(`${path}.new`, 0o755);
    renameSync(`${path}.new`, path);
  }
  const made = new Set(outputFiles.map(({ path }) => basename(path)));
  for (const file of readdirSync(folder)) {
    const path = join(folder, file);
    const stale = file.startsWith('chunk-') && !made.has(file);
    if (stale && Date.now() - statSync(path).mtimeMs > KEPT_MS) unlinkSync(path);
  }
}

mkdirSync('dist/completions', { recursive: true });
for (const shell of ['bash', 'zsh', 'fish']) {
  const script = execFileSync(process.execPath, ['dist/cli/main.js', 'completion', shell]);
  writeFileSync(`dist/completions/peerline.${shell}`, script);
}
