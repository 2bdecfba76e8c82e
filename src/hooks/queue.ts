import { Fifo } from './fifo.ts';

/** One or more whole lines with their newlines. */
export type Line = string | Uint8Array;

/**
 * `reply`: answers to the process's own commands. `state`: what it must not miss (state, negotiated, shutdown).
 * `event`: all else, updates before all.
 */
export type Lane = 'reply' | 'state' | 'event';

/** What was left out since the last line told. Times in milliseconds since 1970. */
export interface Gap {
  readonly dropped: number;
  readonly sinceMs: number;
  readonly untilMs: number;
}

export interface QueueLimits {
  readonly eventBytes: number;
  readonly eventLines: number;
  readonly stateBytes: number;
  readonly replyBytes: number;
}

/*
 * The policy for a process that does not read fast enough, all of it:
 * - nothing waits for it: what cannot be written is queued, here and nowhere else;
 * - events wait in the order in which they happened. Above 16 MiB (about 55,000 decoded updates: some seconds of a
 *   full table, while ten stuck handlers still cost no more than 160 MiB) or 100,000 lines the newest are dropped
 *   and counted; once half of the queue is free, one `gap` line takes their place, and events flow again;
 * - state events have 1 MiB more, so that a flood of updates never hides a `down`;
 * - replies pass the waiting events and are never dropped for them. They have 4 MiB of their own: beyond, a process
 *   that sends commands and reads no answers loses answers, counted;
 * - one chunk of at most 64 KiB is handed to the pipe at a time (a longer line is a chunk of its own), one per turn
 *   of the event loop, so that a fast reader starves nobody either.
 */
const QUEUE_LIMITS: QueueLimits = {
  eventBytes: 16 * 1024 * 1024,
  eventLines: 100_000,
  stateBytes: 1024 * 1024,
  replyBytes: 4 * 1024 * 1024,
};
const CHUNK_BYTES = 64 * 1024;
/** More than any gap line has. */
const GAP_BYTES = 256;

/** Where chunks go: `done` is called once the kernel has taken all of it, or never will. */
export interface Sink {
  write(chunk: Uint8Array, done: (err?: Error | null) => void): void;
}

export interface QueueOptions {
  /** The line that tells a gap. */
  readonly gap: (gap: Gap) => Line;
  readonly now: () => number;
  readonly limits?: Partial<QueueLimits>;
  /** The first drop since the queue last had room. */
  readonly onDrop?: (lane: Lane) => void;
}

export interface QueueStats {
  readonly queuedBytes: number;
  readonly queuedLines: number;
  readonly droppedEvents: number;
  readonly droppedReplies: number;
  readonly writtenLines: number;
  readonly writtenBytes: number;
}

const NOTHING = { lines: 0, bytes: 0 } as const;

