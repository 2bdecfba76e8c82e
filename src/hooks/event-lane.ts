import { Fifo, type Line } from './fifo.ts';
import { type Gap, GapCount } from './gap.ts';
import { giveBack } from './lease.ts';
import { Spill } from './spill.ts';

/**
 * What goes when a process does not read fast enough:
 * - `resync`: the waiting events, and all that follow until it reads again; then a gap and a snapshot are told.
 *   Where there is no state to tell, as `drop-newest`;
 * - `block`: nothing for so long: whoever feeds the queue waits. Beyond the time, and at twice the limit, as `resync`;
 * - `drop-newest`: what comes, until half of the queue is free; `drop-oldest`: what waited longest;
 * - `spill`: what comes goes to disk, and is told in order; where the disk is full, as `drop-newest`;
 * - `kill`: everything, and the process.
 */
export type Overflow =
  | { readonly policy: 'resync' | 'drop-newest' | 'drop-oldest' | 'kill' }
  | { readonly policy: 'block'; readonly limitSeconds: number }
  | {
      readonly policy: 'spill';
      readonly directory: string;
      readonly limitBytes: number;
      /** Of the process; names the files. */
      readonly name: string;
    };

export interface LaneLimits {
  readonly eventBytes: number;
  readonly eventLines: number;
  /** What state events may take beyond. */
  readonly stateBytes: number;
}

export interface LaneOptions {
  readonly limits: LaneLimits;
  readonly overflow: Overflow;
  readonly clock: { wall(): number; after(ms: number, action: () => void): () => void };
  readonly gap: (gap: Gap) => Line;
  /** The state of the world, to be told after a gap under `resync`. */
  readonly snapshot?: (() => Iterator<Line> | undefined) | undefined;
  /** Something can be taken that could not before. */
  readonly onReady: () => void;
  readonly onDrop: () => void;
  readonly onBlock?: ((blocked: boolean) => void) | undefined;
  readonly onKill?: (() => void) | undefined;
  /** Under `spill`: the disk was given something, or took it. */
  readonly onSpill?: (() => void) | undefined;
}

export interface LaneStats {
  readonly offeredEvents: number;
  readonly droppedEvents: number;
  readonly spilledEvents: number;
  readonly spillBytes: number;
  readonly gaps: number;
  readonly snapshotLines: number;
  readonly blocked: boolean;
}

/** More than any gap line has but for its peers. */
const GAP_BYTES = 256;
/** Less than this in memory, and more is fetched from the disk. */
const REFILL_BYTES = 128 * 1024;
const NEWLINE = 0x0a;

/** Events and states that wait, in the order in which they happened, and what becomes of them when they are too many. */
export class EventLane {
  readonly #options: LaneOptions;
  readonly #spill: Spill | undefined;
  /** What is to be written before the snapshot. */
  #ahead = new Fifo();
  #snapshot: Iterator<Line> | undefined;
  #nextOfSnapshot: { readonly line: Line; readonly bytes: number } | undefined;
  #events = new Fifo();
  #gap: GapCount | undefined;
  /** Events are left out until the gap is told. */
  #refusing = false;
  #wantsSnapshot = false;
  #killing = false;
  #loading = false;
  #unblock: (() => void) | undefined;
  #offered = 0;
  #dropped = 0;
  #spilled = 0;
  #gaps = 0;
  #snapshotLines = 0;

