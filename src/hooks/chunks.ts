import type { Fifo } from './fifo.ts';
import { giveBack, lend } from './lease.ts';
import type { WaitingLines } from './waiting-lines.ts';

const CHUNK_BYTES = 64 * 1024;
/** Lines of so many octets are a chunk as they are. */
const LARGE_BYTES = CHUNK_BYTES / 2;

/** Lines that are written in one go. */
export interface Chunk {
  readonly octets: Uint8Array;
  readonly lines: number;
  /** How many of the lines are no replies. */
  readonly events: number;
}

export const NO_LINES: Chunk = { octets: new Uint8Array(0), lines: 0, events: 0 };

/** Takes the lines of two queues, replies first, a chunk at a time. */
export class Chunks {
  readonly #replies: Fifo;
  readonly #waiting: WaitingLines;
  readonly #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);

  constructor(replies: Fifo, waiting: WaitingLines) {
    this.#replies = replies;
    this.#waiting = waiting;
  }

  /** The next; its octets are its own until they are given back. */
  next(): Chunk {
    let used = 0;
    let lines = 0;
    let events = 0;
    for (;;) {
      const isReply = this.#replies.length > 0;
      const size = isReply ? this.#replies.headBytes : this.#waiting.nextBytes;
      if (size === undefined) break;
      if (used + size > CHUNK_BYTES && lines > 0) break;
      if (!isReply) events += this.#waiting.nextEvents;
      lines += isReply ? this.#replies.headEvents : this.#waiting.nextEvents;
      const line = isReply ? this.#replies.shift() : this.#waiting.take();
      if (used === 0 && size >= LARGE_BYTES && typeof line !== 'string')
        return { octets: line, lines, events };
      if (used + size > CHUNK_BYTES) return { octets: Buffer.from(line), lines, events };
      if (typeof line === 'string') this.#chunk.write(line, used, 'utf8');
      else {
        this.#chunk.set(line, used);
        if (size >= LARGE_BYTES) giveBack(line);
      }
      used += size;
    }
    return { octets: lend(new Uint8Array(this.#chunk.buffer, 0, used), 1), lines, events };
  }
}
