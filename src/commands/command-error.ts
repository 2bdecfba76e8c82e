import { printable } from '../wire/text.ts';

/** A command that is refused: an `error` reply to the process that wrote it, and nothing else changes. */
export class CommandError extends Error {
  /** Where in the line, counted from 1. */
  readonly column: number;
  /** What was found and what was expected; printable. */
  readonly reason: string;
  /** What version 6 tells in place of the reason: ExaBGP 6 has JSON for some. */
  readonly told: string | undefined;

  constructor(column: number, found: string, options?: ErrorOptions & { readonly told?: string }) {
    const reason = printable(found);
    super(`column ${column}: ${reason}`, options);
    this.name = 'CommandError';
    this.column = column;
    this.reason = reason;
    this.told = options?.told;
  }
}
