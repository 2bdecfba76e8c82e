import type { ApiVersion } from '../bgp/json.ts';
import type { CommandOf } from '../commands/command.ts';
import type { ProcessConfig } from '../config/model.ts';
import type { Seldom } from '../hooks/seldom.ts';
import type { Answers } from './answers.ts';
import type { Batch } from './batch.ts';
import type { Talker } from './departure.ts';
import type { Journal } from './journal.ts';

/** Whose commands they are, and which neighbors it may command. */
export interface Commander {
  readonly config: Pick<ProcessConfig, 'name' | 'nameInFile' | 'commandsAll'>;
  /** Whether it seems to be about to write more commands. */
  readonly talker?: Talker;
}

/** Who commands: a configured process, or somebody at the control socket. */
export interface Process extends Commander {
  /** Shapes of its replies: a command may choose others. */
  version: ApiVersion;
  readonly refusals: Seldom;
  /** Whether its commands are answered with `done` or `error`. */
  ack: boolean;
  /** It is told the reasons of errors whatever its version and the settings say: a person reads them. */
  readonly reasons?: true;
  /** What it is told when, in the order of its commands. */
  readonly answers: Answers;
  /** Nobody knows whose its lines are: what one switches off would be off for the next. */
  readonly shared?: boolean;
  /** The commands of the group that it began. */
  batch: Batch | undefined;
  /** Its routes are answered for when they have left. */
  sync: boolean;
  /** How many commands it wrote, and how many of its lines were refused. */
  commands: number;
  refused: number;
  /** Where its routes are kept. */
  readonly journal?: Journal | undefined;
  /** Tells it lines, without their newlines, which are made as it takes them; until it has them it commands nothing. */
  reply(lines: Iterable<string>): void;
  /** Tells it every event from now on; absent where `api` sections say what it is told. */
  watch?(what: CommandOf<'monitor'>): void;
}
