import type { Logger } from 'pino';
import type { Command, CommandOf, Selector, SelectorTerm } from '../commands/command.ts';
import { CommandError } from '../commands/command-error.ts';
import { parseCommand } from '../commands/parse.ts';
import {
  type DaemonStatus,
  DONE,
  helpLines,
  isReply,
  type ProcessStatus,
  pingLines,
  processLines,
  progressLines,
  statusLines,
  versionLines,
} from '../commands/reply.ts';
import { answerOf, parseRequest, type Request, refusalOf } from '../commands/request.ts';
import { adjRibLine } from '../commands/show-adj-rib.ts';
import { neighborLines } from '../commands/show-neighbor.ts';
import type { ChildLine } from '../hooks/lines.ts';
import { printable } from '../wire/text.ts';
import { Batch, type RouteCommand } from './batch.ts';
import type { NeighborName } from './neighbor-name.ts';
import { neighborStatus } from './neighbor-status.ts';
import type { Peer } from './peer.ts';
import type { Process } from './processes.ts';

/** What commands may do to the daemon as a whole. */
export interface Control {
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
  readonly control: Control;
  /** Routes of a neighbor changed by a command. */
  readonly moved: (process: Process, peer: Peer, command: RouteCommand) => void;
  readonly log: Logger;
  readonly version: string;
  /** Tell the reason and column of an error in a line before `error`, whatever the version. */
  readonly reasons: boolean;
}

/** No neighbor that the process may command fits: ExaBGP answers `error`. */
const NOBODY = 'no neighbor matches: the process must stand in an api section of the neighbor';

const NOT_WATCHING = 'monitor is for the control socket: a process is told what api sections say';
/** Silence would look like a neighbor without routes. */
const NOT_KEPT = "received routes are not kept: 'adj-rib-in true;' in the neighbor keeps them";

/** What most commands have to tell, and the reply to them. */
const NOTHING: readonly string[] = [];
const ONLY_DONE: readonly string[] = [DONE];

/** Which of all neighbors a selector means. */
interface Selected {
  readonly all: readonly Peer[];
  readonly process: Process;
  readonly selector: Selector;
  readonly found: readonly Peer[];
}

/** Carries out the commands of processes, in the order of their lines. */
export class Executor {
  readonly #options: ExecutorOptions;
  #lastSelected: Selected | undefined;

  constructor(options: ExecutorOptions) {
    this.#options = options;
  }

