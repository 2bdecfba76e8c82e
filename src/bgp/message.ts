import type { CodecContext } from './context.ts';
import { notify } from './errors.ts';
import { BgpFraming, HEADER_LENGTH, messageTypeWord } from './header.ts';
import { decodeNotification, type NotificationMessage } from './notification.ts';
import { decodeOpen, type Open } from './open.ts';
import { decodeOperational, type Operational } from './operational.ts';
import { RegularUpdate } from './regular-update.ts';
import { decodeRouteRefresh, type RouteRefresh } from './route-refresh.ts';
import { decodeUpdate, type Update } from './update.ts';

/** One BGP message as a plain value. */
export type Message =
  | { readonly type: 'open'; readonly open: Open }
  | {
      readonly type: 'update';
      readonly update: Update;
      /** The octets are those of a regular UPDATE (see regular-update.ts) when read so. */
      readonly regular?: CodecContext;
    }
  | { readonly type: 'notification'; readonly notification: NotificationMessage }
  | { readonly type: 'keepalive' }
  | { readonly type: 'route-refresh'; readonly refresh: RouteRefresh }
  | { readonly type: 'operational'; readonly operational: Operational };

const LAYOUT = new RegularUpdate();

/**
 * As `decodeMessage`; of a regular UPDATE the value is made when somebody looks at it, which must be while the
 * octets are valid.
 * @throws NotificationError as `decodeMessage`, at once
 */
export function readMessage(octets: Uint8Array, context: CodecContext): Message {
  const regular = messageTypeWord(octets) === 'update' && LAYOUT.read(octets, context);
  return regular ? new RegularMessage(octets, context) : decodeMessage(octets, context);
}

class RegularMessage {
  readonly type = 'update';
  readonly regular: CodecContext;
  readonly #octets: Uint8Array;
  #update: Update | undefined;

  constructor(octets: Uint8Array, context: CodecContext) {
    this.#octets = octets;
    this.regular = context;
  }

  get update(): Update {
    this.#update ??= decodeUpdate(this.#octets.subarray(HEADER_LENGTH), this.regular);
    return this.#update;
  }
}

/**
 * The value of one whole message, header included.
 * @throws NotificationError naming what RFC 4271 section 6 and RFC 7606 have the session end with
 */
export function decodeMessage(octets: Uint8Array, context: CodecContext): Message {
  checkWhole(octets, context);
  const body = octets.subarray(HEADER_LENGTH);
  switch (messageTypeWord(octets)) {
    case 'open':
      return { type: 'open', open: decodeOpen(body) };
    case 'update':
      return { type: 'update', update: decodeUpdate(body, context) };
    case 'notification':
      return { type: 'notification', notification: decodeNotification(body) };
    case 'keepalive':
      return { type: 'keepalive' };
    case 'route-refresh':
      return { type: 'route-refresh', refresh: decodeRouteRefresh(body) };
    case 'operational':
      return { type: 'operational', operational: decodeOperational(body) };
    case undefined:
      throw notify('Message Header Error', 'Bad Message Type', {
        data: octets.slice(HEADER_LENGTH - 1, HEADER_LENGTH),
      });
  }
}

function checkWhole(octets: Uint8Array, { maxMessageLength, operational = false }: CodecContext): void {
  const framing = new BgpFraming({ maxLength: maxMessageLength, operational });
  const short = octets.length < HEADER_LENGTH;
  if (short || framing.lengthOf(octets, 0) !== octets.length) {
    throw notify('Message Header Error', 'Bad Message Length', {
      reason: `${octets.length} octets are not the message that their header tells`,
      data: octets.slice(16, 18),
    });
  }
}
