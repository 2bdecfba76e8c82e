import type { Words } from '../syntax/words.ts';
import type { Command, Selector } from './command.ts';

export interface CommandContext {
  /** Whom the words before the command name. */
  readonly selector: Selector;
  /** The whole line, for what is taken as it stands. */
  readonly line: string;
}

/** One command: how it is written, what `help` says of it, and how the rest of its line is read. */
export interface CommandRow {
  /** Its words, and what else they may be: ExaBGP 6 writes many commands its own way. */
  readonly words: readonly [string, ...string[]];
  /** What follows the words, for `help`. */
  readonly usage: string;
  readonly help: string;
  /** `neighbor …` may stand before it. */
  readonly selects: boolean;
  /** False: without `neighbor …` it is no command. */
  readonly alone?: boolean;
  /** ExaBGP 4 and 5 find these words anywhere in a line, and pay no heed to what else is there. */
  readonly loose?: boolean;
  /** Words in braces may follow; `flat`: without blocks within, and they are read as if there were no braces. */
  readonly blocks?: boolean | 'flat';
  /** Reads what follows the words. @throws WordError */
  parse(words: Words, context: CommandContext): Command;
}