  constructor(options: LaneOptions) {
    this.#options = options;
    const { overflow } = options;
    if (overflow.policy !== 'spill') return;
    this.#spill = new Spill({
      ...overflow,
      onLost: (lines) => this.#count(undefined, lines),
      onMoved: options.onSpill,
    });
  }

  /** Whether what waits outlives the process. */
  get outlives(): boolean {
    return this.#spill !== undefined;
  }

  get bytes(): number {
    return this.#ahead.bytes + this.#events.bytes + (this.#nextOfSnapshot?.bytes ?? 0);
  }

  /** Octets on their way to the disk. */
  get unwrittenBytes(): number {
    return this.#spill?.unwrittenBytes ?? 0;
  }

  get length(): number {
    const snapshot = this.#nextOfSnapshot === undefined ? 0 : 1;
    return this.#ahead.length + this.#events.length + snapshot + (this.#spill?.lines ?? 0);
  }

  get empty(): boolean {
    return (
      this.length === 0 &&
      this.#gap === undefined &&
      this.#snapshot === undefined &&
      !this.#loading &&
      this.#spill?.empty !== false
    );
  }

  /** There is too little memory for what waits: under `resync` it is dropped as if the queue was full. */
  relieve(): void {
    if (this.#options.overflow.policy !== 'resync' || this.#events.length === 0) return;
    if (this.#resync()) this.#refusing = true;
  }

  /** @param from whose event it is, to count what is dropped by peers. False: dropped. */
  offer(lane: 'state' | 'event', line: Line, from = ''): boolean {
    this.#offered++;
    const owner = lane === 'event' ? from : undefined;
    if (this.#onDisk()) return this.#toDisk(line, owner);
    const bytes = sizeOf(line);
    if (lane === 'state' && this.#hasRoom(lane, bytes + GAP_BYTES)) this.#tellBeforeState();
    if (!this.#hasRoom(lane, bytes)) return this.#overflow(lane, line, owner);
    this.#events.push(line, bytes, owner);
    return true;
  }

  /** Lines of so many events at once, one line each: as one entry while there is room for all, else one by one. */
  offerRun(octets: Uint8Array, events: number, from = ''): void {
    if (this.#takeRun(octets, events, from)) {
      this.#offered += events;
      return;
    }
    for (let at = 0; at < octets.length; ) {
      const end = octets.indexOf(NEWLINE, at) + 1;
      this.offer('event', octets.slice(at, end), from);
      at = end;
    }
  }

  /** The state of the world comes next, and after it what is offered from now on. */
  tellSnapshot(): void {
    const snapshot = this.#options.snapshot?.();
    if (snapshot === undefined) return;
    for (; this.#events.length > 0; ) {
      const bytes = this.#events.headBytes ?? 0;
      const events = this.#events.headEvents;
      this.#ahead.push(this.#events.shift(), bytes, undefined, events);
    }
    this.#snapshot = snapshot;
    this.#nextOfSnapshot = undefined;
  }

  /** To be called before lines are taken: the process reads. */
  prepare(): void {
    if (this.#unblock !== undefined && !this.#crowded()) this.#unblock();
    if (this.#gap !== undefined) this.#tellGap();
    this.#refill();
  }

  /** Octets of the next line; undefined: there is none now. */
  get nextBytes(): number | undefined {
    if (this.#ahead.length > 0) return this.#ahead.headBytes;
    if (this.#snapshot !== undefined && this.#advance()) return this.#nextOfSnapshot?.bytes;
    return this.#events.headBytes;
  }

  /** Events of that line, or of those lines. */
  get nextEvents(): number {
    if (this.#ahead.length > 0) return this.#ahead.headEvents;
    return this.#nextOfSnapshot === undefined ? this.#events.headEvents : 1;
  }

  /** Only after `nextBytes` was a number. */
  take(): Line {
    if (this.#ahead.length > 0) return this.#ahead.shift();
    if (this.#nextOfSnapshot === undefined) return this.#events.shift();
    const { line } = this.#nextOfSnapshot;
    this.#nextOfSnapshot = undefined;
    return line;
  }

  /** Lines that were taken and may not have arrived. */
  lost(lines: number): void {
    this.#dropped += lines;
    if (!this.outlives || lines === 0) return;
    this.#gap ??= new GapCount(this.#options.clock.wall());
    this.#gap.add(undefined, lines);
  }

  /** Forgets what waits in memory, which is lost. */
  clear(): void {
    this.#dropped += this.length - (this.#spill?.lines ?? 0);
    this.#ahead.clear();
    this.#events.clear();
    this.#snapshot = undefined;
    this.#nextOfSnapshot = undefined;
    this.#gap = undefined;
    this.#refusing = false;
    this.#wantsSnapshot = false;
    this.#killing = false;
    this.#unblock?.();
  }

  stats(): LaneStats {
    return {
      offeredEvents: this.#offered,
      droppedEvents: this.#dropped,
      spilledEvents: this.#spilled,
      spillBytes: this.#spill?.bytes ?? 0,
      gaps: this.#gaps,
      snapshotLines: this.#snapshotLines,
      blocked: this.#unblock !== undefined,
    };
  }

  #hasRoom(lane: 'state' | 'event', bytes: number, events = 1): boolean {
    const { eventBytes, eventLines, stateBytes } = this.#options.limits;
    const used = this.#ahead.bytes + this.#events.bytes + bytes;
    if (lane === 'state') return used <= eventBytes + stateBytes;
    if (this.#refusing) return false;
    return used <= eventBytes && this.#ahead.length + this.#events.length + events <= eventLines;
  }

  #takeRun(octets: Uint8Array, events: number, from: string): boolean {
    if (!this.#onDisk() && this.#hasRoom('event', octets.length, events)) {
      this.#events.push(octets, octets.length, from, events);
      return true;
    }
    if (!this.#appended(octets, events)) return false;
    giveBack(octets);
    return true;
  }

  #crowded(): boolean {
    const { eventBytes, eventLines } = this.#options.limits;
    return this.#events.bytes > eventBytes / 2 || this.#events.length > eventLines / 2;
  }

  /** There was no room. True: the line was taken in nevertheless. */
  #overflow(lane: 'state' | 'event', line: Line, owner: string | undefined): boolean {
    switch (this.#options.overflow.policy) {
      case 'spill':
        return this.#toDisk(line, owner);
      case 'drop-oldest':
        return this.#replaceOldest(lane, line, owner);
      case 'block':
        if (this.#block(line, owner)) return true;
        break;
      case 'resync':
        this.#resync();
        break;
      case 'kill':
        this.#kill();
        break;
      case 'drop-newest':
        break;
    }
    this.#refusing = true;
    this.#count(owner);
    return false;
  }

  #replaceOldest(lane: 'state' | 'event', line: Line, owner: string | undefined): boolean {
    const bytes = sizeOf(line);
    while (!this.#hasRoom(lane, bytes)) {
      const evicted = this.#events.evict();
      if (evicted === undefined) {
        this.#count(owner);
        return false;
      }
      this.#count(evicted.owner, evicted.events);
    }
    this.#events.push(line, bytes, owner);
    return true;
  }

  /** What was on its way here still finds room, up to twice the limit. */
  #block(line: Line, owner: string | undefined): boolean {
    const { limits, overflow, clock, onBlock } = this.#options;
    const bytes = sizeOf(line);
    if (this.#refusing || overflow.policy !== 'block') return false;
    if (this.#events.bytes + bytes > limits.eventBytes * 2) return false;
    if (this.#events.length >= limits.eventLines * 2) return false;
    this.#events.push(line, bytes, owner);
    if (this.#unblock !== undefined) return true;
    const cancel = clock.after(overflow.limitSeconds * 1000, () => this.#blockedTooLong());
    this.#unblock = () => {
      cancel();
      this.#unblock = undefined;
      onBlock?.(false);
    };
    onBlock?.(true);
    return true;
  }

  #blockedTooLong(): void {
    this.#resync();
    this.#refusing = true;
    this.#unblock?.();
  }

  /** Where no state can be told afterwards, what waits stays: it cannot be made up for. */
  #resync(): boolean {
    if (this.#options.snapshot?.() === undefined) return false;
    this.#evictAll();
    this.#wantsSnapshot = true;
    return true;
  }

  #kill(): void {
    this.#evictAll();
    if (this.#killing) return;
    this.#killing = true;
    this.#options.onKill?.();
  }

  #evictAll(): void {
    for (let gone = this.#events.evict(); gone !== undefined; gone = this.#events.evict()) {
      this.#count(gone.owner, gone.events);
    }
  }

  #count(owner: string | undefined, lines = 1): void {
    this.#dropped += lines;
    if (this.#gap === undefined) {
      this.#gap = new GapCount(this.#options.clock.wall());
      this.#options.onDrop();
    }
    this.#gap.add(owner, lines);
  }

  #gapLine(gap: GapCount): Line {
    return this.#options.gap(gap.told(this.#options.clock.wall()));
  }

  #gapTold(): void {
    this.#gap = undefined;
    this.#refusing = false;
    this.#gaps++;
    this.#offered++;
  }

  /** What is left out happened before it. Under `resync` the snapshot will tell the state again. */
  #tellBeforeState(): void {
    const { policy } = this.#options.overflow;
    if (this.#gap === undefined || this.#wantsSnapshot || policy === 'drop-oldest' || policy === 'kill')
      return;
    const line = this.#gapLine(this.#gap);
    this.#gapTold();
    this.#events.push(line, sizeOf(line));
  }

  /**
   * With half of the queue free, not with the first free octet: else gaps and events would alternate line by
   * line. What was dropped at the head is told at the head.
   */
  #tellGap(): void {
    if (this.#gap === undefined || this.#killing) return;
    if (this.#onDisk()) {
      // what waits on disk comes first
      if (this.#spill?.roomy === true && this.#spill.append(this.#gapLine(this.#gap))) this.#gapTold();
      return;
    }
    const oldest = this.#options.overflow.policy === 'drop-oldest';
    if (!oldest && this.#crowded()) return;
    if ((oldest || this.#wantsSnapshot) && this.#snapshot !== undefined) return;
    const line = this.#gapLine(this.#gap);
    this.#gapTold();
    (oldest ? this.#ahead : this.#events).push(line, sizeOf(line));
    if (this.#wantsSnapshot) this.tellSnapshot();
    this.#wantsSnapshot = false;
  }

  #advance(): boolean {
    if (this.#nextOfSnapshot !== undefined) return true;
    const next = this.#snapshot?.next();
    if (next === undefined || next.done === true) {
      this.#snapshot = undefined;
      return false;
    }
    this.#offered++;
    this.#snapshotLines++;
    this.#nextOfSnapshot = { line: next.value, bytes: sizeOf(next.value) };
    return true;
  }

  /** What comes must follow what is on disk. */
  #onDisk(): boolean {
    return this.#spill !== undefined && (this.#loading || !this.#spill.empty);
  }

  #toDisk(line: Line, owner: string | undefined): boolean {
    if (this.#appended(line, 1)) return true;
    this.#refusing = true;
    this.#count(owner);
    return false;
  }

  /** False: the disk takes no more, is not to take it, or there is none. */
  #appended(lines: Line, events: number): boolean {
    if (this.#gap !== undefined && this.#refusing) this.#tellGap();
    if (this.#refusing || this.#spill?.append(lines, events) !== true) return false;
    this.#spilled += events;
    this.#options.onReady();
    return true;
  }

  #refill(): void {
    const spill = this.#spill;
    if (spill === undefined || spill.empty || this.#loading || this.#events.bytes > REFILL_BYTES) return;
    this.#loading = true;
    void spill.read().then(({ records, recovered }) => {
      this.#loading = false;
      for (const { octets, events } of records) {
        if (recovered) this.#offered += events;
        this.#events.push(octets, octets.length, undefined, events);
      }
      this.#options.onReady();
    });
  }
}

export function sizeOf(line: Line): number {
  return typeof line === 'string' ? Buffer.byteLength(line) : line.length;
}
