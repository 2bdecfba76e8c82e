import { attributesToJson } from '../bgp/attributes/index.ts';
import { capabilitiesToJson } from '../bgp/capabilities/index.ts';
import type { Action, MalformedAttributeError } from '../bgp/errors.ts';
import {
  afiOf,
  afiWord,
  type FamilyId,
  familyText,
  IPV4_MULTICAST,
  IPV4_UNICAST,
  IPV6_MULTICAST,
  IPV6_UNICAST,
  safiOf,
  safiWord,
} from '../bgp/family.ts';
import { AS_TRANS } from '../bgp/iana.ts';
import type { ApiVersion, Json, JsonObject } from '../bgp/json.ts';
import type { Negotiated } from '../bgp/negotiated.ts';
import type { NextHop } from '../bgp/nlri/codec.ts';
import { type Nlri, nlriToJson } from '../bgp/nlri/index.ts';
import { type NotificationMessage, shutdownText } from '../bgp/notification.ts';
import { type Open, openAs } from '../bgp/open.ts';
import { REFRESH_SUBTYPES, type RouteRefresh } from '../bgp/route-refresh.ts';
import type { Update } from '../bgp/update.ts';
import { dottedQuad, formatAddress } from '../wire/address.ts';
import { toHexUpper } from '../wire/hex.ts';
import { utf8 } from '../wire/text.ts';
import type { Direction, Event } from './event.ts';
import type { RenderOptions } from './options.ts';

export type OpenEvent = Pick<Extract<Event, { readonly type: 'open' }>, 'open' | 'direction' | 'neighbor'>;

/** Key, and word in text, of routes without a next hop. */
export const NO_NEXT_HOP = 'no-nexthop';

/** The AS number of who sent an OPEN. Ours need not say it: without capability 65 four octets have no room in it. */
export function senderAs({ open, direction, neighbor }: OpenEvent): number {
  const isOurs = direction === 'send' && open.myAs === AS_TRANS && open.capabilities.asn4 === undefined;
  return isOurs ? neighbor.localAs : openAs(open);
}

export function openToJson(
  open: Open,
  direction: Direction,
  version: ApiVersion,
  as = openAs(open),
): JsonObject {
  return {
    version: open.version,
    asn: as,
    hold_time: open.holdTimeSeconds,
    router_id: dottedQuad(open.routerId),
    capabilities: capabilitiesToJson(open, direction, version),
  };
}

export function negotiatedToJson(negotiated: Negotiated): JsonObject {
  return {
    message_size: negotiated.maxMessageLength,
    hold_time: negotiated.holdTimeSeconds,
    asn4: negotiated.asn4,
    multisession: negotiated.multisession,
    operational: negotiated.operational,
    refresh: negotiated.refresh,
    families: familyTexts(negotiated.families),
    nexthop: negotiated.extendedNextHop.map((e) => `${familyText(e.family)} ${afiWord(e.nextHopAfi)}`),
    add_path: {
      send: familyTexts(negotiated.addPath.send),
      receive: familyTexts(negotiated.addPath.receive),
    },
  };
}

function familyTexts(families: readonly FamilyId[]): string[] {
  return families.map((family) => familyText(family));
}

/**
 * Data of a NOTIFICATION and its text. A shutdown communication (RFC 9003) is shown from version 5 on
 * as a sentence, and then the data is that sentence's octets: handlers know it so.
 */
export function notificationView(
  notification: NotificationMessage,
  version: ApiVersion,
): { readonly data: string; readonly message: string } {
  const shutdown = version === 4 ? undefined : shutdownText(notification);
  if (shutdown === undefined)
    return { data: toHexUpper(notification.data), message: textOf(notification.data) };
  const message = `Shutdown Communication: "${shutdown}"`;
  return { data: toHexUpper(Buffer.from(message)), message };
}

/** Data that is meant to be read; other data is no message. */
function textOf(data: Uint8Array): string {
  const text = utf8(data);
  return text === undefined || /\p{Cc}/u.test(text) ? '' : text;
}

export function notificationToJson(notification: NotificationMessage, version: ApiVersion): JsonObject {
  const { data, message } = notificationView(notification, version);
  return {
    code: notification.code,
    subcode: notification.subcode,
    data,
    message: version === 4 ? undefined : message,
  };
}

export function refreshToJson(refresh: RouteRefresh): JsonObject {
  return { ...familyToJson(refresh.family), subtype: refreshWord(refresh.subtype) };
}

export function refreshWord(subtype: number): string {
  return REFRESH_SUBTYPES[subtype] ?? `unknown-${subtype}`;
}

export function familyToJson(family: FamilyId): { readonly afi: string; readonly safi: string } {
  return { afi: afiWord(afiOf(family)), safi: safiWord(safiOf(family)) };
}

