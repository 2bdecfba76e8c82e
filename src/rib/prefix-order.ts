import type { Route } from '../bgp/route.ts';
import type { Prefix } from '../wire/prefix.ts';

/** A number for each IPv4 prefix: ascending as its octets on the wire are, by length, then by address. */
export function prefixOrder(length: number, address: number): number {
  return length * 0x100000000 + address;
}

/**
 * Ascending as ExaBGP's handlers expect them: by the octets of their path identifier, where they have one, length and
 * address. Only IPv4 unicast is sorted.
 */
export function inPrefixOrder(routes: readonly Route[]): readonly Route[] {
  const keys = new OrderKeys(routes);
  if (keys.ascend) return routes;
  const order = Array.from(routes, (_, i) => i);
  order.sort((a, b) => keys.compare(a, b));
  return order.map((i) => routes[i] as Route);
}

/** Of each route the first four octets, and the five that follow at most. */
class OrderKeys {
  readonly #first: Float64Array;
  readonly #rest: Float64Array;

  constructor(routes: readonly Route[]) {
    this.#first = new Float64Array(routes.length);
    this.#rest = new Float64Array(routes.length);
    for (const [i, { nlri }] of routes.entries()) {
      const { address, length } = nlri.value as Prefix;
      const [a = 0, b = 0, c = 0, d = 0] = address;
      const high = a * 0x10000 + b * 0x100 + c;
      if (nlri.pathId === undefined) {
        this.#first[i] = length * 0x1000000 + high;
        this.#rest[i] = d * 0x100000000;
      } else {
        this.#first[i] = nlri.pathId;
        this.#rest[i] = prefixOrder(length, high * 0x100 + d);
      }
    }
  }

  get ascend(): boolean {
    for (let i = 1; i < this.#first.length; i++) if (this.compare(i - 1, i) > 0) return false;
    return true;
  }

  compare(a: number, b: number): number {
    const first = (this.#first[a] as number) - (this.#first[b] as number);
    return first === 0 ? (this.#rest[a] as number) - (this.#rest[b] as number) : first;
  }
}
