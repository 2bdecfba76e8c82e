import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { safeLine } from '../wire/text.ts';
import { CliError } from './exit.ts';
import { reasonOf } from './reason.ts';

/** Writes to standard output, and waits while its reader is slower than we are. */
export async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

/** Writes into the file that was named, else to standard output. @throws CliError */
export function writeTo(file: string | undefined, text: string): void {
  if (file === undefined) {
    process.stdout.write(text);
    return;
  }
  try {
    writeFileSync(file, text);
  } catch (err) {
    throw new CliError(`${safeLine(file)}: ${reasonOf(err)}`);
  }
}
