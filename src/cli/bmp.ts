import { hostname } from 'node:os';
import process from 'node:process';
import type { CommandModule } from 'yargs';
import type { ApiVersion } from '../bgp/json.ts';
import { API_VERSIONS } from '../bgp/json.ts';
import { ADD_PATH_MODES, type AddPathMode } from '../bmp/reading.ts';
import { BmpStation, STATION_DEFAULTS } from '../daemon/station.ts';
import { encoderFor } from '../events/encoder.ts';
import type { Event } from '../events/event.ts';
import { SYSTEM_CLOCK } from '../session/clock.ts';
import { CliError } from './exit.ts';
import { hostAndPort } from './host-port.ts';
import { leave } from './leave.ts';
import { LOG_LEVELS, type LogLevel, makeLog } from './log.ts';

interface BmpArguments {
  listen: string[] | undefined;
  connect: string[] | undefined;
  text: boolean | undefined;
  updates: boolean | undefined;
  'add-path': AddPathMode;
  'api-version': string | undefined;
  'log-level': LogLevel;
}

const DEFAULT_PORT = 11019;
/** Octets that wait for whoever reads: beyond, routers are read no further until they are taken. */
const WAITING_OCTETS = 64 * 1024 * 1024;

export const bmpVerb: CommandModule<object, BmpArguments> = {
  command: 'bmp',
  describe: 'A BMP station without a configuration: JSON lines on standard output',
  builder: (yargs) =>
    yargs
      .option('listen', {
        type: 'string',
        array: true,
        alias: 'l',
        describe: `ADDRESS:PORT, or :PORT; default 127.0.0.1:${DEFAULT_PORT}, without --connect`,
      })
      .option('connect', { type: 'string', array: true, describe: 'ADDRESS:PORT of a router that waits' })
      .option('text', { type: 'boolean', describe: 'text lines in place of JSON' })
      .option('updates', { type: 'boolean', describe: 'routes alone' })
      .option('add-path', {
        choices: ADD_PATH_MODES,
        default: 'auto' as const,
        describe: 'whether routes have path identifiers',
      })
      .option('api-version', {
        choices: API_VERSIONS.map(String),
        describe: "which ExaBGP's shapes; default: 5",
      })
      .option('log-level', { choices: LOG_LEVELS, default: 'warn' as const })
      .example('$0 bmp --listen :11019 | jq .neighbor.message', 'what routers announce, as it comes')
      .example('$0 bmp -l :11019 --updates | grep 192.0.2.', 'a shell pipeline'),
  handler: bmp,
};

async function bmp(argv: BmpArguments): Promise<void> {
  const logging = makeLog({ level: argv['log-level'] });
  const at = (text: string, option: string) => {
    const { host: address, port } = hostAndPort(text, option);
    return { address, port };
  };
  const connect = (argv.connect ?? []).map((text) => at(text, '--connect'));
  const listen = (argv.listen ?? []).map((text) => at(text, '--listen'));
  const none = listen.length + connect.length === 0;
  const station = new BmpStation({
    config: {
      ...STATION_DEFAULTS,
      listen: none ? [{ address: '127.0.0.1', port: DEFAULT_PORT }] : listen,
      connect,
      addPath: argv['add-path'],
    },
    log: logging.log,
    clock: SYSTEM_CLOCK,
    emit: printer(argv, () => station.hold(true)),
  });
  process.stdout.on('drain', () => station.hold(false));
  try {
    for (const { address, port } of await station.start()) {
      process.stderr.write(`listening on ${address.includes(':') ? `[${address}]` : address}:${port}\n`);
    }
  } catch (err) {
    if (err instanceof Error && 'code' in err) throw new CliError(err.message);
    throw err;
  }
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  await station.stop();
  leave(logging);
}

/** Nothing is lost between here and the reader: it is the router that waits, once too much does. */
function printer(argv: BmpArguments, full: () => void): (event: Event) => void {
  const identity = { host: hostname(), pid: process.pid, ppid: process.ppid };
  const version = Number(argv['api-version'] ?? 5) as ApiVersion;
  const encoder = encoderFor(argv.text === true ? 'text' : 'json', version, identity);
  return (event) => {
    if (argv.updates === true && event.type !== 'update') return;
    const line = encoder.encode(event, { form: 'parsed', negotiated: false });
    if (line === undefined) return;
    if (!process.stdout.write(line) && process.stdout.writableLength > WAITING_OCTETS) full();
  };
}
