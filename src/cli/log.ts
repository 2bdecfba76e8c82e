import { type Logger, type LoggerOptions, pino } from 'pino';
import { takesColor } from './color.ts';
import { openDestination } from './log-destination.ts';
import { escapedJson, escapedTwice } from './log-escapes.ts';
import type { LogLevel } from './log-levels.ts';

/** Each a switch of ExaBGP's: `log.network` and so on. */
export const LOG_TOPICS = ['configuration', 'reactor', 'processes', 'network'] as const;
type Topic = (typeof LOG_TOPICS)[number];

export interface LogOptions {
  readonly level: LogLevel;
  readonly format?: 'json' | 'text';
  /** stdout, stderr, syslog, host:ADDRESS[:PORT] or a file; default stderr. */
  readonly destination?: string;
  /** Of the log file. */
  readonly umask?: number;
  /** Without the time. */
  readonly short?: boolean;
  /** Topics that are not logged, but for their errors. */
  readonly quiet?: ReadonlySet<Topic>;
}

export interface Log {
  readonly log: Logger;
  /** Calls back when all lines are written: never, when nobody reads them. */
  flush(written: () => void): void;
  /** Opens a log file anew, which was moved away. */
  reopen(): void;
}

/**
 * The root logger. It writes asynchronously: a stuck reader of the log never blocks the daemon. On a terminal lines
 * are for people, elsewhere JSON.
 * @throws DestinationError when the destination cannot be opened
 */
export async function makeLog(options: LogOptions): Promise<Log> {
  const { level, short = false, quiet = new Set() } = options;
  const destination = openDestination(options.destination ?? 'stderr', options.umask ?? 0);
  const text = options.format === undefined ? destination.terminal : options.format === 'text';
  const fields: LoggerOptions = {
    level,
    base: null,
    timestamp: short ? false : pino.stdTimeFunctions.isoTime,
    hooks: {
      ...(quiet.size > 0 ? { logMethod: quietly(quiet) } : {}),
      streamWrite: text ? await forPeople(destination.terminal, short) : escapedJson,
    },
  };
  const log = pino(fields, destination.stream);
  return { log, flush: destination.flush, reopen: destination.reopen };
}

/** At once, and not through a stream of pino-pretty's: what waits there is neither bounded nor flushed. */
async function forPeople(terminal: boolean, short: boolean): Promise<(line: string) => string> {
  const { prettyFactory } = await import('pino-pretty');
  const colorize = takesColor(terminal);
  const ignore = short ? 'pid,time' : 'pid';
  const pretty = prettyFactory({ colorize, singleLine: true, ignore, translateTime: 'HH:MM:ss.l' });
  return (line) => pretty(escapedTwice(line));
}

type LogMethod = NonNullable<NonNullable<LoggerOptions['hooks']>['logMethod']>;

const ERROR = pino.levels.values.error ?? 50;

/** Leaves out what is of a topic that is switched off. */
function quietly(quiet: ReadonlySet<Topic>): LogMethod {
  return function leaveOut(args, method, level) {
    const [first] = args as unknown as [unknown];
    const fields = typeof first === 'object' && first !== null ? first : {};
    const topic = topicOf({ ...this.bindings(), ...fields }, args.at(-1));
    if (level >= ERROR || !quiet.has(topic)) method.apply(this, args);
  };
}

function topicOf(fields: Readonly<Record<string, unknown>>, message: unknown): Topic {
  if (message === 'configuration') return 'configuration';
  if ('process' in fields || 'client' in fields) return 'processes';
  return ['peer', 'router', 'listen', 'local'].some((key) => key in fields) ? 'network' : 'reactor';
}
