import { Pieces } from './pieces.ts';

/** The place of no value. */
const NONE = 0;

/**
 * Values of the entries of a table, of which many in a row have the same: entries have the number of a place, and there
 * is one place for each run of a value. The garbage collector sees the places, not the entries.
 */
export class Values<Value> {
  readonly #values = new Pieces<Value | undefined>();
  /** How many entries have it; of a place that is free, the next free one. */
  readonly #uses = new Pieces<number>();
  #count = 1;
  #free = NONE;
  #last: Value | undefined;
  #lastPlace = NONE;

  constructor() {
    this.#values.set(NONE, undefined);
    this.#uses.set(NONE, 0);
  }

  at(place: number): Value | undefined {
    return this.#values.at(place);
  }

  /** The place for an entry that has the value from now on; `before`: the one that it had, 0 for none. */
  place(value: Value | undefined, before: number): number {
    const place = this.#placeOf(value);
    if (place !== NONE) this.#uses.set(place, this.#uses.at(place) + 1);
    if (before !== NONE) this.#release(before);
    return place;
  }

  #placeOf(value: Value | undefined): number {
    if (value === undefined) return NONE;
    if (value !== this.#last) {
      this.#last = value;
      this.#lastPlace = this.#free === NONE ? this.#count++ : this.#free;
      if (this.#lastPlace === this.#free) this.#free = this.#uses.at(this.#free);
      this.#values.set(this.#lastPlace, value);
      this.#uses.set(this.#lastPlace, 0);
    }
    return this.#lastPlace;
  }

  #release(place: number): void {
    const uses = this.#uses.at(place) - 1;
    this.#uses.set(place, uses);
    if (uses > 0) return;
    this.#values.set(place, undefined);
    this.#uses.set(place, this.#free);
    this.#free = place;
    if (place === this.#lastPlace) this.#last = undefined;
  }
}
