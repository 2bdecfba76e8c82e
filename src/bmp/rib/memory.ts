import type { CodecContext } from '../../bgp/context.ts';
import type { FamilyId } from '../../bgp/family.ts';
import type { Nlri } from '../../bgp/nlri/index.ts';
import type { BmpOrigin, BmpView, Neighbor } from '../../events/event.ts';
import type { AttributePool } from '../../rib/octets/attribute-pool.ts';
import { type Applied, OctetRoutes } from '../../rib/octets/octet-routes.ts';

/** The routes of one view of a peer. */
interface KeptView {
  readonly table: OctetRoutes;
  heardMs: number;
  /** The last epoch in which it has nothing stale any more. */
  sweptEpoch: number;
}

/** A peer as it is remembered beyond its router's connection. */
export interface RememberedPeer {
  readonly key: string;
  neighbor: Neighbor;
  origin: BmpOrigin;
  /** It was told of in the present epoch. */
  confirmed: boolean;
  readonly views: Map<BmpView, KeptView>;
}

/** A view of a peer, or one family of it. */
export interface PeerView {
  readonly peer: RememberedPeer;
  readonly view: BmpView;
  readonly family?: FamilyId;
}

/** Routes of it that a new connection did not repeat. */
export interface Swept extends PeerView {
  readonly routes: readonly Nlri[];
}

export interface MemoryOptions {
  readonly pool: AttributePool;
  /** The views whose routes are kept. */
  readonly views: ReadonlySet<BmpView>;
}

/**
 * What is remembered of a router from one connection to the next: its peers and, of the views that are kept,
 * their routes. BMP itself knows no such thing: a new connection tells all again, and what it leaves out is gone.
 */
export class RouterMemory {
  readonly #options: MemoryOptions;
  readonly #peers = new Map<string, RememberedPeer>();
  #epoch = 0;
  #sinceMs = 0;
  #connected = false;

  constructor(options: MemoryOptions) {
    this.#options = options;
  }

  /** When it was connected, or lost; by the clock that nobody sets. */
  get sinceMs(): number {
    return this.#sinceMs;
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** There is nothing to remember. */
  get isEmpty(): boolean {
    return this.#peers.size === 0;
  }

  get peers(): readonly RememberedPeer[] {
    return [...this.#peers.values()];
  }

  /** A connection begins: all that is remembered is stale until it is told again. */
  connect(nowMs: number): void {
    this.#epoch++;
    this.#sinceMs = nowMs;
    this.#connected = true;
    for (const peer of this.#peers.values()) {
      peer.confirmed = false;
      for (const { table } of peer.views.values()) table.epochs.begin(this.#epoch);
    }
  }

  /** The connection is gone; what is remembered stays. */
  disconnect(nowMs: number): { readonly peers: number; readonly routes: number } {
    this.#sinceMs = nowMs;
    this.#connected = false;
    return this.size;
  }

  get size(): { readonly peers: number; readonly routes: number } {
    let routes = 0;
    for (const { views } of this.#peers.values())
      for (const { table } of views.values()) routes += table.size;
    return { peers: this.#peers.size, routes };
  }

  /** The peer is there: up, or with routes. */
  confirm(key: string, neighbor: Neighbor, origin: BmpOrigin): RememberedPeer {
    const known = this.#peers.get(key);
    if (known !== undefined) {
      known.neighbor = neighbor;
      known.origin = origin;
      known.confirmed = true;
      return known;
    }
    const made = { key, neighbor, origin, confirmed: true, views: new Map() };
    this.#peers.set(key, made);
    return made;
  }

  get(key: string): RememberedPeer | undefined {
    return this.#peers.get(key);
  }

  /** The peer is gone, and its routes of every view with it: how many there were. */
  forget(key: string): number {
    const peer = this.#peers.get(key);
    if (peer === undefined) return 0;
    this.#peers.delete(key);
    let routes = 0;
    for (const { table } of peer.views.values()) routes += table.clear();
    return routes;
  }

  /** Undefined: the view is not kept. */
  apply(
    peer: RememberedPeer,
    update: {
      readonly view: BmpView;
      readonly body: Uint8Array;
      readonly context: CodecContext;
      readonly withdraw: boolean;
      readonly nowMs: number;
    },
  ): Applied | undefined {
    if (!this.#options.views.has(update.view)) return undefined;
    const known = peer.views.get(update.view);
    const kept = known ?? {
      table: new OctetRoutes(this.#options.pool),
      heardMs: 0,
      sweptEpoch: this.#epoch,
    };
    if (known === undefined) peer.views.set(update.view, kept);
    kept.heardMs = update.nowMs;
    return kept.table.apply(update.body, update.context, { epoch: this.#epoch, withdraw: update.withdraw });
  }

  /**
   * Views of peers that are there which brought nothing since `quietSince`, each once in an epoch: what was swept has nothing
   * stale until the next, and is not walked with every tick.
   */
  quiet(quietSince: number): PeerView[] {
    const found: PeerView[] = [];
    for (const peer of this.#peers.values()) {
      if (!peer.confirmed) continue;
      for (const [view, kept] of peer.views) {
        if (Math.max(kept.heardMs, this.#sinceMs) > quietSince || kept.sweptEpoch === this.#epoch) continue;
        kept.sweptEpoch = this.#epoch;
        found.push({ peer, view });
      }
    }
    return found;
  }

  /** Peers that the connection did not tell of: for the caller to forget when the time is up. */
  get lost(): RememberedPeer[] {
    return this.peers.filter(({ confirmed }) => !confirmed);
  }

  /**
   * Forgets what the connection did not repeat, and gives it, some routes at a time or none. It ends where the peer is
   * forgotten, or another connection begins.
   */
  *sweep({ peer, view, family }: PeerView): Generator<Swept, void> {
    const epoch = this.#epoch;
    const table = peer.views.get(view)?.table;
    for (const routes of table?.epochs.sweep(epoch, family) ?? []) {
      yield { peer, view, routes };
      if (this.#epoch !== epoch || this.#peers.get(peer.key) !== peer) return;
    }
  }
}
