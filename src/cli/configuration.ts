import { readFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { exportConfig } from '../config/export.ts';
import { printable } from '../wire/text.ts';
import { checkFiles } from './check.ts';
import { CliError, EXIT } from './exit.ts';
import { loadEnvironment, loadFiles } from './load.ts';
import { writeTo } from './output.ts';
import { filesOf } from './stdin.ts';
import type { Arguments } from './verbs.ts';

type Options = Arguments<'configuration'>['options'];

const ACTIONS: Readonly<Record<string, (words: readonly string[], options: Options) => void>> = {
  validate,
  export: exportFiles,
  example,
};

/** `configuration validate|export|example`, as ExaBGP 6 has them. */
export function configuration({
  options,
  operands: [action = '', ...words],
}: Arguments<'configuration'>): void {
  const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (act === undefined) {
    throw new CliError(
      `found '${printable(action)}', expected ${Object.keys(ACTIONS).join(', ')}`,
      EXIT.usage,
    );
  }
  act(words, options);
}

function validate(words: readonly string[], options: Options): void {
  checkFiles(needed(words), options, { print: options.verbose || options.neighbor, test: options.route });
}

function exportFiles(words: readonly string[], options: Options): void {
  const warn = (text: string) => process.stderr.write(`warning: ${text}\n`);
  const config = loadFiles(needed(words), loadEnvironment(options['env-file'], options.root), warn);
  const text = `${JSON.stringify(exportConfig(config), undefined, indentOf(options.indent))}\n`;
  writeTo(options.output, text);
}

const EXAMPLES: Readonly<Record<string, string>> = { neighbor: 'neighbor.conf', full: 'mitigation.conf' };

/** Examples are the samples that the package has. */
function example([which = 'neighbor']: readonly string[], options: Options): void {
  const name = Object.hasOwn(EXAMPLES, which) ? EXAMPLES[which] : undefined;
  if (name === undefined) {
    throw new CliError(
      `found '${printable(which)}', expected ${Object.keys(EXAMPLES).join(' or ')}`,
      EXIT.usage,
    );
  }
  writeTo(
    options.output,
    readFileSync(fileURLToPath(new URL(`../../etc/samples/${name}`, import.meta.url)), 'utf8'),
  );
}

function needed(words: readonly string[]): string[] {
  if (words.length === 0) throw new CliError('a configuration file is missing', EXIT.usage);
  return filesOf(words);
}

function indentOf(text = '2'): number {
  if (/^\d$/.test(text)) return Number(text);
  throw new CliError(`--indent: found '${printable(text)}', expected a number from 0 to 9`, EXIT.usage);
}
