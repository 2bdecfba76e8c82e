import type { PerPeerHeader } from './messages.ts';
import { type BmpPeer, newPeer } from './peer.ts';
import { peerKey } from './per-peer.ts';

/** The peers of one router, bounded: only one without routes gives way to a new one. */
export class PeerTable {
  readonly #peers = new Map<string, { peer: BmpPeer; header: PerPeerHeader }>();
  readonly #maximum: number;
  readonly #routerAddress: string;

  constructor(maximum: number, routerAddress: string) {
    this.#maximum = maximum;
    this.#routerAddress = routerAddress;
  }

  /** The peers that are up, each with the header of its Peer Up. */
  up(): { readonly peer: BmpPeer; readonly header: PerPeerHeader }[] {
    return [...this.#peers.values()].filter(({ peer }) => peer.state === 'up');
  }

  /** The peer of a header, a new one where it was not seen before; undefined when there is no room. */
  of(header: PerPeerHeader): BmpPeer | undefined {
    const known = this.#peers.get(peerKey(header));
    if (known !== undefined) return known.peer;
    return this.#room() ? this.set(header, newPeer(header, this.#routerAddress)) : undefined;
  }

  set(header: PerPeerHeader, peer: BmpPeer): BmpPeer {
    this.#peers.set(peerKey(header), { peer, header: ownHeader(header) });
    return peer;
  }

  #room(): boolean {
    if (this.#peers.size < this.#maximum) return true;
    for (const [key, { peer }] of this.#peers) {
      if (peer.state !== 'up' && peer.state !== 'implied') return this.#peers.delete(key);
    }
    return false;
  }
}

/** A copy without views: it outlives the read that brought the message. */
function ownHeader(header: PerPeerHeader): PerPeerHeader {
  return { ...header, address: header.address.slice(), distinguisher: header.distinguisher.slice() };
}
