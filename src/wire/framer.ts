/** How a protocol tells where its messages end. */
export interface Framing {
  /** Octets that must be present before `lengthOf` may be asked. */
  readonly headerLength: number;
  /**
   * The whole length, header included, of the message that starts at `octets[at]`.
   * @throws whatever the protocol raises for a broken header; the framer is of no use afterwards
   */
  lengthOf(octets: Uint8Array, at: number): number;
}

/**
 * Cuts a stream of octets into messages. Messages that arrive whole in one chunk are views of that chunk;
 * only one that spans chunks is copied. Memory is bounded by one message.
 */
export class Framer {
  readonly #framing: Framing;
  #pending: Uint8Array | undefined;
  #have = 0;

  constructor(framing: Framing) {
    this.#framing = framing;
  }

  /** Octets kept of a message that is not complete yet. */
  get pending(): number {
    return this.#have;
  }

  /** The messages that `chunk` completes, in order. A view is valid until the next call. */
  *push(chunk: Uint8Array): Generator<Uint8Array, void, void> {
    let at = 0;
    if (this.#pending !== undefined) {
      at = this.#fill(chunk, 0, this.#framing.headerLength);
      if (this.#have < this.#framing.headerLength) return;
      const length = this.#framing.lengthOf(this.#pending, 0);
      at = this.#fill(chunk, at, length);
      if (this.#have < length) return;
      const whole = this.#pending.subarray(0, length);
      this.#pending = undefined;
      this.#have = 0;
      yield whole;
    }
    while (chunk.length - at >= this.#framing.headerLength) {
      const length = this.#framing.lengthOf(chunk, at);
      if (chunk.length - at < length) break;
      yield chunk.subarray(at, at + length);
      at += length;
    }
    if (at < chunk.length) this.#fill(chunk, at, chunk.length - at);
  }

  /** Copies from `chunk` until `want` octets are pending; returns the offset after what it took. */
  #fill(chunk: Uint8Array, from: number, want: number): number {
    const count = Math.min(Math.max(want - this.#have, 0), chunk.length - from);
    const needed = this.#have + count;
    if (this.#pending === undefined || this.#pending.length < needed) {
      const larger = new Uint8Array(2 * needed);
      if (this.#pending !== undefined) larger.set(this.#pending.subarray(0, this.#have));
      this.#pending = larger;
    }
    this.#pending.set(chunk.subarray(from, from + count), this.#have);
    this.#have = needed;
    return from + count;
  }
}
