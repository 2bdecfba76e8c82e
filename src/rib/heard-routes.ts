import type { Attributes } from '../bgp/attributes/index.ts';
import type { NextHop } from '../bgp/nlri/codec.ts';
import type { Nlri } from '../bgp/nlri/index.ts';
import { KeyedValues } from './keyed-values.ts';

/** A route as the peer announced it. The routes of one UPDATE share their attributes and next hop. */
export interface ReceivedRoute {
  readonly nlri: Nlri;
  readonly nextHop: NextHop | undefined;
  readonly attributes: Attributes;
}

interface Heard {
  readonly route: ReceivedRoute;
  readonly epoch: number;
}

/** Routes that are values, by their keys, and the epochs in which they were last heard. */
export class HeardRoutes {
  readonly #values = new KeyedValues<Heard>();
  /** Routes of earlier epochs are stale. */
  #since = 0;
  #stale = 0;

  get size(): number {
    return this.#values.size;
  }

  get stale(): number {
    return this.#stale;
  }

  /** All that are there are stale until they are heard again. @param epoch later than that of any */
  begin(epoch: number): void {
    this.#since = epoch;
    this.#stale = this.size;
  }

  /** It was heard. */
  set(key: string, route: ReceivedRoute, epoch: number): void {
    this.#left(this.#values.set(key, { route, epoch }));
  }

  delete(key: string): void {
    this.#left(this.#values.delete(key));
  }

  /** As of `KeyedValues`. */
  walk(): IterableIterator<number> {
    return this.#values.walk();
  }

  /** Of an entry of `walk`, as are the others. */
  at(entry: number): ReceivedRoute {
    return this.#values.at(entry).route;
  }

  isBefore(entry: number, epoch: number): boolean {
    return this.#values.at(entry).epoch < epoch;
  }

  /** Another one of the same destination, heard when this was. */
  replace(entry: number, route: ReceivedRoute): void {
    this.#values.put(entry, { route, epoch: this.#values.at(entry).epoch });
  }

  remove(entry: number): void {
    this.#left(this.#values.at(entry));
    this.#values.remove(entry);
  }

  #left(heard: Heard | undefined): void {
    if (heard !== undefined && heard.epoch < this.#since) this.#stale--;
  }
}
