import process from 'node:process';
import type { Logger } from 'pino';
import { departuresOf } from '../bgp/octets-of.ts';
import { type Environment, environmentWarnings } from '../config/environment.ts';
import type { Config } from '../config/model.ts';
import { Daemon } from '../daemon/daemon.ts';
import { ListenError } from '../daemon/listener.ts';
import { keepYoungSmall, optimizeSparingly } from '../daemon/v8-flags.ts';
import { sliced } from '../loop/sliced.ts';
import { SYSTEM_CLOCK } from '../session/clock.ts';
import { printable } from '../wire/text.ts';
import { goToBackground, IN_BACKGROUND, tellRunning } from './background.ts';
import { CliError, EXIT } from './exit.ts';
import { leave } from './leave.ts';
import { loadEnvironment, loadFiles, loadingFiles, readEnvFile } from './load.ts';
import { LOG_TOPICS, type Log, type LogOptions, makeLog } from './log.ts';
import { DestinationError } from './log-destination.ts';
import { LOG_LEVELS, type LogLevel, PINO_LEVELS } from './log-levels.ts';
import { writePidFile } from './pid-file.ts';
import { droppingTo } from './privileges.ts';
import { filesOf, STDIN } from './stdin.ts';
import type { Arguments } from './verbs.ts';
import { softwareVersion, VERSION } from './version.ts';

const FOREGROUND =
  'daemon.daemonize is without effect while log.destination is stdout or stderr: a file, syslog or host:ADDRESS is needed';

type Options = Arguments<'run'>['options'];

export async function run({ options, operands }: Arguments<'run'>): Promise<void> {
  keepYoungSmall();
  optimizeSparingly();
  const environment = environmentOf(options);
  const files = filesOf(operands);
  const reloadMs = reloadAfter(options.signal);
  const { daemonize } = environment.daemon;
  const inFront = daemonize && logsToTerminal(environment);
  if (daemonize && !inFront && !IN_BACKGROUND) {
    if (files.includes(STDIN)) throw new CliError('daemon.daemonize cannot read standard input');
    return goToBackground();
  }
  const drop = droppingTo(environment.daemon.user);
  const logging = await openLog(options, environment);
  const { log } = logging;
  for (const warning of environmentWarnings(process.env, readEnvFile(options['env-file'], options.root)))
    log.warn({ text: warning }, 'configuration');
  tellDepartures(environment, log);
  if (inFront) log.warn({ text: FOREGROUND }, 'configuration');
  const warn = (text: string) => log.warn({ text }, 'configuration');
  const config = loadFiles(files, environment, warn);
  const daemon = new Daemon({
    environment,
    log,
    clock: SYSTEM_CLOCK,
    version: VERSION,
    software: softwareVersion(process.env),
    root: options.root,
    drop,
    load: () =>
      attempt(
        () => sliced(loadingFiles(files, environment, warn)),
        (text) => log.error({ text }, 'configuration'),
      ),
  });
  handleSignals(daemon, logging);
  leaveOnBug(daemon, logging);
  writePidFile(environment.daemon.pid, environment.daemon.umask);
  let runs = false;
  try {
    runs = await daemon.start(config);
  } catch (err) {
    await daemon.stop();
    if (!(err instanceof ListenError)) throw err;
    throw new CliError(err.message);
  }
  const { length: neighbors } = config.neighbors;
  if (runs) log.info({ version: VERSION, neighbors, bmp: config.bmp.length }, 'running');
  if (runs) tellRunning();
  // neighbors that wait for nothing, processes that are given up: a reload may still change that
  if (reloadMs !== undefined) setTimeout(() => void daemon.reload(), reloadMs);
  const alive = setInterval(() => undefined, 2 ** 30);
  await daemon.stopped;
  clearInterval(alive);
  leave(logging);
}

/** Who looks for why a router sees other octets finds it at the start of the log. */
function tellDepartures({ compat }: Environment, log: Logger): void {
  for (const text of departuresOf(compat.octets)) log.warn({ octets: compat.octets, text }, 'octets');
}

/** As ExaBGP it stays in the foreground then: what is written to standard output or error would be lost. */
function logsToTerminal({ log }: Environment): boolean {
  return log.enable && ['stdout', 'stderr'].includes(log.destination);
}

async function openLog(asked: Options, { log, daemon }: Environment): Promise<Log> {
  const quiet = LOG_TOPICS.filter((topic) => !log.all && !log[topic]);
  const options: LogOptions = {
    level: levelOf(asked, log),
    ...(asked['log-format'] === undefined
      ? {}
      : { format: asked['log-format'] === 'json' ? ('json' as const) : ('text' as const) }),
    destination: log.destination,
    umask: daemon.umask,
    short: log.short,
    quiet: new Set(quiet),
  };
  try {
    return await makeLog(options);
  } catch (err) {
    if (!(err instanceof DestinationError)) throw err;
    throw new CliError(err.message);
  }
}

/** What the command line says goes above what the environment says. */
function environmentOf(options: Options): Environment {
  const environment = loadEnvironment(options['env-file'], options.root);
  const { bgp, tcp } = environment;
  return {
    ...environment,
    bgp: { ...bgp, passive: bgp.passive || options.passive },
    tcp: options.once ? { ...tcp, once: true, attempts: 1 } : tcp,
  };
}

function levelOf(options: Options, { enable, level }: Environment['log']): LogLevel {
  if (options.debug || options.verbose) return 'debug';
  const asked = LOG_LEVELS.find((each) => each === options['log-level']);
  return asked ?? (enable ? PINO_LEVELS[level] : 'silent');
}

/** Milliseconds. */
function reloadAfter(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (text !== '' && seconds >= 0 && seconds < 2 ** 20) return seconds * 1000;
  throw new CliError(`--signal: found '${printable(text)}', expected a number of seconds`, EXIT.usage);
}

async function attempt(
  load: () => Promise<Config>,
  tell: (text: string) => void,
): Promise<Config | undefined> {
  try {
    return await load();
  } catch (err) {
    if (!(err instanceof CliError)) throw err;
    tell(err.message);
    return undefined;
  }
}

/** What is wrong may be in the way of stopping, too: the end comes all the same. */
function leaveOnBug(daemon: Daemon, logging: Log): void {
  let stopping = false;
  process.on('uncaughtException', (err) => {
    logging.log.fatal({ err }, 'a bug: stopping');
    process.exitCode = EXIT.bug;
    if (stopping) leave(logging);
    stopping = true;
    void daemon
      .stop()
      .catch((reason: unknown) => logging.log.fatal({ err: reason }, 'a bug: cannot stop'))
      .finally(() => leave(logging));
  });
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
