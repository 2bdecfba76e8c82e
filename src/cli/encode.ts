import process from 'node:process';
import { createInterface } from 'node:readline';
import { DEFAULT_CONTEXT } from '../bgp/context.ts';
import { HEADER_LENGTH } from '../bgp/header.ts';
import { encodeNlri } from '../bgp/nlri/index.ts';
import { makeOpenFor } from '../bgp/open-layout.ts';
import type { Route } from '../bgp/route.ts';
import type { Command } from '../commands/command.ts';
import { CommandError, parseCommand } from '../commands/parse.ts';
import { canAddPath, DEFAULT_FAMILIES } from '../config/families.ts';
import { toHex } from '../wire/hex.ts';
import { printable } from '../wire/text.ts';
import { written } from '../wire/writer.ts';
import { openOfFirst } from './decode-neighbor.ts';
import { agreedWithMirror, type EncodeSession, encodeRoutes } from './encode-routes.ts';
import { CliError, EXIT } from './exit.ts';
import { familiesOf } from './families.ts';
import { loadEnvironment } from './load.ts';
import { write } from './output.ts';
import { STDIN } from './stdin.ts';
import type { Arguments } from './verbs.ts';

type Options = Arguments<'encode'>['options'];

/** Numbers that ExaBGP has for nobody in particular. */
const NOBODY_AS = 65533;
const NOBODY_ADDRESS = Uint8Array.of(127, 0, 0, 1);

/** Prints the UPDATEs of each route, one in a line. */
export async function encode({ options, operands }: Arguments<'encode'>): Promise<void> {
  const session = sessionOf(options);
  const given = [{ text: operands.join(' '), where: '' }];
  const lines = operands.length > 0 ? given : process.stdin.isTTY ? [] : standardInput();
  let none = true;
  for await (const { text, where } of lines) {
    const line = text.trim();
    if (line === '' || line.startsWith('#')) continue;
    none = false;
    const updates = octetsOf(routesOf(line, { options, where }), session, { options, where });
    await write(updates.map((octets) => `${toHex(octets).toUpperCase()}\n`).join(''));
  }
  if (none) throw new CliError('encode needs a route; see peerline encode --help', EXIT.usage);
}

interface GivenLine {
  readonly text: string;
  /** What an error of the line begins with. */
  readonly where: string;
}

/** Line by line, as they come: who writes them may go on for ever. */
async function* standardInput(): AsyncGenerator<GivenLine, void, void> {
  let number = 0;
  for await (const text of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    yield { text, where: `${STDIN}:${++number}: ` };
  }
}

type RouteCommand = Extract<Command, { type: 'announce' | 'withdraw' }>;

interface LineContext {
  readonly options: Options;
  readonly where: string;
}

/** A line as it stands in a command, without `announce` if need be, or from its prefix on. */
function routesOf(line: string, { options, where }: LineContext): RouteCommand {
  const text = commandText(line, options.family);
  try {
    const command = parseCommand(text);
    if (command.type === 'announce' || command.type === 'withdraw') return command;
  } catch (err) {
    if (!(err instanceof CommandError)) throw err;
    throw new CliError(
      `${where}${printable(text)}\n${' '.repeat(where.length + err.column - 1)}^ ${err.reason}`,
    );
  }
  throw new CliError(`${where}${printable(text)}: that is no route`);
}

function commandText(line: string, family: string | undefined): string {
  if (/^(announce|withdraw|neighbor|peer)\s/.test(line)) return line;
  if (!/^[0-9a-f]*[:.][0-9a-f:.]*(\/|\s|$)/i.test(line)) return `announce ${line}`;
  if (family === undefined) return `announce route ${line}`;
  familiesOf([family]);
  return `announce ${family.replace(/[/-]/, ' ')} ${line}`;
}

function octetsOf(
  { type, routes }: RouteCommand,
  session: EncodeSession,
  { options, where }: LineContext,
): Uint8Array[] {
  const withdraw = type === 'withdraw';
  if (options['nlri-only']) {
    const context = session.negotiated.send;
    return routes.map((route: Route) => written((w) => encodeNlri(w, route.nlri, context, withdraw)));
  }
  const { updates, refused } = encodeRoutes(
    routes.map((route) => ({ route, withdraw })),
    session,
  );
  const [first] = refused;
  if (first !== undefined) throw new CliError(`${where}${first.reason}`);
  return updates.map((update) => (options['no-header'] ? update.subarray(HEADER_LENGTH) : update));
}

function sessionOf(options: Options): EncodeSession {
  const localAs = asNumber('--local-as', options['local-as']);
  const peerAs = asNumber('--peer-as', options['peer-as']);
  const environment = loadEnvironment(options['env-file'], undefined);
  if (options.conf !== undefined) {
    const { open, config, localAddress } = openOfFirst(options.conf, environment, localAs);
    return { negotiated: agreedWithMirror(open, peerAs ?? config.peerAs), localAddress };
  }
  const both = { send: true, receive: true };
  const open = makeOpenFor({
    as: localAs ?? NOBODY_AS,
    holdTimeSeconds: 180,
    routerId: 0x7f000001,
    families: DEFAULT_FAMILIES,
    asn4: DEFAULT_CONTEXT.asn4,
    addPath: options['path-information']
      ? DEFAULT_FAMILIES.filter(canAddPath).map((family) => ({ family, ...both }))
      : [],
    extendedMessage: true,
    nexthops: undefined,
    routeRefresh: false,
    operational: false,
    linkLocalNexthop: false,
    multiSession: false,
  });
  return { negotiated: agreedWithMirror(open, peerAs ?? NOBODY_AS), localAddress: NOBODY_ADDRESS };
}

function asNumber(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 1 && value <= 0xffffffff) return value;
  throw new CliError(
    `${option}: found '${printable(text)}', expected an AS number from 1 to 4294967295`,
    EXIT.usage,
  );
}
