/** Two values of the same members, sets among them, have the same text; not for maps. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (_, member) => (member instanceof Set ? { set: [...member] } : member));
}

/**
 * Values that many have in common, each kept once. Who sends ever new ones gains nothing by it: when there are too
 * many, all are forgotten, and those who have one keep theirs.
 */
export class CommonValues<Value> {
  readonly #most: number;
  readonly #values = new Map<string, Value>();

  /** @param most distinct values */
  constructor(most: number) {
    this.#most = most;
  }

  /** The value of the key, which stands for all that is in it; made where it was not there. */
  of(key: string, make: () => Value): Value {
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const made = make();
    if (this.#values.size >= this.#most) this.#values.clear();
    this.#values.set(key, made);
    return made;
  }
}
