// The programs that are measured, and how each is told of its neighbors and its handler. Which scenarios a program can
// do shows in what it has: `receive` a table, `monitor` routers, be told to `start` with neighbors and a handler, `decode` a file.
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { BIRD, GOBGPD, PMBGPD, PMBMPD } from './peers.mjs';
import { FEEDER, tool } from './run.mjs';
import { MARKER } from './table.mjs';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** ExaBGP's language, which both understand. */
function configuration({ neighbors, handler, encoder = 'json', receive, hold = 180, more = '' }) {
  const process =
    handler === undefined ? '' : `process api {\n  run ${handler.join(' ')};\n  encoder ${encoder};\n}\n`;
  const told = receive === undefined ? '' : `receive { ${receive} }`;
  const api = handler === undefined ? '' : `  api { processes [ api ]; ${told} }\n`;
  const one = ({ address, as }) => `neighbor ${address} {
  router-id 10.0.0.1; local-address 127.0.0.1; local-as 65001; peer-as ${as}; hold-time ${hold}; passive true;
  family { ipv4 unicast; } ${more}
${api}}
`;
  return process + neighbors.map(one).join('');
}

const ENVIRONMENT = (port) => ({
  'exabgp.daemon.user': 'root',
  'exabgp.daemon.daemonize': 'false',
  'exabgp.log.level': 'CRIT',
  'exabgp.api.cli': 'false',
  'exabgp.tcp.bind': '127.0.0.1',
  'exabgp.tcp.port': String(port),
});

/** What `pattern` finds; undefined: there is no such program. */
function versionOf(argv, pattern = /(\d+\.[\w.-]*)/) {
  const { error, stdout, stderr } = spawnSync(argv[0], argv.slice(1), { encoding: 'utf8' });
  return error === undefined ? (pattern.exec(`${stdout}${stderr}`.trim())?.[1] ?? 'unknown') : undefined;
}

/** A program that reads ExaBGP's language and has handlers. */
function scripted(name, argv, { version, ...more }) {
  const start = (run, { port, ...options }) =>
    run.start([...argv, run.write('program.conf', configuration(options))], { env: ENVIRONMENT(port) });
  return {
    name,
    version,
    start,
    ...more,
    receive: async (run, { port, more }) => {
      const dut = start(run, {
        port,
        neighbors: [{ address: FEEDER.from, as: FEEDER.as }],
        handler: [process.execPath, tool('reader.mjs'), run.path('report'), MARKER],
        receive: 'parsed; update;',
        more,
      });
      return { pids: [dut.pid], done: async () => (await run.file('report')).atMs };
    },
  };
}

const NODE = process.execPath;
/** A station, whose lines a handler reads. */
async function monitor(run, { port, routers }) {
  const handler = [NODE, tool('reader.mjs'), run.path('report'), MARKER, String(routers)];
  const file = run.write(
    'station.conf',
    `process api { run ${handler.join(' ')}; encoder json; }
bmp { listen 127.0.0.1:${port}; api { processes [ api ]; neighbor-changes; receive { parsed; update; } } }
`,
  );
  const dut = run.start([NODE, MAIN, 'run', file], { env: ENVIRONMENT(port) });
  return { pids: [dut.pid], done: async () => (await run.file('report')).atMs };
}

export const PEERLINE = scripted('Peerline', [NODE, MAIN, 'run'], {
  version: versionOf([NODE, MAIN, 'version']),
  decode: (file) => [NODE, MAIN, 'mrt', '--bgpdump', file],
  monitor,
});

const BGPDUMP = {
  name: 'bgpdump',
  version: versionOf(['bgpdump', '-h'], /version ([\d.]+)/),
  decode: (file) => ['bgpdump', '-m', file],
};

/** Who Peerline is compared with, by name; without `version`: not installed. */
export const PROGRAMS = new Map(
  [
    PEERLINE,
    scripted('ExaBGP', ['exabgp'], { version: versionOf(['exabgp', '--version']) }),
    { ...GOBGPD, version: versionOf(['gobgpd', '--version']) },
    { ...BIRD, version: versionOf(['bird', '--version']) },
    { ...PMBGPD, version: versionOf(['pmbgpd', '-V'], /pmbgpd ([^ ]+)/) },
    { ...PMBMPD, version: versionOf(['pmbmpd', '-V'], /pmbmpd ([^ ]+)/) },
    BGPDUMP,
  ].map((one) => [one.name, one]),
);
