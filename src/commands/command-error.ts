/** A command that is refused: an `error` reply to the process that wrote it, and nothing else changes. */
export class CommandError extends Error {
  /** Where in the line, counted from 1. */
  readonly column: number;
  /** What was found and what was expected; printable. */
  readonly reason: string;

  constructor(column: number, reason: string, options?: ErrorOptions) {
    super(`column ${column}: ${reason}`, options);
    this.name = 'CommandError';
    this.column = column;
    this.reason = reason;
  }
}
