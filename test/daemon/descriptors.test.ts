import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, it, onTestFinished } from 'vitest';

/** Loses the descriptor that Node keeps to refuse connections with, as a file that is opened meanwhile would have it. */
const PROGRAM = `
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { createServer } from 'node:net';
import { performance } from 'node:perf_hooks';
import { Descriptors } from './descriptors.mjs';

const told = [];
const descriptors = new Descriptors({ error: (msg) => told.push(msg), info: (msg) => told.push(msg) });
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const server = createServer(() => undefined);
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address();
const clients = spawn(process.execPath, ['-e',
  \`setInterval(() => require('net').connect(\${port}, '127.0.0.1').on('error', () => undefined), 50)\`]);
const limits = spawn('sh', ['-c', \`while read -r n; do prlimit --pid \${process.pid} --nofile=$n:; done\`]);
const busy = async (until) => {
  for (let left = 100; left > 0; left--) {
    const before = performance.eventLoopUtilization();
    await sleep(200);
    const { utilization } = performance.eventLoopUtilization(before);
    if (until(utilization)) return utilization;
  }
  throw new Error('never');
};
descriptors.start();
limits.stdin.write('8\\n');
await busy((part) => part > 0.9);
limits.stdin.write('60\\n');
for (let filled = false; ; ) {
  try {
    for (;;) {
      openSync('/dev/null');
      filled = true;
    }
  } catch {
    if (filled) break;
  }
}
await busy((part) => part > 0.9);
for (let n = 0; n < 3; n++) descriptors.look();
await busy((part) => part < 0.2);
limits.stdin.write('1024\\n');
while (told.length < 2) {
  await sleep(50);
  descriptors.look();
}
clients.kill();
limits.kill();
process.stdout.write(JSON.stringify(told), () => process.exit());
`;

it('no descriptors are told once, and are no reason to look at a connection without end', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'peerline-descriptors-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const outfile = join(directory, 'descriptors.mjs');
  await build({ entryPoints: ['src/daemon/descriptors.ts'], outfile, format: 'esm', logLevel: 'silent' });
  const program = join(directory, 'program.mjs');
  writeFileSync(program, PROGRAM);
  const { stdout } = await promisify(execFile)(process.execPath, [program], { timeout: 19_000 });
  expect(JSON.parse(stdout)).toEqual([
    'no descriptors are left (EMFILE): connections are refused, files and programs wait',
    'there are descriptors again',
  ]);
});
