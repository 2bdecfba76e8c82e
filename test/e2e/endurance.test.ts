import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { expect, it, onTestFinished } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { Driven } from '../support/driven.ts';
import { Daemon, eventually, freePort, script, sleep, workspace } from '../support/e2e.ts';
import { cpuSeconds, resident } from '../support/proc.ts';
import { hex, RawPeer, raw, rawUpdate, TYPE } from '../support/raw-peer.ts';

/** `npm run soak` runs the long forms. */
const LONG = process.env.PEERLINE_SOAK === '1';
const scaled = (short: number, long: number) => (LONG ? long : short);
const KIB = 1024;

/** How long handlers are stopped in the long form. */
const STOPPED_MS = Number(process.env.PEERLINE_SOAK_SECONDS ?? 600) * 1000;
/** The short form sends all that is taken. */
const EVENTS_PER_SECOND = scaled(10_000_000, 20_000);
const PREFIXES = 20_000;
const octets = (n: number) => `20${hex(0x0a000000 + n, 4)}`;

/** Reads all, looks whether each prefix follows the last, and writes how many there were when it sees the marker. */
function counter(
  dir: string,
  name: string,
): { readonly run: string; read(): { told: number; wrong: number } } {
  const file = join(dir, `${name}.count`);
  const run = script(
    join(dir, `${name}.pl`),
    `#!/usr/bin/perl
my ($told, $wrong) = (0, 0);
while (<STDIN>) {
  if (/"nlri": "10\\.0\\.(\\d+)\\.(\\d+)\\/32"/) {
    $wrong++ if $1 * 256 + $2 != $told % ${PREFIXES};
    $told++;
  } elsif (/"203\\.0\\.113\\.1\\/32"/) {
    open(my $out, '>', '${file}.new'); print $out "{\\"told\\":$told,\\"wrong\\":$wrong}"; close($out);
    rename('${file}.new', '${file}');
  }
}
`,
  );
  return { run, read: () => JSON.parse(readFileSync(file, 'utf8')) };
}

/** One prefix each: a tenth of all, in order. */
const PARTS = Array.from({ length: 10 }, (_, part) =>
  Buffer.from(
    Array.from({ length: PREFIXES / 10 }, (_none, i) =>
      rawUpdate({ nlri: octets((part * PREFIXES) / 10 + i) }),
    ).join(''),
    'hex',
  ),
);

/** So many events a second, as far as they are taken, for a time; and the most memory that a process took meanwhile. */
async function feedFor(peer: RawPeer, pid: number, ms: number): Promise<{ sent: number; mostKib: number }> {
  let mostKib = 0;
  const start = performance.now();
  let sent = 0;
  while (performance.now() - start < ms || sent % PREFIXES !== 0) {
    const due = ((performance.now() - start) / 1000) * EVENTS_PER_SECOND;
    if (sent > due || peer.socket.writableLength > 0) {
      await sleep(10);
      continue;
    }
    const part = PARTS[(sent % PREFIXES) / (PREFIXES / 10)];
    if (part !== undefined) peer.socket.write(part);
    sent += PREFIXES / 10;
    if (sent % PREFIXES !== 0) continue;
    peer.send(raw(TYPE.keepalive));
    mostKib = Math.max(mostKib, resident(pid));
  }
  return { sent, mostKib };
}

/** The octets that each may hold in memory, and what the whole program may take beyond. */
const LIMIT_BYTES = scaled(256 * KIB, 4 * KIB * KIB);
const BEYOND_KIB = 32 * KIB;
const POLICIES = ['resync', 'drop-oldest', 'drop-newest', 'spill DIR/spill'];

