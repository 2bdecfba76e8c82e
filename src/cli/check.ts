import process from 'node:process';
import type { Config } from '../config/model.ts';
import { printConfig } from '../config/print.ts';
import { formatPrefix } from '../wire/prefix.ts';
import { checkRoutes } from './check-routes.ts';
import { CliError, EXIT } from './exit.ts';
import { loadEnvironment, loadFiles } from './load.ts';
import { migrateFile } from './migrate.ts';
import { filesOf } from './stdin.ts';
import type { Arguments } from './verbs.ts';

/** What else is done with configurations that are good. */
export interface CheckOptions {
  readonly print: boolean;
  readonly test: boolean;
}

export function check({ options, operands }: Arguments<'check'>): void {
  if (options.write && !options.migrate) throw new CliError('--write goes with --migrate', EXIT.usage);
  if (options.migrate) {
    for (const file of filesOf(operands)) migrateFile(file, { write: options.write });
    return;
  }
  checkFiles(filesOf(operands), options, {
    print: options.print || options.neighbor || options.verbose,
    test: options.test || options.route,
  });
}

/** Lists every error of the files, or counts what is in them. @throws CliError */
export function checkFiles(
  files: readonly string[],
  places: { readonly 'env-file': string | undefined; readonly root: string | undefined },
  { print, test }: CheckOptions,
): void {
  const warn = (text: string) => process.stderr.write(`warning: ${text}\n`);
  const config = loadFiles(files, loadEnvironment(places['env-file'], places.root), warn);
  if (print) process.stdout.write(printConfig(config));
  if (test) testRoutes(config);
  if (!print) process.stdout.write(`good: ${countsOf(config)}\n`);
}

function countsOf({ neighbors, processes, bmp }: Config): string {
  return `${neighbors.length} neighbors, ${processes.length} processes, ${bmp.length} bmp sections`;
}

/** @throws CliError with everything that would not arrive at its peer */
function testRoutes(config: Config): void {
  const problems: string[] = [];
  for (const neighbor of config.neighbors) {
    const name = `neighbor ${formatPrefix(neighbor.peer)}`;
    const result = checkRoutes(neighbor);
    process.stderr.write(`${name}: ${result.routes} routes in ${result.updates} UPDATEs\n`);
    problems.push(...result.problems.map((problem) => `${name}: ${problem}`));
  }
  if (problems.length > 0) throw new CliError(problems.join('\n'));
}
