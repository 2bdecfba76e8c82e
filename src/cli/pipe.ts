import { lookup } from 'node:dns/promises';
import { hostname } from 'node:os';
import process from 'node:process';
import { familyText } from '../bgp/family.ts';
import type { ApiVersion } from '../bgp/json.ts';
import { ConfigErrors } from '../config/errors.ts';
import { loadConfig } from '../config/load.ts';
import type { NeighborConfig } from '../config/model.ts';
import { Pipe, type PipeEnd } from '../daemon/pipe.ts';
import { SYSTEM_CLOCK } from '../session/clock.ts';
import { parseAddress } from '../wire/address.ts';
import { printable } from '../wire/text.ts';
import { CliError, EXIT } from './exit.ts';
import { familiesOf } from './families.ts';
import { leave } from './leave.ts';
import { makeLog } from './log.ts';
import { LOG_LEVELS } from './log-levels.ts';
import { reasonOf } from './reason.ts';
import type { Arguments } from './verbs.ts';
import { softwareVersion, VERSION } from './version.ts';

type Options = Arguments<'pipe'>['options'];

const DEFAULT_PORT = 179;

export async function pipe({ options }: Arguments<'pipe'>): Promise<void> {
  const logging = await makeLog({
    level: LOG_LEVELS.find((each) => each === options['log-level']) ?? 'warn',
  });
  const peer = needed('peer', options.peer);
  const { host, port } = endpointOf(peer);
  const config = neighborOf(options, { host: await addressOf(host), port });
  const one = new Pipe({
    config,
    port,
    input: process.stdin,
    output: { write: (chunk, done) => void process.stdout.write(chunk, done) },
    encoder: options.text ? 'text' : 'json',
    version: Number(options['api-version'] ?? 5) as ApiVersion,
    ack: options.ack,
    once: options.once,
    waitSeconds: secondsOf(options.wait),
    clock: SYSTEM_CLOCK,
    log: logging.log,
    identity: { host: hostname(), pid: process.pid, ppid: process.ppid },
    program: VERSION,
    software: softwareVersion(process.env),
  });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => one.stop(name));
  // `peerline pipe … | head`: the peer is told, too
  process.stdout.removeAllListeners('error').on('error', (err: NodeJS.ErrnoException) => {
    one.unread(err.code === 'EPIPE' ? undefined : `standard output: ${reasonOf(err)}`);
  });
  const end = await one.run();
  const complaints = complaintsOf(end, peer);
  for (const complaint of complaints) process.stderr.write(`peerline: ${complaint}\n`);
  process.exitCode = complaints.length === 0 ? EXIT.ok : EXIT.failure;
  leave(logging);
}

function complaintsOf({ wanted, reason, refused, unsent }: PipeEnd, peer: string): string[] {
  return [
    ...(wanted ? [] : [`${peer}: ${reason}`]),
    ...(refused > 0
      ? [`${counted(refused, 'line was no command', 'lines were no commands')}: see the log`]
      : []),
    ...(unsent.routes > 0
      ? [`${counted(unsent.routes, 'route', 'routes')} could not be sent: see the log`]
      : []),
    ...unsent.families.map(
      (family) => `routes of ${family} were not sent: --family lacks it, or the peer does`,
    ),
  ];
}

const counted = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

/** @throws CliError */
function secondsOf(text = '30'): number {
  const value = Number(text);
  if (text !== '' && value >= 0 && value < 2 ** 20) return value;
  throw new CliError(`--wait: found '${printable(text)}', expected a number of seconds`, EXIT.usage);
}

/** @throws CliError when it was not given */
function needed(name: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw new CliError(`--${name} is missing; see peerline pipe --help`, EXIT.usage);
}

/** Its last label has a letter: to the system's resolver `192.0.2` is an address, too. */
const HOST_NAME = /^(?:[\w-]+\.)*[a-z][\w-]*\.?$/i;

