import type { CommandOf } from '../commands/command.ts';
import { CommandError } from '../commands/command-error.ts';
import { groupedCommand, type InlineGroup } from '../commands/inline-group.ts';
import { spacedJson } from '../commands/spaced-json.ts';
import { Batch, type Move, moveOf, movesOf, type RouteCommand } from './batch.ts';
import type { Commander, Process } from './commander.ts';
import { listedRoutes } from './listed-routes.ts';
import type { Peer } from './peer.ts';
import type { Selection } from './selection.ts';

/** A group within one, which leaves the group as it is. */
export const NESTED = { told: '{"error": "already in group block (nested groups not allowed)"}' };
const NO_GROUP = { told: '{"error": "not in group block"}' };

export interface RouteMovesOptions {
  /** Routes of a neighbor changed by a command. */
  readonly moved: (process: Commander, peer: Peer, command: RouteCommand) => void;
  /** It is to be carried out again after a restart, where the process asked for it. */
  readonly journal: (process: Process, move: Move) => void;
  /** Why no more routes are taken; undefined, or absent: they are. */
  readonly full?: () => string | undefined;
}

/** Announces and withdraws the routes of commands: one at a time, in groups, by their index, and again after a restart. */
export class RouteMoves {
  readonly #options: RouteMovesOptions;
  readonly #selection: Selection;

  constructor(options: RouteMovesOptions, selection: Selection) {
    this.#options = options;
    this.#selection = selection;
  }

  /** One command; in a group it waits for the end. @throws CommandError */
  command(process: Process, move: Move): void {
    const peers = this.#selection.takers(process, move.command);
    if (process.batch !== undefined) {
      this.#refuseWhenFull(move.command);
      process.batch.add(move);
    } else {
      this.#move(process, move.command, peers);
      this.#options.journal(process, move);
    }
  }

  /** What `routes` answers, done. @throws CommandError */
  listed(process: Process, command: CommandOf<'routes'>): readonly string[] {
    const peers = this.#selection.concerned(process, command.selector);
    const { moves, line } = listedRoutes(peers, command, process.version);
    if (moves !== undefined) {
      this.#move(process, moves, peers);
      for (const move of movesOf(moves)) this.#options.journal(process, move);
    }
    return [line];
  }

  /** All of it within one turn of the loop, so that it is packed together. */
  group(process: Process, edge: 'start' | 'end'): readonly string[] {
    const { batch, version } = process;
    if (edge === 'start') {
      if (batch !== undefined) throw new CommandError(1, 'already in a group: groups do not nest', NESTED);
      process.batch = new Batch();
      return version === 6 ? ['{"status": "group started"}'] : [];
    }
    if (batch === undefined) throw new CommandError(1, "no 'group start' before", NO_GROUP);
    process.batch = undefined;
    const commands = batch.end().map((move) => ({
      ...move,
      peers: this.#selection.takers(process, move.command),
    }));
    for (const { command } of commands) this.#refuseWhenFull(command);
    for (const { command, text, peers } of commands) {
      this.#move(process, command, peers);
      this.#options.journal(process, { command, text });
    }
    const count = (type: RouteCommand['type']) =>
      commands.reduce((sum, { command }) => sum + (command.type === type ? command.routes.length : 0), 0);
    const counts = `"announced": ${count('announce')}, "withdrawn": ${count('withdraw')}`;
    return version === 6 ? [`{"status": "group processed", ${counts}}`] : [];
  }

  /** Each of its commands is carried out as if it stood alone; those that are refused are told. */
  inlineGroup(process: Process, group: InlineGroup): readonly string[] {
    const counts = { announce: 0, withdraw: 0 };
    const errors: string[] = [];
    for (const each of group.commands) {
      try {
        const move = moveOf(groupedCommand(group, each));
        const { command } = move;
        this.#move(process, command, this.#selection.takers(process, command));
        this.#options.journal(process, move);
        counts[command.type] += command.routes.length;
      } catch (err) {
        if (!(err instanceof CommandError)) throw err;
        errors.push(err.reason);
      }
    }
    if (errors.length === group.commands.length) throw new CommandError(1, errors[0] ?? 'an empty group');
    const { announce: announced, withdraw: withdrawn } = counts;
    const failed = errors.length === 0 ? {} : { errors };
    return [spacedJson({ status: 'group processed', announced, withdrawn, ...failed })];
  }

  /** Carries out what the process commanded in an earlier run; neighbors that are gone are left out. */
  replay(process: Commander, { command }: Move): void {
    this.#move(process, command, this.#selection.of(process, command.selector));
  }

  /** What waits in a group takes memory, too. @throws CommandError */
  #refuseWhenFull({ type }: RouteCommand): void {
    const full = type === 'announce' ? this.#options.full?.() : undefined;
    if (full !== undefined) throw new CommandError(1, full);
  }

  #move(process: Commander, command: RouteCommand, peers: readonly Peer[]): void {
    this.#refuseWhenFull(command);
    for (const peer of peers) {
      for (const route of command.routes) {
        if (command.type === 'announce') peer.adjRibOut.announce(route);
        else peer.adjRibOut.withdraw(route);
      }
      this.#options.moved(process, peer, command);
      peer.changed(process.talker);
    }
  }
}