  /** One line that a process wrote: whatever it is, the process gets its reply and nothing else is harmed. */
  execute(process: Process, line: ChildLine): void {
    let request: Pick<Request, 'form' | 'id'> = { form: 'plain', id: undefined };
    try {
      if ('error' in line) throw new CommandError(1, line.error);
      if (isReply(line.text)) return;
      const whole = parseRequest(line.text);
      request = whole;
      this.#run(process, parseCommand(whole.text), whole);
    } catch (err) {
      if (!(err instanceof CommandError)) throw err;
      process.batch?.fail(err);
      this.#refuse(process, err, { request, text: 'text' in line ? line.text : line.excerpt });
    }
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
      this.#options.log.info({ process: process.config.name, text: printable(command.text) }, 'debug');
      return;
    }
    const payload = request.dryRun ? this.#wouldDo(process, command) : this.#payload(process, command);
    const acknowledged = this.#acknowledges(process, command) || request.form !== 'plain';
    const lines = linesOf(request, payload, acknowledged);
    const known = request.dryRun ? undefined : this.#known(process, command, request.sync);
    if (known === undefined) process.answers.give(lines);
    else process.answers.giveAfter(known, lines);
  }

  /** When the answer is known; undefined: now. */
  #known(process: Process, command: Command, sync: boolean): Promise<void> | undefined {
    const moves = command.type === 'announce' || command.type === 'withdraw';
    const journal = moves || command.type === 'group' ? process.persisted?.() : undefined;
    const waits = command.type === 'sync' || (moves && (sync || process.sync) && process.batch === undefined);
    if (!waits) return journal;
    const selector = 'selector' in command ? command.selector : undefined;
    const sent = this.#selected(process, selector).map((peer) => peer.sent());
    return Promise.all([...sent, journal]).then(() => undefined);
  }

  #acknowledges(process: Process, command: Command): boolean {
    if (command.type !== 'ack') return process.ack;
    const before = process.ack;
    process.ack = command.mode === 'enable';
    return command.mode === 'enable' || (command.mode === 'disable' && before);
  }

  /** What the command would do, a line for each neighbor. @throws CommandError as the command itself */
  #wouldDo(process: Process, command: Command): readonly string[] {
    if (!('selector' in command)) return [];
    const peers = this.#concerned(process, command.selector);
    const what = 'routes' in command ? `${command.type} ${command.routes.length} route(s)` : command.type;
    return peers.map((peer) => `would ${what}: ${peer.text}`);
  }

  /** Carries the command out; the lines before `done`. @throws CommandError */
  #payload(process: Process, command: Exclude<Command, CommandOf<'debug'>>): Iterable<string> {
    switch (command.type) {
      case 'announce':
      case 'withdraw':
        return this.#routes(process, command);
      case 'announce-eor':
        return this.#established(process, command.selector, (peer) => peer.announceEndOfRib(command.family));
      case 'announce-route-refresh':
        return this.#established(process, command.selector, (peer) => peer.requestRefresh(command.family));
      case 'announce-watchdog':
      case 'withdraw-watchdog':
        return this.#watchdog(process, command);
      case 'teardown':
        return this.#teardown(process, command);
      case 'show-neighbor':
        return this.#showNeighbor(process, command);
      case 'show-adj-rib':
        return this.#showAdjRib(process, command);
      case 'flush-adj-rib-out':
        return this.#each(process, command.selector, (peer) => peer.resendAll());
      case 'clear-adj-rib':
        return this.#each(process, command.selector, (peer) => peer.clear(command.direction));
      case 'version':
        return versionLines('peerline', this.#options.version);
      case 'help':
        return helpLines();
      case 'status':
        return statusLines(this.#options.control.status());
      case 'show-process':
        return processLines(this.#options.control.processes(), command.json);
      case 'monitor':
        if (process.watch === undefined) throw new CommandError(1, NOT_WATCHING);
        process.watch(command);
        return [];
      case 'ping':
        return pingLines(command.text, this.#options.control.status().uuid);
      case 'shutdown':
      case 'reload':
      case 'restart':
        setImmediate(() => this.#options.control[command.type]());
        return progressLines(command.type);
      case 'reset':
        return progressLines(command.type);
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
    }
  }

  #routes(process: Process, command: RouteCommand): readonly string[] {
    const peers = this.#concerned(process, command.selector);
    if (process.batch !== undefined) process.batch.add(command);
    else this.#move(process, command, peers);
    return NOTHING;
  }

  #move(process: Process, command: RouteCommand, peers: readonly Peer[]): void {
    for (const peer of peers) {
      for (const route of command.routes) {
        if (command.type === 'announce') peer.adjRibOut.announce(route);
        else peer.adjRibOut.withdraw(route);
      }
      this.#options.moved(process, peer, command);
      peer.changed();
    }
    process.persist?.(command);
  }

  /** All of it within one turn of the loop, so that it is packed together. */
  #group(process: Process, edge: 'start' | 'end'): readonly string[] {
    const { batch, version } = process;
    if (edge === 'start') {
      if (batch !== undefined) throw new CommandError(1, 'already in a group: groups do not nest');
      process.batch = new Batch();
      return version === 6 ? ['{"status": "group started"}'] : [];
    }
    if (batch === undefined) throw new CommandError(1, "no 'group start' before");
    process.batch = undefined;
    const commands = batch.end().map((command) => ({
      command,
      peers: this.#concerned(process, command.selector),
    }));
    for (const { command, peers } of commands) this.#move(process, command, peers);
    const count = (type: RouteCommand['type']) =>
      commands.reduce((sum, { command }) => sum + (command.type === type ? command.routes.length : 0), 0);
    const counts = `"announced": ${count('announce')}, "withdrawn": ${count('withdraw')}`;
    return version === 6 ? [`{"status": "group processed", ${counts}}`] : [];
  }

  #watchdog(
    process: Process,
    command: CommandOf<'announce-watchdog' | 'withdraw-watchdog'>,
  ): readonly string[] {
    const name = command.name ?? process.config.name;
    return this.#each(process, command.selector, (peer) => {
      if (command.type === 'announce-watchdog') peer.adjRibOut.announceWatchdog(name);
      else peer.adjRibOut.withdrawWatchdog(name);
      peer.changed();
    });
  }

  #teardown(process: Process, command: CommandOf<'teardown'>): readonly string[] {
    return this.#each(process, command.selector, (peer) => peer.teardown(command.subcode, command.text));
  }

  #showNeighbor(process: Process, command: CommandOf<'show-neighbor'>): readonly string[] {
    const shown = this.#options
      .peers()
      .filter((peer) => command.peer === undefined || peer.name.peer === command.peer);
    return neighborLines(command.form, shown.map(neighborStatus), process.version);
  }

  /** @throws CommandError, before the first line, where what was received is not kept */
  #showAdjRib(process: Process, command: CommandOf<'show-adj-rib'>): Iterable<string> {
    const shown = this.#options
      .peers()
      .filter((peer) => command.peer === undefined || peer.name.peer === command.peer);
    const keeps = command.direction === 'out' || shown.some((peer) => peer.config.adjRibIn);
    if (shown.length > 0 && !keeps) throw new CommandError(1, NOT_KEPT);
    return this.#adjRibLines(process, command, shown);
  }

  /** Line by line: a table may be larger than any reply that can be kept. */
  *#adjRibLines(
    process: Process,
    command: CommandOf<'show-adj-rib'>,
    shown: readonly Peer[],
  ): Generator<string, void> {
    for (const peer of shown) {
      const table = command.direction === 'in' ? peer.adjRibIn.routes() : peer.adjRibOut.routes();
      const neighbor = { name: peer.text, peerAddress: peer.name.peer };
      for (const route of table) {
        const line = adjRibLine(route, neighbor, { request: command, version: process.version });
        if (line !== undefined) yield line;
      }
    }
  }

  /** Does it to every neighbor that the command means. @throws CommandError when there is none */
  #each(process: Process, selector: Selector, act: (peer: Peer) => unknown): readonly string[] {
    for (const peer of this.#concerned(process, selector)) act(peer);
    return NOTHING;
  }

  /** @throws CommandError when there is none */
  #concerned(process: Process, selector: Selector): readonly Peer[] {
    const peers = this.#selected(process, selector);
    if (peers.length === 0) throw new CommandError(1, NOBODY);
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
  #selected(process: Process, selector: Selector): readonly Peer[] {
    const all = this.#options.peers();
    const last = this.#lastSelected;
    if (last?.all === all && last.process === process && last.selector === selector) return last.found;
    const found = all
      .filter((peer) => mayCommand(process, peer))
      .filter((peer) => selector === undefined || selector.some((term) => matches(term, peer.name)));
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

/** A process commands the neighbors whose `api` sections name it (ExaBGP 4.2.20 and later). */
function mayCommand({ config }: Process, peer: Peer): boolean {
  if (config.commandsAll) return true;
  return peer.config.api.some(
    (api) =>
      api.processes.includes(config.name) ||
      api.processesMatch.some((pattern) => new RegExp(`^(?:${pattern})`).test(config.name)),
  );
}

const TERM_KEYS = ['localIp', 'localAs', 'peerAs', 'routerId', 'familyAllowed'] as const;

function matches(term: SelectorTerm, name: NeighborName): boolean {
  if (term.peer !== '*' && term.peer !== name.peer) return false;
  return TERM_KEYS.every((key) => term[key] === undefined || term[key] === name[key]);
}
