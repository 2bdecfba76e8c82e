import { DEBUG, ENV_FILE, PDB, ROOT, VERBOSE } from '../options.ts';
import { MANY, type VerbRow } from './row.ts';

// Verbs that read configurations and settings, and start nothing.

export const CHECK = {
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
} as const satisfies VerbRow;

export const CONFIGURATION = {
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
} as const satisfies VerbRow;

export const SCHEMA = {
  usage: '[export] [SECTION…]',
  help: 'Print the JSON Schema of a configuration, or of a section of it',
  operands: [0, MANY],
  completes: ['export'],
  options: { compact: { type: 'flag', help: 'one line' } },
  examples: [['peerline schema export neighbor capability', 'the keywords of a section, and their values']],
} as const satisfies VerbRow;

export const MIGRATE = {
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
    ['peerline migrate api -f 4 -t main --exec /etc/exabgp/run/handler.py', 'an old handler under ExaBGP 6'],
  ],
} as const satisfies VerbRow;

export const ENV = {
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
    'env-file': { ...ENV_FILE['env-file'], lone: true },
    ...ROOT,
  },
  examples: [['peerline_tcp_port=1790 peerline env --diff', 'what differs from the defaults, and why']],
} as const satisfies VerbRow;
