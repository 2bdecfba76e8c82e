import type { Logger } from 'pino';
import type { ApiVersion } from '../bgp/json.ts';
import type { Command, CommandOf, Selector } from '../commands/command.ts';
import { CommandError } from '../commands/command-error.ts';
import { groupedCommand, type InlineGroup, inlineGroup } from '../commands/inline-group.ts';
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
import { RouteLines } from '../commands/route-lines.ts';
import type { RoutesFormat } from '../commands/show-adj-rib.ts';
import { spacedJson } from '../commands/spaced-json.ts';
import type { ChildLine } from '../hooks/lines.ts';
import { printable } from '../wire/text.ts';
import { Batch, type Move, moveOf, movesOf, type RouteCommand } from './batch.ts';
import { inform } from './inform.ts';
import { createNeighbor, deleteNeighbors, type Neighbors } from './lifecycle.ts';
import { listedRoutes } from './listed-routes.ts';
import type { Peer } from './peer.ts';
import type { Commander, Process } from './processes.ts';
import { checkSelf, isOverIpv6, selected } from './selected.ts';

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

export interface ExecutorOptions {
  readonly peers: () => readonly Peer[];
  /** Those that commands may be for: ranges of neighbors, too. */
  readonly takers: () => readonly Peer[];
  /** The lines of `show bmp …`. */
  readonly bmp: (command: CommandOf<'show-bmp'>, version: ApiVersion) => Iterable<string>;
  readonly control: Control;
  /** Routes of a neighbor changed by a command. */
  readonly moved: (process: Commander, peer: Peer, command: RouteCommand) => void;
  /** It is to be carried out again after a restart, where the process asked for it. */
  readonly journal: (process: Process, move: Move) => void;
  /** Why no more routes are taken; undefined, or absent: they are. */
  readonly full?: () => string | undefined;
  /** Whether `moved` or `journal` has to be told of what the process does to the neighbor. */
  readonly noted: (process: Process, peer: Peer) => boolean;
  readonly log: Logger;
  /** What it calls itself: `Peerline/0.1.0`. */
  readonly software: string;
  /** What JSON tells of routes in `show adj-rib`; absent: v1. */
  readonly routesFormat?: RoutesFormat;
  /** Tell the reason and column of an error in a line before `error`, whatever the version. */
  readonly reasons: boolean;
}

/** No neighbor that the process may command fits: ExaBGP answers `error`. */
const NOBODY = 'no neighbor matches';
const NOBODY_OF_OURS = `${NOBODY}: the process must stand in an api section of the neighbor`;
const NO_DIRECTION = "the end, expected a direction ('in' or 'out')";
const NOT_WATCHING = 'monitor is for the control socket: a process is told what api sections say';

const NESTED = { told: '{"error": "already in group block (nested groups not allowed)"}' };
const NO_GROUP = { told: '{"error": "not in group block"}' };

/** As long as lines of one process may keep all others waiting; the clock is looked at once per so many. */
const SLICE_MS = 2;
const LINES_PER_LOOK = 16;
/** Lines of this length come in several pieces, if ever. */
const LONG_LINE = 16_384;
const NOBODY_YET: readonly Peer[] = [];

/** What most commands have to tell, and the reply to them. */
const NOTHING: readonly string[] = [];
const ONLY_DONE: readonly string[] = [DONE];

/** Which of all neighbors a selector means. */
interface Selected {
  readonly all: readonly Peer[];
  readonly process: Commander;
  readonly selector: Selector;
  readonly found: readonly Peer[];
}

/** Carries out the commands of processes, in the order of their lines. */
export class Executor {
  readonly #options: ExecutorOptions;
  readonly #lines = new RouteLines();
  #lastSelected: Selected | undefined;

  constructor(options: ExecutorOptions) {
    this.#options = options;
  }

