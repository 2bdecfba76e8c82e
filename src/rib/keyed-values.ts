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

  set(key: string, value: Value): void {
    const found = this.#entries.findKey(key);
    if (found < 0) this.#size++;
    this.put(found < 0 ? this.#entries.addKey(key) : found, value);
  }

  /** False: there is none. */
  delete(key: string): boolean {
    const entry = this.#entries.findKey(key);
    if (entry >= 0) this.remove(entry);
    return entry >= 0;
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
