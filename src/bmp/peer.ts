import type { Negotiated } from '../bgp/negotiated.ts';
import { negotiate } from '../bgp/negotiated.ts';
import { type Open, openAs } from '../bgp/open.ts';
import type { BmpOrigin, BmpView, Neighbor } from '../events/event.ts';
import { dottedQuad, formatAddress } from '../wire/address.ts';
import type { BmpPeerUp, PerPeerHeader } from './messages.ts';
import { TABLE_NAME } from './peer-up.ts';
import { distinguisherText, LOC_RIB_FILTERED, PEER_FLAG, PEER_TYPE, peerTypeWord } from './per-peer.ts';
import {
  type AddPathByDirection,
  type AddPathMode,
  addPathOf,
  NO_ADD_PATH,
  PeerReading,
  type ViewDirection,
} from './reading.ts';
import { tlvText } from './tlv.ts';

/** What a router has told of a peer: nothing, routes without a Peer Up, Peer Up, Peer Down. */
export type PeerState = 'new' | 'implied' | 'up' | 'down';

/** What is known of one peer of a router. A new one takes its place with each Peer Up and Peer Down. */
export interface BmpPeer {
  readonly state: PeerState;
  readonly neighbor: Neighbor;
  readonly negotiated: Negotiated | undefined;
  readonly table: string | undefined;
  readonly addPath: AddPathByDirection;
  /** How the configuration wants its NLRI read. */
  readonly mode: AddPathMode;
  readonly reading: PeerReading;
}

/** The host part of `ADDRESS:PORT`; brackets around an IPv6 one are dropped. */
export function hostOf(router: string): string {
  return router.slice(0, router.lastIndexOf(':')).replace(/^\[|\]$/g, '');
}

/** A peer of which only a per-peer header was seen. */
export function newPeer(header: PerPeerHeader, routerAddress: string, mode: AddPathMode): BmpPeer {
  const neighbor = {
    localAddress: routerAddress,
    peerAddress: formatAddress(header.address),
    localAs: isLocRib(header) ? header.as : 0,
    peerAs: header.as,
    routerId: dottedQuad(isLocRib(header) ? header.id : 0),
    counter: { value: 0 },
  };
  return withoutPeerUp('new', { neighbor, mode });
}

/** The peer after its Peer Down, or when routes come before its Peer Up. */
export function withoutPeerUp(
  state: 'new' | 'implied' | 'down',
  { neighbor, mode }: Pick<BmpPeer, 'neighbor' | 'mode'>,
): BmpPeer {
  return {
    state,
    neighbor,
    negotiated: undefined,
    table: undefined,
    addPath: NO_ADD_PATH,
    mode,
    reading: new PeerReading(NO_ADD_PATH, mode),
  };
}

/** The peer after a Peer Up. */
export function peerUp(
  before: BmpPeer,
  header: PerPeerHeader,
  up: BmpPeerUp,
  routerAddress: string,
): BmpPeer {
  const { sent, received } = up;
  const addPath = joined(before, addPathOf(sent, received), addsFamilies(before, header, up));
  const unset = up.localAddress.every((octet) => octet === 0);
  const locRib = isLocRib(header);
  return {
    state: 'up',
    neighbor: {
      localAddress: unset ? routerAddress : formatAddress(up.localAddress),
      peerAddress: formatAddress(header.address),
      localAs: localAs(before, header, sent),
      peerAs: header.as,
      routerId: dottedQuad(sent?.routerId ?? (locRib ? header.id : 0)),
      counter: before.neighbor.counter,
    },
    negotiated: sent === undefined || received === undefined ? undefined : negotiate(sent, received),
    table: tlvText(up.tlvs, TABLE_NAME),
    addPath,
    mode: before.mode,
    reading: new PeerReading(addPath, before.mode),
  };
}

function localAs(before: BmpPeer, header: PerPeerHeader, sent: Open | undefined): number {
  if (isLocRib(header)) return header.as;
  return sent === undefined ? before.neighbor.localAs : openAs(sent);
}

/**
 * A Loc-RIB may come up in pieces, one Peer Up for each set of families (RFC 9069 section 6.1.1): then a
 * further one adds to those before.
 */
export function addsFamilies(before: BmpPeer, header: PerPeerHeader, up: BmpPeerUp): boolean {
  if (before.state !== 'up' || !isLocRib(header)) return false;
  const families = up.sent?.capabilities.multiprotocol ?? [];
  return (
    families.length > 0 && families.every((family) => before.negotiated?.families.includes(family) === false)
  );
}

function joined(before: BmpPeer, addPath: AddPathByDirection, add: boolean): AddPathByDirection {
  if (!add) return addPath;
  return { ...addPath, 'loc-rib': new Set([...before.addPath['loc-rib'], ...addPath['loc-rib']]) };
}

/** The RIB that a message's routes stand in; undefined for experimental peer types. */
export function viewOf({ type, flags }: PerPeerHeader): BmpView | undefined {
  if (type === PEER_TYPE['loc-rib']) return 'loc-rib';
  if (type > PEER_TYPE['loc-rib']) return undefined;
  const post = (flags & PEER_FLAG.postPolicy) !== 0;
  if ((flags & PEER_FLAG.adjRibOut) !== 0) return post ? 'adj-rib-out-post-policy' : 'adj-rib-out-pre-policy';
  return post ? 'adj-rib-in-post-policy' : 'adj-rib-in-pre-policy';
}

export function viewDirection(view: BmpView | undefined): ViewDirection {
  if (view === 'loc-rib') return 'loc-rib';
  return view?.startsWith('adj-rib-out') === true ? 'out' : 'in';
}

/** Whether AS numbers in AS_PATH have four octets, as far as the header tells. */
export function fourOctetAs({ type, flags }: PerPeerHeader): boolean {
  return type > PEER_TYPE.local || (flags & PEER_FLAG.twoOctetAs) === 0;
}

export function isLocRib({ type }: PerPeerHeader): boolean {
  return type === PEER_TYPE['loc-rib'];
}

/** Members of `bmp` that only some updates have. */
export type OriginExtras = Pick<BmpOrigin, 'repaired' | 'trailing' | 'tlvs' | 'unchanged' | 'routes'>;

/** The `bmp` member of an event of this peer. */
export function originOf(
  peer: BmpPeer,
  header: PerPeerHeader,
  from: {
    readonly router: string;
    readonly routerName: string;
    readonly view?: BmpView | undefined;
    readonly more?: OriginExtras;
  },
): BmpOrigin {
  return {
    router: from.router,
    routerName: from.routerName,
    peerType: peerTypeWord(header.type),
    distinguisher: distinguisherText(header.distinguisher),
    peerId: dottedQuad(header.id),
    ...(from.view === undefined ? {} : { view: from.view }),
    timestamp: header.timestamp,
    ...(peer.state === 'new' || peer.state === 'implied' ? { implied: true } : {}),
    ...(peer.table === undefined ? {} : { table: peer.table }),
    ...(isLocRib(header) && (header.flags & LOC_RIB_FILTERED) !== 0 ? { filtered: true } : {}),
    ...from.more,
  };
}
