import { API_VERSIONS } from '../bgp/json.ts';

/** One option of a verb. Tables of these make the parser, the help and the completion of shells. */
export interface OptionRow {
  readonly type: 'flag' | 'text';
  readonly short?: string;
  /** Other long names. */
  readonly also?: readonly string[];
  /** What help calls its value. */
  readonly value?: string;
  readonly choices?: readonly string[];
  /** At the end of a command line, and before another option, it may stand without its value, which is then empty. */
  readonly lone?: true;
  /** Everything behind it is its value, a word each, whatever that looks like. */
  readonly rest?: true;
  /** May be given several times. */
  readonly repeats?: true;
  readonly help: string;
  /** Accepted since ExaBGP has it, though it can mean nothing here: why, for the warning. */
  readonly without?: string;
}

export type OptionRows = Readonly<Record<string, OptionRow>>;

type ValueOf<O extends OptionRow> = O['type'] extends 'flag'
  ? boolean
  : O extends { readonly repeats: true } | { readonly rest: true }
    ? readonly string[]
    : string | undefined;

/** The values of a table's options. */
export type Values<O extends OptionRows> = { readonly [K in keyof O]: ValueOf<O[K]> };

/** What stands on a command line: the options, and the words that are none. */
export interface Parsed<O extends OptionRows> {
  readonly options: Values<O>;
  readonly operands: readonly string[];
}

/** Files and settings that every verb which reads configurations or settings takes. */
export const ENV_FILE = {
  'env-file': {
    type: 'text',
    short: 'e',
    also: ['env'],
    value: 'FILE',
    help: 'file with settings in [exabgp.*] blocks',
  },
} as const satisfies OptionRows;

export const ROOT = {
  root: {
    type: 'text',
    short: 'f',
    value: 'DIR',
    help: 'where etc/exabgp/exabgp.env and run/ are looked for too, as ExaBGP does',
  },
} as const satisfies OptionRows;

export const PDB = {
  pdb: { type: 'flag', short: 'p', help: '', without: "there is no Python debugger: use 'node inspect'" },
} as const satisfies OptionRows;

export const CONF = {
  conf: {
    type: 'text',
    short: 'c',
    value: 'FILE',
    help: 'take the session from the first neighbor of this file',
  },
} as const satisfies OptionRows;

export const DEBUG = {
  debug: { type: 'flag', short: 'd', help: 'the same as --log-level debug' },
} as const satisfies OptionRows;

export const VERBOSE = {
  verbose: { type: 'flag', short: 'v', help: 'print the configuration as it was understood' },
} as const satisfies OptionRows;

export const API_VERSION = {
  'api-version': {
    type: 'text',
    value: 'VERSION',
    choices: API_VERSIONS.map(String),
    help: "which ExaBGP's shapes; default: 5",
  },
} as const satisfies OptionRows;
