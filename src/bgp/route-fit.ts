import type { Words } from '../syntax/words.ts';
import { FieldOverflowError } from '../wire/errors.ts';
import { written } from '../wire/writer.ts';
import { type Attributes, encodeAttributes } from './attributes/index.ts';
import { type CodecContext, DEFAULT_CONTEXT } from './context.ts';
import { SAFI, safiOf } from './family.ts';
import { EXTENDED_LENGTH, HEADER_LENGTH } from './header.ts';
import { encodeNlri } from './nlri/index.ts';
import type { Route } from './route.ts';

/** Octets that path attributes may have in the longest UPDATE, beside its two lengths. */
const MOST_ATTRIBUTES = EXTENDED_LENGTH - HEADER_LENGTH - 4;
/** Attributes of a statement that is shorter, in characters, fit: what they hold has a check of its own. */
const SHORT = 500;
/** Destinations of these are one prefix, which fits. */
const PLAIN: ReadonlySet<number> = new Set([SAFI.unicast, SAFI.multicast]);
const CONTEXT: CodecContext = { ...DEFAULT_CONTEXT, peering: 'internal' };

/**
 * The routes that `parse` reads, each of which some UPDATE can carry.
 * @throws WordError at the first word of the route, telling field, number and maximum, when one does not fit
 */
export function fitting(words: Words, parse: () => Route[], withdraw: boolean): Route[] {
  const first = words.peek();
  try {
    const routes = parse();
    const isLong = first !== undefined && words.end - first.at > SHORT;
    let checked: Attributes | undefined;
    for (const { nlri, attributes } of routes) {
      if (!PLAIN.has(safiOf(nlri.family))) written((w) => encodeNlri(w, nlri, CONTEXT, withdraw));
      if (isLong && attributes !== checked) checkAttributes(attributes);
      checked = attributes;
    }
    return routes;
  } catch (err) {
    if (!(err instanceof FieldOverflowError) || first === undefined) throw err;
    return words.fail(first, `a route that fits its fields (${err.message})`);
  }
}

function checkAttributes(attributes: Attributes): void {
  const { length } = written((w) => encodeAttributes(w, attributes, CONTEXT));
  if (length > MOST_ATTRIBUTES)
    throw new FieldOverflowError('octets of path attributes', length, MOST_ATTRIBUTES);
}
