/** Numbers of a piece, as a power of two. */
const PIECE_BITS = 10;
const PIECE_LENGTH = 1 << PIECE_BITS;
const WITHIN = PIECE_LENGTH - 1;
/** Places looked at with each that comes. */
const CLOSED_PER_PLACE = 4;

/** The last one that somebody gave up: most queues are empty, or have one. */
let spare: Int32Array | undefined;

/** Whose numbers they are. */
export interface PlacesOwner {
  /** Whether the number is still to be found at the position. */
  stands(value: number, position: number): boolean;
  /** It is to be found at another one now. */
  placed(value: number, position: number): void;
}

/**
 * A queue of numbers at positions. It stands in pieces: one that grows takes one more, and what is in it stays where it is,
 * however much that is. Numbers that are no more to be found at their positions are given up a few at a time.
 */
export class Places {
  readonly #owner: PlacesOwner;
  #pieces: Int32Array[] = [];
  /** The position of the first number of the first piece. */
  #begin = 0;
  #head = 0;
  #tail = 0;
  /** Numbers move together: up to the first they have, from the second on they have still to. Nothing is between them. */
  #closing: { to: number; from: number } | undefined;

  constructor(owner: PlacesOwner) {
    this.#owner = owner;
  }

  /** Where the first one is, if there is one. */
  get head(): number {
    return this.#head;
  }

  /** Where the next one will be. */
  get tail(): number {
    return this.#tail;
  }

  /** Of a position from the head to the tail. */
  at(position: number): number {
    const offset = position - this.#begin;
    return (this.#pieces[offset >>> PIECE_BITS] as Int32Array)[offset & WITHIN] as number;
  }

  put(position: number, value: number): void {
    const offset = position - this.#begin;
    (this.#pieces[offset >>> PIECE_BITS] as Int32Array)[offset & WITHIN] = value;
  }

  /** Gives its position. */
  push(value: number): number {
    if (this.#closing !== undefined) this.#closeUp(this.#closing);
    const piece = (this.#tail - this.#begin) >>> PIECE_BITS;
    if (piece === this.#pieces.length) {
      this.#pieces.push(spare ?? new Int32Array(PIECE_LENGTH));
      spare = undefined;
    }
    this.put(this.#tail, value);
    return this.#tail++;
  }

  /** Gives up those before `head`. */
  pass(head: number): void {
    this.#head = head;
    if (this.#closing !== undefined && head >= this.#closing.to) {
      this.#head = Math.max(head, this.#closing.from);
      this.#closing = undefined;
    }
    if (this.#head === this.#tail) this.#clear();
    while (this.#head - this.#begin >= PIECE_LENGTH) {
      spare = this.#pieces.shift();
      this.#begin += PIECE_LENGTH;
    }
  }

  /** Numbers from `begin` on, and those that come, move together with each that comes. */
  close(begin: number): void {
    this.#closing ??= { to: begin, from: begin };
  }

  /** What has not moved yet stays where it is. */
  stay(): void {
    this.#closing = undefined;
  }

  #closeUp(closing: { to: number; from: number }): void {
    const end = Math.min(this.#tail, closing.from + CLOSED_PER_PLACE);
    for (; closing.from < end; closing.from++) {
      const value = this.at(closing.from);
      if (!this.#owner.stands(value, closing.from)) continue;
      this.put(closing.to, value);
      this.#owner.placed(value, closing.to++);
    }
    if (closing.from === this.#tail) this.#cut(closing.to);
    else if (closing.to === this.#head) this.pass(this.#head);
  }

  #cut(tail: number): void {
    this.#closing = undefined;
    this.#tail = tail;
    if (tail === this.#head) this.#clear();
    else this.#pieces.length = ((tail - 1 - this.#begin) >>> PIECE_BITS) + 1;
  }

  #clear(): void {
    spare ??= this.#pieces[0];
    this.#pieces = [];
    this.#begin = this.#head;
  }
}
