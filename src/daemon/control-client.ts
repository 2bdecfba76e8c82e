import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import type { ApiVersion } from '../bgp/json.ts';
import type { CommandOf } from '../commands/command.ts';
import { type Encoder, encoderFor } from '../events/encoder.ts';
import type { Event } from '../events/event.ts';
import type { Identity } from '../events/options.ts';
import { type ChildLine, LineReader } from '../hooks/lines.ts';
import type { Overflow } from '../hooks/overflow.ts';
import { writePages } from '../hooks/pages.ts';
import { LineQueue, type Sink } from '../hooks/queue.ts';
import type { Lane, QueueStats } from '../hooks/queue-limits.ts';
import { Seldom } from '../hooks/seldom.ts';
import type { Clock } from '../session/clock.ts';
import { Answers } from './answers.ts';
import type { Process } from './commander.ts';
import type { Journal } from './journal.ts';
import { gapLine } from './lanes.ts';

/** What every client is given. */
export interface ControlContext {
  readonly clock: Clock;
  readonly log: Logger;
  readonly identity: Identity;
  /** Whose commands and events are spoken. */
  readonly version: ApiVersion;
  readonly onLine: (client: Process, line: ChildLine) => void;
  /** Where the routes of all clients are kept. */
  readonly journal: Journal | undefined;
  /** As of `Executor.usual`. */
  readonly onChunk: (client: Process, chunk: Buffer, from: number) => number;
  /** Those that are told all events. */
  readonly watchers: Set<ControlClient>;
}

/** Less than a configured process is granted: there may be many, and they can ask again. */
const LIMITS = { eventBytes: 4 * 1024 * 1024, eventLines: 50_000, replyBytes: 1024 * 1024 };

interface Watch {
  readonly encoder: Encoder;
  readonly types: ReadonlySet<string> | undefined;
}

export interface ControlClientOptions {
  readonly context: ControlContext;
  readonly sink: Sink;
  readonly onEnd: () => void;
  /** It is many that nothing tells apart, one after the other: what one of them switches off would be off for all. */
  readonly shared?: boolean;
  /** What happens when it reads too slowly; absent: events are dropped, and counted. */
  readonly overflow?: Overflow;
  readonly onBlock?: (blocked: boolean) => void;
  /** Its lines are what the neighbors' counters count: nobody else is told of them. */
  readonly counts?: boolean;
}

/** Somebody at the control socket or the pipes: commands every neighbor, and may ask to be told all events. */
export class ControlClient implements Process {
  readonly config: Process['config'];
  readonly version: ApiVersion;
  readonly refusals: Seldom;
  readonly reasons = true;
  ack = true;
  sync = false;
  commands = 0;
  refused = 0;
  batch: Process['batch'];
  readonly answers: Answers;
  readonly shared: boolean;
  readonly #context: ControlContext;
  readonly #log: Logger;
  readonly #queue: LineQueue;
  readonly #reader: LineReader;
  #holds = 0;
  #watch: Watch | undefined;
  readonly #counts: boolean;

  constructor(name: string, input: Readable, options: ControlClientOptions) {
    const { context } = options;
    this.#counts = options.counts === true;
    this.shared = options.shared === true;
    this.#context = context;
    this.config = { name, commandsAll: true };
    this.version = context.version;
    this.refusals = new Seldom(() => context.clock.now());
    this.#log = context.log.child({ client: name });
    this.#queue = new LineQueue({
      gap: gapLine,
      clock: context.clock,
      limits: LIMITS,
      overflow: options.overflow,
      onBlock: options.onBlock,
      onDrop: (lane) =>
        this.#log.warn({ lane, ...this.#queue.stats() }, 'control client does not read: lines dropped'),
    });
    this.answers = new Answers({
      reply: (lines) => this.reply(lines),
      hold: (held) => (held ? this.hold() : this.release()),
    });
    this.#queue.open();
    this.#queue.attach(options.sink);
    this.#reader = new LineReader(input, {
      onLine: (line) => context.onLine(this, line),
      onChunk: (chunk, from) => context.onChunk(this, chunk, from),
      onEnd: options.onEnd,
    });
  }

  get journal(): Journal | undefined {
    return this.#context.journal;
  }

  get watching(): boolean {
    return this.#watch !== undefined;
  }

  get stats(): QueueStats {
    return this.#queue.stats();
  }

  reply(lines: Iterable<string>): void {
    writePages(lines, {
      queue: this.#queue,
      after: (ms, action) => this.#context.clock.after(ms, action),
      hold: () => this.hold(),
      release: () => this.release(),
      cut: () => this.#log.warn('control client does not read: the rest of a reply is left out'),
    });
  }

  /** From now on it is told every event, or those of the types that it names. */
  watch({ encoder, types }: CommandOf<'monitor'>): void {
    this.#context.watchers.add(this);
    this.#watch = {
      encoder: encoderFor(encoder, this.version, this.#context.identity),
      types: types.length === 0 ? undefined : new Set(types),
    };
  }

  unwatch(): void {
    this.#context.watchers.delete(this);
    this.#watch = undefined;
  }

  /** Reads no commands, until `release`, once for each of these. */
  hold(): void {
    this.#holds++;
    this.#reader.hold();
  }

  release(): void {
    this.#holds--;
    if (this.#holds === 0) this.#reader.release();
  }

  /** Tells the event to who watches. The neighbor's counter is left as it was: it counts lines of processes. */
  tell(event: Event, lane: Lane): void {
    const watch = this.#watch;
    if (watch === undefined || watch.types?.has(event.type) === false) return;
    const counter = 'neighbor' in event ? event.neighbor.counter : undefined;
    const count = counter?.value ?? 0;
    const line = watch.encoder.encode(event, { form: 'parsed', negotiated: false });
    if (counter !== undefined && !this.#counts) counter.value = count;
    if (line !== undefined) this.#queue.offer(lane, line);
  }

  /** Resolves when all that is queued was written. */
  drained(): Promise<void> {
    return this.#queue.drained();
  }

  /** Reads no more. An unfinished last line is no command, and refused: who wrote it may have died in it. */
  finish(): void {
    this.#reader.close(false);
  }

  /** Reads and writes no more; what waits is lost. */
  close(): void {
    this.unwatch();
    this.#queue.detach();
    this.#reader.close(false);
    this.answers.forget();
  }
}
