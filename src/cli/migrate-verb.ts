import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { printable } from '../wire/text.ts';
import { CliError, EXIT } from './exit.ts';
import { readConfig, reasonOf } from './load.ts';
import { loadMigrated, migrated, migrateFile } from './migrate.ts';
import { filesOf } from './stdin.ts';
import type { Arguments } from './verbs.ts';

/** `migrate conf`, as ExaBGP 6 has it: the new text is printed, or written where that is said. */
export function migrateVerb({ options, operands: [what = '', ...names] }: Arguments<'migrate'>): void {
  if (what !== 'conf') throw new CliError(`found '${printable(what)}', expected conf`, EXIT.usage);
  const [file = ''] = filesOf(names);
  if (options['dry-run'] || options.inplace) {
    migrateFile(file, { write: options.inplace && !options['dry-run'] });
    return;
  }
  const { text, notes } = migrated(readConfig(file), file);
  if (options.verbose) for (const note of notes) process.stderr.write(`note: ${note}\n`);
  if (options.output === undefined) process.stdout.write(text);
  else writeText(options.output, text);
  loadMigrated(text, file);
}

function writeText(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (err) {
    throw new CliError(`${file}: ${reasonOf(err)}`);
  }
}
