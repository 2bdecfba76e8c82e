import { ipv4PrefixAt } from '../wire/prefix.ts';
import { IPV4_UNICAST } from './family.ts';
import type { Route } from './route.ts';

/** One route is made several of, depending on its prefix. */
const SPLITS = /\ssplit\s/;
/** What the grammar reads in ways of its own. */
const SPECIAL = /[{};"'#\\\n]/;
/** Above 223 an IPv4 route is multicast, up to 239. */
const MULTICAST = 0xe0;
/** How many are remembered; then all are forgotten. */
const LIMIT = 4096;
/** Longer ones are rarely the same. */
const LONGEST = 4096;

type Shared = Pick<Route, 'nextHop' | 'attributes'>;

/**
 * Tables come in routes that differ in nothing but the prefix. What follows the prefix is known from an earlier route:
 * the same attributes then, not merely equal ones, and another prefix.
 */
export class RouteTails {
  readonly #known = new Map<string, Shared>();
  #last = '';
  #shared: Shared | undefined;

  /** The route that stands in `text` from `from` on, if it is but for its prefix one that was learnt. */
  read(text: string, from: number): Route | undefined {
    const blank = text.indexOf(' ', from);
    const end = blank < 0 ? text.length : blank;
    const shared = this.#sharedBy(text, end);
    if (shared === undefined) return undefined;
    const prefix = ipv4PrefixAt(text, from, end);
    if (prefix === undefined || ((prefix.address[0] as number) & 0xf0) === MULTICAST) return undefined;
    const { nextHop, attributes } = shared;
    return { nlri: { family: IPV4_UNICAST, value: prefix }, nextHop, attributes };
  }

  /** Looks whether routes like this one, which stands in `text` from `from` on, can be read so. */
  learn(text: string, from: number, [route, second]: readonly Route[]): boolean {
    if (route === undefined || second !== undefined) return false;
    const blank = text.indexOf(' ', from);
    const end = blank < 0 ? text.length : blank;
    if (text.length - end > LONGEST) return false;
    const { nlri, nextHop, attributes, ...more } = route;
    if (Object.keys(more).length > 0 || nlri.family !== IPV4_UNICAST || nlri.pathId !== undefined)
      return false;
    if (ipv4PrefixAt(text, from, end) === undefined) return false;
    const tail = text.slice(end);
    if (SPLITS.test(tail) || SPECIAL.test(tail)) return false;
    if (this.#known.size >= LIMIT) this.#known.clear();
    this.#remember(tail, { nextHop, attributes });
    return true;
  }

  #sharedBy(text: string, end: number): Shared | undefined {
    const last = this.#last;
    if (this.#shared !== undefined && text.length - end === last.length && text.endsWith(last))
      return this.#shared;
    if (text.length - end > LONGEST) return undefined;
    const tail = text.slice(end);
    const known = this.#known.get(tail);
    if (known !== undefined) this.#remember(tail, known);
    return known;
  }

  #remember(tail: string, shared: Shared): void {
    this.#known.set(tail, shared);
    this.#last = tail;
    this.#shared = shared;
  }
}
