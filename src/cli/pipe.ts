import { hostname } from 'node:os';
import process from 'node:process';
import type { CommandModule } from 'yargs';
import { familyText } from '../bgp/family.ts';
import { API_VERSIONS, type ApiVersion } from '../bgp/json.ts';
import { ConfigErrors } from '../config/errors.ts';
import { loadConfig } from '../config/load.ts';
import type { NeighborConfig } from '../config/model.ts';
import { Pipe } from '../daemon/pipe.ts';
import { SYSTEM_CLOCK } from '../session/clock.ts';
import { parseAddress } from '../wire/address.ts';
import { CliError, EXIT } from './exit.ts';
import { familiesOf } from './families.ts';
import { leave } from './leave.ts';
import { LOG_LEVELS, type LogLevel, makeLog } from './log.ts';
import { VERSION } from './version.ts';

interface PipeArguments {
  peer: string;
  'local-as': string;
  'peer-as': string;
  family: string[];
  'local-address': string | undefined;
  'router-id': string | undefined;
  'hold-time': string;
  'add-path': string | undefined;
  'md5-password': string | undefined;
  'graceful-restart': string | undefined;
  wait: number;
  once: boolean | undefined;
  ack: boolean | undefined;
  text: boolean | undefined;
  'api-version': string;
  'log-level': LogLevel;
}

const DEFAULT_PORT = 179;

export const pipeVerb: CommandModule<object, PipeArguments> = {
  command: 'pipe',
  describe: 'One BGP session without a configuration: commands on stdin, events on stdout',
  builder: (yargs) =>
    yargs
      .option('peer', {
        type: 'string',
        demandOption: true,
        describe: 'the router: HOST[:PORT], [IPV6]:PORT',
      })
      .option('local-as', { type: 'string', demandOption: true, describe: 'our AS' })
      .option('peer-as', { type: 'string', default: 'auto', describe: 'its AS, or auto' })
      .option('family', {
        type: 'string',
        array: true,
        alias: 'f',
        default: ['ipv4 unicast', 'ipv6 unicast'],
        describe: 'address families',
      })
      .option('local-address', { type: 'string', describe: 'our address; default: what the system chooses' })
      .option('router-id', {
        type: 'string',
        describe: 'our BGP identifier; default: the local address, if IPv4',
      })
      .option('hold-time', { type: 'string', default: '180', describe: 'seconds' })
      .option('add-path', { choices: ['send', 'receive', 'send/receive'], describe: 'path identifiers' })
      .option('md5-password', {
        type: 'string',
        describe: 'TCP MD5; better: PEERLINE_MD5_PASSWORD in the environment',
      })
      .option('graceful-restart', {
        type: 'string',
        describe: 'seconds that the peer shall keep our routes when we are gone',
      })
      .option('wait', {
        type: 'number',
        default: 30,
        describe: 'seconds that the session may take to come up',
      })
      .option('once', {
        type: 'boolean',
        describe: 'leave when stdin has ended and the peer has got everything',
      })
      .option('ack', { type: 'boolean', describe: 'answer each command with done or error' })
      .option('text', { type: 'boolean', describe: 'text events in place of JSON' })
      .option('api-version', {
        choices: API_VERSIONS.map(String),
        default: '5',
        describe: "which ExaBGP's shapes",
      })
      .option('log-level', {
        choices: LOG_LEVELS,
        default: 'warn' as const,
        describe: 'of the log on stderr',
      })
      .example(
        "seq 0 255 | sed 's#.*#announce route 10.0.&.0/24 next-hop self#' | $0 pipe --peer 192.0.2.1 --local-as 65001 --once",
        'send 256 routes',
      )
      .example('$0 pipe --peer 192.0.2.1 --local-as 65001 | jq -c \'select(.type == "update")\'', 'watch'),
  handler: pipe,
};

async function pipe(argv: PipeArguments): Promise<void> {
  const logging = makeLog({ level: argv['log-level'] });
  const { config, port } = neighborOf(argv);
  const one = new Pipe({
    config,
    port,
    input: process.stdin,
    output: { write: (chunk, done) => void process.stdout.write(chunk, done) },
    encoder: argv.text === true ? 'text' : 'json',
    version: Number(argv['api-version']) as ApiVersion,
    ack: argv.ack === true,
    once: argv.once === true,
    waitSeconds: argv.wait,
    clock: SYSTEM_CLOCK,
    log: logging.log,
    identity: { host: hostname(), pid: process.pid, ppid: process.ppid },
    program: VERSION,
  });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => one.stop(name));
  const end = await one.run();
  if (!end.wanted) process.stderr.write(`peerline: ${argv.peer}: ${end.reason}\n`);
  if (end.refused > 0) process.stderr.write(`peerline: ${end.refused} lines were no commands: see the log\n`);
  process.exitCode = end.wanted && end.refused === 0 ? EXIT.ok : EXIT.failure;
  leave(logging);
}

/** HOST:PORT and [IPV6]:PORT; a bare IPv6 address has no port. @throws CliError */
function endpointOf(text: string): { readonly host: string; readonly port: number } {
  const bracketed = /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(text);
  const plain = parseAddress(text)?.length === 16 ? [text, text] : /^([^:]+)(?::(\d{1,5}))?$/.exec(text);
  const [, host = '', port] = bracketed ?? plain ?? [];
  const number = port === undefined ? DEFAULT_PORT : Number(port);
  if (parseAddress(host) === undefined || number < 1 || number > 65535) {
    throw new CliError(
      `--peer: '${text}' is no address such as 192.0.2.1, 192.0.2.1:1790 or [2001:db8::1]:1790`,
      EXIT.usage,
    );
  }
  return { host, port: number };
}

/** The same words as in a configuration, read by the same code. @throws CliError */
function neighborOf(argv: PipeArguments): { readonly config: NeighborConfig; readonly port: number } {
  const { host, port } = endpointOf(argv.peer);
  const ipv6 = parseAddress(host)?.length === 16;
  const routerId = argv['router-id'] ?? (ipv6 ? undefined : argv['local-address']);
  const password = argv['md5-password'] ?? process.env.PEERLINE_MD5_PASSWORD;
  const options = [
    'local-address',
    'router-id',
    'local-as',
    'peer-as',
    'hold-time',
    'graceful-restart',
  ] as const;
  for (const name of options) refuseSyntax(name, argv[name]);
  refuseSyntax('md5-password', password);
  const lines = [
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
  ];
  try {
    const { config } = loadConfig({ text: lines.join('\n'), file: 'the command line' });
    return { config: config.neighbors[0] as NeighborConfig, port };
  } catch (err) {
    if (!(err instanceof ConfigErrors)) throw err;
    throw new CliError(err.message, EXIT.usage);
  }
}

/** A value must stay one word of the text that it is put into. @throws CliError */
function refuseSyntax(name: string, value: string | undefined): void {
  if (value === undefined || /^[^\s;{}[\]"'\\#]+$/.test(value)) return;
  throw new CliError(`--${name}: blanks, quotes, backslashes and ; { } [ ] # cannot stand in it`, EXIT.usage);
}

/** Of a speaker that nobody else knows: any that is not the peer's will do. */
const DEFAULT_ROUTER_ID = '192.0.2.255';
