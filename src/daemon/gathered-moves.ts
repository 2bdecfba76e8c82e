import type { Said } from '../bgp/said.ts';
import type { RouteLines } from '../commands/route-lines.ts';
import { PrefixList } from '../wire/prefix-list.ts';
import type { Peer } from './peer.ts';

/** Prefixes that are carried out together. */
const TOGETHER = 64;

/**
 * What lines said, on its way to the same neighbors: carried out some prefixes at a time, as tables are larger than the
 * caches, see `Entries`.
 */
export class GatheredMoves {
  readonly #prefixes = new PrefixList();
  /** What each of them is announced with. */
  readonly #said: Said[] = [];
  #type: 'announce' | 'withdraw' = 'announce';

  /** @param peers those of all that was added since it was carried out */
  add({ type, prefixes, said }: RouteLines, peers: readonly Peer[]): void {
    if (type !== this.#type) this.carryOut(peers);
    this.#type = type;
    for (let nth = 0; nth < prefixes.count; nth++) {
      this.#said[this.#prefixes.count] = said;
      this.#prefixes.push(prefixes, nth);
      if (this.#prefixes.count === TOGETHER) this.carryOut(peers);
    }
  }

  carryOut(peers: readonly Peer[]): void {
    const prefixes = this.#prefixes;
    if (prefixes.count === 0) return;
    for (const { adjRibOut } of peers) {
      adjRibOut.expect(prefixes);
      for (let nth = 0; nth < prefixes.count; nth++) {
        if (this.#type === 'announce') adjRibOut.announcePrefix(prefixes, nth, this.#said[nth] as Said);
        else adjRibOut.withdrawPrefix(prefixes, nth);
      }
    }
    prefixes.clear();
  }
}
