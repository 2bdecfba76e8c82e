// A handler that reads as fast as it can: `reader.mjs REPORT MARKER [TIMES]`. When MARKER has come so often (once) it writes to the file REPORT
// when that was, and how many lines and octets came. Without MARKER in sight it writes nothing.
import { renameSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import process from 'node:process';

const [report, marker, times = '1'] = process.argv.slice(2);
const NEWLINE = 10;
let lines = 0;
let bytes = 0;
let markers = 0;
let tail = Buffer.alloc(0);
/** One buffer for all that is read: memory that is new for each chunk would cost more than reading it. */
const buffer = Buffer.alloc(64 * 1024);

function take(chunk) {
  bytes += chunk.length;
  for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) lines++;
  const before = markers;
  if (Buffer.concat([tail, chunk.subarray(0, marker.length - 1)]).includes(marker)) markers++;
  for (let at = chunk.indexOf(marker); at >= 0; at = chunk.indexOf(marker, at + 1)) markers++;
  tail = chunk.length < marker.length ? Buffer.concat([tail, chunk]) : chunk;
  tail = Buffer.from(tail.subarray(Math.max(0, tail.length - marker.length + 1)));
  if (markers < Number(times) || before >= Number(times)) return;
  const atMs = Number(process.hrtime.bigint()) / 1e6;
  writeFileSync(`${report}.new`, JSON.stringify({ atMs, lines, bytes }));
  renameSync(`${report}.new`, report);
}

const input = new Socket({
  fd: 0,
  readable: true,
  writable: false,
  onread: { buffer, callback: (length) => take(buffer.subarray(0, length)) },
});
input.on('end', () => process.exit(0)).resume();
