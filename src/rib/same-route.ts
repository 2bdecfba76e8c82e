import { DEFAULT_CONTEXT } from '../bgp/context.ts';
import { type Nlri, nlriCodec } from '../bgp/nlri/index.ts';
import type { Route } from '../bgp/route.ts';
import { PackedSaid, type Said } from '../bgp/said.ts';
import { sameOctets } from '../wire/address.ts';
import { FieldOverflowError } from '../wire/errors.ts';
import { written } from '../wire/writer.ts';
import { attributesKey } from './attributes-key.ts';

/** The octets of a route's attributes as text; undefined where they cannot be written. */
function keyOf(route: Said): string | undefined {
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

/** Whether two plain values have the same members: cheap where they differ. */
function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Uint8Array) return b instanceof Uint8Array && sameOctets(a, b);
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((one, i) => equal(one, b[i]));
  }
  const [mine, theirs] = [Object.keys(a), Object.keys(b)];
  const member = (of: object, key: string): unknown => (of as Readonly<Record<string, unknown>>)[key];
  return mine.length === theirs.length && mine.every((key) => equal(member(a, key), member(b, key)));
}

/** Two of one family. The order in which a rule of FlowSpec was written, say, is not in its octets. */
function sameNlri(a: Nlri, b: Nlri): boolean {
  if (equal(a.value, b.value)) return true;
  const codec = nlriCodec(a.family);
  const octets = ({ value }: Nlri) => written((w) => codec.encode(w, value, DEFAULT_CONTEXT, false));
  return sameOctets(octets(a), octets(b));
}

/**
 * Recognises routes that say the same, and lets runs of routes that do share one object:
 * a table of a million routes then holds each set of attributes once per run.
 */
export class Sharing {
  #last: Said | undefined;

  /** What the route says: the object of the route before where it says the same. */
  shared(route: Route | Said): Said {
    const last = this.#last;
    if (last === route) return last;
    if (route instanceof PackedSaid) {
      this.#last = route;
      return route;
    }
    if (last !== undefined && isSame(last, route)) return last;
    const { nextHop, watchdog, startsWithdrawn, name } = route;
    const attributes =
      last !== undefined && equal(last.attributes, route.attributes) ? last.attributes : route.attributes;
    this.#last = {
      nextHop,
      attributes,
      ...(watchdog === undefined ? {} : { watchdog }),
      ...(startsWithdrawn === undefined ? {} : { startsWithdrawn }),
      ...(name === undefined ? {} : { name }),
    };
    return this.#last;
  }

  /** Whether both put the same on the wire; their NLRI are known to have one key, in which labels and the like are not. */
  same(a: Said | Route, b: Said | Route): boolean {
    if (a === b) return true;
    if ('nlri' in a && 'nlri' in b && !sameNlri(a.nlri, b.nlri)) return false;
    if (!sameNextHop(a.nextHop, b.nextHop)) return false;
    if (a instanceof PackedSaid && b instanceof PackedSaid && a.octets === b.octets) return true;
    if (equal(a.attributes, b.attributes)) return true;
    const key = keyOf(a);
    return key !== undefined && key === keyOf(b);
  }
}

function isSame(a: Said, b: Said): boolean {
  return (
    a.attributes === b.attributes &&
    a.nextHop === b.nextHop &&
    a.watchdog === b.watchdog &&
    a.startsWithdrawn === b.startsWithdrawn &&
    a.name === b.name
  );
}
