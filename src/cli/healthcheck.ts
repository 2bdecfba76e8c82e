import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** The plugin as it is built; also from src/cli. */
const PLUGIN = new URL('../../dist/plugins/healthcheck.js', import.meta.url);

/** Starts the plugin as a program, in this process: signals, pipes and the process id are its own. */
export async function startHealthcheck(argv: readonly string[]): Promise<void> {
  process.argv.splice(1, process.argv.length, fileURLToPath(PLUGIN), ...argv);
  await import(PLUGIN.href);
}
