import { RouteTails } from '../bgp/route-tails.ts';
import type { Command, Selector } from './command.ts';

/** What may stand before the prefix of a route: nothing in it depends on the prefix, nor does the prefix on it. */
const HEAD = /^(?:neighbor [\d.:a-f]+ )?(?:announce|withdraw) route $/;
const WORD = ' route ';

/**
 * A table that a process announces comes in runs of lines that differ in nothing but the prefix. What such a line
 * means is known from a line before.
 */
export class RepeatedRoutes {
  #head = '';
  #type: 'announce' | 'withdraw' = 'announce';
  #selector: Selector;
  #tails = new RouteTails();

  /** The command, if the line is but for its prefix one that was learnt, and begins as the last did. */
  read(line: string): Command | undefined {
    const head = this.#head;
    if (head === '' || !line.startsWith(head)) return undefined;
    const route = this.#tails.read(line, head.length);
    return route === undefined ? undefined : { type: this.#type, selector: this.#selector, routes: [route] };
  }

  /** Looks whether lines like this one can be read so. */
  learn(line: string, command: Command): void {
    if (command.type !== 'announce' && command.type !== 'withdraw') return;
    const from = line.indexOf(WORD) + WORD.length;
    const head = line.slice(0, from);
    if (!HEAD.test(head)) return;
    const tails = head === this.#head ? this.#tails : new RouteTails();
    if (!tails.learn(line, from, command.routes)) return;
    this.#tails = tails;
    this.#head = head;
    this.#type = command.type;
    this.#selector = command.selector;
  }
}
