import { DEFAULT_CONTEXT } from '../bgp/context.ts';
import { HEADER_LENGTH } from '../bgp/header.ts';
import { decodeUpdate } from '../bgp/update.ts';
import { viewDirection } from '../bmp/peer.ts';
import type { PeerEntry } from '../bmp/peers.ts';
import type { RememberedPeer, RouterMemory } from '../bmp/rib/memory.ts';
import type { BmpRouter } from '../bmp/router.ts';
import type { BmpOrigin, BmpView, Event, Neighbor } from '../events/event.ts';
import type { OctetRoutes } from '../rib/octets/octet-routes.ts';
import type { StationSubscriptions } from './bmp-selection.ts';
import type { SnapshotItem, SnapshotReader } from './snapshot.ts';
import type { BmpStation } from './station.ts';

/** A station, and who is told what of it. */
export interface ToldStation {
  readonly station: BmpStation;
  readonly subscriptions: StationSubscriptions;
}

/** A peer as it is remembered, heard of over the present connection, or both. */
interface Known {
  readonly neighbor: Neighbor;
  readonly origin: BmpOrigin;
  readonly entry: PeerEntry | undefined;
  readonly remembered: RememberedPeer | undefined;
}

/** Whether routes of the station's routers can be told to the process again. */
export function keepsBmpRoutesFor({ station, subscriptions }: ToldStation, process: string): boolean {
  return station.keepsRoutes && subscriptions.tellsRoutes(process);
}

/**
 * The routers of a station, one after the other, each between `begin` and `end`, and within these each of its peers
 * likewise: state and negotiated events, and the routes that are kept, as far as the process is told of these and
 * selects them. Made while it is read, as `snapshotOf`.
 */
export function* bmpSnapshotOf(told: ToldStation, reader: SnapshotReader): Generator<SnapshotItem, void> {
  const { station } = told;
  const snapshot = new BmpSnapshot(told.subscriptions, reader);
  for (const { router } of station.connections) yield* snapshot.router(router);
  for (const { router, memory } of station.memories.away) yield* snapshot.away(router, memory);
}

class BmpSnapshot {
  readonly #subscriptions: StationSubscriptions;
  readonly #reader: SnapshotReader;

  constructor(subscriptions: StationSubscriptions, reader: SnapshotReader) {
    this.#subscriptions = subscriptions;
    this.#reader = reader;
  }

