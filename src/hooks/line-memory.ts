import { type Line, sizeOf } from './fifo.ts';
import { giveBack } from './lease.ts';
import type { Losses } from './losses.ts';
import type { LaneLimits } from './overflow.ts';
import { WaitingLines } from './waiting-lines.ts';

/** Of the limits: for a run that takes less few lines go, so that it is let in as a whole. */
const SMALL_SHARE = 1 / 8;

/** What waits in memory for one process, what it may take, and what goes where it is too much. */
export class LineMemory {
  /** In the order in which they are taken. */
  readonly waiting = new WaitingLines();
  readonly #events = this.waiting.events;
  readonly #limits: LaneLimits;
  readonly #losses: Losses;

  constructor(limits: LaneLimits, losses: Losses) {
    this.#limits = limits;
    this.#losses = losses;
  }

  /** For so many events, whose lines take so many octets. State events have more. */
  hasRoom(lane: 'state' | 'event', bytes: number, events = 1): boolean {
    const { eventBytes, eventLines, stateBytes } = this.#limits;
    const { ahead } = this.waiting;
    const used = ahead.bytes + this.#events.bytes + bytes;
    if (lane === 'state') return used <= eventBytes + stateBytes;
    return used <= eventBytes && ahead.length + this.#events.length + events <= eventLines;
  }

  /** For a line that was on its way when what feeds the process was told to wait: up to twice the limit. */
  hasRoomForLate(bytes: number): boolean {
    const { eventBytes, eventLines } = this.#limits;
    return this.#events.bytes + bytes <= eventBytes * 2 && this.#events.length < eventLines * 2;
  }

  /** More than half of it is in use. */
  get isCrowded(): boolean {
    const { eventBytes, eventLines } = this.#limits;
    return this.#events.bytes > eventBytes / 2 || this.#events.length > eventLines / 2;
  }

  /** Whether events of so many octets can be settled together: few of those that wait have to go for them. */
  isSmall(bytes: number, events: number): boolean {
    const { eventBytes, eventLines } = this.#limits;
    return bytes < eventBytes * SMALL_SHARE && events < eventLines * SMALL_SHARE;
  }

  /** Takes the line in, for which what waited longest goes. False: that was not enough, and it is dropped. */
  replaceOldest(lane: 'state' | 'event', line: Line, owner: string | undefined): boolean {
    const bytes = sizeOf(line);
    const isRoom = this.makeRoom(lane, bytes);
    if (isRoom) this.#events.push(line, bytes, owner);
    else this.#losses.count(owner);
    return isRoom;
  }

  /** What waited longest goes. False: that was not enough. */
  makeRoom(lane: 'state' | 'event', bytes: number, events = 1): boolean {
    while (!this.hasRoom(lane, bytes, events)) {
      if (!this.#evict()) return false;
    }
    return true;
  }

  /** All events go that may. */
  evictAll(): void {
    while (this.#evict());
  }

  /** The event, or the run of them, that waited longest goes. False: there is none that may. */
  #evict(): boolean {
    const gone = this.#events.evict();
    if (gone === undefined) return false;
    this.#losses.count(gone.owner, gone.events);
    if (typeof gone.line !== 'string') giveBack(gone.line);
    return true;
  }
}
