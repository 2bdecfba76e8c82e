import process from 'node:process';
import type { CommandModule } from 'yargs';
import { type Environment, environmentWarnings } from '../config/environment.ts';
import type { Config } from '../config/model.ts';
import { Daemon } from '../daemon/daemon.ts';
import { ListenError } from '../daemon/listener.ts';
import { SYSTEM_CLOCK } from '../session/clock.ts';
import { goToBackground, IN_BACKGROUND, tellRunning } from './background.ts';
import { CliError, EXIT } from './exit.ts';
import { leave } from './leave.ts';
import { loadEnvironment, loadFiles, readEnvFile } from './load.ts';
import { LOG_LEVELS, LOG_TOPICS, type Log, type LogLevel, type LogOptions, makeLog } from './log.ts';
import { DestinationError } from './log-destination.ts';
import { writePidFile } from './pid-file.ts';
import { droppingTo } from './privileges.ts';
import { STDIN } from './stdin.ts';
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
  if (environment.daemon.daemonize && !IN_BACKGROUND) {
    checkBackground(environment, argv.conf);
    return goToBackground();
  }
  const drop = droppingTo(environment.daemon.user);
  const logging = openLog(argv, environment);
  const { log } = logging;
  for (const warning of environmentWarnings(process.env, readEnvFile(argv['env-file'])))
    log.warn({ text: warning }, 'configuration');
  const load = () => loadFiles(argv.conf, environment, (text) => log.warn({ text }, 'configuration'));
  const config = load();
  const daemon = new Daemon({
    environment,
    log,
    clock: SYSTEM_CLOCK,
    version: VERSION,
    drop,
    load: () => attempt(load, (text) => log.error({ text }, 'configuration')),
  });
  handleSignals(daemon, logging);
  process.on('uncaughtException', (err) => {
    log.fatal({ err }, 'a bug: stopping');
    process.exitCode = EXIT.bug;
    void daemon.stop().finally(() => leave(logging));
  });
  writePidFile(environment.daemon.pid, environment.daemon.umask);
  try {
    await daemon.start(config);
  } catch (err) {
    await daemon.stop();
    if (!(err instanceof ListenError)) throw err;
    throw new CliError(err.message);
  }
  log.info({ version: VERSION, neighbors: config.neighbors.length, bmp: config.bmp.length }, 'running');
  tellRunning();
  // neighbors that wait for nothing, processes that are given up: a reload may still change that
  const alive = setInterval(() => undefined, 2 ** 30);
  await daemon.stopped;
  clearInterval(alive);
  leave(logging);
}

/** As ExaBGP: what is written to standard output or error would be lost. */
function checkBackground({ log }: Environment, files: readonly string[]): void {
  if (log.enable && ['stdout', 'stderr'].includes(log.destination))
    throw new CliError('daemon.daemonize needs log.destination to be a file, syslog or host:ADDRESS');
  if (files.includes(STDIN)) throw new CliError('daemon.daemonize cannot read standard input');
}

function openLog(argv: RunArguments, { log, daemon }: Environment): Log {
  const quiet = LOG_TOPICS.filter((topic) => !log.all && !log[topic]);
  const options: LogOptions = {
    level: argv.debug === true ? 'debug' : (argv['log-level'] ?? levelOf(log)),
    ...(argv['log-format'] === undefined ? {} : { format: argv['log-format'] }),
    destination: log.destination,
    umask: daemon.umask,
    short: log.short,
    quiet: new Set(quiet),
  };
  try {
    return makeLog(options);
  } catch (err) {
    if (!(err instanceof DestinationError)) throw err;
    throw new CliError(err.message);
  }
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
 * TERM, INT and HUP stop; USR1 reloads, and opens a log file anew; USR2 reloads and starts every process anew; ALRM does that with every
 * session too.
 */
function handleSignals(daemon: Daemon, logging: Log): void {
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
  on('SIGUSR1', 10, () => {
    // so that what moves log files away can tell us
    logging.reopen();
    void daemon.reload();
  });
  on('SIGUSR2', 12, () => void daemon.reload({ anew: true }));
  on('SIGALRM', 14, () => void daemon.restart());
}
