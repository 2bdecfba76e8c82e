import process from 'node:process';
import { type EnvironmentLine, environmentWarnings, listEnvironment } from '../config/environment.ts';
import { loadEnvironment, readEnvFile } from './load.ts';
import type { Arguments } from './verbs.ts';

/** `-e` without a file asks, as in ExaBGP 5, for lines for a shell. */
export function env({ options }: Arguments<'env'>): void {
  const named = options['env-file'] === '' ? undefined : options['env-file'];
  loadEnvironment(named, options.root);
  const file = readEnvFile(named, options.root);
  for (const warning of environmentWarnings(process.env, file)) process.stderr.write(`warning: ${warning}\n`);
  const lines = listEnvironment(process.env, file);
  const shown = lines.filter(({ value, fallback }) => !options.diff || value !== fallback);
  process.stdout.write(
    { list, ini, env: shell }[formatOf(options.format ?? (options['env-file'] === '' ? 'env' : undefined))](
      shown,
    ),
  );
}

type Format = 'list' | 'ini' | 'env';

function formatOf(text: string | undefined): Format {
  return (['ini', 'env'] as const).find((each) => each === text) ?? 'list';
}

function list(lines: readonly EnvironmentLine[]): string {
  return lines
    .map(({ name, value, from, meaning }) => {
      const source = from === undefined ? '' : ` (${from})`;
      return `${name}='${value}'${source}  # ${meaning}\n`;
    })
    .join('');
}

/** As `--env-file` reads it. */
function ini(lines: readonly EnvironmentLine[]): string {
  const sections = new Map<string, string[]>();
  for (const { name, value } of lines) {
    const [, section = '', key = ''] = /^exabgp\.([^.]+)\.(.*)$/.exec(name) ?? [];
    sections.set(section, [...(sections.get(section) ?? []), `${key} = ${value}\n`]);
  }
  return [...sections].map(([section, keys]) => `[exabgp.${section}]\n${keys.join('')}`).join('\n');
}

/** Names that a shell can set have no dots. */
function shell(lines: readonly EnvironmentLine[]): string {
  return lines
    .map(({ name, value }) => `${name.replace(/[.-]/g, '_')}='${value.replaceAll("'", "'\\''")}'\n`)
    .join('');
}
