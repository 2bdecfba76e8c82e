import process from 'node:process';
import { configurationSchema } from '../config/json-schema.ts';
import { printable } from '../wire/text.ts';
import { CliError, EXIT } from './exit.ts';
import type { Arguments } from './verbs.ts';

/** `schema [export] [SECTION…]`, as ExaBGP 6 has it. */
export function schema({ options, operands }: Arguments<'schema'>): void {
  const path = (operands[0] === 'export' ? operands.slice(1) : operands).flatMap((word) =>
    word.split(/[./]/),
  );
  const found = configurationSchema(path);
  if (found === undefined) {
    throw new CliError(`'${printable(path.join(' '))}' is no section of a configuration`, EXIT.usage);
  }
  process.stdout.write(`${JSON.stringify(found, undefined, options.compact ? undefined : 2)}\n`);
}
