import process from 'node:process';
import type { CommandModule } from 'yargs';
import { loadEnvironment, loadFiles } from './load.ts';
import { migrateFile } from './migrate.ts';

interface CheckArguments {
  conf: string[];
  'env-file': string | undefined;
  migrate: boolean | undefined;
  write: boolean | undefined;
}

export const checkVerb: CommandModule<object, CheckArguments> = {
  command: ['check <conf..>', 'validate <conf..>'],
  describe: 'Read configurations, list every error, start nothing',
  builder: (yargs) =>
    yargs
      .positional('conf', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'files; - is standard input',
      })
      .option('env-file', { type: 'string', alias: ['e', 'env'], describe: 'file with [exabgp.*] settings' })
      .option('migrate', {
        type: 'boolean',
        describe: "show what differs from today's form of an ExaBGP 3.4 or 4.x file",
      })
      .option('write', { type: 'boolean', implies: 'migrate', describe: 'with --migrate: change the files' })
      .option('neighbor', { type: 'boolean', alias: 'n', hidden: true })
      .option('route', { type: 'boolean', alias: 'r', hidden: true })
      .option('verbose', { type: 'boolean', alias: 'v', hidden: true })
      .example('$0 check /etc/peerline/peer.conf', 'exit code 0: it is good; 1: every error is listed')
      .example('$0 check --migrate old.conf', "the difference to today's form"),
  handler: (argv) => {
    if (argv.migrate === true) {
      for (const file of argv.conf) migrateFile(file, { write: argv.write === true });
      return;
    }
    const warn = (text: string) => process.stderr.write(`warning: ${text}\n`);
    const config = loadFiles(argv.conf, loadEnvironment(argv['env-file']), warn);
    const counts = [
      `${config.neighbors.length} neighbors`,
      `${config.processes.length} processes`,
      `${config.bmp.length} bmp sections`,
    ];
    process.stdout.write(`good: ${counts.join(', ')}\n`);
  },
};
