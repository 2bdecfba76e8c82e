import type { BmpView } from '../events/event.ts';
import { encodeBmp } from './index.ts';
import type { PerPeerHeader } from './messages.ts';
import type { PeerEntry } from './peers.ts';
import { PEER_FLAG, PEER_TYPE, VIEW_FLAGS } from './per-peer.ts';
import type { BmpRouter } from './router.ts';

/**
 * Route Monitoring of all routes that are kept of a router, as each is when it is asked for. Of a peer that comes up
 * or goes down meanwhile no more is told: it is no longer the one whose Peer Up the reader knows.
 */
export function tableFrames({ peers, memory }: BmpRouter): Generator<Uint8Array, void, void> {
  const known = peers.map((entry) => ({ entry, sessions: sessionsOf(entry) }));
  return (function* () {
    for (const { entry, sessions } of known) {
      const { key, header } = entry;
      for (const [view, { table }] of memory?.get(key)?.views ?? []) {
        for (const { update, asn4 } of table.updates()) {
          if (sessionsOf(entry) !== sessions) break;
          const peer = headerFor(header, view, asn4);
          yield encodeBmp({ type: 'route-monitoring', peer, update, trailing: 0 });
        }
      }
    }
  })();
}

function sessionsOf({ record: { ups, downs } }: PeerEntry): number {
  return ups + downs;
}

function headerFor(header: PerPeerHeader, view: BmpView, asn4: boolean): PerPeerHeader {
  if (header.type > PEER_TYPE.local) return header;
  const width = asn4 ? 0 : PEER_FLAG.twoOctetAs;
  return { ...header, flags: (header.flags & PEER_FLAG.ipv6) | VIEW_FLAGS[view] | width };
}
