/** Values of a piece, as a power of two. */
const PIECE_BITS = 10;
const WITHIN = (1 << PIECE_BITS) - 1;

/** Values by number, in pieces: where one more is put, all others stay where they are, however many that are. */
export class Pieces<Value> {
  readonly #pieces: Value[][] = [[]];

  /** Of a number that was set. */
  at(number: number): Value {
    return (this.#pieces[number >>> PIECE_BITS] as Value[])[number & WITHIN] as Value;
  }

  /** A number that was set, or the next one. */
  set(number: number, value: Value): void {
    const piece = number >>> PIECE_BITS;
    if (piece === this.#pieces.length) this.#pieces.push([]);
    (this.#pieces[piece] as Value[])[number & WITHIN] = value;
  }
}
