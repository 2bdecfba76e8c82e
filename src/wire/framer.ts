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

const NOTHING = new Uint8Array(0);

/**
 * Cuts a stream of octets into messages. Messages that arrive whole in one chunk are views of that chunk;
 * only one that spans chunks is copied. Memory is bounded by one message.
 */
export class Framer {
  readonly #framing: Framing;
  #pending: Uint8Array | undefined;
  #have = 0;
  #chunk: Uint8Array = NOTHING;
  #at = 0;

  constructor(framing: Framing) {
    this.#framing = framing;
  }

  /** Octets kept of a message that is not complete yet. */
  get pending(): number {
    return this.#have;
  }

  /** The messages that `chunk` completes, in order. A view is valid until the next call. */
  *push(chunk: Uint8Array): Generator<Uint8Array, void, void> {
    this.feed(chunk);
    for (let next = this.next(); next !== undefined; next = this.next()) yield next;
  }

  /** What `next` is to cut, after it gave undefined for the chunk before. */
  feed(chunk: Uint8Array): void {
    this.#chunk = chunk;
    this.#at = 0;
  }

  /** Goes on in a copy of what the chunk still has, which `copy` makes: the chunk's memory is about to be used for another. */
  move(copy: (rest: Uint8Array) => Uint8Array): void {
    this.#chunk = copy(this.#chunk.subarray(this.#at));
    this.#at = 0;
  }

  /** The next message, a view that is valid until the next `feed`; undefined: the chunk has no more whole ones. */
  next(): Uint8Array | undefined {
    if (this.#pending !== undefined) return this.#complete();
    const { headerLength } = this.#framing;
    const left = this.#chunk.length - this.#at;
    if (left >= headerLength) {
      const from = this.#at;
      const length = this.#framing.lengthOf(this.#chunk, from);
      if (left >= length) {
        this.#at += length;
        return this.#chunk.subarray(from, this.#at);
      }
    }
    if (left > 0) this.#fill(left);
    this.#chunk = NOTHING;
    this.#at = 0;
    return undefined;
  }

  /**
   * Offers the messages that come next, uncut, where they begin in the chunk. `take` works off as many whole ones
   * as it likes, and gives where the first begins that it leaves. True: it took some.
   */
  skim(take: (octets: Uint8Array, from: number) => number): boolean {
    const from = this.#at;
    if (this.#pending !== undefined || from >= this.#chunk.length) return false;
    this.#at = take(this.#chunk, from);
    return this.#at > from;
  }

  /** The message that began in an earlier chunk. */
  #complete(): Uint8Array | undefined {
    this.#fill(this.#framing.headerLength);
    if (this.#pending === undefined || this.#have < this.#framing.headerLength) return undefined;
    const length = this.#framing.lengthOf(this.#pending, 0);
    this.#fill(length);
    if (this.#have < length) return undefined;
    const whole = this.#pending.subarray(0, length);
    this.#pending = undefined;
    this.#have = 0;
    return whole;
  }

  /** Copies from the chunk until `want` octets are pending. */
  #fill(want: number): void {
    const chunk = this.#chunk;
    const from = this.#at;
    const count = Math.min(Math.max(want - this.#have, 0), chunk.length - from);
    const needed = this.#have + count;
    if (this.#pending === undefined || this.#pending.length < needed) {
      const larger = new Uint8Array(2 * needed);
      if (this.#pending !== undefined) larger.set(this.#pending.subarray(0, this.#have));
      this.#pending = larger;
    }
    this.#pending.set(chunk.subarray(from, from + count), this.#have);
    this.#have = needed;
    this.#at = from + count;
  }
}
