/** Entries of a table that are known by a key, both ways. */
export class Keys {
  /** Undefined: there was none yet, as it is where all entries are prefixes. */
  #known: { readonly entries: Map<string, number>; readonly keys: Map<number, string> } | undefined;

  /** Undefined: there is none. */
  find(key: string): number | undefined {
    return this.#known?.entries.get(key);
  }

  add(key: string, entry: number): void {
    this.#known ??= { entries: new Map(), keys: new Map() };
    this.#known.entries.set(key, entry);
    this.#known.keys.set(entry, key);
  }

  delete(entry: number): void {
    const key = this.#known?.keys.get(entry);
    if (key === undefined) return;
    this.#known?.entries.delete(key);
    this.#known?.keys.delete(entry);
  }

  renumber(from: number, to: number): void {
    const key = this.#known?.keys.get(from);
    if (key === undefined) return;
    this.#known?.keys.delete(from);
    this.add(key, to);
  }
}
