import type { FamilyStatus, MessageCounts, NeighborStatus } from '../commands/neighbor-status.ts';
import { printNeighbor } from '../config/print.ts';
import { dottedQuad } from '../wire/address.ts';
import type { Peer } from './peer.ts';

const STATES = ['idle', 'connect', 'active', 'opensent', 'openconfirm', 'established'] as const;

/** What `show neighbor` tells of a peer. */
export function neighborStatus(peer: Peer): NeighborStatus {
  const { config, negotiated, neighbor } = peer;
  return {
    name: peer.text,
    peerAddress: peer.name.peer,
    localAddress: neighbor.localAddress === 'auto' ? undefined : neighbor.localAddress,
    localAs: neighbor.localAs === 0 ? undefined : neighbor.localAs,
    peerAs: neighbor.peerAs === 0 ? undefined : neighbor.peerAs,
    localId: dottedQuad(config.routerId),
    peerId: negotiated === undefined ? undefined : dottedQuad(negotiated.peerId),
    state: STATES.find((state) => state === peer.state.toLowerCase()) ?? 'idle',
    seconds: peer.stateSeconds,
    localHoldTimeSeconds: config.holdTimeSeconds,
    peerHoldTimeSeconds: peer.peerOpen?.holdTimeSeconds,
    configuration: () => printNeighbor({ ...config, routes: [] }),
    capabilities: capabilitiesOf(peer),
    families: familiesOf(peer),
    sent: countsOf(peer, 'send'),
    received: countsOf(peer, 'receive'),
    prefixesReceived: peer.adjRibIn.size,
  };
}

/** The ones that ExaBGP shows, in its order. */
function capabilitiesOf({ config, peerOpen }: Peer): NeighborStatus['capabilities'] {
  const { capability } = config;
  const theirs = peerOpen?.capabilities;
  const row = (name: string, local: boolean, announced: unknown) => ({
    name,
    local,
    peer: theirs === undefined ? undefined : announced !== undefined,
  });
  return [
    row('asn4', capability.asn4, theirs?.asn4),
    row('route-refresh', capability.routeRefresh, theirs?.routeRefresh),
    row('multi-session', capability.multiSession, theirs?.multisession),
    row('operational', capability.operational, theirs?.operational),
    row('add-path', capability.addPath !== 'disable', theirs?.addPath),
    row('extended-message', capability.extendedMessage, theirs?.extendedMessage),
    row('graceful-restart', capability.gracefulRestart !== undefined, theirs?.gracefulRestart),
  ];
}

function familiesOf({ config, peerOpen, negotiated, adjRibOut }: Peer): NeighborStatus['families'] {
  const theirs = peerOpen?.capabilities.multiprotocol;
  return config.families.map((family) => ({
    family,
    local: true,
    peer:
      peerOpen === undefined
        ? undefined
        : (theirs?.includes(family) ?? negotiated?.families.includes(family) ?? false),
    addPath: {
      send: negotiated?.addPath.send.includes(family) ?? false,
      receive: negotiated?.addPath.receive.includes(family) ?? false,
    },
    ...pathsLimitOf(negotiated?.pathsLimits.get(family), () => adjRibOut.heldBack(family)),
  }));
}

function pathsLimitOf(limit: number | undefined, heldBack: () => number): Pick<FamilyStatus, 'pathsLimit'> {
  return limit === undefined ? {} : { pathsLimit: { limit, heldBack: heldBack() } };
}

function countsOf({ counters }: Peer, direction: 'send' | 'receive'): MessageCounts {
  const { 'route-refresh': refresh, ...counts } = counters[direction];
  return { ...counts, refresh };
}