/** The lines that wait for one process. */
export class LineQueue {
  readonly #options: QueueOptions;
  readonly #limits: QueueLimits;
  readonly #events = new Fifo();
  readonly #replies = new Fifo();
  readonly #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #sink: Sink | undefined;
  #open = false;
  #inFlight: { readonly lines: number; readonly bytes: number } = NOTHING;
  #pumping: NodeJS.Immediate | undefined;
  #gap: { dropped: number; readonly sinceMs: number } | undefined;
  #repliesDropping = false;
  #idle: (() => void)[] = [];
  #repliesAwaited: (() => void)[] = [];
  #droppedEvents = 0;
  #droppedReplies = 0;
  #writtenLines = 0;
  #writtenBytes = 0;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#limits = { ...QUEUE_LIMITS, ...options.limits };
  }

  /** False: dropped. */
  offer(lane: Lane, line: Line): boolean {
    if (!this.#open) return this.#refuse(lane);
    if (lane === 'reply') return this.#offerReply(line);
    const bytes = sizeOf(line);
    this.#tellGap(lane === 'state' && this.#hasRoom(lane, bytes + GAP_BYTES));
    if (!this.#hasRoom(lane, bytes)) return this.#drop(lane);
    this.#events.push(line, bytes);
    this.#wake();
    return true;
  }

  /** Lines are taken from now on; until then and after `detach` they are dropped and counted. */
  open(): void {
    this.#open = true;
  }

  /** Begins to write to `sink`. */
  attach(sink: Sink): void {
    this.#sink = sink;
    this.#wake();
  }

  /** Takes no more lines; what waits is lost. Returns how many lines that were. */
  detach(): number {
    this.#sink = undefined;
    this.#open = false;
    if (this.#pumping !== undefined) clearImmediate(this.#pumping);
    this.#pumping = undefined;
    const lost = this.stats().queuedLines;
    this.#droppedEvents += this.#events.length + this.#inFlight.lines;
    this.#droppedReplies += this.#replies.length;
    this.#inFlight = NOTHING;
    this.#events.clear();
    this.#replies.clear();
    this.#gap = undefined;
    this.#repliesDropping = false;
    this.#settle();
    this.#settleReplies();
    return lost;
  }

  /** Resolves when all was written, or the sink is gone. */
  drained(): Promise<void> {
    if (this.#sink === undefined || this.#empty()) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Resolves when all replies are on their way, or lost: there is room for more. */
  repliesTaken(): Promise<void> {
    if (this.#sink === undefined || this.#replies.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#repliesAwaited.push(resolve));
  }

  stats(): QueueStats {
    return {
      queuedBytes: this.#events.bytes + this.#replies.bytes + this.#inFlight.bytes,
      queuedLines: this.#events.length + this.#replies.length + this.#inFlight.lines,
      droppedEvents: this.#droppedEvents,
      droppedReplies: this.#droppedReplies,
      writtenLines: this.#writtenLines,
      writtenBytes: this.#writtenBytes,
    };
  }

  #refuse(lane: Lane): false {
    if (lane === 'reply') this.#droppedReplies++;
    else this.#droppedEvents++;
    return false;
  }

  #offerReply(line: Line): boolean {
    const bytes = sizeOf(line);
    if (this.#replies.bytes + bytes <= this.#limits.replyBytes) {
      this.#replies.push(line, bytes);
      this.#wake();
      return true;
    }
    this.#droppedReplies++;
    if (!this.#repliesDropping) this.#options.onDrop?.('reply');
    this.#repliesDropping = true;
    return false;
  }

  #hasRoom(lane: 'state' | 'event', bytes: number): boolean {
    const { eventBytes, eventLines, stateBytes } = this.#limits;
    if (lane === 'state') return this.#events.bytes + bytes <= eventBytes + stateBytes;
    if (this.#gap !== undefined) return false;
    return this.#events.bytes + bytes <= eventBytes && this.#events.length < eventLines;
  }

  #drop(lane: Lane): false {
    this.#droppedEvents++;
    if (this.#gap === undefined) {
      this.#gap = { dropped: 0, sinceMs: this.#options.now() };
      this.#options.onDrop?.(lane);
    }
    this.#gap.dropped++;
    return false;
  }

  /**
   * With half of the queue free, not with the first free octet: else gaps and events would alternate line by
   * line. Before a state event at once: it happened after what is missing.
   */
  #tellGap(atOnce = false): void {
    const { eventBytes, eventLines } = this.#limits;
    if (this.#gap === undefined) return;
    const crowded = this.#events.bytes > eventBytes / 2 || this.#events.length > eventLines / 2;
    if (crowded && !atOnce) return;
    const line = this.#options.gap({ ...this.#gap, untilMs: this.#options.now() });
    this.#gap = undefined;
    this.#events.push(line, sizeOf(line));
  }

  #wake(): void {
    if (this.#sink === undefined || this.#pumping !== undefined || this.#inFlight.lines > 0) return;
    this.#pumping = setImmediate(() => {
      this.#pumping = undefined;
      this.#writeChunk();
    });
  }

  #writeChunk(): void {
    const sink = this.#sink;
    if (sink === undefined) return;
    this.#tellGap();
    const { chunk, lines } = this.#fill();
    if (this.#replies.length === 0) this.#settleReplies();
    if (lines === 0) {
      this.#settle();
      return;
    }
    this.#inFlight = { lines, bytes: chunk.length };
    sink.write(chunk, (err) => {
      if (this.#sink !== sink) return;
      if (err) return; // whoever hears the sink's error detaches: this chunk is lost with the rest
      this.#inFlight = NOTHING;
      this.#writtenLines += lines;
      this.#writtenBytes += chunk.length;
      this.#wake();
    });
  }

  /** The chunk's buffer is used again only after the sink is done with it. */
  #fill(): { chunk: Uint8Array; lines: number } {
    let used = 0;
    let lines = 0;
    for (const fifo of [this.#replies, this.#events]) {
      for (let size = fifo.headBytes; size !== undefined; size = fifo.headBytes) {
        if (used + size > CHUNK_BYTES) {
          if (lines > 0) return { chunk: this.#chunk.subarray(0, used), lines };
          return { chunk: Buffer.from(fifo.shift()), lines: 1 };
        }
        const line = fifo.shift();
        if (typeof line === 'string') this.#chunk.write(line, used, 'utf8');
        else this.#chunk.set(line, used);
        used += size;
        lines++;
      }
    }
    this.#repliesDropping = false;
    return { chunk: this.#chunk.subarray(0, used), lines };
  }

  #empty(): boolean {
    return this.#events.length + this.#replies.length + this.#inFlight.lines === 0 && this.#gap === undefined;
  }

  #settleReplies(): void {
    const waiting = this.#repliesAwaited;
    this.#repliesAwaited = [];
    for (const resolve of waiting) resolve();
  }

  #settle(): void {
    const waiting = this.#idle;
    this.#idle = [];
    for (const resolve of waiting) resolve();
  }
}

function sizeOf(line: Line): number {
  return typeof line === 'string' ? Buffer.byteLength(line) : line.length;
}
