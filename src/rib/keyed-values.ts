import { Entries } from './entries.ts';

/** Values by their keys, in the order in which they came. Whatever there is to do when they are many is done a little at a time. */
export class KeyedValues<Value> {
  readonly #entries = new Entries<Value>(() => {});
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.findKey(key);
    return entry < 0 ? undefined : this.at(entry);
  }

  /** Gives the value that it replaces. */
  set(key: string, value: Value): Value | undefined {
    const found = this.#entries.findKey(key);
    const replaced = found < 0 ? undefined : this.at(found);
    if (found < 0) this.#size++;
    this.put(found < 0 ? this.#entries.addKey(key) : found, value);
    return replaced;
  }

  /** Gives the value; undefined: there is none. */
  delete(key: string): Value | undefined {
    const entry = this.#entries.findKey(key);
    if (entry < 0) return undefined;
    const value = this.at(entry);
    this.remove(entry);
    return value;
  }

  /** Where values are, until the next one is set by a key. They may come and go meanwhile. */
  walk(): IterableIterator<number> {
    return this.#entries.walk();
  }

  /** Of an entry of `walk`. */
  at(entry: number): Value {
    return this.#entries.value(entry) as Value;
  }

  put(entry: number, value: Value): void {
    this.#entries.setValue(entry, value);
  }

  remove(entry: number): void {
    this.#entries.free(entry);
    this.#size--;
  }
}
