// Programs with languages of their own: how each is started, and how it tells that it has the whole table.
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { FEEDER, tool } from './run.mjs';
import { MARKER } from './table.mjs';

const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
const POLL_MS = 50;
const MOST_MS = 300_000;
const TAIL = 64 * 1024;

const ask = (argv) => spawnSync(argv[0], argv.slice(1), { encoding: 'utf8' }).stdout ?? '';

/** When `look` is true for the first time. */
async function when(what, look) {
  const end = nowMs() + MOST_MS;
  for (; !look(); await sleep(POLL_MS))
    if (nowMs() > end) throw new Error(`${what}: the table did not come through`);
  return nowMs();
}

/** Counts the table's last prefix in a file that grows, which is read on where it ended before. */
function markersIn(path) {
  const chunk = Buffer.alloc(1024 * 1024);
  const overlap = MARKER.length - 1;
  let from = 0;
  let found = 0;
  return () => {
    if (!existsSync(path)) return 0;
    const fd = openSync(path, 'r');
    for (;;) {
      const start = Math.max(0, from - overlap);
      const length = readSync(fd, chunk, 0, chunk.length, start);
      if (start + length <= from) break;
      const text = chunk.subarray(0, length);
      for (let at = text.indexOf(MARKER); at >= 0; at = text.indexOf(MARKER, at + 1)) found++;
      from = start + length;
    }
    closeSync(fd);
    return found;
  };
}

/** Whether the table's last prefix is near the end of a growing file. */
function tailHasMarker(path) {
  if (!existsSync(path)) return false;
  const fd = openSync(path, 'r');
  const tail = Buffer.alloc(TAIL);
  const length = readSync(fd, tail, 0, TAIL, Math.max(0, fstatSync(fd).size - TAIL));
  closeSync(fd);
  return tail.subarray(0, length).includes(MARKER);
}

const gobgp = (port) => ['gobgp', '-u', '127.0.0.1', '-p', String(port + 1)];

function gobgpd(run, { port, neighbors, hold = 180 }) {
  const one = ({ address, as }) => `[[neighbors]]
 [neighbors.config]
  neighbor-address = "${address}"
  peer-as = ${as}
 [neighbors.timers.config]
  hold-time = ${hold}
  keepalive-interval = ${Math.floor(hold / 3)}
 [neighbors.transport.config]
  passive-mode = true
 [[neighbors.afi-safis]]
  [neighbors.afi-safis.config]
   afi-safi-name = "ipv4-unicast"
`;
  const head = `[global.config]
 as = 65001
 router-id = "10.0.0.1"
 port = ${port}
 local-address-list = ["127.0.0.1"]
`;
  const file = run.write('gobgpd.toml', head + neighbors.map(one).join(''));
  const api = ['--api-hosts', `127.0.0.1:${port + 1}`, '--pprof-disable'];
  return run.start(['gobgpd', '-f', file, '-t', 'toml', ...api, '-l', 'warn']);
}

export const GOBGPD = {
  name: 'gobgpd',
  start: gobgpd,
  /** Puts the routes of an MRT file into its table; `done` when its tool says so. */
  inject: async (run, { port, neighbors, file }) => {
    const dut = gobgpd(run, { port, neighbors });
    await when('gobgpd', () => ask([...gobgp(port), 'global']).includes('10.0.0.1'));
    const begin = () => void run.start([...gobgp(port), 'mrt', 'inject', 'global', file]);
    return { pids: [dut.pid], begin };
  },
  receive: async (run, { port }) => {
    const dut = gobgpd(run, { port, neighbors: [{ address: FEEDER.from, as: FEEDER.as }] });
    await when('gobgpd', () => ask([...gobgp(port), 'global']).includes('10.0.0.1'));
    const reader = `"${process.execPath}" "${tool('reader.mjs')}" "${run.path('report')}" ${MARKER}`;
    const monitor = run.start([
      'sh',
      '-c',
      `${gobgp(port).join(' ')} monitor adj-in ${FEEDER.from} -j | ${reader}`,
    ]);
    return { pids: [dut.pid, monitor.pid], done: async () => (await run.file('report')).atMs };
  },
};

export const BIRD = {
  name: 'BIRD',
  receive: async (run, { port, count }) => {
    const control = run.path('bird.ctl');
    const file = run.write(
      'bird.conf',
      `router id 10.0.0.1;
log "${run.path('bird.log')}" { warning, error, fatal, bug };
protocol device { }
protocol bgp feeder {
  local 127.0.0.1 port ${port} as 65001; neighbor ${FEEDER.from} as ${FEEDER.as}; multihop; passive on; hold time 180;
  ipv4 { import all; export none; };
}
`,
    );
    const dut = run.start(['bird', '-f', '-c', file, '-s', control, '-P', run.path('bird.pid')]);
    const routes = () => Number(/of (\d+)/.exec(ask(['birdc', '-s', control, 'show route count']))?.[1] ?? 0);
    return { pids: [dut.pid], done: () => when('BIRD', () => routes() >= count) };
  },
};

/** One of pmacct's daemons, which writes what it is told as JSON lines into a file; `section` is what its keys begin with. */
function pmacct(run, { name, section, port, peers, more = '' }) {
  const log = run.path('messages.json');
  const file = run.write(
    `${name}.conf`,
    `daemonize: false
logfile: ${run.path(`${name}.log`)}
pidfile: ${run.path(`${name}.pid`)}
${section}_ip: 127.0.0.1
${section}_port: ${port}
${section}_max_peers: ${peers}
${section}_msglog_file: ${log}
${section}_msglog_output: json
${more}`,
  );
  return { pid: run.start([name, '-f', file]).pid, log };
}

export const PMBGPD = {
  name: 'pmbgpd',
  receive: async (run, { port }) => {
    const more = 'bgp_daemon_as: 65001\n';
    const { pid, log } = pmacct(run, { name: 'pmbgpd', section: 'bgp_daemon', port, peers: 10, more });
    return { pids: [pid], done: () => when('pmbgpd', () => tailHasMarker(log)) };
  },
};

export const PMBMPD = {
  name: 'pmbmpd',
  monitor: async (run, { port, routers }) => {
    const { pid, log } = pmacct(run, { name: 'pmbmpd', section: 'bmp_daemon', port, peers: routers + 10 });
    const markers = markersIn(log);
    return { pids: [pid], done: () => when('pmbmpd', () => markers() >= routers) };
  },
};
