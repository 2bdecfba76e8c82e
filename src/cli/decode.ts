import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import process from 'node:process';
import type { CommandModule } from 'yargs';
import { API_VERSIONS, type ApiVersion, type JsonObject } from '../bgp/json.ts';
import { nlriToJson } from '../bgp/nlri/index.ts';
import type { Environment } from '../config/environment.ts';
import { type EncoderKind, encoderFor } from '../events/encoder.ts';
import type { Event } from '../events/event.ts';
import { eventToJson } from '../events/json.ts';
import { stringify } from '../events/stringify.ts';
import { fromHex } from '../wire/hex.ts';
import { firstNeighbor } from './decode-neighbor.ts';
import { type DecodeOptions, decodeOctets, type InputKind } from './decode-octets.ts';
import { CliError } from './exit.ts';
import { familiesOf } from './families.ts';
import { InputError } from './input-error.ts';
import { loadEnvironment } from './load.ts';
import { readInput, STDIN } from './stdin.ts';

interface DecodeArguments {
  input: string[];
  update: string | undefined;
  open: string | undefined;
  nlri: string | undefined;
  family: string[] | undefined;
  'add-path': string[] | undefined;
  asn2: boolean | undefined;
  text: boolean | undefined;
  conf: string | undefined;
  'api-version': string | undefined;
}

export const decodeVerb: CommandModule<object, DecodeArguments> = {
  command: 'decode [input..]',
  describe: 'Turn BGP or BMP octets, in hex or in files, into JSON lines',
  builder: (yargs) =>
    yargs
      .positional('input', {
        type: 'string',
        array: true,
        default: [],
        describe: 'hex digits, files, or - for standard input',
      })
      .option('update', {
        type: 'string',
        alias: 'u',
        describe: 'an UPDATE in hex, with or without its header',
      })
      .option('open', { type: 'string', alias: 'o', describe: 'an OPEN in hex, with or without its header' })
      .option('nlri', { type: 'string', alias: 'n', describe: 'NLRI in hex, of the family that -f names' })
      .option('family', {
        type: 'string',
        array: true,
        alias: 'f',
        describe: 'family of --nlri: "ipv4 unicast"',
      })
      .option('add-path', {
        type: 'string',
        array: true,
        describe: 'families whose NLRI carry path identifiers',
      })
      .option('asn2', { type: 'boolean', describe: 'AS numbers have two octets' })
      .option('conf', { type: 'string', alias: 'c', describe: 'messages of the first neighbor of this file' })
      .option('text', { type: 'boolean', describe: 'text lines in place of JSON' })
      .option('api-version', {
        choices: API_VERSIONS.map(String),
        describe: "which ExaBGP's shapes; default: 5, or 6 when the environment says so",
      })
      .example('$0 decode capture.bmp | jq .neighbor', 'a BMP stream as the station would tell it')
      .example('$0 decode ffffffffffffffffffffffffffffffff001304', 'one message, in hex'),
  handler: decode,
};

function decode(argv: DecodeArguments): void {
  const environment = loadEnvironment(undefined);
  const neighbor = argv.conf === undefined ? undefined : firstNeighbor(argv.conf, environment);
  const options: DecodeOptions = {
    families: familiesOf(argv.family ?? []),
    addPath: new Set([...familiesOf(argv['add-path'] ?? []), ...(neighbor?.addPath ?? [])]),
    asn4: argv.asn2 !== true && neighbor?.asn4 !== false,
    neighbor: neighbor?.neighbor,
  };
  const version =
    argv['api-version'] === undefined ? defaultVersion(environment) : Number(argv['api-version']);
  const printer = printerFor(argv.text === true ? 'text' : 'json', version as ApiVersion);
  const named = inputsOf(argv);
  const inputs = named.length > 0 || process.stdin.isTTY ? named : piped();
  if (inputs.length === 0)
    throw new CliError('decode needs hex digits or files; see peerline decode --help', 2);
  for (const { name, octets, kind } of inputs) {
    try {
      for (const event of decodeOctets(octets, kind, options)) process.stdout.write(printer(event, kind));
    } catch (err) {
      if (!(err instanceof InputError)) throw err;
      throw new CliError(`${name}: ${err.message}`);
    }
  }
}

/** 4.2 has no such command: who asks for its shapes there means those of 5. */
function defaultVersion({ api }: Environment): ApiVersion {
  return api.version === 6 ? 6 : 5;
}

function printerFor(kind: EncoderKind, version: ApiVersion): (event: Event, input: InputKind) => string {
  const identity = { host: hostname(), pid: process.pid, ppid: process.ppid };
  const encoder = encoderFor(kind, version, identity);
  const options = { form: 'parsed', negotiated: false } as const;
  return (event, input) => {
    if (kind === 'text' || input === 'stream') return encoder.encode(event, options) ?? '';
    if (input === 'nlri') return nlriLines(event, version);
    const counter = 'neighbor' in event ? ++event.neighbor.counter.value : undefined;
    const json = eventToJson(event, { ...options, version, identity, counter });
    return `${stringify(withWord(json))}\n`;
  };
}

/** `in` for `receive`: ExaBGP's word for messages that came over no session. */
function withWord(json: JsonObject): JsonObject {
  const { neighbor } = json;
  if (neighbor === undefined || neighbor === null || typeof neighbor !== 'object') return json;
  return { ...json, neighbor: { ...neighbor, direction: 'in' } };
}

/** NLRI on their own: no message around them. */
function nlriLines(event: Event, version: ApiVersion): string {
  if (event.type !== 'update') return '';
  const all = event.update.announced.flatMap(({ nlri }) => nlri);
  return all.map((one) => `${stringify(nlriToJson(one, version))}\n`).join('');
}

interface Input {
  readonly name: string;
  readonly octets: Uint8Array;
  readonly kind: 'stream' | 'update' | 'open' | 'nlri';
}

function inputsOf(argv: DecodeArguments): Input[] {
  const named = (['update', 'open', 'nlri'] as const).flatMap((kind): Input[] => {
    const text = argv[kind];
    return text === undefined ? [] : [{ name: `--${kind}`, kind, octets: hexOf(`--${kind}`, text) }];
  });
  return [
    ...named,
    ...argv.input.map((input): Input => ({ name: input, kind: 'stream', octets: streamOf(input) })),
  ];
}

/** What is piped in when no argument names anything. */
function piped(): Input[] {
  const octets = textOrOctets(readInput(STDIN));
  return octets.length === 0 ? [] : [{ name: 'standard input', kind: 'stream', octets }];
}

function streamOf(input: string): Uint8Array {
  if (input === STDIN || existsSync(input)) return textOrOctets(readInput(input));
  return hexOf(input.slice(0, 40), input);
}

/** A file may hold the octets themselves or their hex digits. */
function textOrOctets(content: Uint8Array): Uint8Array {
  const text = Buffer.from(content).toString('latin1');
  return /^[\s0-9a-fA-Fx:]+$/.test(text) ? (fromHex(text.replace(/[\s:]/g, '')) ?? content) : content;
}

function hexOf(name: string, text: string): Uint8Array {
  const octets = fromHex(text.replace(/[\s:]/g, ''));
  if (octets === undefined) throw new CliError(`${name}: neither a file nor an even number of hex digits`);
  return octets;
}
