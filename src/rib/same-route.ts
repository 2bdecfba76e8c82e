import { DEFAULT_CONTEXT } from '../bgp/context.ts';
import type { Route } from '../bgp/route.ts';
import { sameOctets } from '../wire/address.ts';
import { FieldOverflowError } from '../wire/errors.ts';
import { attributesKey } from './packing.ts';

/** The octets of a route's attributes as text; undefined where they cannot be written. */
function keyOf(route: Route): string | undefined {
  try {
    return attributesKey(route.attributes, DEFAULT_CONTEXT);
  } catch (err) {
    if (!(err instanceof FieldOverflowError)) throw err;
    return undefined;
  }
}

function sameNextHop(a: Route['nextHop'], b: Route['nextHop']): boolean {
  if (a === undefined || b === undefined || a === 'self' || b === 'self') return a === b;
  const linkLocal = a.linkLocal === undefined || b.linkLocal === undefined;
  return (
    sameOctets(a.address, b.address) &&
    (linkLocal ? a.linkLocal === b.linkLocal : sameOctets(a.linkLocal, b.linkLocal))
  );
}

/**
 * Recognises routes that say the same, and lets runs of routes with the same attributes share one object:
 * a table of a million routes then holds each set of attributes once per run.
 */
export class Sharing {
  #last: { readonly route: Route; readonly key: string | undefined } | undefined;

  /** `route`, with the attribute object of the route before where the octets are the same. */
  shared(route: Route): Route {
    const last = this.#last;
    if (last !== undefined && last.route.attributes === route.attributes) return route;
    const key = keyOf(route);
    if (last !== undefined && key !== undefined && last.key === key) {
      return { ...route, attributes: last.route.attributes };
    }
    this.#last = { route, key };
    return route;
  }

  /** Whether both put the same on the wire; their NLRI are known to have one key. */
  same(a: Route, b: Route): boolean {
    if (!sameNextHop(a.nextHop, b.nextHop)) return false;
    if (a.attributes === b.attributes) return true;
    const key = keyOf(a);
    return key !== undefined && key === keyOf(b);
  }
}
