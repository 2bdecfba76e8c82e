// The programs that are measured, and how each is told of its neighbors and its handler.
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** ExaBGP's language, which both understand. */
function configuration({ neighbors, handler, encoder = 'json', receive, hold = 180 }) {
  const process =
    handler === undefined ? '' : `process api {\n  run ${handler.join(' ')};\n  encoder ${encoder};\n}\n`;
  const told = receive === undefined ? '' : `receive { ${receive} }`;
  const api = handler === undefined ? '' : `  api { processes [ api ]; ${told} }\n`;
  const one = ({ address, as }) => `neighbor ${address} {
  router-id 10.0.0.1; local-address 127.0.0.1; local-as 65001; peer-as ${as}; hold-time ${hold}; passive true;
  family { ipv4 unicast; }
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

function versionOf(argv) {
  const { status, stdout, stderr } = spawnSync(argv[0], argv.slice(1), { encoding: 'utf8' });
  return status === 0
    ? `${stdout}${stderr}`
        .trim()
        .split('\n')[0]
        .replace(/^.* : /, '')
    : undefined;
}

function program(name, argv, version) {
  return {
    name,
    version,
    start: (run, { port, ...options }) =>
      run.start([...argv, run.write('program.conf', configuration(options))], { env: ENVIRONMENT(port) }),
  };
}

export const PEERLINE = program(
  'Peerline',
  [process.execPath, MAIN, 'run'],
  versionOf([process.execPath, MAIN, 'version']),
);
export const EXABGP = program('ExaBGP', ['exabgp'], versionOf(['exabgp', '--version']));
