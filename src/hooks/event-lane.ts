import { Backpressure } from './backpressure.ts';
import { eachLine, type Fifo, type Line, sizeOf } from './fifo.ts';
import { giveBack } from './lease.ts';
import { LineMemory } from './line-memory.ts';
import { Losses } from './losses.ts';
import type { LaneOptions, LaneStats } from './overflow.ts';
import type { Recalled } from './spill.ts';
import { SpilledEvents } from './spilled-events.ts';
import type { WaitingLines } from './waiting-lines.ts';

/** More than any gap line has but for its peers. */
const GAP_BYTES = 256;
/** Less than this in memory, and more is fetched from the disk. */
const REFILL_BYTES = 128 * 1024;

/** Events and states that wait, in the order in which they happened, and what becomes of them when they are too many. */
export class EventLane {
  /** In memory, in the order in which they are taken. */
  readonly waiting: WaitingLines;
  readonly #events: Fifo;
  readonly #memory: LineMemory;
  readonly #options: LaneOptions;
  readonly #disk: SpilledEvents | undefined;
  readonly #losses: Losses;
  readonly #backpressure: Backpressure;
  /** Events are left out until the gap is told. */
  #refusing = false;
  #wantsSnapshot = false;
  #killing = false;
  #offered = 0;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#losses = new Losses(options);
    this.#memory = new LineMemory(options.limits, this.#losses);
    this.waiting = this.#memory.waiting;
    this.#events = this.waiting.events;
    this.#backpressure = new Backpressure(options.clock, (blocked) => options.onBlock?.(blocked));
    const { overflow } = options;
    if (overflow.policy !== 'spill') return;
    this.#disk = new SpilledEvents({
      ...overflow,
      onLost: (lines, owner) => {
        this.#losses.count(owner, lines);
        this.#refusing = true;
        options.onReady();
      },
      onMoved: options.onSpill,
      onDisk: options.onDisk,
      onRecalled: (recalled) => this.#recalled(recalled),
    });
  }

  /** Whether what waits outlives the process. */
  get outlives(): boolean {
    return this.#disk !== undefined;
  }

  get bytes(): number {
    return this.waiting.bytes;
  }

  /** Octets on their way to the disk. */
  get unwrittenBytes(): number {
    return this.#disk?.unwrittenBytes ?? 0;
  }

  get length(): number {
    return this.waiting.length + (this.#disk?.lines ?? 0);
  }

  get empty(): boolean {
    return (
      this.length === 0 && !this.#losses.untold && !this.waiting.snapshotGoesOn && this.#disk?.inUse !== true
    );
  }

  /** There is too little memory for what waits: under `resync` it is dropped as if the queue was full. */
  relieve(): void {
    if (this.#options.overflow.policy !== 'resync' || this.#events.length === 0) return;
    if (this.#resync()) this.#refusing = true;
  }

  /** @param from whose event it is, to count what is dropped by peers. False: dropped. */
  offer(lane: 'state' | 'event', line: Line, from = ''): boolean {
    if (this.#refusing && this.#disk !== undefined) this.tellGap();
    this.#offered++;
    const owner = lane === 'event' ? from : undefined;
    if (this.#disk?.inUse === true) return this.#overflow(lane, line, owner);
    const bytes = sizeOf(line);
    if (lane === 'state' && this.#hasRoom(lane, bytes + GAP_BYTES)) this.#tellBeforeState();
    if (!this.#hasRoom(lane, bytes)) return this.#overflow(lane, line, owner);
    this.#events.push(line, bytes, owner);
    return true;
  }

  /** Lines of so many events at once, one line each: as one entry while there is room for all or for none, else one by one. */
  offerRun(octets: Uint8Array, events: number, from = ''): void {
    if (this.#refusing && this.#disk !== undefined) this.tellGap();
    if (this.#takeRun(octets, events, from) || this.#overflowOfRun(octets, events, from)) {
      this.#offered += events;
      return;
    }
    for (const line of eachLine(octets)) this.offer('event', line, from);
    giveBack(octets);
  }

  /** The state of the world comes behind what waits, and after it what is offered from then on. */
  tellSnapshot(): void {
    this.waiting.dropSnapshot();
    if (this.#disk?.inUse === true) {
      this.#disk.onceEmpty(() => this.tellSnapshot());
      return;
    }
    const snapshot = this.#options.snapshot?.();
    if (snapshot !== undefined) this.waiting.tellSnapshot(snapshot);
  }

  /** To be called before lines are taken: the process reads. */
  prepare(): void {
    if (this.#backpressure.on && !this.#memory.isCrowded) this.#backpressure.end();
    if (this.#losses.untold) this.tellGap();
    if (this.#events.bytes <= REFILL_BYTES) this.#disk?.refill();
  }

  /** What nobody reads, while nobody does: the next one is told how much it was. */
  refuse(events: number, from?: string): void {
    this.#offered += events;
    this.#losses.count(from, events);
  }

  /** Lines that were taken and may not have arrived. Who comes next is told so before anything else. */
  lost(lines: number): void {
    this.#losses.lost(lines, this.outlives ? (line) => this.waiting.putFirst(line) : undefined);
  }

  /** Forgets what waits in memory, which is lost. */
  clear(): void {
    this.#losses.lost(this.length - (this.#disk?.lines ?? 0));
    this.waiting.clear();
    this.#losses.forget();
    this.#refusing = false;
    this.#wantsSnapshot = false;
    this.#killing = false;
    this.#backpressure.end();
  }

  stats(): LaneStats {
    return {
      offeredEvents: this.#offered + this.#losses.gaps + this.waiting.snapshotLines,
      droppedEvents: this.#losses.dropped,
      spilledEvents: this.#disk?.spilled ?? 0,
      spillBytes: this.#disk?.bytes ?? 0,
      gaps: this.#losses.gaps,
      snapshotLines: this.waiting.snapshotLines,
      blocked: this.#backpressure.on,
    };
  }

  #hasRoom(lane: 'state' | 'event', bytes: number, events?: number): boolean {
    if (lane === 'event' && this.#refusing) return false;
    return this.#memory.hasRoom(lane, bytes, events);
  }

  #takeRun(octets: Uint8Array, events: number, from: string): boolean {
    if (this.#disk?.inUse !== true && this.#hasRoom('event', octets.length, events)) {
      this.#events.push(octets, octets.length, from, events);
      return true;
    }
    if (!this.#appended(octets, events, from)) return false;
    giveBack(octets);
    return true;
  }

  /** There is no room for all of them: where that can be settled at once it is. False: each line is to be looked at. */
  #overflowOfRun(octets: Uint8Array, events: number, from: string): boolean {
    const { policy } = this.#options.overflow;
    const isSmall = this.#memory.isSmall(octets.length, events);
    if (policy === 'drop-oldest' && isSmall && this.#memory.makeRoom('event', octets.length, events)) {
      this.#events.push(octets, octets.length, from, events);
      return true;
    }
    if (!this.#refusing) return false;
    this.#losses.count(from, events);
    giveBack(octets);
    return true;
  }

  /** There was no room. True: the line was taken in nevertheless. */
  #overflow(lane: 'state' | 'event', line: Line, owner: string | undefined): boolean {
    switch (this.#options.overflow.policy) {
      case 'spill':
        if (this.#appended(line, 1, owner)) return true;
        break;
      case 'drop-oldest':
        return this.#memory.replaceOldest(lane, line, owner);
      case 'block':
        if (this.#block(line, owner)) return true;
        break;
      case 'resync':
        // once: to look whether there is a state to tell takes longer than to drop a line
        if (!this.#refusing) this.#resync();
        break;
      case 'kill':
        this.#kill();
        break;
      case 'drop-newest':
        break;
    }
    this.#refusing = true;
    this.#losses.count(owner);
    return false;
  }

  /** What was on its way here still finds room. */
  #block(line: Line, owner: string | undefined): boolean {
    const { overflow } = this.#options;
    const bytes = sizeOf(line);
    if (this.#refusing || overflow.policy !== 'block' || !this.#memory.hasRoomForLate(bytes)) return false;
    this.#events.push(line, bytes, owner);
    this.#backpressure.begin(overflow.limitSeconds, () => this.#blockedTooLong());
    return true;
  }

  #blockedTooLong(): void {
    this.#resync();
    this.#refusing = true;
    this.#backpressure.end();
  }

  /** Where no state can be told afterwards, what waits stays: it cannot be made up for. */
  #resync(): boolean {
    if (this.#options.snapshot?.() === undefined) return false;
    this.#memory.evictAll();
    this.#wantsSnapshot = true;
    return true;
  }

  #kill(): void {
    this.#memory.evictAll();
    if (this.#killing) return;
    this.#killing = true;
    this.#options.onKill?.();
  }

  #tellGapIn(lines: Fifo): void {
    this.#gapTold((line) => {
      lines.push(line, sizeOf(line));
      return true;
    });
  }

  /** If so, what comes is taken again. */
  #gapTold(take: (line: Line, onLost: () => void) => boolean): void {
    if (this.#losses.tell(take)) this.#refusing = false;
  }

  /** What is left out happened before it. Under `resync` the snapshot will tell the state again. */
  #tellBeforeState(): void {
    const { policy } = this.#options.overflow;
    if (!this.#losses.untold || this.#wantsSnapshot || policy === 'drop-oldest' || policy === 'kill') return;
    this.#tellGapIn(this.#events);
  }

  /**
   * Tells what was left out, before what comes from now on: with half of the queue free, not with the first free octet,
   * else gaps and events would alternate line by line. What was dropped at the head is told at the head.
   */
  tellGap(): void {
    if (!this.#losses.untold || this.#killing) return;
    const disk = this.#disk;
    if (disk !== undefined && (disk.inUse || this.#memory.isCrowded)) {
      // what waits comes first
      if (disk.roomy) this.#gapTold((line, onLost) => disk.appendGap(line, onLost));
      return;
    }
    const oldest = this.#options.overflow.policy === 'drop-oldest';
    if (!oldest && this.#memory.isCrowded) return;
    if ((oldest || this.#wantsSnapshot) && this.waiting.snapshotGoesOn) return;
    this.#tellGapIn(oldest ? this.waiting.ahead : this.#events);
    if (this.#wantsSnapshot) this.tellSnapshot();
    this.#wantsSnapshot = false;
  }

  /** False: the disk takes no more, is not to take it, or there is none. */
  #appended(lines: Line, events: number, owner: string | undefined): boolean {
    if (this.#refusing || this.#disk?.append(lines, events, owner) !== true) return false;
    this.#options.onReady();
    return true;
  }

  #recalled({ records, recovered }: Recalled): void {
    for (const { octets, events } of records) {
      if (recovered) this.#offered += events;
      this.#events.push(octets, octets.length, undefined, events);
    }
    this.#options.onReady();
  }
}
