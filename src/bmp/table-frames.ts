import type { BmpView } from '../events/event.ts';
import { encodeBmp } from './index.ts';
import type { PerPeerHeader } from './messages.ts';
import { PEER_FLAG, PEER_TYPE } from './per-peer.ts';
import type { BmpRouter } from './router.ts';

/** The flags of Route Monitoring in each view; of the Loc-RIB its own are kept. */
const VIEW_FLAGS: Readonly<Record<BmpView, number>> = {
  'adj-rib-in-pre-policy': 0,
  'adj-rib-in-post-policy': PEER_FLAG.postPolicy,
  'adj-rib-out-pre-policy': PEER_FLAG.adjRibOut,
  'adj-rib-out-post-policy': PEER_FLAG.adjRibOut | PEER_FLAG.postPolicy,
  'loc-rib': 0,
};

/** Route Monitoring of all routes that are kept of a router, as it is when each is asked for. */
export function* tableFrames({ peers, memory }: BmpRouter): Generator<Uint8Array, void, void> {
  for (const { key, header } of peers) {
    for (const [view, { table }] of memory?.get(key)?.views ?? []) {
      for (const { update, asn4 } of table.updates()) {
        const peer = headerFor(header, view, asn4);
        yield encodeBmp({ type: 'route-monitoring', peer, update, trailing: 0 });
      }
    }
  }
}

function headerFor(header: PerPeerHeader, view: BmpView, asn4: boolean): PerPeerHeader {
  if (header.type > PEER_TYPE.local) return header;
  const width = asn4 ? 0 : PEER_FLAG.twoOctetAs;
  return { ...header, flags: (header.flags & PEER_FLAG.ipv6) | VIEW_FLAGS[view] | width };
}
