import { HEADER_LENGTH, STANDARD_LENGTH } from '../bgp/header.ts';
import { MESSAGE_TYPE } from '../bgp/iana.ts';
import type { ApiVersion, JsonObject } from '../bgp/json.ts';
import { operationalToJson } from '../bgp/operational.ts';
import { toHexUpper } from '../wire/hex.ts';
import { bmpEventToJson, bmpOriginToJson, peerDownToJson } from './bmp-json.ts';
import { downReasonInJson } from './down-reason.ts';
import type { BmpEvent, Event, Neighbor } from './event.ts';
import {
  familyToJson,
  negotiatedToJson,
  notificationToJson,
  openToJson,
  refreshToJson,
  senderAs,
  updateToJson,
} from './message-json.ts';
import type { Identity, JsonContext } from './options.ts';

/** What the `exabgp` member says: the version of the format. */
const FORMAT: Readonly<Record<ApiVersion, string>> = { 4: '4.0.1', 5: '5.0.0', 6: '6.0.0' };

export type NeighborEvent = Exclude<Event, BmpEvent>;
export type MessageEvent = Extract<NeighborEvent, { readonly octets: Uint8Array }>;

/** Events of BGP messages are the ones that come in several forms. */
export function isMessage(event: NeighborEvent): event is MessageEvent {
  return 'octets' in event;
}

/** One event as a JSON value, members in the order that handlers know. */
export function eventToJson(event: Event, context: JsonContext): JsonObject {
  if (event.type === 'bmp') {
    const neighbor = 'neighbor' in event ? neighborToJson(event.neighbor, context.version, {}) : undefined;
    return envelope(event.timeMs, context, {
      type: 'bmp',
      bmp: bmpEventToJson(event, context.version),
      neighbor,
    });
  }
  const { version, form } = context;
  const message = isMessage(event) ? event : undefined;
  const raw = message !== undefined && form === 'packets';
  const octets = form === 'consolidate' ? message?.octets : undefined;
  return envelope(event.timeMs, context, {
    type: raw ? packetType(message, version) : event.type,
    header: octets && headerHex(octets),
    body: octets && octets.length > HEADER_LENGTH ? bodyHex(octets) : undefined,
    bmp: bmpMember(event, version),
    neighbor: neighborToJson(
      event.neighbor,
      version,
      raw ? packet(message, context) : payload(event, context),
    ),
  });
}

/** What processes are told last, just before they are ended. */
export function shutdownToJson(timeMs: number, identity: Identity, version: ApiVersion): JsonObject {
  const context = { identity, version, counter: undefined };
  return envelope(timeMs, context, { type: 'notification', notification: 'shutdown' });
}

export function headerHex(octets: Uint8Array): string {
  return toHexUpper(octets.subarray(0, HEADER_LENGTH));
}

/** `0x` when the message is but a header. */
export function bodyHex(octets: Uint8Array): string {
  return toHexUpper(octets.subarray(HEADER_LENGTH));
}

/** Message type number of a message event. */
export function messageNumber(event: MessageEvent): number {
  return MESSAGE_TYPE[event.type === 'refresh' ? 'route-refresh' : event.type];
}

type EnvelopeContext = Pick<JsonContext, 'version' | 'identity' | 'counter'>;

interface EnvelopeMembers {
  readonly type: string;
  readonly header?: string | undefined;
  readonly body?: string | undefined;
  readonly bmp?: JsonObject | undefined;
  readonly neighbor?: JsonObject | undefined;
  readonly notification?: string;
}

// literals and Object.assign here and below: object spread costs more than all the rest of an event
function envelope(timeMs: number, context: EnvelopeContext, members: EnvelopeMembers): JsonObject {
  const { host, pid, ppid } = context.identity;
  const { type, header, body, bmp, neighbor, notification } = members;
  return {
    exabgp: FORMAT[context.version],
    time: Math.round(timeMs * 1000) / 1e6,
    host,
    pid,
    ppid,
    counter: context.counter,
    type,
    header,
    body,
    bmp,
    neighbor,
    notification,
  };
}

/** Whose event it is, then what happened. */
function neighborToJson(neighbor: Neighbor, version: ApiVersion, members: JsonObject): JsonObject {
  const whose = {
    address: { local: neighbor.localAddress, peer: neighbor.peerAddress },
    asn: { local: neighbor.localAs, peer: neighbor.peerAs },
    'router-id': version === 4 ? undefined : neighbor.routerId,
  };
  return Object.assign(whose, members);
}

function bmpMember(event: NeighborEvent, version: ApiVersion): JsonObject | undefined {
  if (event.bmp === undefined) return undefined;
  const origin = bmpOriginToJson(event.bmp);
  if (event.type !== 'state' || event.state !== 'down' || event.bmpReason === undefined) return origin;
  return { ...origin, down: peerDownToJson(event.bmpReason, version) };
}

function packetType(event: MessageEvent, version: ApiVersion): string {
  if (event.type !== 'refresh') return event.type;
  return version === 4 ? 'route refresh' : 'route-refresh';
}

function packet(event: MessageEvent, context: JsonContext): JsonObject {
  const { octets } = event;
  return {
    direction: event.direction,
    message: { category: messageNumber(event), header: headerHex(octets), body: bodyHex(octets) },
    negotiated: agreed(event, context) ?? agreedSoFar(event, context),
  };
}

/** Versions 4 and 5 say of an OPEN's octets that nothing is agreed on. */
function agreedSoFar(event: MessageEvent, { negotiated, version }: JsonContext): JsonObject | undefined {
  return negotiated && version !== 6 && event.type === 'open' ? NOTHING_AGREED : undefined;
}

const NOTHING_AGREED: JsonObject = {
  message_size: STANDARD_LENGTH,
  hold_time: 0,
  asn4: false,
  multisession: false,
  operational: false,
  refresh: 'absent',
  families: [],
  nexthop: [],
  add_path: { send: [], receive: [] },
};

/** What the session agreed on, where updates and packets carry it. */
function agreed(event: MessageEvent, { negotiated, version }: JsonContext): JsonObject | undefined {
  if (event.negotiated === undefined || (!negotiated && version !== 6)) return undefined;
  return negotiatedToJson(event.negotiated);
}

/** The members of `neighbor` that differ by type. */
function payload(event: NeighborEvent, context: JsonContext): JsonObject {
  const { version } = context;
  switch (event.type) {
    case 'state':
      if (event.state !== 'down') return { state: event.state };
      return { state: event.state, reason: downReasonInJson(event, version) };
    case 'fsm':
      return { state: event.state };
    case 'signal':
      return { code: String(event.code), name: event.name };
    case 'graceful-restart': {
      const { phase, routes, seconds } = event;
      return { 'graceful-restart': { phase, ...familyToJson(event.family), routes, seconds } };
    }
    case 'negotiated':
      return { negotiated: negotiatedToJson(event.negotiated) };
    case 'snapshot':
      return { snapshot: event.phase, sequence: event.sequence, routes: event.routes };
    case 'open':
      return {
        direction: event.direction,
        open: openToJson(event.open, event.direction, version, senderAs(event)),
      };
    case 'update':
      return {
        direction: event.direction,
        message: updateToJson(event.update, context),
        negotiated: agreed(event, context),
      };
    case 'notification':
      return {
        direction: event.direction,
        notification: notificationToJson(event.notification, version),
      };
    case 'keepalive':
      return { direction: event.direction };
    case 'operational':
      return { direction: event.direction, operational: operationalToJson(event.operational) };
    case 'refresh':
      return { direction: event.direction, 'route-refresh': refreshToJson(event.refresh) };
  }
}
