import { IPV4_UNICAST } from '../bgp/family.ts';
import type { Route } from '../bgp/route.ts';
import { ipv4PrefixAt } from '../wire/prefix.ts';
import type { Command, Selector } from './command.ts';

/** What may stand before the prefix of a route: nothing in it depends on the prefix, nor does the prefix on it. */
const HEAD = /^(?:neighbor [\d.:a-f]+ )?(?:announce|withdraw) route $/;
/** One route is made several of, depending on its prefix. */
const SPLITS = /\ssplit\s/;
/** What the grammar reads in ways of its own. */
const SPECIAL = /[{};"'#\\]/;
const WORD = ' route ';
/** Above 223 an IPv4 route is multicast, up to 239. */
const MULTICAST = 0xe0;

/**
 * A table that a process announces comes in runs of lines that differ in nothing but the prefix. What such a line
 * means is known from the line before: the same routes' attributes, not merely equal ones, and another prefix.
 */
export class RepeatedRoutes {
  #head = '';
  #tail = '';
  #type: 'announce' | 'withdraw' = 'announce';
  #selector: Selector;
  #route: Route | undefined;

  /** The command, if the line is but for its prefix the one that was learnt last. */
  read(line: string): Command | undefined {
    const route = this.#route;
    const head = this.#head;
    if (route === undefined || !line.startsWith(head)) return undefined;
    const end = line.length - this.#tail.length;
    if (end <= head.length || !line.endsWith(this.#tail)) return undefined;
    const prefix = ipv4PrefixAt(line, head.length, end);
    if (prefix === undefined || ((prefix.address[0] as number) & 0xf0) === MULTICAST) return undefined;
    const nlri = { family: IPV4_UNICAST, value: prefix };
    const { nextHop, attributes } = route;
    return { type: this.#type, selector: this.#selector, routes: [{ nlri, nextHop, attributes }] };
  }

  /** Looks whether lines like this one can be read so. */
  learn(line: string, command: Command): void {
    if (command.type !== 'announce' && command.type !== 'withdraw') return;
    const [route, second] = command.routes;
    const from = line.indexOf(WORD) + WORD.length;
    const head = line.slice(0, from);
    if (route === undefined || second !== undefined || !HEAD.test(head)) return;
    const blank = line.indexOf(' ', from);
    const end = blank < 0 ? line.length : blank;
    const tail = line.slice(end);
    const { nlri, nextHop, attributes, ...more } = route;
    if (Object.keys(more).length > 0 || nlri.family !== IPV4_UNICAST || nlri.pathId !== undefined) return;
    if (ipv4PrefixAt(line, from, end) === undefined) return;
    if (SPLITS.test(tail) || SPECIAL.test(tail)) return;
    this.#head = head;
    this.#tail = tail;
    this.#type = command.type;
    this.#selector = command.selector;
    this.#route = { nlri, nextHop, attributes };
  }
}