/** Of a name the first address that the system's resolver gives. @throws CliError */
async function addressOf(host: string): Promise<string> {
  if (parseAddress(host) !== undefined) return host;
  try {
    return (await lookup(host)).address;
  } catch (err) {
    throw new CliError(`--peer: '${host}' has no address: ${(err as Error).message}`, EXIT.failure);
  }
}

/** HOST:PORT and [IPV6]:PORT; a bare IPv6 address has no port. @throws CliError */
function endpointOf(text: string): Endpoint {
  const bracketed = /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(text);
  const plain = parseAddress(text)?.length === 16 ? [text, text] : /^([^:]+)(?::(\d{1,5}))?$/.exec(text);
  const [, host = '', port] = bracketed ?? plain ?? [];
  const number = port === undefined ? DEFAULT_PORT : Number(port);
  const isHost = parseAddress(host) !== undefined || HOST_NAME.test(host);
  if (!isHost || number < 1 || number > 65535) {
    throw new CliError(
      `--peer: '${printable(text)}' is no address or name such as 192.0.2.1, 192.0.2.1:1790 or [2001:db8::1]:1790`,
      EXIT.usage,
    );
  }
  return { host, port: number };
}

/** Options whose values are put into the configuration as they are. */
const WORDS = ['local-address', 'router-id', 'local-as', 'peer-as', 'hold-time', 'graceful-restart'] as const;

interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** The same words as in a configuration, read by the same code. @throws CliError */
function neighborOf(options: Options, endpoint: Endpoint): NeighborConfig {
  try {
    const { config } = loadConfig({ text: configurationOf(options, endpoint), file: 'the command line' });
    return config.neighbors[0] as NeighborConfig;
  } catch (err) {
    if (!(err instanceof ConfigErrors)) throw err;
    throw new CliError(err.message, EXIT.usage);
  }
}

/** @throws CliError for what is missing, or would be more than one word */
function configurationOf(options: Options, { host, port }: Endpoint): string {
  const argv = {
    ...options,
    'local-as': needed('local-as', options['local-as']),
    'peer-as': options['peer-as'] ?? 'auto',
    'hold-time': options['hold-time'] ?? '180',
    family: options.family.length === 0 ? ['ipv4 unicast', 'ipv6 unicast'] : options.family,
  };
  const ipv6 = parseAddress(host)?.length === 16;
  const routerId = argv['router-id'] ?? (ipv6 ? undefined : argv['local-address']);
  const password = argv['md5-password'] ?? process.env.PEERLINE_MD5_PASSWORD;
  for (const name of WORDS) refuseSyntax(name, argv[name]);
  refuseSyntax('md5-password', password);
  return [
    `neighbor ${host} {`,
    `  local-address ${argv['local-address'] ?? 'auto'};`,
    `  router-id ${routerId ?? DEFAULT_ROUTER_ID};`,
    `  local-as ${argv['local-as']};`,
    `  peer-as ${argv['peer-as']};`,
    `  hold-time ${argv['hold-time']};`,
    `  connect ${port};`,
    `  adj-rib-in false;`,
    ...(password === undefined ? [] : [`  md5-password "${password}";`]),
    '  family {',
    ...familiesOf(argv.family).map((family) => `    ${familyText(family)};`),
    '  }',
    '  capability {',
    '    route-refresh enable;',
    ...(argv['add-path'] === undefined ? [] : [`    add-path ${argv['add-path']};`]),
    ...(argv['graceful-restart'] === undefined ? [] : [`    graceful-restart ${argv['graceful-restart']};`]),
    '  }',
    '}',
  ].join('\n');
}

/** A value must stay one word of the text that it is put into. @throws CliError */
function refuseSyntax(name: string, value: string | undefined): void {
  if (value === undefined || /^[^\s;{}[\]"'\\#]+$/.test(value)) return;
  throw new CliError(`--${name}: blanks, quotes, backslashes and ; { } [ ] # cannot stand in it`, EXIT.usage);
}

/** Of a speaker that nobody else knows: any that is not the peer's will do. */
const DEFAULT_ROUTER_ID = '192.0.2.255';
