import { hostname } from 'node:os';
import process from 'node:process';
import type { ApiVersion } from '../bgp/json.ts';
import { ADD_PATH_MODES } from '../bmp/reading.ts';
import { BmpStation, STATION_DEFAULTS } from '../daemon/station.ts';
import { encoderFor } from '../events/encoder.ts';
import type { Event } from '../events/event.ts';
import { SYSTEM_CLOCK } from '../session/clock.ts';
import { CliError } from './exit.ts';
import { hostAndPort } from './host-port.ts';
import { leave } from './leave.ts';
import { makeLog } from './log.ts';
import { LOG_LEVELS } from './log-levels.ts';
import type { Arguments } from './verbs.ts';

type Options = Arguments<'bmp'>['options'];

const DEFAULT_PORT = 11019;
/** Octets that wait for whoever reads: beyond, routers are read no further until they are taken. */
const WAITING_OCTETS = 64 * 1024 * 1024;

export async function bmp({ options: argv }: Arguments<'bmp'>): Promise<void> {
  const logging = await makeLog({ level: LOG_LEVELS.find((each) => each === argv['log-level']) ?? 'warn' });
  const at = (text: string, option: string) => {
    const { host: address, port } = hostAndPort(text, option);
    return { address, port };
  };
  const connect = argv.connect.map((text) => at(text, '--connect'));
  const listen = argv.listen.map((text) => at(text, '--listen'));
  const none = listen.length + connect.length === 0;
  const station = new BmpStation({
    config: {
      ...STATION_DEFAULTS,
      listen: none ? [{ address: '127.0.0.1', port: DEFAULT_PORT }] : listen,
      connect,
      addPath: ADD_PATH_MODES.find((each) => each === argv['add-path']) ?? 'auto',
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
function printer(argv: Options, full: () => void): (event: Event) => void {
  const identity = { host: hostname(), pid: process.pid, ppid: process.ppid };
  const version = Number(argv['api-version'] ?? 5) as ApiVersion;
  const encoder = encoderFor(argv.text ? 'text' : 'json', version, identity);
  return (event) => {
    if (argv.updates && event.type !== 'update') return;
    const line = encoder.encode(event, { form: 'parsed', negotiated: false });
    if (line === undefined) return;
    if (!process.stdout.write(line) && process.stdout.writableLength > WAITING_OCTETS) full();
  };
}
