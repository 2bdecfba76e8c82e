import process from 'node:process';
import { ConfigErrors } from '../config/errors.ts';
import { loadConfig } from '../config/load.ts';
import { migrate } from '../config/migrate/migrate.ts';
import { unifiedDiff } from '../config/migrate/unified-diff.ts';
import { safeLine } from '../wire/text.ts';
import { CliError } from './exit.ts';
import { readConfig } from './load.ts';
import { writeTo } from './output.ts';
import { STDIN } from './stdin.ts';

/**
 * Prints the difference between a file and its form of today, and with `write` makes it. What a person should
 * look at, and what stays wrong in the result, goes to standard error.
 * @throws CliError for what cannot be read, written, or loaded once it is migrated
 */
export function migrateFile(
  file: string,
  { write, wrapApi = false }: { readonly write: boolean; readonly wrapApi?: boolean },
): void {
  const before = readConfig(file);
  const { text, notes } = migrated(before, file, wrapApi);
  for (const note of notes) process.stderr.write(`note: ${note}\n`);
  if (text === before) process.stdout.write(`${safeLine(file)}: in today's form\n`);
  else process.stdout.write(unifiedDiff(before, text, file));
  if (write && text !== before) overwrite(file, text);
  loadMigrated(text, file);
}

/** @throws CliError with every error that keeps the text from being read at all */
export function migrated(text: string, file: string, wrapApi = false) {
  try {
    return migrate(text, file, { wrapApi });
  } catch (err) {
    if (!(err instanceof ConfigErrors)) throw err;
    throw new CliError(err.message);
  }
}

function overwrite(file: string, text: string): void {
  if (file === STDIN) throw new CliError('standard input cannot be written: name the file');
  writeTo(file, text);
}

/** @throws CliError with what stays wrong in the new text */
export function loadMigrated(text: string, file: string): void {
  try {
    // programs may be missing where files are migrated
    loadConfig({ text, file, resolveProgram: (path) => ({ path }) });
  } catch (err) {
    if (!(err instanceof ConfigErrors)) throw err;
    throw new CliError(`in today's form it has these errors:\n${err.message}`);
  }
}
