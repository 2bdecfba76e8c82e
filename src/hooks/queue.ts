import { type Chunk, Chunks, NO_LINES } from './chunks.ts';
import { EventLane } from './event-lane.ts';
import { Fifo, type Line, sizeOf } from './fifo.ts';
import type { Gap } from './gap.ts';
import { giveBack } from './lease.ts';
import type { Overflow } from './overflow.ts';
import { type Lane, QUEUE_LIMITS, type QueueLimits, type QueueStats } from './queue-limits.ts';

/** Replies are all of one owner: millions of short ones are put together, else each takes ten times its octets. */
const ASKED = '';

/** Where chunks go: `done` is called once the kernel has taken all of it, or never will. */
export interface Sink {
  write(chunk: Uint8Array, done: (err?: Error | null) => void): void;
}

export interface QueueOptions {
  /** The line that tells a gap. */
  readonly gap: (gap: Gap) => Line;
  readonly clock: { wall(): number; after(ms: number, action: () => void): () => void };
  readonly limits?: Partial<QueueLimits> | undefined;
  readonly overflow?: Overflow | undefined;
  /** The state of the world, when lines were dropped under `resync`; undefined: there is none to tell. */
  readonly snapshot?: (() => Iterator<Line> | undefined) | undefined;
  /** The first drop since the queue last had room. */
  readonly onDrop?: (lane: Lane) => void;
  /** Under `block`: whether what feeds the queue is to wait. */
  readonly onBlock?: ((blocked: boolean) => void) | undefined;
  /** Under `kill`: the process is to be ended. */
  readonly onKill?: (() => void) | undefined;
  /** Under `spill`: the disk was given something, or took it. */
  readonly onSpill?: (() => void) | undefined;
  /** Under `spill`: what is wrong with the disk; undefined: nothing any more. */
  readonly onDisk?: ((trouble: string | undefined) => void) | undefined;
}

/** The lines that wait for one process. */
export class LineQueue {
  readonly #options: QueueOptions;
  readonly #limits: QueueLimits;
  readonly #events: EventLane;
  readonly #chunks: Chunks;
  readonly #replies = new Fifo();
  #sink: Sink | undefined;
  #open = false;
  /** The process goes on, and does not read any more. */
  #deaf = false;
  #inFlight: Chunk = NO_LINES;
  #pumping: NodeJS.Immediate | undefined;
  #repliesDropping = false;
  #repliesGivenUp = false;
  #idle: (() => void)[] = [];
  #repliesAwaited: (() => void)[] = [];
  #refused = 0;
  #droppedReplies = 0;
  #writtenEvents = 0;
  #writtenLines = 0;
  #writtenBytes = 0;

