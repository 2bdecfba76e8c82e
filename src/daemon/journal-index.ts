import { nlriKey } from '../bgp/nlri/index.ts';
import { familyRouteText } from '../bgp/route.ts';
import { selectorToText } from '../commands/selector.ts';
import type { Move, RouteCommand } from './batch.ts';

/**
 * Which commands of a process still have an effect: one line for each route and selector, in the order in which they
 * must be carried out again.
 */
export class JournalIndex {
  /** By selector and route. */
  readonly #lines = new Map<string, string>();
  /** Selectors that a route was commanded with, but for none at all. */
  readonly #selectors = new Map<string, Set<string>>();
  #bytes = 0;

  /** Octets of `lines`, with their line ends. */
  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#lines.size;
  }

  lines(): IterableIterator<string> {
    return this.#lines.values();
  }

  /** @param key of a route */
  has(key: string): boolean {
    return this.#lines.has(`\n${key}`) || this.#selectors.has(key);
  }

  note({ command, text }: Move): void {
    const selector = selectorToText(command.selector);
    const one = command.routes.length === 1;
    for (const route of command.routes) {
      const key = nlriKey(route.nlri);
      const line = one ? text : `${selector}${command.type} ${familyRouteText(route)}`;
      if (selector === '') this.#forAll(key, command, line);
      else this.#forSome(key, selector, { command, line });
    }
  }

  clear(): void {
    this.#lines.clear();
    this.#selectors.clear();
    this.#bytes = 0;
  }

  /** What was said for some neighbors before is over. */
  #forAll(key: string, { type }: RouteCommand, line: string): void {
    for (const selector of this.#selectors.get(key) ?? []) this.#delete(`${selector}\n${key}`);
    this.#selectors.delete(key);
    this.#delete(`\n${key}`);
    if (type === 'announce') this.#set(`\n${key}`, line);
  }

  /** A withdrawal counts as long as others have the route. */
  #forSome(key: string, selector: string, { command, line }: { command: RouteCommand; line: string }): void {
    const selectors = this.#selectors.get(key) ?? new Set<string>();
    this.#delete(`${selector}\n${key}`);
    selectors.delete(selector);
    if (command.type === 'announce' || selectors.size > 0 || this.#lines.has(`\n${key}`)) {
      this.#set(`${selector}\n${key}`, line);
      selectors.add(selector);
    }
    if (selectors.size > 0) this.#selectors.set(key, selectors);
    else this.#selectors.delete(key);
  }

  #set(key: string, line: string): void {
    this.#lines.set(key, line);
    this.#bytes += Buffer.byteLength(line) + 1;
  }

  #delete(key: string): void {
    const line = this.#lines.get(key);
    if (line === undefined) return;
    this.#lines.delete(key);
    this.#bytes -= Buffer.byteLength(line) + 1;
  }
}
