import { LOG_LEVELS } from '../log-levels.ts';
import { API_VERSION, DEBUG, ENV_FILE, PDB, ROOT } from '../options.ts';
import { MANY, type VerbRow } from './row.ts';

// Verbs that hold sessions, or talk to a daemon that does.

export const RUN = {
  also: ['server'],
  usage: 'CONF…',
  help: 'Run the daemon with these configurations; - is standard input',
  operands: [1, MANY],
  completes: 'files',
  options: {
    ...ENV_FILE,
    ...ROOT,
    'log-level': {
      type: 'text',
      value: 'LEVEL',
      choices: LOG_LEVELS,
      help: 'default: info, or what the environment says',
    },
    'log-format': {
      type: 'text',
      value: 'FORMAT',
      choices: ['json', 'text'],
      help: 'default: text on a terminal',
    },
    ...DEBUG,
    verbose: { type: 'flag', short: 'v', help: 'the same' },
    passive: { type: 'flag', short: 'P', help: 'every neighbor is passive' },
    once: { type: 'flag', short: '1', help: 'one attempt to connect to each neighbor' },
    signal: { type: 'text', short: 's', value: 'SECONDS', help: 'reload the configuration after so long' },
    ...PDB,
    memory: { type: 'flag', short: 'm', help: '', without: "use 'node --heap-prof'" },
    profile: { type: 'text', value: 'FILE', help: '', without: "use 'node --cpu-prof'" },
  },
  examples: [['peerline run peer.conf', 'run in the foreground; SIGTERM stops, SIGUSR1 reloads']],
} as const satisfies VerbRow;

export const BMP = {
  usage: '',
  help: 'A BMP station without a configuration: JSON lines on standard output',
  operands: [0, 0],
  options: {
    listen: {
      type: 'text',
      short: 'l',
      value: 'ADDRESS:PORT',
      repeats: true,
      help: 'or :PORT; default 127.0.0.1:11019, without --connect',
    },
    connect: { type: 'text', value: 'ADDRESS:PORT', repeats: true, help: 'a router that waits' },
    text: { type: 'flag', help: 'text lines in place of JSON' },
    updates: { type: 'flag', help: 'routes alone' },
    'add-path': {
      type: 'text',
      value: 'MODE',
      choices: ['auto', 'yes', 'no'],
      help: 'whether routes have path identifiers; default: auto',
    },
    ...API_VERSION,
    'log-level': { type: 'text', value: 'LEVEL', choices: LOG_LEVELS, help: 'default: warn' },
  },
  examples: [
    ['peerline bmp --listen :11019 | jq .neighbor.message', 'what routers announce, as it comes'],
    ['peerline bmp -l :11019 --updates | grep 192.0.2.', 'a shell pipeline'],
  ],
} as const satisfies VerbRow;

export const PIPE = {
  usage: '--peer HOST --local-as AS',
  help: 'One BGP session without a configuration: commands on stdin, events on stdout',
  operands: [0, 0],
  options: {
    peer: { type: 'text', value: 'HOST', help: 'the router: HOST[:PORT], [IPV6]:PORT' },
    'local-as': { type: 'text', value: 'AS', help: 'our AS' },
    'peer-as': { type: 'text', value: 'AS', help: 'its AS; default: auto, as it says' },
    family: {
      type: 'text',
      short: 'f',
      value: 'FAMILY',
      repeats: true,
      help: 'an address family; default: IPv4 and IPv6 unicast',
    },
    'local-address': { type: 'text', value: 'IP', help: 'our address; default: what the system chooses' },
    'router-id': {
      type: 'text',
      value: 'ID',
      help: 'our BGP identifier; default: the local address, if IPv4',
    },
    'hold-time': { type: 'text', value: 'SECONDS', help: 'default: 180' },
    'add-path': {
      type: 'text',
      value: 'WAY',
      choices: ['send', 'receive', 'send/receive'],
      help: 'path identifiers',
    },
    'md5-password': {
      type: 'text',
      value: 'PASSWORD',
      help: 'TCP MD5; better: PEERLINE_MD5_PASSWORD in the environment',
    },
    'graceful-restart': {
      type: 'text',
      value: 'SECONDS',
      help: 'how long the peer shall keep our routes when we are gone',
    },
    wait: { type: 'text', value: 'SECONDS', help: 'how long the session may take to come up; default: 30' },
    once: { type: 'flag', help: 'leave when stdin has ended and the peer has got everything' },
    ack: { type: 'flag', help: 'answer each command with done or error' },
    text: { type: 'flag', help: 'text events in place of JSON' },
    ...API_VERSION,
    'log-level': {
      type: 'text',
      value: 'LEVEL',
      choices: LOG_LEVELS,
      help: 'of the log on stderr; default: warn',
    },
  },
  examples: [
    [
      "seq 0 255 | sed 's#.*#announce route 10.0.&.0/24 next-hop self#' | peerline pipe --peer 192.0.2.1 --local-as 65001 --once",
      'send 256 routes',
    ],
    ['peerline pipe --peer 192.0.2.1 --local-as 65001 | jq -c \'select(.type == "update")\'', 'watch'],
  ],
} as const satisfies VerbRow;

export const CLI = {
  usage: '[COMMAND…]',
  help: 'Command a running daemon; without COMMAND a shell, or the lines of standard input',
  operands: [0, MANY],
  words: true,
  completes: 'commands',
  options: {
    socket: { type: 'flag', help: 'only by its control socket' },
    socketname: { type: 'text', value: 'NAME', help: 'base name of the socket; default: exabgp' },
    socketpath: { type: 'text', value: 'FILE', help: 'the socket itself' },
    pipe: { type: 'flag', help: 'only by the named pipes of ExaBGP' },
    pipename: { type: 'text', value: 'NAME', help: 'base name of the pipes; default: exabgp' },
    batch: { type: 'text', value: 'FILE', help: 'the commands of a file, one a line; - is standard input' },
    timeout: { type: 'text', value: 'SECONDS', help: 'wait so long for each line of a reply; default: 5' },
    'no-color': { type: 'flag', help: 'no colors on a terminal' },
    ...ENV_FILE,
    ...ROOT,
  },
  examples: [
    ['peerline cli show neighbor summary', 'one command; exit code 0 for done, 1 for error'],
    ['peerline cli sh adj out ext', 'words may be shortened'],
    ['peerline cli monitor json update', 'the events of UPDATEs, until Ctrl-C'],
  ],
} as const satisfies VerbRow;

export const DEMO = {
  usage: '',
  help: 'The quick start: two speakers, a BMP stream and a handler on loopback, live',
  operands: [0, 0],
  options: { seconds: { type: 'text', value: 'SECONDS', help: 'end after so many seconds' } },
  examples: [['peerline demo --seconds 10', 'needs no root, no configuration and no router']],
} as const satisfies VerbRow;