  /** @throws the system's error when events are to spill to a directory that cannot be used */
  constructor(options: QueueOptions) {
    this.#options = options;
    this.#limits = { ...QUEUE_LIMITS, ...options.limits };
    this.#events = new EventLane({
      ...options,
      limits: this.#limits,
      overflow: options.overflow ?? { policy: 'resync' },
      onReady: () => this.#wake(),
      onDrop: () => options.onDrop?.('event'),
    });
    this.#chunks = new Chunks(this.#replies, this.#events.waiting);
  }

  /** @param from whose event it is. False: dropped. */
  offer(lane: Lane, line: Line, from?: string): boolean {
    if (lane === 'reply') return this.#offerReply(line);
    if (!this.#open) {
      this.#refuse(1, from);
      return false;
    }
    const taken = this.#events.offer(lane, line, from);
    this.#wake();
    return taken;
  }

  /** Lines of so many events of one peer, one line each. The octets are the queue's from now on. */
  offerRun(octets: Uint8Array, events: number, from: string): void {
    if (!this.#open) {
      this.#refuse(events, from);
      giveBack(octets);
      return;
    }
    this.#events.offerRun(octets, events, from);
    this.#wake();
  }

  /** Lines are taken from now on; until then and after `close` they are dropped and counted. */
  open(): void {
    this.#open = true;
    this.#deaf = false;
  }

  /** The state of the world is told before what is offered from now on. */
  tellSnapshot(): void {
    this.#events.tellSnapshot();
    this.#wake();
  }

  /** As if it was full, where a snapshot can make up for what is dropped. */
  relieve(): void {
    this.#events.relieve();
    this.#wake();
  }

  /** Begins to write to `sink`. */
  attach(sink: Sink): void {
    this.#sink = sink;
    this.#wake();
  }

  /** The sink is gone; what waits is lost, unless it is to outlive the process. Returns how many lines were lost. */
  detach(): number {
    return this.#end(this.#events.outlives);
  }

  /** As `detach`; the process goes on, and reads nothing: what comes until `open` is dropped. */
  deafen(): number {
    const lost = this.detach();
    this.#open = false;
    this.#deaf = true;
    return lost;
  }

  /** As `detach`, and nobody will come to read what waits. */
  close(): number {
    return this.#end(false);
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

  /** Somebody waited for them to be taken, and they are not yet: he need not wait again. */
  get repliesGivenUp(): boolean {
    return this.#repliesGivenUp;
  }

  /** The rest of a reply is left out, as nobody reads what was written of it. */
  cutReply(): void {
    this.#repliesGivenUp = true;
    this.#dropReply();
  }

  get queuedBytes(): number {
    return this.#events.bytes + this.#replies.bytes + this.#inFlight.octets.length;
  }

  /** Whether the sink would take something, and was given nothing. */
  get idle(): boolean {
    return this.#sink !== undefined && this.#inFlight.lines === 0;
  }

  /** Octets on their way to the disk, under `spill`. */
  get unwrittenBytes(): number {
    return this.#events.unwrittenBytes;
  }

  stats(): QueueStats {
    const lane = this.#events.stats();
    return {
      ...lane,
      offeredEvents: lane.offeredEvents + this.#refused,
      droppedEvents: lane.droppedEvents + this.#refused,
      queuedBytes: this.queuedBytes,
      queuedLines: this.#events.length + this.#replies.length + this.#inFlight.lines,
      queuedEvents: this.#events.length + this.#inFlight.events,
      writtenEvents: this.#writtenEvents,
      droppedReplies: this.#droppedReplies,
      writtenLines: this.#writtenLines,
      writtenBytes: this.#writtenBytes,
    };
  }

  /** Who comes next is told of it, where what waits is there for it. */
  #refuse(events: number, from?: string): void {
    if (this.#deaf && this.#events.outlives) this.#events.refuse(events, from);
    else this.#refused += events;
  }

  #end(keep: boolean): number {
    this.#sink = undefined;
    this.#open = keep;
    if (this.#deaf && keep) this.#events.tellGap();
    this.#deaf = false;
    if (this.#pumping !== undefined) clearImmediate(this.#pumping);
    this.#pumping = undefined;
    const replies = this.#replies.length + this.#inFlight.lines - this.#inFlight.events;
    const before = this.#events.stats().droppedEvents;
    this.#events.lost(this.#inFlight.events);
    if (!keep) this.#events.clear();
    this.#droppedReplies += replies;
    this.#inFlight = NO_LINES;
    this.#replies.clear();
    this.#settle();
    this.#settleReplies();
    return this.#events.stats().droppedEvents - before + replies;
  }

  #offerReply(line: Line): boolean {
    const bytes = sizeOf(line);
    // without a sink who asked is gone: under `spill` the queue is there for who comes next, and is no answer to it
    const isHeard = this.#open && this.#sink !== undefined;
    if (isHeard && this.#replies.bytes + bytes <= this.#limits.replyBytes) {
      this.#replies.push(line, bytes, ASKED);
      this.#wake();
      return true;
    }
    this.#dropReply(isHeard);
    return false;
  }

  #dropReply(isHeard = true): void {
    this.#droppedReplies++;
    if (!this.#repliesDropping && isHeard) this.#options.onDrop?.('reply');
    this.#repliesDropping = true;
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
    this.#events.prepare();
    const chunk = this.#chunks.next();
    if (this.#replies.length === 0) this.#settleReplies();
    if (chunk.lines === 0) {
      if (this.#empty()) this.#settle();
      return;
    }
    this.#inFlight = chunk;
    sink.write(chunk.octets, (err) => {
      if (this.#sink !== sink) return;
      if (err) return; // whoever hears the sink's error detaches: this chunk is lost with the rest
      this.#inFlight = NO_LINES;
      this.#writtenLines += chunk.lines;
      this.#writtenEvents += chunk.events;
      this.#writtenBytes += chunk.octets.length;
      giveBack(chunk.octets);
      this.#wake();
    });
  }

  #empty(): boolean {
    return this.#events.empty && this.#replies.length + this.#inFlight.lines === 0;
  }

  /** They all were taken. */
  #settleReplies(): void {
    this.#repliesDropping = false;
    this.#repliesGivenUp = false;
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
