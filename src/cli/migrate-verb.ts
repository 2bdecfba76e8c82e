import process from 'node:process';
import { printable } from '../wire/text.ts';
import { CliError, EXIT } from './exit.ts';
import { readConfig } from './load.ts';
import { loadMigrated, migrated, migrateFile } from './migrate.ts';
import { writeTo } from './output.ts';
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
  writeTo(options.output, text);
  loadMigrated(text, file);
}
