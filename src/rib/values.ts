import { longer } from './columns.ts';

const FIRST_LENGTH = 16;
/** The number of what has no value. */
const NONE = 0;

/**
 * A value for each entry of a table, of which many in a row have the same: a number for each entry, and one place for each
 * run of a value. The garbage collector sees the places, not the entries.
 */
export class Values<Value> {
  /** The place of each entry. */
  #places = new Uint32Array(0);
  #values: (Value | undefined)[] = [undefined];
  /** How many entries have it. */
  #uses = new Uint32Array(FIRST_LENGTH);
  /** Places that are free. */
  readonly #free: number[] = [];
  #last: Value | undefined;
  #lastPlace = NONE;

  /** Room for so many entries. */
  grow(length: number): void {
    this.#places = longer(this.#places, length);
  }

  of(entry: number): Value | undefined {
    return this.#values[this.#places[entry] as number];
  }

  set(entry: number, value: Value | undefined): void {
    const before = this.#places[entry] as number;
    const place = this.#placeOf(value);
    if (place !== NONE) this.#uses[place] = (this.#uses[place] as number) + 1;
    this.#places[entry] = place;
    if (before !== NONE) this.#release(before);
  }

  /** The entry has another number, which had no value. */
  move(from: number, to: number): void {
    const place = this.#places[from] as number;
    this.#places[from] = NONE;
    this.#places[to] = place;
  }

  #placeOf(value: Value | undefined): number {
    if (value === undefined) return NONE;
    if (value !== this.#last) {
      this.#last = value;
      this.#lastPlace = this.#free.pop() ?? this.#values.length;
      this.#values[this.#lastPlace] = value;
      if (this.#lastPlace === this.#uses.length) this.#uses = longer(this.#uses, this.#uses.length * 2);
    }
    return this.#lastPlace;
  }

  #release(place: number): void {
    const uses = (this.#uses[place] as number) - 1;
    this.#uses[place] = uses;
    if (uses > 0) return;
    this.#values[place] = undefined;
    this.#free.push(place);
    if (place === this.#lastPlace) this.#last = undefined;
  }
}
