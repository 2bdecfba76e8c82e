// Runs vitest projects; in CI their counts are also kept for the closing line.
import { spawnSync } from 'node:child_process';

const projects = process.argv.slice(2);
const args = ['vitest', 'run', ...projects.flatMap((name) => ['--project', name])];
if (process.env.CI === 'true') {
  args.push(
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=test-results/${projects.join('-')}.json`,
  );
}
process.exitCode = spawnSync('npx', args, { stdio: 'inherit' }).status ?? 1;
