import type { Logger } from 'pino';
import type { ApiVersion } from '../bgp/json.ts';
import type { Command, CommandOf } from '../commands/command.ts';
import { CommandError } from '../commands/command-error.ts';
import { inlineGroup } from '../commands/inline-group.ts';
import { parseCommand } from '../commands/parse.ts';
import { type DaemonStatus, DONE, isReply, type ProcessStatus } from '../commands/reply.ts';
import {
  answerOf,
  dialectOf,
  parseRequest,
  type Request,
  refusalOf,
  withoutSuffix,
} from '../commands/request.ts';
import type { RoutesFormat } from '../commands/show-adj-rib.ts';
import type { ChildLine } from '../hooks/lines.ts';
import { printable } from '../wire/text.ts';
import type { Move } from './batch.ts';
import type { Commander, Process } from './commander.ts';
import { inform } from './inform.ts';
import { createNeighbor, deleteNeighbors, type Neighbors } from './lifecycle.ts';
import { haveCarriedOut } from './neighbor-commands.ts';
import type { Peer } from './peer.ts';
import { NESTED, RouteMoves, type RouteMovesOptions } from './route-moves.ts';
import { Selection } from './selection.ts';
import { UsualLines, type UsualLinesOptions } from './usual-lines.ts';

/** What commands may do to the daemon as a whole. */
export interface Control extends Neighbors {
  shutdown(): void;
  reload(): void;
  restart(): void;
  status(): DaemonStatus;
  /** The process said that it has announced its routes. */
  ready(process: Process): void;
  processes(): readonly ProcessStatus[];
}

export interface ExecutorOptions extends RouteMovesOptions, UsualLinesOptions {
  readonly peers: () => readonly Peer[];
  /** Those that commands may be for: ranges of neighbors, too. */
  readonly takers: () => readonly Peer[];
  /** The lines of `show bmp …`. */
  readonly bmp: (command: CommandOf<'show-bmp'>, version: ApiVersion) => Iterable<string>;
  readonly control: Control;
  readonly log: Logger;
  /** What it calls itself: `Peerline/0.1.0`. */
  readonly software: string;
  /** What JSON tells of routes in `show adj-rib`; absent: v1. */
  readonly routesFormat?: RoutesFormat;
  /** Tell the reason and column of an error in a line before `error`, whatever the version. */
  readonly reasons: boolean;
}

const NOT_WATCHING = 'monitor is for the control socket: a process is told what api sections say';

/** What no command should meet costs who wrote it an error, and the sessions nothing. */
const BUG = 'a line that meets a bug of this program, of which the log tells';

/** What most commands have to tell, and the reply to them. */
const NOTHING: readonly string[] = [];
const ONLY_DONE: readonly string[] = [DONE];

/** Carries out the commands of processes, in the order of their lines. */
export class Executor {
  readonly #options: ExecutorOptions;
  readonly #selection: Selection;
  readonly #usual: UsualLines;
  readonly #moves: RouteMoves;

  constructor(options: ExecutorOptions) {
    this.#options = options;
    this.#selection = new Selection(options.takers);
    this.#usual = new UsualLines(options, this.#selection);
    this.#moves = new RouteMoves(options, this.#selection);
  }

  /**
   * One line that a process wrote: whatever it is, the process gets its reply and nothing else is harmed. A long one is
   * carried out a little at a time, and what the process writes behind it waits.
   */
  execute(process: Process, line: ChildLine): void {
    const carriedOut = 'text' in line ? this.#usual.long(process, line.text) : undefined;
    if (carriedOut === undefined) this.#execute(process, line);
    else
      process.answers.busyWith(
        carriedOut.then((isDone) => (isDone ? undefined : this.#execute(process, line))),
      );
  }

  #execute(process: Process, line: ChildLine): void {
    let request: Request | undefined;
    try {
      if ('error' in line) throw new CommandError(1, line.error);
      if (isReply(line.text)) return;
      request = parseRequest(line.text);
      this.#take(process, request);
    } catch (cause) {
      const err = cause instanceof CommandError ? cause : new CommandError(1, BUG, { cause });
      // the group that is open goes on, as under ExaBGP
      if (err.told !== NESTED.told && request?.dryRun !== true) process.batch?.fail(err);
      const text = 'text' in line ? line.text : line.excerpt;
      this.#refuse(process, err, { request: request ?? dialectOf(text), text });
    }
  }

  /** As `execute`, for the usual lines at `from`: gives where the first one stands that was not carried out. */
  usual(process: Process, chunk: Buffer, from: number): number {
    return this.#usual.carryOut(process, chunk, from);
  }

  /** Carries out what the process commanded in an earlier run; neighbors that are gone are left out. */
  replay(process: Commander, move: Move): void {
    this.#moves.replay(process, move);
  }

  #take(process: Process, request: Request): void {
    const { text, sync } = process.version === 6 ? withoutSuffix(request) : request;
    const group = inlineGroup(text);
    if (group !== undefined && request.dryRun) throw new CommandError(1, 'no dry run of a group in one line');
    const blank = process.version === 6 && text.trim() === '';
    if (blank) this.#answer(process, NOTHING, request);
    else if (group === undefined) this.#run(process, parseCommand(text), { ...request, text, sync });
    else this.#answer(process, this.#moves.inlineGroup(process, group), request);
  }

