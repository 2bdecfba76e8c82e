import type { Nlri } from '../bgp/nlri/index.ts';
import type { Route } from '../bgp/route.ts';
import { KIND } from './entries.ts';
import { RouteTable } from './route-table.ts';
import { Sharing } from './same-route.ts';

/** Routes by their destinations, as compact as those that a neighbor shall have. */
export class RouteSet {
  readonly #table = new RouteTable(() => {});
  readonly #sharing = new Sharing();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(nlri: Nlri): boolean {
    return this.#table.find(nlri) >= 0;
  }

  /** False: there was one of its destination, which it replaces. */
  add(route: Route): boolean {
    const { entries } = this.#table;
    const entry = this.#table.findOrAdd(route.nlri);
    const isNew = entries.value(entry) === undefined;
    if (isNew) this.#size++;
    entries.setValue(entry, entries.kind(entry) === KIND.other ? route : this.#sharing.shared(route));
    return isNew;
  }

  delete(nlri: Nlri): void {
    const entry = this.#table.find(nlri);
    if (entry < 0) return;
    this.#table.entries.free(entry);
    this.#size--;
  }

  /** In the order in which they came. They may come and go meanwhile. */
  *routes(): IterableIterator<Route> {
    for (const entry of this.#table.entries.walk()) {
      const route = this.#table.route(entry);
      if (route !== undefined) yield route;
    }
  }
}
