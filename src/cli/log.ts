import process from 'node:process';
import { type DestinationStream, type Logger, pino } from 'pino';
import { PinoPretty } from 'pino-pretty';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Octets of log lines that are kept for a reader that does not read; beyond, lines are dropped. */
const KEPT_OCTETS = 4 * 1024 * 1024;

export interface Log {
  readonly log: Logger;
  /** Calls back when all lines are written: never, when nobody reads them. */
  flush(written: () => void): void;
}

/**
 * The root logger. It writes to standard error, asynchronously: a stuck reader of the log never blocks the
 * daemon. On a terminal lines are for people, elsewhere JSON.
 */
export function makeLog(options: { readonly level: LogLevel; readonly format?: 'json' | 'text' }): Log {
  const text = options.format === undefined ? process.stderr.isTTY : options.format === 'text';
  const fields = { level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  // with a minLength of 0 a flush calls back before anything is written
  const destination = pino.destination({ dest: 2, sync: false, minLength: 1, maxLength: KEPT_OCTETS });
  const log = text ? pino(fields, forPeople(destination)) : pino(fields, destination);
  return { log, flush: (written) => destination.flush(() => written()) };
}

function forPeople(destination: DestinationStream) {
  const colorize = process.stderr.isTTY && process.env.NO_COLOR === undefined;
  return PinoPretty({ destination, colorize, singleLine: true, ignore: 'pid', translateTime: 'HH:MM:ss.l' });
}
