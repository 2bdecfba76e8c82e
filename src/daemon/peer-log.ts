import type { Logger } from 'pino';

type Level = 'debug' | 'info' | 'warn' | 'error';

/** Where lines of the log go. */
export type LineLog = Readonly<Record<Level, (fields: object, text: string) => void>>;

/**
 * The log of one neighbor, whose name is in each line. A logger of its own would take a kilobyte, for a line now and then: it is
 * made for the line.
 */
export class PeerLog implements LineLog {
  readonly #log: Logger;
  readonly #fields: object;

  /** @param fields what each line has */
  constructor(log: Logger, fields: object) {
    this.#log = log;
    this.#fields = fields;
  }

  debug(fields: object, text: string): void {
    this.#line('debug', fields, text);
  }

  info(fields: object, text: string): void {
    this.#line('info', fields, text);
  }

  warn(fields: object, text: string): void {
    this.#line('warn', fields, text);
  }

  error(fields: object, text: string): void {
    this.#line('error', fields, text);
  }

  #line(level: Level, fields: object, text: string): void {
    if (this.#log.isLevelEnabled(level)) this.#log.child(this.#fields)[level](fields, text);
  }
}
