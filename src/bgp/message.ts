import type { CodecContext } from './context.ts';
import { notify } from './errors.ts';
import { bgpFraming, HEADER_LENGTH, messageTypeWord } from './header.ts';
import { decodeNotification, type NotificationMessage } from './notification.ts';
import { decodeOpen, type Open } from './open.ts';
import { decodeRouteRefresh, type RouteRefresh } from './route-refresh.ts';
import { decodeUpdate, type Update } from './update.ts';

/** One BGP message as a plain value. */
export type Message =
  | { readonly type: 'open'; readonly open: Open }
  | { readonly type: 'update'; readonly update: Update }
  | { readonly type: 'notification'; readonly notification: NotificationMessage }
  | { readonly type: 'keepalive' }
  | { readonly type: 'route-refresh'; readonly refresh: RouteRefresh };

/**
 * The value of one whole message, header included.
 * @throws NotificationError naming what RFC 4271 section 6 and RFC 7606 have the session end with
 */
export function decodeMessage(octets: Uint8Array, context: CodecContext): Message {
  checkWhole(octets, context.maxMessageLength);
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
    case undefined:
      throw notify('Message Header Error', 'Bad Message Type', {
        data: octets.slice(HEADER_LENGTH - 1, HEADER_LENGTH),
      });
  }
}

function checkWhole(octets: Uint8Array, maxLength: number): void {
  const short = octets.length < HEADER_LENGTH;
  if (short || bgpFraming(() => maxLength).lengthOf(octets, 0) !== octets.length) {
    throw notify('Message Header Error', 'Bad Message Length', {
      reason: `${octets.length} octets are not the message that their header tells`,
      data: octets.slice(16, 18),
    });
  }
}
