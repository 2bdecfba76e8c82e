import process from 'node:process';
import type { CommandModule } from 'yargs';
import type { Config } from '../config/model.ts';
import { Daemon } from '../daemon/daemon.ts';
import { ListenError } from '../daemon/listener.ts';
import { SYSTEM_CLOCK } from '../session/clock.ts';
import { CliError, EXIT } from './exit.ts';
import { leave } from './leave.ts';
import { loadEnvironment, loadFiles } from './load.ts';
import { LOG_LEVELS, type LogLevel, makeLog } from './log.ts';
import { VERSION } from './version.ts';

/** ExaBGP's log levels as pino's. */
const LEVELS: Readonly<Record<string, LogLevel>> = {
  FATAL: 'fatal',
  CRITICAL: 'fatal',
  ERROR: 'error',
  WARNING: 'warn',
  INFO: 'info',
  DEBUG: 'debug',
  NOTSET: 'trace',
};

interface RunArguments {
  conf: string[];
  'env-file': string | undefined;
  'log-level': LogLevel | undefined;
  'log-format': 'json' | 'text' | undefined;
  debug: boolean | undefined;
}

export const runVerb: CommandModule<object, RunArguments> = {
  command: ['run <conf..>', 'server <conf..>'],
  describe: 'Run the daemon with these configurations',
  builder: (yargs) =>
    yargs
      .positional('conf', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'files; - is standard input',
      })
      .option('env-file', { type: 'string', alias: ['e', 'env'], describe: 'file with [exabgp.*] settings' })
      .option('log-level', { choices: LOG_LEVELS, describe: 'default: info, or what the environment says' })
      .option('log-format', { choices: ['json', 'text'] as const, describe: 'default: text on a terminal' })
      .option('debug', { type: 'boolean', alias: 'd', describe: 'the same as --log-level debug' })
      .example('$0 run peer.conf', 'run in the foreground; SIGTERM stops, SIGUSR1 reloads'),
  handler: run,
};

async function run(argv: RunArguments): Promise<void> {
  const environment = loadEnvironment(argv['env-file']);
  const logging = makeLog({
    level: argv.debug === true ? 'debug' : (argv['log-level'] ?? levelOf(environment.log)),
    ...(argv['log-format'] === undefined ? {} : { format: argv['log-format'] }),
  });
  const { log } = logging;
  const load = () => loadFiles(argv.conf, environment, (text) => log.warn({ text }, 'configuration'));
  const config = load();
  const daemon = new Daemon({
    environment,
    log,
    clock: SYSTEM_CLOCK,
    version: VERSION,
    load: () => attempt(load, (text) => log.error({ text }, 'configuration')),
  });
  handleSignals(daemon);
  process.on('uncaughtException', (err) => {
    log.fatal({ err }, 'a bug: stopping');
    process.exitCode = EXIT.bug;
    void daemon.stop().finally(() => leave(logging));
  });
  try {
    await daemon.start(config);
  } catch (err) {
    await daemon.stop();
    if (!(err instanceof ListenError)) throw err;
    throw new CliError(err.message);
  }
  log.info({ version: VERSION, neighbors: config.neighbors.length, bmp: config.bmp.length }, 'running');
  // neighbors that wait for nothing, processes that are given up: a reload may still change that
  const alive = setInterval(() => undefined, 2 ** 30);
  await daemon.stopped;
  clearInterval(alive);
  leave(logging);
}

function levelOf({ enable, level }: { enable: boolean; level: string }): LogLevel {
  return enable ? (LEVELS[level] ?? 'info') : 'silent';
}

function attempt(load: () => Config, tell: (text: string) => void): Config | undefined {
  try {
    return load();
  } catch (err) {
    if (!(err instanceof CliError)) throw err;
    tell(err.message);
    return undefined;
  }
}

/**
 * TERM, INT and HUP stop; USR1 reloads; USR2 reloads and starts every process anew; ALRM does that with every
 * session too.
 */
function handleSignals(daemon: Daemon): void {
  const on = (
    name: 'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'SIGUSR1' | 'SIGUSR2' | 'SIGALRM',
    code: number,
    act: () => void,
  ) =>
    process.on(name, () => {
      daemon.signal({ code, name });
      act();
    });
  let asked = 0;
  const stop = () => {
    asked++;
    if (asked > 1) process.kill(process.pid, 'SIGKILL');
    void daemon.stop();
  };
  on('SIGTERM', 15, stop);
  on('SIGINT', 2, stop);
  on('SIGHUP', 1, stop);
  on('SIGUSR1', 10, () => void daemon.reload());
  on('SIGUSR2', 12, () => void daemon.reload({ anew: true }));
  on('SIGALRM', 14, () => void daemon.restart());
}
