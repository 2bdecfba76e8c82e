import { API_VERSIONS } from '../../bgp/json.ts';
import { CONF, DEBUG, ENV_FILE, PDB, ROOT } from '../options.ts';
import { MANY, type VerbRow } from './row.ts';

// Verbs that turn octets into lines, and lines into octets.

export const DECODE = {
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
} as const satisfies VerbRow;

export const ENCODE = {
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
} as const satisfies VerbRow;

export const MRT = {
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
} as const satisfies VerbRow;

export const REPLAY = {
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
} as const satisfies VerbRow;
