import { type Logger, pino } from 'pino';
import { PinoPretty } from 'pino-pretty';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * The root logger. It writes to standard error, asynchronously: a stuck reader of the log never blocks the
 * daemon. On a terminal lines are for people, elsewhere JSON.
 */
export function makeLogger(options: { readonly level: LogLevel; readonly format?: 'json' | 'text' }): Logger {
  const text = options.format === undefined ? process.stderr.isTTY : options.format === 'text';
  const fields = { level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  if (text) {
    const colorize = process.stderr.isTTY && process.env.NO_COLOR === undefined;
    return pino(
      fields,
      PinoPretty({
        destination: 2,
        colorize,
        singleLine: true,
        ignore: 'pid',
        translateTime: 'HH:MM:ss.l',
        sync: false,
      }),
    );
  }
  return pino(fields, pino.destination({ dest: 2, sync: false, maxLength: 4 * 1024 * 1024 }));
}
