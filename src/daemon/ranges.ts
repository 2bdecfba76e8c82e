import type { Route } from '../bgp/route.ts';
import type { NeighborConfig } from '../config/model.ts';
import { formatPrefix } from '../wire/prefix.ts';
import { Peer } from './peer.ts';
import type { PeerOptions } from './peer-options.ts';

/** Whether somebody who came of a range is to have one of its routes. */
export type Inherits = (range: Peer, peer: Peer, route: Route) => boolean;

/**
 * What commands say to a range of neighbors: each range is a neighbor without sessions, that keeps the routes for
 * whoever comes of it, as in ExaBGP.
 */
export class Ranges {
  readonly #options: PeerOptions;
  #peers: readonly Peer[] = [];
  /** Those that are still on their way to other routes. */
  readonly #settling = new Set<Peer>();

  constructor({ monitor: _nobody, ...options }: PeerOptions) {
    this.#options = options;
  }

  get configs(): readonly NeighborConfig[] {
    return this.#peers.map((peer) => peer.config);
  }

  get peers(): readonly Peer[] {
    return this.#peers;
  }

  /** Goes to these at once, to the last of their routes when it resolves; what commands said to one that stays stays. */
  async configure(configs: readonly NeighborConfig[]): Promise<void> {
    const before = [...this.#peers];
    const settled: Promise<void>[] = [];
    this.#peers = configs.map((config) => {
      const at = before.findIndex((peer) => sameRange(peer.config, config));
      const [known] = at < 0 ? [] : before.splice(at, 1);
      if (known !== undefined) settled.push(this.#reconfigure(known, config));
      return known ?? new Peer({ config, peerAddress: formatPrefix(config.peer) }, this.#options);
    });
    await Promise.all(settled);
  }

  async #reconfigure(range: Peer, config: NeighborConfig): Promise<void> {
    this.#settling.add(range);
    await range.reconfigure(config);
    this.#settling.delete(range);
  }

  /**
   * Gives somebody who came the routes of the range that he is of, many of them a little at a time.
   * @param goesOn whether he is still there
   */
  inherit(peer: Peer, goesOn: () => boolean, inherits: Inherits = () => true): void {
    const range = this.#peers.find(({ config }) => config === peer.config);
    if (range === undefined) return;
    peer.outgoing.inherit(range.adjRibOut, {
      configured: peer.config.routes,
      isSettled: () => !this.#settling.has(range),
      wants: (route) => inherits(range, peer, route),
      goesOn,
    });
  }
}

/** Of several of one prefix each has another local address. */
function sameRange(a: NeighborConfig, b: NeighborConfig): boolean {
  const own = ({ localAddress }: NeighborConfig) => localAddress?.join('.');
  return formatPrefix(a.peer) === formatPrefix(b.peer) && own(a) === own(b);
}
