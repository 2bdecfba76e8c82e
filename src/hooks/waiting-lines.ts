import { Fifo, type Line, sizeOf } from './fifo.ts';

/** Lines that wait in memory: what is to be told before a snapshot, the snapshot, which is made as it is taken, and the rest. */
export class WaitingLines {
  readonly ahead = new Fifo();
  readonly events = new Fifo();
  /** Lines of snapshots that were made. */
  snapshotLines = 0;
  #snapshot: Iterator<Line> | undefined;
  #nextOfSnapshot: { readonly line: Line; readonly bytes: number } | undefined;

  get bytes(): number {
    return this.ahead.bytes + this.events.bytes + (this.#nextOfSnapshot?.bytes ?? 0);
  }

  get length(): number {
    return this.ahead.length + this.events.length + (this.#nextOfSnapshot === undefined ? 0 : 1);
  }

  /** Whether there may be more of it. */
  get snapshotGoesOn(): boolean {
    return this.#snapshot !== undefined;
  }

  /** Comes behind what waits, and before what is added from now on. */
  tellSnapshot(snapshot: Iterator<Line>): void {
    moveAll(this.events, this.ahead);
    this.dropSnapshot();
    this.#snapshot = snapshot;
  }

  /** What is left of it: it was made for who is gone. */
  dropSnapshot(): void {
    this.#snapshot = undefined;
    if (this.#nextOfSnapshot !== undefined) this.snapshotLines--;
    this.#nextOfSnapshot = undefined;
  }

  /** Comes before all that waits. */
  putFirst(line: Line): void {
    const behind = new Fifo();
    moveAll(this.ahead, behind);
    this.ahead.push(line, sizeOf(line));
    moveAll(behind, this.ahead);
  }

  /** Octets of the next line; undefined: there is none now. */
  get nextBytes(): number | undefined {
    if (this.ahead.length > 0) return this.ahead.headBytes;
    if (this.#snapshot !== undefined && this.#advance()) return this.#nextOfSnapshot?.bytes;
    return this.events.headBytes;
  }

  /** Events of that line, or of those lines. */
  get nextEvents(): number {
    if (this.ahead.length > 0) return this.ahead.headEvents;
    return this.#nextOfSnapshot === undefined ? this.events.headEvents : 1;
  }

  /** Only after `nextBytes` was a number. */
  take(): Line {
    if (this.ahead.length > 0) return this.ahead.shift();
    if (this.#nextOfSnapshot === undefined) return this.events.shift();
    const { line } = this.#nextOfSnapshot;
    this.#nextOfSnapshot = undefined;
    return line;
  }

  clear(): void {
    this.ahead.clear();
    this.events.clear();
    this.#snapshot = undefined;
    this.#nextOfSnapshot = undefined;
  }

  #advance(): boolean {
    if (this.#nextOfSnapshot !== undefined) return true;
    const next = this.#snapshot?.next();
    if (next === undefined || next.done === true) {
      this.#snapshot = undefined;
      return false;
    }
    this.snapshotLines++;
    this.#nextOfSnapshot = { line: next.value, bytes: sizeOf(next.value) };
    return true;
  }
}

function moveAll(from: Fifo, to: Fifo): void {
  while (from.length > 0) {
    const bytes = from.headBytes ?? 0;
    const events = from.headEvents;
    to.push(from.shift(), bytes, undefined, events);
  }
}
