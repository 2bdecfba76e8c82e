// Many idle speakers in one process: `crowd.mjs PORT AS COUNT HOLD-SECONDS`, each from an address of its own. Prints `up` when all are.
import { connect } from 'node:net';
import process from 'node:process';
import { message } from './table.mjs';

const [port, as, count, holdSeconds] = process.argv.slice(2).map(Number);
const KEEPALIVE = message(4, Buffer.alloc(0));
/** Connections that are being made at the same time. */
const AT_ONCE = 50;
let next = 0;
let up = 0;

function open(octets) {
  const body = Buffer.from([4, as >> 8, as & 255, 0, holdSeconds, ...octets, 16]);
  const capabilities = Buffer.from('02060104000100010206410400000000', 'hex');
  capabilities.writeUInt32BE(as, 12);
  return message(1, Buffer.concat([body, capabilities]));
}

function session(index) {
  const octets = [127, 1, Math.floor(index / 250), (index % 250) + 1];
  const socket = connect({ port, host: '127.0.0.1', localAddress: octets.join('.') });
  let isUp = false;
  socket.on('connect', () => socket.write(open(octets)));
  socket.on('error', () => {
    if (!isUp) setTimeout(session, 200, index);
  });
  socket.on('close', () => {
    if (isUp) process.exit(4);
  });
  socket.on('data', (chunk) => {
    for (let at = 0; at + 19 <= chunk.length; at += chunk.readUInt16BE(at + 16)) {
      if (chunk[at + 18] === 1) socket.write(KEEPALIVE);
      if (chunk[at + 18] !== 4 || isUp) continue;
      isUp = true;
      setInterval(() => socket.write(KEEPALIVE), (holdSeconds * 1000) / 3);
      if (++up === count) process.stdout.write('up\n');
      more();
    }
  });
}

function more() {
  if (next < count) session(next++);
}
for (let i = 0; i < AT_ONCE; i++) more();
