import { capabilitiesToText } from '../bgp/capabilities/index.ts';
import { afiOf, afiWord, familyText, safiOf, safiWord } from '../bgp/family.ts';
import type { ApiVersion } from '../bgp/json.ts';
import { operationalToText } from '../bgp/operational.ts';
import { dottedQuad } from '../wire/address.ts';
import { safeLine } from '../wire/text.ts';
import { bmpEventToText } from './bmp-text.ts';
import { downReason } from './down-reason.ts';
import type { Event } from './event.ts';
import { bodyHex, headerHex, isMessage, type MessageEvent, messageNumber } from './json.ts';
import { notificationView, refreshWord, senderAs } from './message-json.ts';
import type { Form, Identity } from './options.ts';
import { updateLines } from './update-text.ts';

/** What the text of an event depends on beside the event. */
export interface TextContext {
  readonly version: ApiVersion;
  readonly form: Form;
}

/**
 * An event as text: its lines, each with its newline, and the blank line that ends every event, but for a decoded
 * OPERATIONAL message: ExaBGP has none behind it.
 * Undefined for events that have no text: `negotiated`, `fsm` and `signal`.
 */
export function eventToText(event: Event, context: TextContext): string | undefined {
  const lines = eventLines(event, context);
  const end = event.type === 'operational' && context.form !== 'packets' ? '\n' : '\n\n';
  return lines && lines.map(safeLine).join('\n') + end;
}

/** What processes are told last, just before they are ended. */
export function shutdownToText({ pid, ppid }: Identity): string {
  return `shutdown ${pid} ${ppid}\n\n`;
}

function eventLines(event: Event, context: TextContext): string[] | undefined {
  if (event.type === 'bmp') return [bmpEventToText(event)];
  if (isMessage(event)) return messageLines(event, context);
  switch (event.type) {
    case 'state': {
      const why = event.state === 'down' ? ` - ${downReason(event, context.version)}` : '';
      return [`neighbor ${event.neighbor.peerAddress} ${event.state}${why}`];
    }
    case 'snapshot': {
      const routes = event.routes === undefined ? '' : ` routes ${event.routes}`;
      return [
        `neighbor ${event.neighbor.peerAddress} snapshot ${event.phase} sequence ${event.sequence}${routes}`,
      ];
    }
    case 'graceful-restart': {
      const { neighbor, phase, family, routes, seconds } = event;
      const time = seconds === undefined ? '' : ` seconds ${seconds}`;
      return [
        `neighbor ${neighbor.peerAddress} graceful-restart ${phase} ${familyText(family)} routes ${routes}${time}`,
      ];
    }
    case 'negotiated':
    case 'fsm':
    case 'signal':
      return undefined;
  }
}

function messageLines(event: MessageEvent, { version, form }: TextContext): string[] {
  const start = `neighbor ${event.neighbor.peerAddress} ${event.direction}`;
  const { octets } = event;
  if (form === 'packets') {
    return [`${start} ${messageNumber(event)}${octetsText(octets)}`];
  }
  const beside = form === 'consolidate' ? octetsText(octets) : '';
  if (event.type !== 'update') return [`${start} ${messageText(event, version)}${beside}`];
  return [
    `${start} update start`,
    ...updateLines(event.update, version).map((line) => `${start} update ${line}`),
    ...(beside === '' ? [] : [beside]),
    `${start} update end`,
  ];
}

/** Starts with a space, in updates too, where it is a line of its own. */
function octetsText(octets: Uint8Array): string {
  const body = bodyHex(octets);
  return ` header ${headerHex(octets)}${body === '0x' ? '' : ` body ${body}`}`;
}

function messageText(event: Exclude<MessageEvent, { readonly type: 'update' }>, version: ApiVersion): string {
  switch (event.type) {
    case 'open': {
      const { open } = event;
      const fields = `asn ${senderAs(event)} hold_time ${open.holdTimeSeconds} router_id ${dottedQuad(open.routerId)}`;
      return `open version ${open.version} ${fields} capabilities [${capabilitiesToText(open, event.direction, version)}]`;
    }
    case 'notification': {
      const { code, subcode } = event.notification;
      const { data } = notificationView(event.notification, version);
      return `notification code ${code} subcode ${subcode} data ${data}`;
    }
    case 'keepalive':
      return 'keepalive';
    case 'operational':
      return `operational ${operationalToText(event.operational)}`;
    case 'refresh': {
      const { family, subtype } = event.refresh;
      const words = `afi ${afiWord(afiOf(family))} safi ${safiWord(safiOf(family))}`;
      return `route-refresh ${words} ${refreshWord(subtype)}`;
    }
  }
}
