import type { Parsed } from './options.ts';
import { CHECK, CONFIGURATION, ENV, MIGRATE, SCHEMA } from './verbs/configurations.ts';
import { DECODE, ENCODE, MRT, REPLAY } from './verbs/octets.ts';
import type { VerbRow } from './verbs/row.ts';
import { BMP, CLI, DEMO, PIPE, RUN } from './verbs/running.ts';
import { COMPLETION, SHELL, VERSION } from './verbs/shells.ts';

/** Every verb, in the order in which help lists them. */
export const VERBS = {
  run: RUN,
  check: CHECK,
  decode: DECODE,
  bmp: BMP,
  replay: REPLAY,
  mrt: MRT,
  pipe: PIPE,
  encode: ENCODE,
  cli: CLI,
  configuration: CONFIGURATION,
  schema: SCHEMA,
  migrate: MIGRATE,
  env: ENV,
  demo: DEMO,
  shell: SHELL,
  completion: COMPLETION,
  version: VERSION,
} as const satisfies Readonly<Record<string, VerbRow>>;

export type VerbName = keyof typeof VERBS;
/** What a verb's file is given. */
export type Arguments<V extends VerbName> = Parsed<(typeof VERBS)[V]['options']>;

/** Words that are no verb of this table and yet stand where verbs do: their options are their own. */
export const PROGRAMS = {
  healthcheck: 'Announce service addresses while a check succeeds: for `run` in a configuration',
} as const;

export function isProgram(word: string): boolean {
  return Object.hasOwn(PROGRAMS, word);
}

/** The verb that a word names. */
export function verbOf(word: string): VerbName | undefined {
  const rows: [string, VerbRow][] = Object.entries(VERBS);
  return rows.find(([name, { also }]) => name === word || also?.includes(word))?.[0] as VerbName | undefined;
}
