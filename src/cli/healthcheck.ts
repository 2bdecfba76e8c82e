import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { CommandModule } from 'yargs';

/** The plugin as it is built; also from src/cli. */
const PLUGIN = new URL('../../dist/plugins/healthcheck.js', import.meta.url);

/** Starts the plugin as a program, in this process: signals, pipes and the process id are its own. */
export async function startHealthcheck(argv: readonly string[]): Promise<void> {
  process.argv.splice(1, process.argv.length, fileURLToPath(PLUGIN), ...argv);
  await import(PLUGIN.href);
}

export const healthcheckVerb: CommandModule = {
  command: 'healthcheck',
  describe: 'Announce service addresses while a check succeeds: for `run` in a configuration',
  // its options are its own: what yargs would make of them does not matter
  builder: (yargs) => yargs.help(false).version(false).strict(false),
  handler: () => startHealthcheck(process.argv.slice(process.argv.indexOf('healthcheck') + 1)),
};
