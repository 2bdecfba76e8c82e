import { familyRouteText } from '../bgp/route.ts';
import type { CommandOf } from '../commands/command.ts';
import { CommandError } from '../commands/command-error.ts';
import { parseCommand } from '../commands/parse.ts';
import { selectorToText } from '../commands/selector.ts';

export type RouteCommand = CommandOf<'announce' | 'withdraw'>;

/** A route command and the words that it was given in. */
export interface Move {
  readonly command: RouteCommand;
  readonly text: string;
}

/** @throws CommandError for what is no route command */
export function moveOf(text: string): Move {
  const command = parseCommand(text);
  if (command.type === 'announce' || command.type === 'withdraw') return { command, text };
  throw new CommandError(1, 'found another command, expected announce or withdraw');
}

/** In words, one for each route. */
export function movesOf(command: RouteCommand): Move[] {
  const selector = selectorToText(command.selector);
  return command.routes.map((route) => ({
    command: { ...command, routes: [route] },
    text: `${selector}${command.type} ${familyRouteText(route)}`,
  }));
}

/** Routes of one batch. */
const MOST_ROUTES = 1_000_000;

/** The commands between `group start` and `group end`: all are carried out, or none. */
export class Batch {
  readonly #moves: Move[] = [];
  #routes = 0;
  #failure: CommandError | undefined;

  /** @throws CommandError when there are too many */
  add(move: Move): void {
    this.#routes += move.command.routes.length;
    if (this.#routes > MOST_ROUTES) throw new CommandError(1, `a group of more than ${MOST_ROUTES} routes`);
    if (this.#failure === undefined) this.#moves.push(move);
  }

  /** A line in it was refused: so will be the whole. */
  fail(err: CommandError): void {
    this.#failure ??= err;
    this.#moves.length = 0;
  }

  /** The commands in their order. @throws CommandError when one of them was refused */
  end(): readonly Move[] {
    if (this.#failure !== undefined) {
      throw new CommandError(1, `nothing of the group is done: ${this.#failure.reason}`);
    }
    return this.#moves;
  }
}
