import type { Route } from '../bgp/route.ts';
import { type Prefix, prefixNumber } from '../wire/prefix.ts';

/** Ascending by address, then by length. Only IPv4 unicast is sorted. */
export function inPrefixOrder(routes: readonly Route[]): readonly Route[] {
  const keys = Float64Array.from(routes, ({ nlri }) => prefixNumber(nlri.value as Prefix));
  if (ascends(keys)) return routes;
  const order = Array.from(routes, (_, i) => i);
  // stable: paths to one prefix stay in their order
  order.sort((a, b) => (keys[a] as number) - (keys[b] as number));
  return order.map((i) => routes[i] as Route);
}

function ascends(keys: Float64Array): boolean {
  for (let i = 1; i < keys.length; i++) if ((keys[i] as number) < (keys[i - 1] as number)) return false;
  return true;
}
