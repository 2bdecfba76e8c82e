import process from 'node:process';
import { VERSION } from './version.ts';

export function version(): void {
  process.stdout.write(`peerline ${VERSION} (node ${process.versions.node})\n`);
}
