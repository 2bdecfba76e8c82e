// Runs the long forms of the reliability tests: minutes each, where CI takes seconds.
import { spawnSync } from 'node:child_process';

const files = ['test/e2e/reliability.test.ts', 'test/e2e/bmp-faults.test.ts'];
const args = ['vitest', 'run', '--project', 'e2e', ...files, ...process.argv.slice(2)];
const env = { ...process.env, PEERLINE_SOAK: '1' };
process.exitCode = spawnSync('npx', args, { stdio: 'inherit', env }).status ?? 1;
