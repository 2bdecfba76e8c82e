// A handler that reads as fast as it can: `reader.mjs REPORT MARKER`. When MARKER has come it writes to the file REPORT
// when that was, and how many lines and octets came. Without MARKER in sight it writes nothing.
import { renameSync, writeFileSync } from 'node:fs';
import process from 'node:process';

const [report, marker] = process.argv.slice(2);
const NEWLINE = 10;
let lines = 0;
let bytes = 0;
let tail = Buffer.alloc(0);
process.stdin.on('data', (chunk) => {
  bytes += chunk.length;
  for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) lines++;
  const seen =
    chunk.includes(marker) || Buffer.concat([tail, chunk.subarray(0, marker.length)]).includes(marker);
  tail = chunk.subarray(-marker.length);
  if (!seen) return;
  const atMs = Number(process.hrtime.bigint()) / 1e6;
  writeFileSync(`${report}.new`, JSON.stringify({ atMs, lines, bytes }));
  renameSync(`${report}.new`, report);
});
process.stdin.on('end', () => process.exit(0));
