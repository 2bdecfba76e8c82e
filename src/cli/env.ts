import process from 'node:process';
import type { CommandModule } from 'yargs';
import { environmentWarnings, listEnvironment } from '../config/environment.ts';
import { loadEnvironment, readEnvFile } from './load.ts';

export const envVerb: CommandModule<object, { diff: boolean | undefined; 'env-file': string | undefined }> = {
  command: 'env',
  describe: 'List the settings that the environment can hold, and their values',
  builder: (yargs) =>
    yargs
      .option('diff', { type: 'boolean', alias: 'd', describe: 'only those that are not at their default' })
      .option('env-file', { type: 'string', alias: ['e', 'env'], describe: 'file with [exabgp.*] settings' })
      .example('peerline_tcp_port=1790 $0 env --diff', 'what differs from the defaults, and why'),
  handler: (argv) => {
    loadEnvironment(argv['env-file']);
    for (const warning of environmentWarnings(process.env, readEnvFile(argv['env-file'])))
      process.stderr.write(`warning: ${warning}\n`);
    for (const line of listEnvironment(process.env, readEnvFile(argv['env-file']))) {
      if (argv.diff === true && line.value === line.fallback) continue;
      const from = line.from === undefined ? '' : ` (${line.from})`;
      process.stdout.write(`${line.name}='${line.value}'${from}  # ${line.meaning}\n`);
    }
  },
};
