import type { Peer } from './peer.ts';

/** What a route that is kept takes, about: most take less, those with unusual attributes several times as much. */
const ROUTE_OCTETS = 128;

type Holder = Pick<Peer, 'established' | 'adjRibIn'>;

/**
 * Whose sessions are to end where memory is short: the one that the most routes are kept of; where that gives back less
 * than so many octets, the next ones, too. Nobody's, where all together would not: then it is not their routes that
 * take the memory.
 */
export function whoRelieves<P extends Holder>(peers: readonly P[], octets: number): readonly P[] {
  const holders = peers
    .filter((peer) => peer.established && peer.adjRibIn.size > 0)
    .sort((a, b) => b.adjRibIn.size - a.adjRibIn.size);
  const wanted = octets / ROUTE_OCTETS;
  let routes = 0;
  let count = 0;
  for (const { adjRibIn } of holders) {
    if (routes >= wanted) break;
    routes += adjRibIn.size;
    count++;
  }
  return routes < wanted ? [] : holders.slice(0, count);
}