/** The `message` of an update event: what the UPDATE tells, or the family whose table is complete. */
export function updateToJson(update: Update, shape: RouteShape): JsonObject {
  if (update.endOfRib !== undefined) return { eor: familyToJson(update.endOfRib) };
  return {
    update: {
      attribute: unlessEmpty(attributeMember(update, shape.version)),
      announce: unlessEmpty(announceToJson(update, shape)),
      withdraw: unlessEmpty(withdrawToJson(update, shape)),
      malformed: update.malformed.length === 0 ? undefined : update.malformed.map(malformedToJson),
      'route-leak': update.leak,
    },
  };
}

function unlessEmpty(members: JsonObject): JsonObject | undefined {
  for (const key in members) if (members[key] !== undefined) return members;
  return undefined;
}

function attributeMember(update: Update, version: ApiVersion): JsonObject {
  const attributes = attributesToJson(update.attributes, version);
  const shown = update.withdrawn.length > 0 && version === 6 ? withNextHop(attributes, update) : attributes;
  const error = errorWord(update, version);
  return error === undefined ? shown : { ...shown, error };
}

/**
 * What RFC 7606 made of the UPDATE, as it stands among the attributes. ExaBGP 6 does not say, and no version says it
 * of an attribute that is there twice.
 */
export function errorWord({ action, malformed }: Update, version: ApiVersion): string | undefined {
  if (action === undefined || version === 6) return undefined;
  if (malformed.length > 0 && malformed.every((one) => one.repeated)) return undefined;
  return ERRORS[action];
}

/** Version 6 shows NEXT_HOP, in its place by type code, among the attributes of an UPDATE that withdraws. */
function withNextHop(attributes: JsonObject, update: Update): JsonObject {
  const { nextHop } = update.attributes;
  if (nextHop === undefined) return attributes;
  const { origin, 'as-path': asPath, ...rest } = attributes;
  return { origin, 'as-path': asPath, 'next-hop': formatAddress(nextHop), ...rest };
}

/** The member of `attribute` that is none, by what RFC 7606 made of the UPDATE. */
const ERRORS: Readonly<Record<Action, string>> = {
  'attribute-discard': 'discard',
  'treat-as-withdraw': 'treat-as-withdraw',
  // never seen: decoding such an UPDATE throws
  'session-reset': 'session-reset',
};

function malformedToJson(error: MalformedAttributeError): Json {
  return {
    attribute: error.attribute,
    code: error.code,
    action: error.action,
    reason: error.reason,
    octets: toHexUpper(error.octets),
  };
}

/** Family, then next hop, then routes. */
function announceToJson(update: Update, shape: RouteShape): JsonObject {
  const families: Record<string, Record<string, readonly Json[]>> = {};
  for (const { family, nextHop, nlri } of update.announced) {
    if (nlri.length === 0) continue;
    const routes = nlri.map((one) => routeToJson(one, shape, nextHop));
    const key = familyText(family);
    const hops = families[key] ?? {};
    families[key] = hops;
    for (const hop of nextHopKeys(nextHop, shape.version)) hops[hop] = joined(hops[hop], routes);
  }
  return families;
}

/** Versions 4 and 5 list the routes again below a link-local address that follows a global one. */
export function nextHopKeys(nextHop: NextHop | undefined, version: ApiVersion): string[] {
  if (nextHop === undefined) return [NO_NEXT_HOP];
  const key = formatAddress(nextHop.address);
  if (nextHop.linkLocal === undefined || version === 6) return [key];
  return [key, formatAddress(nextHop.linkLocal)];
}

function withdrawToJson(update: Update, shape: RouteShape): JsonObject {
  const families: Record<string, readonly Json[]> = {};
  for (const { family, nlri } of update.withdrawn) {
    if (nlri.length === 0) continue;
    const routes = nlri.map((one) => routeToJson(one, shape, NO_HOP));
    const key = familyText(family);
    families[key] = joined(families[key], routes);
  }
  return families;
}

function joined(before: readonly Json[] | undefined, routes: readonly Json[]): readonly Json[] {
  return before === undefined ? routes : [...before, ...routes];
}

const COMPACT_FAMILIES: ReadonlySet<FamilyId> = new Set([
  IPV4_UNICAST,
  IPV4_MULTICAST,
  IPV6_UNICAST,
  IPV6_MULTICAST,
]);

/** What the objects of routes depend on. */
export interface RouteShape extends Pick<RenderOptions, 'compact' | 'routeHops'> {
  readonly version: ApiVersion;
}

/** Of routes that are withdrawn. */
const NO_HOP: NextHop = { address: new Uint8Array() };

function routeToJson(nlri: Nlri, { version, compact, routeHops }: RouteShape, nextHop?: NextHop): Json {
  const hop = version === 6 && routeHops !== true ? undefined : nextHop;
  const members = nlriToJson(nlri, version, hop);
  const bare = compact === true && nlri.pathId === undefined && COMPACT_FAMILIES.has(nlri.family);
  return bare ? (members.nlri ?? members) : members;
}
