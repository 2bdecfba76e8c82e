import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import process from 'node:process';
import { type ApiVersion, apiVersionOf, type JsonObject } from '../bgp/json.ts';
import { nlriToJson } from '../bgp/nlri/index.ts';
import type { Environment } from '../config/environment.ts';
import { canAddPath, DEFAULT_FAMILIES } from '../config/families.ts';
import { type EncoderKind, encoderFor } from '../events/encoder.ts';
import type { Event } from '../events/event.ts';
import { eventToJson } from '../events/json.ts';
import { stringify } from '../events/stringify.ts';
import { fromHex } from '../wire/hex.ts';
import { safeLine } from '../wire/text.ts';
import { firstNeighbor } from './decode-neighbor.ts';
import { type DecodeOptions, decodeOctets, type InputKind } from './decode-octets.ts';
import { CliError, EXIT } from './exit.ts';
import { familiesOf } from './families.ts';
import { InputError } from './input-error.ts';
import { loadEnvironment } from './load.ts';
import { write } from './output.ts';
import { updateCommands } from './route-commands.ts';
import { filesOf, readInput, STDIN } from './stdin.ts';
import type { Arguments } from './verbs.ts';

type Options = Arguments<'decode'>['options'];

export async function decode({ options, operands }: Arguments<'decode'>): Promise<void> {
  const environment = loadEnvironment(options['env-file'], options.root);
  const neighbor = options.conf === undefined ? undefined : firstNeighbor(options.conf, environment);
  const withIds = options['path-information'] ? DEFAULT_FAMILIES.filter(canAddPath) : [];
  const decoding: DecodeOptions = {
    families: familiesOf(options.family),
    addPath: new Set([...withIds, ...familiesOf(options['add-path']), ...(neighbor?.addPath ?? [])]),
    asn4: !options.asn2 && neighbor?.asn4 !== false,
    neighbor: neighbor?.neighbor,
  };
  const print = printerOf(options, shapeOf(options['api-version'], environment));
  const named = inputsOf(options, filesOf(operands));
  const inputs = named.length > 0 || process.stdin.isTTY ? named : piped();
  if (inputs.length === 0)
    throw new CliError('decode needs hex digits or files; see peerline decode --help', EXIT.usage);
  for (const { name, octets, kind } of inputs) {
    try {
      for (const event of decodeOctets(octets, kind, decoding)) await write(print(event, kind));
    } catch (err) {
      if (!(err instanceof InputError)) throw err;
      throw new CliError(`${safeLine(name)}: ${err.message}`);
    }
  }
}

function printerOf(options: Options, shape: Shape): (event: Event, input: InputKind) => string {
  if (!options.command && !options.generic) return printerFor(options.text ? 'text' : 'json', shape);
  return (event) => {
    if (event.type !== 'update') return '';
    return updateCommands(event.update, options)
      .map((line) => `${line}\n`)
      .join('');
  };
}

interface Shape {
  readonly version: ApiVersion;
  readonly routeHops?: boolean;
}

/** 4.2 has no such command, but for `--decode`, which says `env`: who sets its version means ExaBGP 6, where that keeps next hops beside some routes. */
function shapeOf(option: string | undefined, { api }: Environment): Shape {
  const version = apiVersionOf(api.version);
  if (option === 'env') return { version };
  if (option !== undefined) return { version: Number(option) as ApiVersion };
  return api.version === 4 ? { version: 6, routeHops: true } : { version };
}

function printerFor(kind: EncoderKind, shape: Shape): (event: Event, input: InputKind) => string {
  const { version } = shape;
  const identity = { host: hostname(), pid: process.pid, ppid: process.ppid };
  const encoder = encoderFor(kind, version, identity);
  const options = { form: 'parsed', negotiated: false, ...shape } as const;
  return (event, input) => {
    if (kind === 'text' || input === 'stream') return encoder.encode(event, options) ?? '';
    if (input === 'nlri') return nlriLines(event, shape);
    const counter = 'neighbor' in event ? ++event.neighbor.counter.value : undefined;
    const json = eventToJson(event, { ...options, identity, counter });
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
function nlriLines(event: Event, { version, routeHops }: Shape): string {
  if (event.type !== 'update') return '';
  const all = event.update.announced.flatMap(({ nlri }) => nlri);
  const hop = routeHops === true ? { address: new Uint8Array() } : undefined;
  return all.map((one) => `${stringify(nlriToJson(one, version, hop))}\n`).join('');
}

interface Input {
  readonly name: string;
  readonly octets: Uint8Array;
  readonly kind: InputKind;
}

/** `--update HEX`, or as ExaBGP 5 has it `HEX --update`. */
function inputsOf(options: Options, operands: readonly string[]): Input[] {
  const named = (['update', 'open', 'nlri'] as const).flatMap((kind) => {
    const text = options[kind];
    return text === undefined ? [] : [{ kind, text }];
  });
  const lone = named.find(({ text }) => text === '');
  const whole = named
    .filter(({ text }) => text !== '')
    .map(({ kind, text }): Input => ({ name: `--${kind}`, kind, octets: hexOf(`--${kind}`, text) }));
  if (lone === undefined) return [...whole, ...operands.flatMap(streamsOf)];
  const { kind } = lone;
  return [
    ...whole,
    ...operands.map((text): Input => ({ name: `--${kind}`, kind, octets: hexOf(`--${kind}`, text) })),
  ];
}

/** What is piped in when no argument names anything. */
function piped(): Input[] {
  return streamsOf(STDIN).filter(({ octets }) => octets.length > 0);
}

function streamsOf(input: string): Input[] {
  if (input !== STDIN && !existsSync(input)) {
    const octets = hexOf(input.slice(0, 40), input);
    // no message and no capture begins so: the length of the routes withdrawn by an UPDATE
    return [{ name: input.slice(0, 40), kind: octets[0] === 0 ? 'update' : 'stream', octets }];
  }
  const content = readInput(input);
  const lines = messageLines(content);
  if (lines === undefined) return [{ name: input, kind: 'stream', octets: textOrOctets(content) }];
  return lines.map(({ octets, line }) => ({ name: `${input}:${line}`, kind: 'stream', octets }));
}

/** Lines that are a message each, as ExaBGP's decode reads them; undefined: it is one stream, however it is broken. */
function messageLines(
  content: Uint8Array,
): { readonly octets: Uint8Array; readonly line: number }[] | undefined {
  const text = Buffer.from(content).toString('latin1');
  if (!/^[\s0-9a-fA-Fx:#]+$/.test(text)) return undefined;
  const lines = text.split('\n').map((each, i) => ({ text: each.replace(/[\s:]/g, ''), line: i + 1 }));
  const filled = lines.filter((each) => each.text !== '' && !each.text.startsWith('#'));
  if (filled.length < 2 || !filled.every((each) => /^(ff){16}/i.test(each.text))) return undefined;
  return filled.map((each) => ({ octets: hexOf(`line ${each.line}`, each.text), line: each.line }));
}

/** A file may hold the octets themselves or their hex digits. */
function textOrOctets(content: Uint8Array): Uint8Array {
  const text = Buffer.from(content).toString('latin1');
  return /^[\s0-9a-fA-Fx:]+$/.test(text) ? (fromHex(text.replace(/[\s:]/g, '')) ?? content) : content;
}

function hexOf(name: string, text: string): Uint8Array {
  const octets = fromHex(text.replace(/[\s:]/g, ''));
  if (octets === undefined)
    throw new CliError(`${safeLine(name)}: neither a file nor an even number of hex digits`);
  return octets;
}
