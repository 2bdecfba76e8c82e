import { sameOctets } from '../wire/address.ts';
import type { PerPeerHeader } from './messages.ts';
import { type BmpPeer, newPeer } from './peer.ts';
import { PeerRecord } from './peer-record.ts';
import { peerKey } from './per-peer.ts';
import type { AddPathMode } from './reading.ts';

/** One peer of a router: what it is now, the last header that changed it, and what was counted of it. */
export interface PeerEntry {
  readonly key: string;
  peer: BmpPeer;
  header: PerPeerHeader;
  readonly record: PeerRecord;
}

/** The peers of one router, bounded: only one without routes gives way to a new one. */
export class PeerTable {
  readonly #peers = new Map<string, PeerEntry>();
  #last: PeerEntry | undefined;
  readonly #options: {
    readonly maximum: number;
    readonly routerAddress: string;
    readonly addPath: AddPathMode;
  };

  constructor(options: { maximum: number; routerAddress: string; addPath: AddPathMode }) {
    this.#options = options;
  }

  all(): PeerEntry[] {
    return [...this.#peers.values()];
  }

  /** The peers that are up. */
  up(): PeerEntry[] {
    return this.all().filter(({ peer }) => peer.state === 'up');
  }

  /** The peer of a header, a new one where it was not seen before; undefined when there is no room. */
  of(header: PerPeerHeader): PeerEntry | undefined {
    // a table comes peer by peer: most messages are of the same one as the last
    if (this.#last !== undefined && samePeer(this.#last.header, header)) return this.#last;
    this.#last = this.#find(header);
    return this.#last;
  }

  #find(header: PerPeerHeader): PeerEntry | undefined {
    const key = peerKey(header);
    const known = this.#peers.get(key);
    if (known !== undefined) return known;
    if (!this.#room()) return undefined;
    const { routerAddress, addPath } = this.#options;
    const peer = newPeer(header, routerAddress, addPath);
    const entry = { key, peer, header: ownHeader(header), record: new PeerRecord() };
    this.#peers.set(key, entry);
    return entry;
  }

  /** The peer is another thing from now on. */
  set(entry: PeerEntry, header: PerPeerHeader, peer: BmpPeer): BmpPeer {
    entry.peer = peer;
    entry.header = ownHeader(header);
    return peer;
  }

  #room(): boolean {
    if (this.#peers.size < this.#options.maximum) return true;
    for (const [key, { peer }] of this.#peers) {
      if (peer.state !== 'up' && peer.state !== 'implied') return this.#peers.delete(key);
    }
    return false;
  }
}

function samePeer(a: PerPeerHeader, b: PerPeerHeader): boolean {
  return (
    a.type === b.type && sameOctets(a.distinguisher, b.distinguisher) && sameOctets(a.address, b.address)
  );
}

/** A copy without views: it outlives the read that brought the message. */
function ownHeader(header: PerPeerHeader): PerPeerHeader {
  return { ...header, address: header.address.slice(), distinguisher: header.distinguisher.slice() };
}
