import { API_VERSIONS } from '../bgp/json.ts';
import { LOG_LEVELS } from './log-levels.ts';
import { ENV_FILE, type OptionRows, type Parsed, PDB, ROOT } from './options.ts';

/** One verb of the command line. What it does is in a file of its own, loaded when it is asked for. */
export interface VerbRow {
  /** Its other names. */
  readonly also?: readonly string[];
  /** What follows the name. */
  readonly usage: string;
  readonly help: string;
  /** How many words follow, at least and at most. */
  readonly operands: readonly [number, number];
  /** Words are a command: options end at the first. */
  readonly words?: true;
  /** What shells complete its words with. */
  readonly completes?: 'files' | 'commands' | readonly string[];
  readonly options: OptionRows;
  /** A command line, and what it shows. */
  readonly examples: readonly (readonly [string, string])[];
}

const MANY = Number.POSITIVE_INFINITY;

const CONF = {
  conf: {
    type: 'text',
    short: 'c',
    value: 'FILE',
    help: 'take the session from the first neighbor of this file',
  },
} as const satisfies OptionRows;
const DEBUG = {
  debug: { type: 'flag', short: 'd', help: 'the same as --log-level debug' },
} as const satisfies OptionRows;
const VERBOSE = {
  verbose: { type: 'flag', short: 'v', help: 'print the configuration as it was understood' },
} as const satisfies OptionRows;

