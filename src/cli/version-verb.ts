import process from 'node:process';
import type { CommandModule } from 'yargs';
import { VERSION } from './version.ts';

export const versionVerb: CommandModule = {
  command: 'version',
  describe: 'Print the version of Peerline and of Node',
  builder: (yargs) => yargs.example('$0 version', 'peerline 0.1.0 (node 20.19.2)'),
  handler: () => {
    process.stdout.write(`peerline ${VERSION} (node ${process.versions.node})\n`);
  },
};
