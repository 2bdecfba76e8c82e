// Routers that report over BMP: `routers.mjs PORT FILE COUNT`. Each connects from an address of its own and sends FILE at
// once; prints as JSON lines, with monotonic milliseconds, {"began":MS} and, when the station's system has all of it,
// {"sent":MS}. The connections stay.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import process from 'node:process';

const [port, file, count] = process.argv.slice(2);
const table = readFileSync(file);
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
const tell = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);

/** A station's backlog may be short: each waits until the one before is in. */
const PAUSE_MS = 25;
const TRIES = 20;

async function router(index) {
  const localAddress = `127.2.${Math.floor(index / 250)}.${(index % 250) + 1}`;
  for (let tries = 1; ; tries++) {
    const socket = connect({ port: Number(port), host: '127.0.0.1', localAddress });
    const isIn = await new Promise((resolve) => {
      socket.once('connect', () => setTimeout(resolve, PAUSE_MS, true));
      socket.once('error', () => resolve(false));
    });
    // what goes wrong later leaves nothing to measure
    if (isIn && !socket.destroyed) return socket.on('error', () => process.exit(3));
    if (tries === TRIES) process.exit(4);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * tries));
  }
}

const sockets = [];
for (let i = 0; i < Number(count); i++) sockets.push(await router(i));
tell({ began: nowMs() });
await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.write(table, resolve))));
tell({ sent: nowMs() });
for (const socket of sockets) socket.on('close', () => process.exit(5)).resume();
