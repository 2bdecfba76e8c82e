import process from 'node:process';
import { printable } from '../wire/text.ts';
import { CliError, EXIT } from './exit.ts';
import { readConfig } from './load.ts';
import { loadMigrated, migrated, migrateFile } from './migrate.ts';
import { migrateApi } from './migrate-api.ts';
import { writeTo } from './output.ts';
import { filesOf } from './stdin.ts';
import type { Arguments } from './verbs.ts';

type Options = Arguments<'migrate'>['options'];

/** `migrate conf` and `migrate api`, as ExaBGP 6 has them. */
export async function migrateVerb(args: Arguments<'migrate'>): Promise<void> {
  const {
    options,
    operands: [what = '', ...names],
  } = args;
  if (what === 'api') {
    if (names.length > 0) throw new CliError(`'${printable(names[0] ?? '')}' is too much`, EXIT.usage);
    await migrateApi({ to: options.to, program: options.exec });
  } else if (what === 'conf') migrateConf(options, names);
  else throw new CliError(`found '${printable(what)}', expected conf or api`, EXIT.usage);
}

/** The new text is printed, or written where that is said. */
function migrateConf(options: Options, names: readonly string[]): void {
  if (names.length === 0) throw new CliError('a configuration file is missing', EXIT.usage);
  const [file = ''] = filesOf(names);
  const wrapApi = options['wrap-api'];
  if (options['dry-run'] || options.inplace) {
    migrateFile(file, { write: options.inplace && !options['dry-run'], wrapApi });
    return;
  }
  const { text, notes } = migrated(readConfig(file), file, wrapApi);
  if (options.verbose) for (const note of notes) process.stderr.write(`note: ${note}\n`);
  writeTo(options.output, text);
  loadMigrated(text, file);
}