  /** One line that a process wrote: whatever it is, the process gets its reply and nothing else is harmed. */
  execute(process: Process, line: ChildLine): void {
    let request: Request | undefined;
    try {
      if ('error' in line) throw new CommandError(1, line.error);
      if (isReply(line.text) || this.#long(process, line.text)) return;
      request = parseRequest(line.text);
      this.#take(process, request);
    } catch (err) {
      if (!(err instanceof CommandError)) throw err;
      // the group that is open goes on, as under ExaBGP
      if (err.told !== NESTED.told) process.batch?.fail(err);
      const text = 'text' in line ? line.text : line.excerpt;
      this.#refuse(process, err, { request: request ?? dialectOf(text), text });
    }
  }

  /** A line of more prefixes than came in one piece: they are read without the grammar, as those of short lines are. */
  #long(process: Process, text: string): boolean {
    if (text.length < LONG_LINE || !text.includes(' nlri ')) return false;
    const octets = Buffer.from(`${text}\n`);
    return octets.length === text.length + 1 && this.usual(process, octets, 0) === octets.length;
  }

  /**
   * As `execute`, for the usual lines that announce and withdraw routes, as many as stand at `from` and a slice allows:
   * gives where the first one stands that was not carried out.
   */
  usual(process: Process, chunk: Buffer, from: number): number {
    if (process.batch !== undefined || process.sync || this.#options.full?.() !== undefined) return from;
    const until = performance.now() + SLICE_MS;
    let at = from;
    let count = 0;
    let peers = NOBODY_YET;
    for (;;) {
      const next = this.#lines.read(chunk, at);
      if (next < 0) break;
      const concerned = this.#selected(process, this.#lines.selector);
      if (concerned.length === 0 || concerned.some((peer) => this.#options.noted(process, peer))) break;
      if (this.#lines.needsIpv6 && !concerned.some(isOverIpv6)) break;
      if (concerned !== peers) for (const peer of peers) peer.changed(process.talker);
      peers = concerned;
      this.#moveListed(concerned);
      at = next;
      if (++count % LINES_PER_LOOK === 0 && performance.now() > until) break;
    }
    if (count === 0) return from;
    for (const peer of peers) peer.changed(process.talker, at === chunk.length);
    process.commands += count;
    if (process.ack) process.answers.give([`${DONE}\n`.repeat(count - 1) + DONE]);
    return at;
  }

  #moveListed(peers: readonly Peer[]): void {
    const { type, prefixes, said } = this.#lines;
    for (const { adjRibOut } of peers) {
      for (let nth = 0; nth < prefixes.count; nth++) {
        if (type === 'announce') adjRibOut.announcePrefix(prefixes, nth, said);
        else adjRibOut.withdrawPrefix(prefixes, nth);
      }
    }
  }

  #take(process: Process, request: Request): void {
    const { text, sync } = process.version === 6 ? withoutSuffix(request) : request;
    const group = inlineGroup(text);
    if (group !== undefined && request.dryRun) throw new CommandError(1, 'no dry run of a group in one line');
    const blank = process.version === 6 && text.trim() === '';
    if (blank) this.#answer(process, NOTHING, request);
    else if (group === undefined) this.#run(process, parseCommand(text), { ...request, text, sync });
    else this.#answer(process, this.#inlineGroup(process, group), request);
  }

  #answer(process: Process, payload: Iterable<string>, request: Request): void {
    const acknowledged = process.ack || request.form !== 'plain';
    process.answers.give(answerOf(request, acknowledged ? thenDone(payload) : payload));
  }

  /** Each of its commands is carried out as if it stood alone; those that are refused are told. */
  #inlineGroup(process: Process, group: InlineGroup): readonly string[] {
    const counts = { announce: 0, withdraw: 0 };
    const errors: string[] = [];
    for (const each of group.commands) {
      try {
        const move = moveOf(groupedCommand(group, each));
        const { command } = move;
        this.#move(process, command, this.#takers(process, command));
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

  #refuse(
    process: Process,
    err: CommandError,
    { request, text }: { request: Pick<Request, 'form' | 'id'>; text: string },
  ): void {
    const { log } = this.#options;
    const reasons = process.reasons ?? this.#options.reasons;
    const command = printable(text.slice(0, 200));
    const fields = { process: process.config.name, command, column: err.column, reason: err.reason };
    process.refusals.tell((counted) => log.warn({ ...fields, ...counted }, 'command refused'));
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
    const acknowledged = (this.#acknowledges(process, command) && ends) || request.form !== 'plain';
    const lines = linesOf(request, payload, acknowledged);
    const known = request.dryRun ? undefined : this.#known(process, command, request.sync);
    if (known === undefined) process.answers.give(lines);
    else process.answers.giveAfter(known, lines);
  }

  /** When the answer is known; undefined: now. */
  #known(process: Process, command: Command, sync: boolean): Promise<void> | undefined {
    const moves = command.type === 'announce' || command.type === 'withdraw';
    const journal = moves || command.type === 'group' ? process.journal?.written() : undefined;
    const waits = command.type === 'sync' || (moves && (sync || process.sync) && process.batch === undefined);
    if (!waits) return journal;
    const selector = 'selector' in command ? command.selector : undefined;
    const sent = this.#selected(process, selector).map((peer) => peer.sent());
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
    const peers = moves ? this.#takers(process, command) : this.#concerned(process, command.selector);
    const what = 'routes' in command ? `${command.type} ${command.routes.length} route(s)` : command.type;
    return peers.map((peer) => `would ${what}: ${peer.text}`);
  }

  /** Carries the command out; the lines before `done`. @throws CommandError */
  #payload(process: Process, command: Exclude<Command, CommandOf<'debug'>>, text: string): Iterable<string> {
    switch (command.type) {
      case 'announce':
      case 'withdraw':
        return this.#routes(process, { command, text });
      case 'announce-eor':
        return this.#established(process, command.selector, (peer) => peer.announceEndOfRib(command.family));
      case 'announce-route-refresh':
        return this.#established(process, command.selector, (peer) => peer.requestRefresh(command.family));
      case 'announce-operational':
        return this.#established(process, command.selector, (peer) => peer.sendOperational(command.message));
      case 'announce-watchdog':
      case 'withdraw-watchdog':
        return this.#watchdog(process, command);
      case 'teardown':
        return this.#teardown(process, command);
      case 'show-bmp':
        return this.#options.bmp(command, process.version);
      case 'flush-adj-rib-out':
        return this.#flush(process, command.selector);
      case 'clear-adj-rib':
        return this.#clear(process, command);
      case 'peer-create':
        return createNeighbor(process, command, this.#options.control);
      case 'peer-delete':
        return deleteNeighbors(this.#concerned(process, command.selector), this.#options.control);
      case 'routes':
        return this.#listed(process, command);
      case 'monitor':
        if (process.watch === undefined) throw new CommandError(1, NOT_WATCHING);
        process.watch(command);
        return [];
      case 'group':
        return this.#group(process, command.edge);
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

  #listed(process: Process, command: CommandOf<'routes'>): readonly string[] {
    const peers = this.#concerned(process, command.selector);
    const { moves, line } = listedRoutes(peers, command, process.version);
    if (moves !== undefined) {
      this.#move(process, moves, peers);
      for (const move of movesOf(moves)) this.#options.journal(process, move);
    }
    return [line];
  }

  #routes(process: Process, move: Move): readonly string[] {
    const peers = this.#takers(process, move.command);
    if (process.batch !== undefined) process.batch.add(move);
    else {
      this.#move(process, move.command, peers);
      this.#options.journal(process, move);
    }
    return NOTHING;
  }

  #move(process: Commander, command: RouteCommand, peers: readonly Peer[]): void {
    const full = command.type === 'announce' ? this.#options.full?.() : undefined;
    if (full !== undefined) throw new CommandError(1, full);
    for (const peer of peers) {
      for (const route of command.routes) {
        if (command.type === 'announce') peer.adjRibOut.announce(route);
        else peer.adjRibOut.withdraw(route);
      }
      this.#options.moved(process, peer, command);
      peer.changed(process.talker);
    }
  }

  /** Carries out what the process commanded in an earlier run; neighbors that are gone are left out. */
  replay(process: Commander, { command }: Move): void {
    this.#move(process, command, this.#selected(process, command.selector));
  }

  /** All of it within one turn of the loop, so that it is packed together. */
  #group(process: Process, edge: 'start' | 'end'): readonly string[] {
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
      peers: this.#takers(process, move.command),
    }));
    for (const { command, text, peers } of commands) {
      this.#move(process, command, peers);
      this.#options.journal(process, { command, text });
    }
    const count = (type: RouteCommand['type']) =>
      commands.reduce((sum, { command }) => sum + (command.type === type ? command.routes.length : 0), 0);
    const counts = `"announced": ${count('announce')}, "withdrawn": ${count('withdraw')}`;
    return version === 6 ? [`{"status": "group processed", ${counts}}`] : [];
  }

  /** Without a session there is nothing to send again, which only 5 calls an error. */
  #flush(process: Process, selector: Selector): readonly string[] {
    const resend = (peer: Peer): boolean => {
      peer.resendAll();
      return peer.established || process.version !== 5;
    };
    return this.#established(process, selector, resend);
  }

  /** Without a direction nothing is cleared, which only 6 calls an error. */
  #clear(process: Process, { selector, direction }: CommandOf<'clear-adj-rib'>): readonly string[] {
    if (direction === undefined) {
      if (process.version === 6) throw new CommandError(1, NO_DIRECTION);
      return this.#each(process, selector, () => undefined);
    }
    const done = this.#each(process, selector, (peer) => peer.clear(direction));
    if (direction === 'out' && selector === undefined) process.journal?.clear();
    return done;
  }

  #watchdog(
    process: Process,
    command: CommandOf<'announce-watchdog' | 'withdraw-watchdog'>,
  ): readonly string[] {
    const name = command.name ?? process.config.nameInFile ?? process.config.name;
    return this.#each(process, command.selector, (peer) => {
      if (command.type === 'announce-watchdog') peer.adjRibOut.announceWatchdog(name);
      else peer.adjRibOut.withdrawWatchdog(name);
      peer.changed();
    });
  }

  /** Only 6 takes one without a selector for all neighbors: before, it is done and ends nothing. */
  #teardown(process: Process, { selector, subcode, text }: CommandOf<'teardown'>): readonly string[] {
    const ends = selector !== undefined || process.version === 6;
    return this.#each(process, selector, (peer) => (ends ? peer.teardown(subcode, text) : undefined));
  }

  /** Does it to every neighbor that the command means. @throws CommandError when there is none */
  #each(process: Process, selector: Selector, act: (peer: Peer) => unknown): readonly string[] {
    for (const peer of this.#concerned(process, selector)) act(peer);
    return NOTHING;
  }

  /** @throws CommandError when there is none */
  #concerned(process: Process, selector: Selector): readonly Peer[] {
    const peers = this.#selected(process, selector);
    if (peers.length === 0)
      throw new CommandError(1, process.config.commandsAll === true ? NOBODY : NOBODY_OF_OURS);
    return peers;
  }

  /** The neighbors of a command that moves routes. @throws CommandError when none can be told of them */
  #takers(process: Process, command: RouteCommand): readonly Peer[] {
    const peers = this.#concerned(process, command.selector);
    checkSelf(peers, command);
    return peers;
  }

  /** As `#each`; at least one must have a session. */
  #established(process: Process, selector: Selector, act: (peer: Peer) => boolean): readonly string[] {
    let done = false;
    this.#each(process, selector, (peer) => {
      done = act(peer) || done;
    });
    if (!done) throw new CommandError(1, 'no matching neighbor is established');
    return [];
  }

  /** A table comes in runs of commands for the same neighbors: those of the last command are known. */
  #selected(process: Commander, selector: Selector): readonly Peer[] {
    const all = this.#options.takers();
    const last = this.#lastSelected;
    if (last?.all === all && last.process === process && last.selector === selector) return last.found;
    const found = selected(all, process, selector);
    this.#lastSelected = { all, process, selector, found };
    return found;
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
