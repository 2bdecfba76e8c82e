import type { OptionRows } from '../options.ts';

/** One verb of the command line. What it does is in a file of its own, loaded when it is asked for. */
export interface VerbRow {
  /** Its other names. */
  readonly also?: readonly string[];
  /** What follows the name. */
  readonly usage: string;
  readonly help: string;
  /** How many words follow, at least and at most. */
  readonly operands: readonly [number, number];
  /** Words are a command: options end at the first. */
  readonly words?: true;
  /** What shells complete its words with. */
  readonly completes?: 'files' | 'commands' | readonly string[];
  readonly options: OptionRows;
  /** A command line, and what it shows. */
  readonly examples: readonly (readonly [string, string])[];
}

/** As many words as there are. */
export const MANY = Number.POSITIVE_INFINITY;
