// Runs the long forms of the reliability tests: minutes each, where CI takes seconds. Words behind `--` go to vitest.
import { spawnSync } from 'node:child_process';

const files = [
  'test/e2e/reliability.test.ts',
  'test/e2e/snapshots.test.ts',
  'test/e2e/bmp-faults.test.ts',
  'test/e2e/bmp-scale.test.ts',
  'test/e2e/degraded.test.ts',
  'test/e2e/memory.test.ts',
  'test/interop/killed.test.ts',
  'test/events/random-updates.test.ts',
  'test/events/encoder.test.ts',
  'test/fuzz/targets.test.ts',
  'test/e2e/endurance.test.ts',
  'test/cli/log.test.ts',
  'test/e2e/injection.test.ts',
  'test/e2e/idle.test.ts',
  'test/e2e/slow-handlers.test.ts',
];
const args = ['vitest', 'run', '--no-file-parallelism', ...files, ...process.argv.slice(2)];
const env = { ...process.env, PEERLINE_SOAK: '1' };
process.exitCode = spawnSync('npx', args, { stdio: 'inherit', env }).status ?? 1;