it('handlers that are stopped cost their queues and little more; the others are told everything', {
  timeout: scaled(60_000, STOPPED_MS * 2 + 300_000),
}, async () => {
  const [dir, port] = [workspace(), await freePort()];
  const ask = new Driven(dir, 'ask');
  const good = ['good', 'better'].map((name) => ({ name, ...counter(dir, name) }));
  const stopped = POLICIES.map((policy, n) => ({ name: `stopped${n}`, policy: policy.replace('DIR', dir) }));
  const queue = (policy: string) =>
    `encoder json; queue { policy ${policy}; limit-bytes ${LIMIT_BYTES}; ${policy.startsWith('spill') ? `spill-bytes ${scaled(4, 64)}M; ` : ''}}`;
  const readers = stopped.map(({ name, policy }) => ({ ...counter(dir, name), name, policy }));
  const conf =
    processConf(ask.run, 'ask') +
    good.map(({ name, run }) => processConf(run, name)).join('') +
    readers.map(({ name, run, policy }) => processConf(run, name, queue(policy))).join('') +
    neighborConf({
      port,
      process: [...good, ...readers].map(({ name }) => name).join(' '),
      receive: 'parsed; update; snapshot;',
      more: 'adj-rib-in true;',
    });
  const daemon = await Daemon.run(dir, conf);
  const peer = await RawPeer.established({ port }, { hold: 9 });
  const alive = setInterval(() => peer.send(raw(TYPE.keepalive)), 1000);
  onTestFinished(() => clearInterval(alive));
  const warm = await feedFor(peer, daemon.pid, scaled(1000, 30_000));
  for (const { name } of readers) await daemon.signal(name, 'SIGSTOP');
  const [start, busy] = [performance.now(), cpuSeconds(daemon.pid)];
  const during = await feedFor(peer, daemon.pid, scaled(2000, STOPPED_MS));
  const grownKib = during.mostKib - warm.mostKib;
  const seconds = (performance.now() - start) / 1000;
  console.info(
    `${Math.round(during.sent / seconds)} events/s for ${Math.round(seconds)} s (${Math.round(cpuSeconds(daemon.pid) - busy)} s of CPU):`,
    `resident at most ${warm.mostKib} KiB before, then ${during.mostKib} KiB`,
  );
  expect(grownKib).toBeLessThan((POLICIES.length * LIMIT_BYTES) / KIB + BEYOND_KIB);
  const statuses = () => ask.shown('show process json');
  const whole = (status: { events: Record<'offered' | 'written' | 'dropped' | 'queued', number> }) =>
    expect(status.events.written + status.events.dropped + status.events.queued).toBe(status.events.offered);
  for (const status of await statuses()) whole(status);
  for (const { name } of readers) await daemon.signal(name, 'SIGCONT');
  // all is read before the marker comes: a queue that is full would drop it
  while ((await statuses()).some(({ queued }) => queued.lines > 1)) await sleep(100);
  peer.send(rawUpdate({ nlri: '20cb007101' }));
  for (const { read } of [...good, ...readers]) await eventually(read, { ms: 30_000 });
  for (const { read } of good) expect(read()).toEqual({ told: warm.sent + during.sent, wrong: 0 });
  const ends = await statuses();
  for (const status of ends) whole(status);
  for (const { name, policy } of readers) {
    const { events } = ends.find((each) => each.name === name);
    console.info(policy.split(' ')[0], JSON.stringify(events));
    expect(events.dropped, policy).toBeGreaterThan(policy.startsWith('spill') && !LONG ? -1 : 0);
    expect(events.gaps, policy).toBeGreaterThan(policy.startsWith('spill') && !LONG ? -1 : 0);
  }
  expect(daemon.entries('down')).toEqual([]);
  expect(peer.closed).toBe(false);
});

/** Routes of two peers; a full table each in the long form. */
const TABLE = scaled(20_000, 1_000_000);
const IN_ONE = 250;

/** As a table has them: some thousands of paths, and prefixes of 24 bits that follow each other. */
async function sendTable(peer: RawPeer): Promise<void> {
  for (let at = 0, path = 0; at < TABLE; at += IN_ONE, path++) {
    const nlri = Array.from({ length: IN_ONE }, (_, i) => `18${hex(0x010000 + at + i, 3)}`).join('');
    const asPath = `40020e 0203 0000fdea ${hex(1000 + (path % 5000), 4)} ${hex(70_000 + path, 4)}`;
    peer.send(rawUpdate({ attributes: `40010100 ${asPath} 400304 7f000002`, nlri }));
    if (peer.socket.writableLength < 1 << 20) continue;
    await new Promise((resolve) => peer.socket.once('drain', resolve));
    peer.send(raw(TYPE.keepalive));
  }
}

it('the tables of two peers are kept in bounded memory', { timeout: scaled(60_000, 600_000) }, async () => {
  const [dir, port] = [workspace(), await freePort()];
  const ask = new Driven(dir, 'ask');
  const addresses = ['127.0.0.2', '127.0.0.3'];
  const daemon = await Daemon.run(
    dir,
    processConf(ask.run, 'ask') +
      addresses
        .map((peer) =>
          neighborConf({ port, peer, process: 'ask', receive: 'open;', more: 'adj-rib-in true;' }),
        )
        .join(''),
  );
  const peers = await Promise.all(
    addresses.map((from, n) => RawPeer.established({ port, from }, { hold: 90, id: hex(0xc0000300 + n, 4) })),
  );
  const before = resident(daemon.pid);
  await Promise.all(peers.map(sendTable));
  const whole = async () => {
    const all = await ask.shown('show neighbor json');
    return all.every(({ messages }) => messages.received.update === TABLE / IN_ONE);
  };
  while (!(await whole())) await sleep(scaled(50, 1000));
  console.info(`${TABLE} routes of two peers: ${before} KiB before, ${resident(daemon.pid)} KiB`);
  expect(resident(daemon.pid)).toBeLessThan(1536 * KIB);
  expect(daemon.entries('down')).toEqual([]);
});