  #answer(process: Process, payload: Iterable<string>, request: Request): void {
    const acknowledged = process.ack || request.form !== 'plain';
    process.answers.give(answerOf(request, acknowledged ? thenDone(payload) : payload));
  }

  #refuse(
    process: Process,
    err: CommandError,
    { request, text }: { request: Pick<Request, 'form' | 'id'>; text: string },
  ): void {
    const { log } = this.#options;
    const reasons = process.reasons ?? this.#options.reasons;
    const command = printable(text.slice(0, 200));
    const fields = { process: process.config.name, command, column: err.column, reason: err.reason };
    process.refusals.tell((counted) => {
      if (err.reason === BUG) log.error({ ...fields, ...counted, err: err.cause }, 'command refused');
      else log.warn({ ...fields, ...counted }, 'command refused');
    });
    process.refused++;
    if (process.ack || request.form !== 'plain') {
      process.answers.give(refusalOf(request, err, { version: process.version, reasons }));
    }
  }

  #run(process: Process, command: Command, request: Request): void {
    process.commands++;
    if (command.type === 'debug') {
      if (process.version === 4) throw new CommandError(1, "'debug' is a command since version 5");
      this.#options.log.info({ process: process.config.name, text: printable(command.text) }, 'debug');
      return;
    }
    const payload = request.dryRun
      ? this.#wouldDo(process, command)
      : this.#payload(process, command, request.text);
    // ExaBGP's main branch ends the answers of `routes` with nothing
    const ends = command.type !== 'routes' || process.version !== 6;
    const acks = request.dryRun ? process.ack : this.#acknowledges(process, command);
    const acknowledged = (acks && ends) || request.form !== 'plain';
    const lines = linesOf(request, payload, acknowledged);
    const known = request.dryRun ? undefined : this.#known(process, command, request.sync);
    if (known === undefined) process.answers.give(lines);
    else process.answers.giveAfter(known, lines);
  }

  /** When the answer is known; undefined: now. */
  #known(process: Process, command: Command, sync: boolean): Promise<void> | undefined {
    // the end of a group moves all that is in it
    const moves = command.type === 'announce' || command.type === 'withdraw' || command.type === 'group';
    const journal = moves ? process.journal?.written() : undefined;
    const waits = command.type === 'sync' || (moves && (sync || process.sync) && process.batch === undefined);
    if (!waits) return journal;
    const selector = 'selector' in command ? command.selector : undefined;
    const sent = this.#selection.of(process, selector).map((peer) => peer.sent());
    return Promise.all([...sent, journal]).then(() => undefined);
  }

  #acknowledges(process: Process, command: Command): boolean {
    if (command.type !== 'ack' || process.shared === true) return process.ack;
    const before = process.ack;
    process.ack = command.mode === 'enable';
    return command.mode === 'enable' || (command.mode === 'disable' && before);
  }

  /** What the command would do, a line for each neighbor. @throws CommandError as the command itself */
  #wouldDo(process: Process, command: Command): readonly string[] {
    if (!('selector' in command)) return [];
    const moves = command.type === 'announce' || command.type === 'withdraw';
    const peers = moves
      ? this.#selection.takers(process, command)
      : this.#selection.concerned(process, command.selector);
    const what = 'routes' in command ? `${command.type} ${command.routes.length} route(s)` : command.type;
    return peers.map((peer) => `would ${what}: ${peer.text}`);
  }

  /** Carries the command out; the lines before `done`. @throws CommandError */
  #payload(process: Process, command: Exclude<Command, CommandOf<'debug'>>, text: string): Iterable<string> {
    switch (command.type) {
      case 'announce':
      case 'withdraw':
        this.#moves.command(process, { command, text });
        return NOTHING;
      case 'announce-eor':
      case 'announce-route-refresh':
      case 'announce-operational':
      case 'announce-watchdog':
      case 'withdraw-watchdog':
      case 'teardown':
      case 'flush-adj-rib-out':
      case 'clear-adj-rib':
        haveCarriedOut(process, command, this.#selection);
        return NOTHING;
      case 'show-bmp':
        return this.#options.bmp(command, process.version);
      case 'peer-create':
        return createNeighbor(process, command, this.#options.control);
      case 'peer-delete':
        return deleteNeighbors(this.#selection.concerned(process, command.selector), this.#options.control);
      case 'routes':
        return this.#moves.listed(process, command);
      case 'monitor':
        if (process.watch === undefined) throw new CommandError(1, NOT_WATCHING);
        process.watch(command);
        return [];
      case 'group':
        return this.#moves.group(process, command.edge);
      case 'sync-mode':
        process.sync = command.on;
        return [];
      case 'ready':
        this.#options.control.ready(process);
        return [];
      case 'sync':
      case 'ack':
      case 'comment':
        return [];
      default:
        return inform(process, command, this.#options);
    }
  }
}

/** The answer; most commands have nothing to tell, and share theirs. */
function linesOf(request: Request, payload: Iterable<string>, acknowledged: boolean): Iterable<string> {
  if (payload === NOTHING && request.form === 'plain') return acknowledged ? ONLY_DONE : NOTHING;
  return answerOf(request, acknowledged ? thenDone(payload) : payload);
}

function* thenDone(lines: Iterable<string>): Generator<string, void> {
  yield* lines;
  yield DONE;
}
