import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import process from 'node:process';
import type { CommandModule } from 'yargs';
import { API_VERSIONS, type ApiVersion } from '../bgp/json.ts';
import { encoderFor } from '../events/encoder.ts';
import { fromHex } from '../wire/hex.ts';
import { type DecodeOptions, decodeOctets, InputError } from './decode-octets.ts';
import { CliError } from './exit.ts';
import { familiesOf } from './families.ts';

interface DecodeArguments {
  input: string[];
  update: string | undefined;
  open: string | undefined;
  nlri: string | undefined;
  family: string[] | undefined;
  'add-path': string[] | undefined;
  asn2: boolean | undefined;
  text: boolean | undefined;
  'api-version': string;
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
      .option('conf', { type: 'string', alias: 'c', hidden: true })
      .option('text', { type: 'boolean', describe: 'text lines in place of JSON' })
      .option('api-version', {
        choices: API_VERSIONS.map(String),
        default: '5',
        describe: "which ExaBGP's shapes",
      })
      .example('$0 decode capture.bmp | jq .neighbor', 'a BMP stream as the station would tell it')
      .example('$0 decode ffffffffffffffffffffffffffffffff001304', 'one message, in hex'),
  handler: decode,
};

function decode(argv: DecodeArguments): void {
  const options: DecodeOptions = {
    families: familiesOf(argv.family ?? []),
    addPath: new Set(familiesOf(argv['add-path'] ?? [])),
    asn4: argv.asn2 !== true,
  };
  const identity = { host: hostname(), pid: process.pid, ppid: process.ppid };
  const version = Number(argv['api-version']) as ApiVersion;
  const encoder = encoderFor(argv.text === true ? 'text' : 'json', version, identity);
  const inputs = inputsOf(argv);
  if (inputs.length === 0)
    throw new CliError('decode needs hex digits or files; see peerline decode --help', 2);
  for (const { name, octets, kind } of inputs) {
    try {
      for (const event of decodeOctets(octets, kind, options)) {
        const line = encoder.encode(event, { form: 'parsed', negotiated: false });
        if (line !== undefined) process.stdout.write(line);
      }
    } catch (err) {
      if (!(err instanceof InputError)) throw err;
      throw new CliError(`${name}: ${err.message}`);
    }
  }
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

function streamOf(input: string): Uint8Array {
  if (input === '-') return textOrOctets(readFileSync(0));
  if (existsSync(input)) return textOrOctets(readFileSync(input));
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
