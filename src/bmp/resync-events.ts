import { type CodecContext, DEFAULT_CONTEXT } from '../bgp/context.ts';
import type { FamilyId } from '../bgp/family.ts';
import type { Nlri } from '../bgp/nlri/index.ts';
import { decodeUpdate, encodeUpdates } from '../bgp/update.ts';
import type { Event } from '../events/event.ts';
import { bgpBody } from './bgp-message.ts';
import { viewDirection } from './peer.ts';
import type { RememberedPeer, Swept } from './rib/memory.ts';

/**
 * Withdrawals of what a new connection did not repeat, as UPDATEs that the router might have sent, marked
 * `resync`: few of them, each with as many routes as a message holds.
 */
export function* withdrawalsOf({ peer, view, routes }: Swept, timeMs: number): Generator<Event, void, void> {
  const bmp = { ...peer.origin, view, reason: 'resync' } as const;
  const direction = viewDirection(view) === 'out' ? 'send' : 'receive';
  for (const { family, pathIds, nlri } of groupsOf(routes)) {
    const context: CodecContext = { ...DEFAULT_CONTEXT, addPath: new Set(pathIds ? [family] : []) };
    for (const octets of encodeUpdates({ attributes: {}, withdrawn: { family, nlri } }, context)) {
      const update = decodeUpdate(bgpBody(octets), context);
      const common = {
        timeMs,
        neighbor: peer.neighbor,
        bmp,
        direction,
        octets,
        negotiated: undefined,
      } as const;
      yield { ...common, type: 'update', update };
    }
  }
}

interface Group {
  readonly family: FamilyId;
  readonly pathIds: boolean;
  readonly nlri: Nlri[];
}

function groupsOf(routes: readonly Nlri[]): Group[] {
  const groups = new Map<string, Group>();
  for (const one of routes) {
    const pathIds = one.pathId !== undefined;
    const key = `${one.family} ${pathIds}`;
    const group = groups.get(key) ?? { family: one.family, pathIds, nlri: [] };
    groups.set(key, group);
    group.nlri.push(one);
  }
  return [...groups.values()];
}

/** A peer that a new connection did not tell of. */
export function lostPeer({ neighbor, origin }: RememberedPeer, timeMs: number): Event {
  const bmp = { ...origin, reason: 'resync' } as const;
  return {
    type: 'state',
    state: 'down',
    reason: 'resync: the router tells of it no more',
    timeMs,
    neighbor,
    bmp,
  };
}
