import { familyText } from '../bgp/family.ts';
import type { ApiVersion, Json, JsonObject } from '../bgp/json.ts';
import type { Message } from '../bgp/message.ts';
import { operationalToJson } from '../bgp/operational.ts';
import type { BmpStatistic, IndexedTlv, InformationTlv, PeerDownReason } from '../bmp/messages.ts';
import { toHexUpper } from '../wire/hex.ts';
import type { BmpEvent, BmpOrigin } from './event.ts';
import { notificationToJson, openToJson, refreshToJson, updateToJson } from './message-json.ts';

/** The `bmp` member of an event that a router reported: which router, peer and RIB view. */
export function bmpOriginToJson(origin: BmpOrigin): JsonObject {
  return {
    router: origin.router,
    name: origin.routerName || undefined,
    'peer-type': origin.peerType,
    distinguisher: origin.distinguisher,
    'peer-id': origin.peerId,
    view: origin.view,
    timestamp: origin.timestamp || undefined,
    implied: origin.implied || undefined,
    table: origin.table,
    filtered: origin.filtered || undefined,
    repaired: origin.repaired,
    trailing: origin.trailing,
    reason: origin.reason,
    unchanged: origin.unchanged,
    routes: origin.routes,
    tlvs: origin.tlvs?.map(indexedTlvToJson),
  };
}

/** Why a monitored peer went down, RFC 7854 section 4.9. */
export function peerDownToJson(reason: PeerDownReason, version: ApiVersion): JsonObject {
  return {
    code: reason.code,
    reason: reason.word,
    notification: reason.notification && notificationToJson(reason.notification, version),
    'fsm-event': reason.fsmEvent,
    information: reason.tlvs?.map(tlvToJson),
    octets: reason.octets && toHexUpper(reason.octets),
  };
}

/** The `bmp` member of an event that only a router can tell. */
export function bmpEventToJson(event: BmpEvent, version: ApiVersion): JsonObject {
  const router = { router: event.router, name: event.routerName || undefined };
  const { message } = event;
  switch (message) {
    case 'connected':
      return { message, ...router };
    case 'disconnected':
      return { message, ...router, reason: event.reason, stale: event.stale };
    case 'initiation':
      return { message, ...router, information: event.initiation.tlvs.map(tlvToJson) };
    case 'termination': {
      const { reason, tlvs } = event.termination;
      return { message, ...router, reason, information: tlvs.map(tlvToJson) };
    }
    case 'snapshot':
      return { message, ...router, snapshot: event.phase, sequence: event.sequence };
    case 'statistics':
      return { message, ...bmpOriginToJson(event.bmp), statistics: statisticsToJson(event.statistics) };
    case 'mirroring':
      return {
        message,
        ...bmpOriginToJson(event.bmp),
        information: event.information,
        ...mirroredToJson(event.mirrored, version),
        problem: event.problem,
        octets: event.octets && toHexUpper(event.octets),
      };
    case 'resync':
      return { message, ...bmpOriginToJson(event.bmp), withdrawn: event.withdrawn };
    case 'incomplete': {
      const { family, held, reported } = event;
      const of = family === undefined ? undefined : familyText(family);
      return { message, ...bmpOriginToJson(event.bmp), family: of, held, reported };
    }
    case 'repaired': {
      const { reason, octets } = event;
      return { message, ...bmpOriginToJson(event.bmp), repaired: reason, octets: toHexUpper(octets) };
    }
    case 'error': {
      const { reason, offset, fatal, octets } = event;
      return { message, ...router, reason, offset, fatal, octets: toHexUpper(octets) };
    }
  }
}

function tlvToJson(tlv: InformationTlv): Json {
  return { type: tlv.type, name: tlv.word, value: tlv.text ?? toHexUpper(tlv.value) };
}

/** A TLV of BMP version 4: what is known of its value, else its octets. */
function indexedTlvToJson({ type, index, word, value, text, pathStatus, routes }: IndexedTlv): Json {
  const read = pathStatus !== undefined || routes !== undefined;
  return {
    type,
    name: word,
    index: index === 0 ? undefined : index,
    ...pathStatus,
    routes,
    value: read ? undefined : (text ?? toHexUpper(value)),
  };
}

/** What was mirrored, as an event of its type would show it. */
function mirroredToJson(message: Message | undefined, version: ApiVersion): JsonObject {
  if (message === undefined) return {};
  const { type } = message;
  switch (type) {
    case 'open':
      return { mirrored: type, open: openToJson(message.open, 'receive', version) };
    case 'update':
      return { mirrored: type, ...updateToJson(message.update, { version }) };
    case 'notification':
      return { mirrored: type, notification: notificationToJson(message.notification, version) };
    case 'keepalive':
      return { mirrored: type };
    case 'operational':
      return { mirrored: type, operational: operationalToJson(message.operational) };
    case 'route-refresh':
      return { mirrored: type, 'route-refresh': refreshToJson(message.refresh) };
  }
}

/** By word; those per family by word and family. */
function statisticsToJson(statistics: readonly BmpStatistic[]): JsonObject {
  const plain: Record<string, Json> = {};
  const perFamily: Record<string, Record<string, Json>> = {};
  for (const { word, value, family, octets } of statistics) {
    const shown = value ?? toHexUpper(octets);
    if (family === undefined) plain[word] = shown;
    else perFamily[word] = { ...perFamily[word], [familyText(family)]: shown };
  }
  return { ...plain, ...perFamily };
}
