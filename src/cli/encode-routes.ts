import { AS_TRANS } from '../bgp/iana.ts';
import { type Negotiated, negotiate } from '../bgp/negotiated.ts';
import type { Open } from '../bgp/open.ts';
import type { Route } from '../bgp/route.ts';
import { Preparation } from '../rib/outgoing.ts';
import { Packing } from '../rib/packing.ts';

/** UPDATEs as a session would send them, and the routes that it could not. */
export interface Encoded {
  readonly updates: readonly Uint8Array[];
  readonly refused: readonly { readonly route: Route; readonly reason: string }[];
}

export interface EncodeSession {
  readonly negotiated: Negotiated;
  readonly localAddress: Uint8Array;
}

/** What would be agreed with a peer that offers all that we do. */
export function agreedWithMirror(open: Open, peerAs: number | undefined): Negotiated {
  const addPath = open.capabilities.addPath?.map(({ family, mode }) => ({ family, mode: mirrored(mode) }));
  const mirror: Open = {
    ...open,
    ...(peerAs === undefined ? {} : { myAs: peerAs > 0xffff ? AS_TRANS : peerAs }),
    capabilities: {
      ...open.capabilities,
      ...(open.capabilities.asn4 === undefined || peerAs === undefined ? {} : { asn4: peerAs }),
      ...(addPath === undefined ? {} : { addPath }),
    },
  };
  return negotiate(open, mirror);
}

/** Who offers to send meets one who offers to receive: RFC 7911 section 4, bits 2 and 1. */
function mirrored(mode: number): number {
  return ((mode & 1) << 1) | ((mode & 2) >> 1);
}

export function encodeRoutes(
  changes: readonly { readonly route: Route; readonly withdraw: boolean }[],
  session: EncodeSession,
  groupUpdates = true,
): Encoded {
  const refused: { route: Route; reason: string }[] = [];
  const packing = new Packing({
    preparation: new Preparation(session),
    context: session.negotiated.send,
    groupUpdates,
    refused: (route, reason) => void refused.push({ route, reason }),
  });
  for (const { route, withdraw } of changes) {
    if (withdraw) packing.withdraw(route);
    else packing.announce(route);
  }
  return { updates: packing.finish(), refused };
}
