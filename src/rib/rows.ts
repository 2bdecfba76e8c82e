import { longer } from './longer.ts';

/** Rows of a piece, as a power of two. */
const PIECE_BITS = 14;
const PIECE_ROWS = 1 << PIECE_BITS;
const WITHIN = PIECE_ROWS - 1;
/** So many are left free: a table that goes back and forth at the end of a piece takes and gives none. */
const SPARE_ROWS = PIECE_ROWS / 2;
const FIRST_ROWS = 16;
const COLUMN_BITS = 2;
const COLUMNS = 1 << COLUMN_BITS;

/**
 * Numbers of 32 bits in rows of four, zero at first. They stand in pieces: a table that grows takes one more, and what is in it
 * stays where it is, however much that is.
 */
export class Rows {
  readonly #pieces: Uint32Array[] = [];
  #length = 0;

  /** How many there is room for. */
  get length(): number {
    return this.#length;
  }

  get bytes(): number {
    return this.#length * COLUMNS * Uint32Array.BYTES_PER_ELEMENT;
  }

  get(row: number, column: number): number {
    const piece = this.#pieces[row >>> PIECE_BITS] as Uint32Array;
    return piece[((row & WITHIN) << COLUMN_BITS) | column] as number;
  }

  set(row: number, column: number, value: number): void {
    const piece = this.#pieces[row >>> PIECE_BITS] as Uint32Array;
    piece[((row & WITHIN) << COLUMN_BITS) | column] = value;
  }

  /** Sets a whole row. */
  put(row: number, first: number, second: number, third: number, fourth: number): void {
    const piece = this.#pieces[row >>> PIECE_BITS] as Uint32Array;
    const at = (row & WITHIN) << COLUMN_BITS;
    piece[at] = first;
    piece[at + 1] = second;
    piece[at + 2] = third;
    piece[at + 3] = fourth;
  }

  /** Copies a row over another one. */
  copy(from: number, to: number): void {
    for (let column = 0; column < COLUMNS; column++) this.set(to, column, this.get(from, column));
  }

  /** Makes room for one more, or some. */
  grow(): void {
    const first = this.#pieces[0];
    if (this.#length >= PIECE_ROWS) {
      this.#pieces.push(new Uint32Array(PIECE_ROWS * COLUMNS));
      this.#length += PIECE_ROWS;
      return;
    }
    this.#length = Math.max(FIRST_ROWS, this.#length * 2);
    const columns = this.#length * COLUMNS;
    this.#pieces[0] = first === undefined ? new Uint32Array(columns) : longer(first, columns);
  }

  /** Gives up pieces in which none of the first rows are, nor some more. */
  shrink(rows: number): void {
    while (this.#pieces.length > 1 && this.#length - PIECE_ROWS >= rows + SPARE_ROWS) {
      this.#pieces.pop();
      this.#length -= PIECE_ROWS;
    }
  }
}