export const VERBS = {
  run: {
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
  },
  check: {
    also: ['validate'],
    usage: 'CONF…',
    help: 'Read configurations, list every error, start nothing',
    operands: [1, MANY],
    completes: 'files',
    options: {
      ...ENV_FILE,
      ...ROOT,
      print: { type: 'flag', help: 'print the configuration as it was understood, templates merged' },
      test: { type: 'flag', short: 't', help: 'encode every route, and decode what that gives' },
      migrate: { type: 'flag', help: "show what differs from today's form of an ExaBGP 3.4 or 4.x file" },
      write: { type: 'flag', help: 'with --migrate: change the files' },
      neighbor: { type: 'flag', short: 'n', help: 'print the neighbors' },
      route: { type: 'flag', short: 'r', help: 'the same as --test' },
      ...VERBOSE,
      ...DEBUG,
      ...PDB,
    },
    examples: [
      ['peerline check /etc/peerline/peer.conf', 'exit code 0: it is good; 1: every error is listed'],
      ['peerline check --migrate old.conf', "the difference to today's form"],
    ],
  },
  decode: {
    usage: '[INPUT…]',
    help: 'Turn BGP or BMP octets, in hex or in files, into JSON lines',
    operands: [0, MANY],
    completes: 'files',
    options: {
      update: {
        type: 'text',
        short: 'u',
        value: 'HEX',
        lone: true,
        help: 'an UPDATE, with or without its header',
      },
      open: {
        type: 'text',
        short: 'o',
        value: 'HEX',
        lone: true,
        help: 'an OPEN, with or without its header',
      },
      nlri: { type: 'text', short: 'n', value: 'HEX', lone: true, help: 'NLRI of the family that -f names' },
      family: {
        type: 'text',
        short: 'f',
        value: 'FAMILY',
        repeats: true,
        help: 'family of --nlri: "ipv4 unicast"',
      },
      'add-path': {
        type: 'text',
        value: 'FAMILY',
        repeats: true,
        help: 'a family whose NLRI carry path identifiers',
      },
      'path-information': { type: 'flag', short: 'i', help: 'NLRI of every family carry path identifiers' },
      asn2: { type: 'flag', help: 'AS numbers have two octets' },
      ...CONF,
      ...ENV_FILE,
      ...ROOT,
      text: { type: 'flag', help: 'text lines in place of JSON' },
      json: { type: 'flag', short: 'j', help: 'JSON lines, as without it' },
      command: { type: 'flag', short: 'm', help: 'the commands that announce and withdraw these routes' },
      generic: { type: 'flag', short: 'g', help: 'commands with every attribute as its octets' },
      'api-version': {
        type: 'text',
        value: 'VERSION',
        choices: [...API_VERSIONS.map(String), 'env'],
        help: "which ExaBGP's shapes; env: those of api.version; default: the same, but for 4 those of 6",
      },
      ...DEBUG,
      ...PDB,
    },
    examples: [
      ['peerline decode capture.bmp | jq .neighbor', 'a BMP stream as the station would tell it'],
      ['peerline decode ffffffffffffffffffffffffffffffff001304', 'one message, in hex'],
    ],
  },
  bmp: {
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
      'api-version': {
        type: 'text',
        value: 'VERSION',
        choices: API_VERSIONS.map(String),
        help: "which ExaBGP's shapes; default: 5",
      },
      'log-level': { type: 'text', value: 'LEVEL', choices: LOG_LEVELS, help: 'default: warn' },
    },
    examples: [
      ['peerline bmp --listen :11019 | jq .neighbor.message', 'what routers announce, as it comes'],
      ['peerline bmp -l :11019 --updates | grep 192.0.2.', 'a shell pipeline'],
    ],
  },
  replay: {
    usage: 'FILE --to HOST:PORT',
    help: 'Send recorded BMP (a stream, pcap or pcapng) to a station, each recorded router over its own connection',
    operands: [1, 1],
    completes: 'files',
    options: {
      to: { type: 'text', value: 'HOST:PORT', help: 'the station' },
      speed: {
        type: 'text',
        value: 'TIMES',
        help: 'times as fast as recorded; without: as fast as the station takes it',
      },
    },
    examples: [
      ['peerline replay capture.pcap --to 127.0.0.1:11019 --speed 10', 'ten times as fast as it happened'],
    ],
  },
  mrt: {
    usage: '[FILE…]',
    help: 'Read MRT files, packed (.gz, .bz2, .xz, .zst) or not, into JSON lines or the lines of bgpdump',
    operands: [0, MANY],
    completes: 'files',
    options: {
      bgpdump: { type: 'flag', short: 'm', help: 'one line per route, as bgpdump -m prints it' },
      times: {
        type: 'text',
        short: 't',
        value: 'WHICH',
        choices: ['dump', 'change'],
        help: "with --bgpdump, times of a table's routes: of the dump, or of their last change",
      },
      text: { type: 'flag', help: 'text events in place of JSON' },
      'api-version': {
        type: 'text',
        value: 'VERSION',
        choices: API_VERSIONS.map(String),
        help: "which ExaBGP's shapes the events have; default: 5",
      },
    },
    examples: [
      ['peerline mrt --bgpdump rib.20260801.0000.bz2', 'a table as text'],
      ['peerline mrt updates.gz | jq -c \'select(.type == "update")\'', 'updates as JSON'],
    ],
  },
  pipe: {
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
      'api-version': {
        type: 'text',
        value: 'VERSION',
        choices: API_VERSIONS.map(String),
        help: "which ExaBGP's shapes; default: 5",
      },
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
  },
  encode: {
    usage: 'ROUTE…',
    help: 'Turn routes, as commands write them, into UPDATEs in hex; without ROUTE, lines of standard input',
    operands: [0, MANY],
    words: true,
    options: {
      family: {
        type: 'text',
        short: 'f',
        value: 'FAMILY',
        help: 'family of a route that starts with its prefix',
      },
      'local-as': { type: 'text', short: 'a', value: 'AS', help: 'our AS number; default: 65533' },
      'peer-as': { type: 'text', short: 'z', value: 'AS', help: "the peer's AS number; default: 65533" },
      'path-information': { type: 'flag', short: 'i', help: 'the session agreed on path identifiers' },
      'nlri-only': { type: 'flag', short: 'n', help: 'only the octets of the NLRI' },
      'no-header': { type: 'flag', help: 'the UPDATE without its header of 19 octets' },
      ...CONF,
      ...ENV_FILE,
      ...DEBUG,
      ...PDB,
    },
    examples: [
      ["peerline encode 'route 192.0.2.0/24 next-hop 198.51.100.1 med 5'", 'the UPDATE that would be sent'],
      ["peerline encode -n 'route 192.0.2.0/24 next-hop 198.51.100.1'", '18C00002'],
    ],
  },
  cli: {
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
  },
  configuration: {
    usage: 'validate|export|example …',
    help: 'validate CONF…, export CONF… as JSON, or print an example (neighbor or full)',
    operands: [1, MANY],
    completes: ['validate', 'export', 'example'],
    options: {
      ...ENV_FILE,
      ...ROOT,
      neighbor: { type: 'flag', short: 'n', help: 'validate: print the neighbors' },
      route: { type: 'flag', short: 'r', help: 'validate: encode every route, and decode what that gives' },
      ...VERBOSE,
      output: { type: 'text', short: 'o', value: 'FILE', help: 'export, example: write to this file' },
      indent: { type: 'text', short: 'i', value: 'SPACES', help: 'export: indent by so many; default: 2' },
      ...PDB,
    },
    examples: [
      [
        'peerline configuration export peer.conf | jq .neighbors',
        'the configuration with every default, as JSON',
      ],
      ['peerline configuration example full', 'a configuration to start from'],
    ],
  },
  schema: {
    usage: '[export] [SECTION…]',
    help: 'Print the JSON Schema of a configuration, or of a section of it',
    operands: [0, MANY],
    completes: ['export'],
    options: { compact: { type: 'flag', help: 'one line' } },
    examples: [['peerline schema export neighbor capability', 'the keywords of a section, and their values']],
  },
  migrate: {
    usage: 'conf FILE | api [--exec PROGRAM ARGUMENT…]',
    help: "Print an ExaBGP 3.4 or 4.x configuration in today's form, or turn a handler's commands into those of ExaBGP 6",
    operands: [1, 2],
    completes: ['conf', 'api'],
    options: {
      from: {
        type: 'text',
        short: 'f',
        value: 'VERSION',
        choices: ['3.4', '4', '5', '6', 'main'],
        help: 'what it was written for: it is told from the file, whatever is said here',
      },
      to: {
        type: 'text',
        short: 't',
        value: 'VERSION',
        choices: ['4', '5', '6', 'main'],
        help: 'conf: all take the form that is printed; api: 6 and main change commands; default: main',
      },
      'wrap-api': { type: 'flag', short: 'w', help: 'conf: start every process through `migrate api`' },
      exec: {
        type: 'text',
        value: 'PROGRAM ARGUMENT…',
        rest: true,
        help: 'api: run it and read its commands, rather than standard input',
      },
      output: { type: 'text', short: 'o', value: 'FILE', help: 'write to this file' },
      inplace: { type: 'flag', short: 'i', help: 'change the file itself' },
      'dry-run': { type: 'flag', short: 'n', help: 'show the difference, as check --migrate does' },
      verbose: { type: 'flag', short: 'v', help: 'tell what was changed on standard error' },
    },
    examples: [
      ['peerline migrate conf -f 3.4 -t main old.conf -o new.conf', 'what ExaBGP 5 and Peerline read'],
      [
        'peerline migrate api -f 4 -t main --exec /etc/exabgp/run/handler.py',
        'an old handler under ExaBGP 6',
      ],
    ],
  },
  env: {
    usage: '',
    help: 'List the settings that the environment can hold, and their values',
    operands: [0, 0],
    options: {
      diff: { type: 'flag', short: 'd', help: 'only those that are not at their default' },
      format: {
        type: 'text',
        value: 'FORMAT',
        choices: ['list', 'ini', 'env'],
        help: 'a list with comments, a file for --env-file, or lines for a shell',
      },
      ...ENV_FILE,
      ...ROOT,
    },
    examples: [['peerline_tcp_port=1790 peerline env --diff', 'what differs from the defaults, and why']],
  },
  demo: {
    usage: '',
    help: 'The quick start: two speakers, a BMP stream and a handler on loopback, live',
    operands: [0, 0],
    options: { seconds: { type: 'text', value: 'SECONDS', help: 'end after so many seconds' } },
    examples: [['peerline demo --seconds 10', 'needs no root, no configuration and no router']],
  },
  shell: {
    usage: 'install|uninstall|completion [bash|zsh|fish]',
    help: 'Put the completion into the home directory, take it away, or print it; default: the shell in $SHELL',
    operands: [1, 2],
    completes: ['install', 'uninstall', 'completion'],
    options: {},
    examples: [['peerline shell install bash', 'completion in every new bash']],
  },
  completion: {
    usage: '[bash|zsh|fish]',
    help: 'Print the completion of a shell; default: the one in $SHELL',
    operands: [0, 1],
    completes: ['bash', 'zsh', 'fish'],
    options: {},
    examples: [['peerline completion bash >> ~/.bashrc', '']],
  },
  version: {
    usage: '',
    help: 'Print the version of Peerline and of Node',
    operands: [0, 0],
    options: {},
    examples: [['peerline version', 'peerline 0.1.0 (node 20.19.2)']],
  },
} as const satisfies Readonly<Record<string, VerbRow>>;

export type VerbName = keyof typeof VERBS;
/** What a verb's file is given. */
export type Arguments<V extends VerbName> = Parsed<(typeof VERBS)[V]['options']>;

/** Words that are no verb of this table and yet stand where verbs do: their options are their own. */
export const PROGRAMS = {
  healthcheck: 'Announce service addresses while a check succeeds: for `run` in a configuration',
} as const;

/** The verb that a word names. */
export function verbOf(word: string): VerbName | undefined {
  const rows: [string, VerbRow][] = Object.entries(VERBS);
  return rows.find(([name, { also }]) => name === word || also?.includes(word))?.[0] as VerbName | undefined;
}
