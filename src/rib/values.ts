import { longer } from './longer.ts';

const FIRST_LENGTH = 16;
/** The place of no value. */
const NONE = 0;

/**
 * Values of the entries of a table, of which many in a row have the same: entries have the number of a place, and there
 * is one place for each run of a value. The garbage collector sees the places, not the entries.
 */
export class Values<Value> {
  #values: (Value | undefined)[] = [undefined];
  /** How many entries have it. */
  #uses = new Uint32Array(FIRST_LENGTH);
  /** Places that are free. */
  readonly #free: number[] = [];
  #last: Value | undefined;
  #lastPlace = NONE;

  at(place: number): Value | undefined {
    return this.#values[place];
  }

  /** The place for an entry that has the value from now on; `before`: the one that it had, 0 for none. */
  place(value: Value | undefined, before: number): number {
    const place = this.#placeOf(value);
    if (place !== NONE) this.#uses[place] = (this.#uses[place] as number) + 1;
    if (before !== NONE) this.#release(before);
    return place;
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