  *router(router: BmpRouter): Generator<SnapshotItem, void> {
    const common = () => ({ timeMs: this.#now(), router: router.router, routerName: router.name }) as const;
    if (!this.#concerns({ ...common(), type: 'bmp', message: 'connected' })) return;
    const peers = knownPeers(router);
    yield* this.#around(common, function* (of) {
      yield* of.#tell({ ...common(), type: 'bmp', message: 'connected' });
      const { initiation } = router;
      if (initiation !== undefined)
        yield* of.#tell({ ...common(), type: 'bmp', message: 'initiation', initiation });
      for (const peer of peers) yield* of.#peer(peer);
    });
  }

  /** Its peers are as they were; that it is away comes last, as it happened. */
  *away(address: string, memory: RouterMemory): Generator<SnapshotItem, void> {
    const origin = memory.peers[0]?.origin;
    if (origin === undefined) return;
    const { router, routerName } = origin;
    const common = () => ({ timeMs: this.#now(), router, routerName }) as const;
    const gone = {
      type: 'bmp',
      message: 'disconnected',
      reason: `away: ${address}`,
      stale: memory.size,
    } as const;
    if (!this.#concerns({ ...common(), ...gone })) return;
    yield* this.#around(common, function* (of) {
      for (const remembered of memory.peers) yield* of.#peer({ ...remembered, entry: undefined, remembered });
      yield* of.#tell({ ...common(), ...gone });
    });
  }

  *#around(
    common: () => { readonly timeMs: number; readonly router: string; readonly routerName: string },
    within: (of: BmpSnapshot) => Generator<SnapshotItem, void>,
  ): Generator<SnapshotItem, void> {
    const { sequence } = this.#reader;
    yield [{ ...common(), type: 'bmp', message: 'snapshot', phase: 'begin', sequence }, undefined];
    yield* within(this);
    yield [{ ...common(), type: 'bmp', message: 'snapshot', phase: 'end', sequence }, undefined];
  }

  *#peer({ neighbor: live, origin: bmp, entry, remembered }: Known): Generator<SnapshotItem, void> {
    const { sequence } = this.#reader;
    // its lines take no numbers of the peer's own
    const neighbor: Neighbor = { ...live, counter: { value: live.counter.value } };
    const common = () => ({ timeMs: this.#now(), neighbor, bmp });
    const state: Event =
      entry?.peer.state === 'down'
        ? { ...common(), type: 'state', state: 'down', reason: entry.record.downReason ?? 'down' }
        : { ...common(), type: 'state', state: 'up' };
    if (!this.#concerns(state)) return;
    yield [{ ...common(), type: 'snapshot', phase: 'begin', sequence }, undefined];
    if (entry?.peer.state !== 'implied') yield* this.#tell(state);
    const negotiated = entry?.peer.negotiated;
    if (negotiated !== undefined) yield* this.#tell({ ...common(), type: 'negotiated', negotiated });
    let routes = 0;
    for (const [view, { table }] of remembered?.views ?? []) {
      for (const event of updatesOf(table, { common, view, negotiated })) {
        for (const item of this.#subscriptions.told(event, this.#reader.process)) {
          routes += countOf(item[0]);
          yield item;
        }
      }
    }
    yield [{ ...common(), type: 'snapshot', phase: 'end', sequence, routes }, undefined];
  }

  *#tell(event: Event): Generator<SnapshotItem, void> {
    yield* this.#subscriptions.told(event, this.#reader.process);
  }

  #concerns(event: Event): boolean {
    return this.#subscriptions.concerns(event, this.#reader.process);
  }

  #now(): number {
    return this.#reader.nowMs();
  }
}

/** Those that the connection told of, and those that are remembered and were not told of again yet. */
function knownPeers(router: BmpRouter): readonly Known[] {
  const { memory, peers } = router;
  const told = peers
    .filter(({ peer }) => peer.state !== 'new')
    .map((entry) => ({
      neighbor: entry.peer.neighbor,
      origin: router.originOf(entry),
      entry,
      remembered: memory?.get(entry.key),
    }));
  const keys = new Set(peers.map(({ key }) => key));
  const others = (memory?.peers ?? []).filter(({ key }) => !keys.has(key));
  return [...told, ...others.map((remembered) => ({ ...remembered, entry: undefined, remembered }))];
}

function* updatesOf(
  table: OctetRoutes,
  from: {
    readonly view: BmpView;
    readonly negotiated: PeerEntry['peer']['negotiated'];
    common(): { readonly timeMs: number; readonly neighbor: Neighbor; readonly bmp: BmpOrigin };
  },
): Generator<Event, void> {
  const direction = viewDirection(from.view) === 'out' ? 'send' : 'receive';
  for (const { update: octets, asn4, family, pathIds } of table.updates()) {
    const context = { ...DEFAULT_CONTEXT, asn4, addPath: new Set(pathIds ? [family] : []) };
    const update = decodeUpdate(octets.subarray(HEADER_LENGTH), context);
    const { bmp, ...common } = from.common();
    const told = { ...common, bmp: { ...bmp, view: from.view }, direction, octets, update } as const;
    yield { ...told, type: 'update', negotiated: from.negotiated };
  }
}

function countOf(event: Event): number {
  if (event.type !== 'update') return 0;
  return event.update.announced.reduce((sum, { nlri }) => sum + nlri.length, 0);
}
