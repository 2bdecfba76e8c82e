import type { Attributes } from '../bgp/attributes/index.ts';
import { AFI, afiOf } from '../bgp/family.ts';
import type { NextHop } from '../bgp/nlri/codec.ts';
import { nlriCodec } from '../bgp/nlri/index.ts';
import { hasOtc, withOtc } from '../bgp/roles.ts';
import type { Route } from '../bgp/route.ts';
import { isLinkLocal, numberToIpv4 } from '../wire/address.ts';
import type { RibSession } from './session.ts';

/** A route that this session cannot take; others are not affected. */
export class RefusedRouteError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'RefusedRouteError';
  }
}

export const DEFAULT_LOCAL_PREF = 100;

/**
 * The attributes that go on the wire: what was configured, with the defaults of RFC 4271 section 5.1.
 * ORIGIN is IGP; AS_PATH our AS towards external peers, else empty; LOCAL_PREF 100, never to external peers.
 * An AS_PATH that was configured goes out as it stands.
 */
export function outgoingAttributes(attributes: Attributes, session: RibSession): Attributes {
  const { localAs, send } = session.negotiated;
  const { localPreference = DEFAULT_LOCAL_PREF, ...rest } = attributes;
  if (send.peering !== 'external') return { origin: 'igp', asPath: [], ...rest, localPreference };
  return { origin: 'igp', asPath: [{ type: 'sequence', asns: [localAs] }], ...rest };
}

/** Behind a global IPv6 next hop where both sides take that (draft-ietf-idr-linklocal-capability), ours. */
function withLinkLocal(nextHop: NextHop | undefined, route: Route, session: RibSession): NextHop | undefined {
  const { localLinkLocal, negotiated } = session;
  const fits =
    nextHop?.address.length === 16 && nextHop.linkLocal === undefined && !isLinkLocal(nextHop.address);
  if (!fits || localLinkLocal === undefined || !negotiated.linkLocalNexthop) return nextHop;
  return afiOf(route.nlri.family) === AFI.ipv6 ? { ...nextHop, linkLocal: localLinkLocal } : nextHop;
}

/**
 * The next hop that goes on the wire; `self` is our end of the session, and the router id for an IPv4 route
 * on an IPv6 session, where that end is no IPv4 address.
 * @throws RefusedRouteError where there is none
 */
export function outgoingNextHop(route: Route, session: RibSession): NextHop | undefined {
  if (route.nextHop === undefined) {
    if (nlriCodec(route.nlri.family).nextHopOptional === true) return undefined;
    throw new RefusedRouteError('the route has no next hop');
  }
  if (route.nextHop !== 'self') return route.nextHop;
  const local = session.localAddress;
  const afi = afiOf(route.nlri.family);
  if (afi === AFI.ipv4 && local.length === 16) return { address: numberToIpv4(session.negotiated.localId) };
  if (afi === AFI.ipv6 && local.length === 4) {
    throw new RefusedRouteError('next-hop self of an IPv6 route needs a session over IPv6');
  }
  return { address: local };
}

/** @throws RefusedRouteError for a route that RFC 9234 keeps from this neighbor */
function onlyToCustomers(attributes: Attributes, { negotiated }: RibSession): Attributes {
  const { peerRole, localAs } = negotiated;
  if (peerRole === undefined) return attributes;
  const sent = withOtc(attributes, peerRole, localAs);
  if (sent === undefined) {
    throw new RefusedRouteError(`a route with OTC goes to customers only, and the neighbor is a ${peerRole}`);
  }
  return sent;
}

/** What one route needs on the wire, its attributes shared with the route before where they are the same. */
export interface Outgoing {
  readonly attributes: Attributes;
  readonly nextHop: NextHop | undefined;
}

/** Adds defaults, once for each run of routes that share their attributes. */
export class Preparation {
  readonly #session: RibSession;
  #from: Attributes | undefined;
  #withOtc = false;
  #to: Attributes = {};

  constructor(session: RibSession) {
    this.#session = session;
  }

  /** @throws RefusedRouteError */
  announce(route: Route): Outgoing {
    const nextHop = withLinkLocal(outgoingNextHop(route, this.#session), route, this.#session);
    return { nextHop, attributes: this.#attributes(route.attributes, hasOtc(route.nlri.family)) };
  }

  /** What goes beside a withdrawal, for families that have that; a next hop need not be there. */
  withdraw(route: Route): Outgoing {
    const attributes = this.#attributes(route.attributes, false);
    if (route.nextHop === undefined) return { attributes, nextHop: undefined };
    try {
      return { attributes, nextHop: outgoingNextHop(route, this.#session) };
    } catch (err) {
      if (!(err instanceof RefusedRouteError)) throw err;
      return { attributes, nextHop: undefined };
    }
  }

  #attributes(from: Attributes, otc: boolean): Attributes {
    if (this.#from !== from || this.#withOtc !== otc) {
      this.#from = undefined;
      const to = outgoingAttributes(from, this.#session);
      this.#to = otc ? onlyToCustomers(to, this.#session) : to;
      this.#from = from;
      this.#withOtc = otc;
    }
    return this.#to;
  }
}
