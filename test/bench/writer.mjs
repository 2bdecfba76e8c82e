// A handler that commands: `writer.mjs COMMANDS GO REPORT [PACE-MS N]`. When the file GO appears it writes all lines of
// COMMANDS, or the first N one at a time, PACE-MS apart; REPORT has when it began, or when each was written. It reads
// its answers all the while.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const [commands, go, report, pace, count] = process.argv.slice(2);
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
const text = readFileSync(commands);
while (!existsSync(go)) await sleep(20);
if (pace === undefined) {
  writeFileSync(report, JSON.stringify({ atMs: nowMs() }));
  process.stdout.write(text);
} else {
  const times = {};
  for (const line of text.toString().split('\n').slice(0, Number(count))) {
    times[line.split(' ')[2]] = nowMs();
    process.stdout.write(`${line}\n`);
    await sleep(Number(pace));
  }
  writeFileSync(report, JSON.stringify(times));
}
