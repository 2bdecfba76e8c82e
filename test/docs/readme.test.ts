import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { COMMANDS } from '../../src/commands/table.ts';
import { loadConfig } from '../../src/config/load.ts';
import { supportMatrix } from './support-matrix.ts';

const MATRIX = /(<!-- support matrix -->\n)[\s\S]*?(\n<!-- end of support matrix -->)/;

it('the support matrix of README.md is that of the tables (npx vitest run test/docs -u renews it)', async () => {
  const readme = readFileSync('README.md', 'utf8');
  expect(readme).toMatch(MATRIX);
  const renewed = readme.replace(MATRIX, (_, start, end) => `${start}\n${supportMatrix()}\n${end}`);
  await expect(renewed).toMatchFileSnapshot('../../README.md');
});

it('docs/commands.md names every command', () => {
  const text = readFileSync('docs/commands.md', 'utf8');
  const missing = COMMANDS.flatMap(({ words }) => words).filter((words) => !text.includes(`\`${words}`));
  expect(missing).toEqual([]);
});

function markdown(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
    .map((name) => join(folder, name));
}

it('links between documents lead to files', () => {
  const files = [
    'README.md',
    'CHANGELOG.md',
    ...markdown('docs'),
    ...markdown('examples'),
    ...markdown('plugins'),
  ];
  const broken = files.flatMap((file) => {
    const links = [...readFileSync(file, 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)];
    return links
      .map(([, target = '']) => join(dirname(file), target))
      .filter((target) => !existsSync(target))
      .map((target) => `${file}: ${target}`);
  });
  expect(broken).toEqual([]);
});

it('the configurations in the documents, of the quick start and of the samples are good', () => {
  const files = ['README.md', ...markdown('docs'), ...markdown('examples'), ...markdown('plugins')];
  const blocks = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/```conf\n([\s\S]*?)```/g)].map(([, text = '']) => ({
      file,
      text,
    })),
  );
  const samples = ['etc/samples', 'etc/quickstart'].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.conf'))
      .map((name) => join(folder, name)),
  );
  const all = [...blocks, ...samples.map((file) => ({ file, text: readFileSync(file, 'utf8') }))];
  expect(blocks.length).toBeGreaterThan(2);
  for (const { file, text } of all) {
    const { warnings } = loadConfig({ text, file, resolveProgram: (path) => ({ path }) });
    expect(warnings).toEqual([]);
  }
});
