// A BGP speaker for load: `speaker.mjs PORT FROM AS [--feed FILE] [--count N] [--hold SECONDS] [--times]`. It connects until it
// is let in, sends FILE once the session is up, counts the prefixes that it is sent, and prints what happened as JSON
// lines with monotonic milliseconds: {"up":MS}, {"sent":MS}, {"received":MS,"prefixes":N,"updates":N}.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { message } from './table.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    feed: { type: 'string' },
    count: { type: 'string' },
    hold: { type: 'string', default: '180' },
    times: { type: 'boolean' },
    quiet: { type: 'string' },
  },
});
const [port, from, as] = positionals;
const feed = values.feed === undefined ? undefined : readFileSync(values.feed);
const count = Number(values.count ?? Number.POSITIVE_INFINITY);
const hold = Number(values.hold);
const KEEPALIVE = message(4, Buffer.alloc(0));

const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
const tell = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);

function open() {
  const body = Buffer.alloc(10 + 16);
  body[0] = 4;
  body.writeUInt16BE(Number(as), 1);
  body.writeUInt16BE(hold, 3);
  Buffer.from(from.split('.').map(Number)).copy(body, 5);
  body[9] = 16;
  // IPv4 unicast, four-octet AS
  Buffer.from('02060104000100010206410400000000', 'hex').copy(body, 10);
  body.writeUInt32BE(Number(as), 22);
  return message(1, body);
}

/** Prefixes in the plain NLRI field of an UPDATE. */
function prefixesIn(octets, at, end) {
  const withdrawn = octets.readUInt16BE(at + 19);
  const attributes = octets.readUInt16BE(at + 21 + withdrawn);
  let found = 0;
  for (let i = at + 23 + withdrawn + attributes; i < end; i += 1 + ((octets[i] + 7) >> 3)) found++;
  return found;
}

function speak() {
  const socket = connect({ port: Number(port), host: '127.0.0.1', localAddress: from });
  let pending = Buffer.alloc(0);
  let prefixes = 0;
  let updates = 0;
  let done = false;
  let lastMs = 0;
  const times = [];
  const take = (type, at, end) => {
    if (type === 1) socket.write(KEEPALIVE);
    if (type === 3) process.exit(3);
    if (type === 4 && !done && prefixes === 0 && updates === 0) up();
    if (type !== 2) return;
    updates++;
    const found = prefixesIn(pending, at, end);
    prefixes += found;
    if (values.times === true) for (let i = 0; i < found; i++) times.push(nowMs());
    if (done) return;
    lastMs = nowMs();
    if (prefixes >= count) finish();
  };
  const finish = () => {
    done = true;
    tell({ received: lastMs, prefixes, updates, times });
  };
  if (values.quiet !== undefined)
    setInterval(() => {
      if (!done && prefixes > 0 && nowMs() - lastMs > Number(values.quiet)) finish();
    }, 100);
  let isUp = false;
  const up = () => {
    if (isUp) return;
    isUp = true;
    tell({ up: nowMs() });
    setInterval(() => socket.write(KEEPALIVE), (hold * 1000) / 3);
    if (feed === undefined) return;
    tell({ began: nowMs() });
    socket.write(feed, () => tell({ sent: nowMs() }));
  };
  socket.setNoDelay(true);
  socket.on('connect', () => socket.write(open()));
  socket.on('error', () => {
    if (!isUp) setTimeout(speak, 100);
  });
  socket.on('close', () => {
    if (isUp) process.exit(4);
  });
  socket.on('data', (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    let at = 0;
    while (pending.length - at >= 19) {
      const end = at + pending.readUInt16BE(at + 16);
      if (end > pending.length) break;
      take(pending[at + 18], at, end);
      at = end;
    }
    pending = pending.subarray(at);
  });
}
speak();
