import { dottedQuad } from '../../wire/address.ts';
import { type Prefix, prefixNumber } from '../../wire/prefix.ts';
import { Reader } from '../../wire/reader.ts';
import type { Writer } from '../../wire/writer.ts';
import type { CodecContext } from '../context.ts';
import { type FamilyId, IPV4_UNICAST } from '../family.ts';
import type { ApiVersion, JsonObject } from '../json.ts';
import { bgpLsPlain, bgpLsVpn } from './bgpls.ts';
import type { NextHop, NlriCodec } from './codec.ts';
import { evpn } from './evpn.ts';
import { ipv4Flow, ipv4FlowVpn, ipv6Flow, ipv6FlowVpn, l2vpnFlow, l2vpnFlowVpn } from './flowspec.ts';
import { ipv4Labeled, ipv6Labeled } from './labeled.ts';
import { ipv4McastVpn, ipv6McastVpn } from './mcast-vpn.ts';
import { ipv4Mup, ipv6Mup } from './mup.ts';
import { rawNlri } from './raw.ts';
import { rtc } from './rtc.ts';
import { ipv4SrPolicy, ipv6SrPolicy } from './sr-policy.ts';
import { ipv4Multicast, ipv4Unicast, ipv6Multicast, ipv6Unicast } from './unicast.ts';
import { vpls } from './vpls.ts';
import { ipv4MulticastVpn, ipv4Vpn, ipv6MulticastVpn, ipv6Vpn } from './vpn.ts';

/** Every family that Peerline reads and writes. Others keep their octets. */
export const NLRI = [
  ipv4Unicast,
  ipv4Multicast,
  ipv4Labeled,
  ipv4Vpn,
  ipv4MulticastVpn,
  ipv4McastVpn,
  ipv4SrPolicy,
  ipv4Mup,
  rtc,
  ipv4Flow,
  ipv4FlowVpn,
  ipv6Unicast,
  ipv6Multicast,
  ipv6Labeled,
  ipv6Vpn,
  ipv6MulticastVpn,
  ipv6McastVpn,
  ipv6SrPolicy,
  ipv6Mup,
  ipv6Flow,
  ipv6FlowVpn,
  vpls,
  evpn,
  l2vpnFlow,
  l2vpnFlowVpn,
  bgpLsPlain,
  bgpLsVpn,
] as const;

type ValueOf<C> = C extends NlriCodec<infer Value> ? Value : never;
export type NlriValue = ValueOf<(typeof NLRI)[number]> | ValueOf<ReturnType<typeof rawNlri>>;

/** One route's destination. */
export interface Nlri {
  readonly family: FamilyId;
  /** Path identifier, RFC 7911: present where the session carries them, or where one was configured. */
  readonly pathId?: number;
  readonly value: NlriValue;
}

/** The one place where a row's own value type is let go: a value only ever meets the row that made it. */
const BY_FAMILY = new Map<FamilyId, NlriCodec<NlriValue>>(
  NLRI.map((codec) => [codec.family, codec as unknown as NlriCodec<NlriValue>]),
);

export function nlriCodec(family: FamilyId): NlriCodec<NlriValue> {
  return BY_FAMILY.get(family) ?? (rawNlri(family) as unknown as NlriCodec<NlriValue>);
}

export function isKnownFamily(family: FamilyId): boolean {
  return BY_FAMILY.has(family);
}

/**
 * All NLRI of a field of octets.
 * @throws RangeError, PrefixError or ShortInputError when malformed
 */
export function decodeNlriField(
  octets: Uint8Array,
  family: FamilyId,
  context: CodecContext,
  withdraw: boolean,
): Nlri[] {
  const codec = nlriCodec(family);
  const r = new Reader(octets);
  const withPathId = context.addPath.has(family);
  const out: Nlri[] = [];
  while (!r.done) {
    if (withPathId) out.push({ family, pathId: r.u32(), value: codec.decode(r, context, withdraw) });
    else out.push({ family, value: codec.decode(r, context, withdraw) });
  }
  return out;
}

/** One NLRI; where the session carries path identifiers and the route has none, it is 0. */
export function encodeNlri(w: Writer, nlri: Nlri, context: CodecContext, withdraw: boolean): void {
  if (context.addPath.has(nlri.family)) w.u32(nlri.pathId ?? 0, 'path identifier');
  nlriCodec(nlri.family).encode(w, nlri.value, context, withdraw);
}

/** Identity in a RIB: family, path identifier and the family's own key. */
export function nlriKey(nlri: Nlri): string {
  return `${nlri.family} ${nlri.pathId ?? ''} ${nlriCodec(nlri.family).key(nlri.value)}`;
}

/** As `nlriKey`, but a number where that is enough: tables of a million routes are made of these. */
export type RouteKey = string | number;

export function routeKey(nlri: Nlri): RouteKey {
  if (nlri.family !== IPV4_UNICAST || nlri.pathId !== undefined) return nlriKey(nlri);
  return prefixNumber(nlri.value as Prefix);
}

export function nlriToJson(nlri: Nlri, version: ApiVersion, nextHop?: NextHop): JsonObject {
  const members = nlriCodec(nlri.family).toJson(nlri.value, version, nextHop);
  if (nlri.pathId === undefined) return members;
  const { nlri: prefix, ...rest } = members;
  const path = { 'path-information': dottedQuad(nlri.pathId) };
  return prefix === undefined ? { ...members, ...path } : { nlri: prefix, ...path, ...rest };
}
