import type { CommandOf } from '../commands/command.ts';
import { CommandError } from '../commands/command-error.ts';

export type RouteCommand = CommandOf<'announce' | 'withdraw'>;

/** Routes of one batch. */
const MOST_ROUTES = 1_000_000;

/** The commands between `group start` and `group end`: all are carried out, or none. */
export class Batch {
  readonly #commands: RouteCommand[] = [];
  #routes = 0;
  #failure: CommandError | undefined;

  /** @throws CommandError when there are too many */
  add(command: RouteCommand): void {
    this.#routes += command.routes.length;
    if (this.#routes > MOST_ROUTES) {
      this.#commands.length = 0;
      throw new CommandError(1, `a group of more than ${MOST_ROUTES} routes`);
    }
    this.#commands.push(command);
  }

  /** A line in it was refused: so will be the whole. */
  fail(err: CommandError): void {
    this.#failure ??= err;
  }

  /** The commands in their order. @throws CommandError when one of them was refused */
  end(): readonly RouteCommand[] {
    if (this.#failure !== undefined) {
      throw new CommandError(1, `nothing of the group is done: ${this.#failure.reason}`);
    }
    return this.#commands;
  }
}
