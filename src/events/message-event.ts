import type { Message } from '../bgp/message.ts';
import type { Event } from './event.ts';

type Common = Omit<Extract<Event, { readonly type: 'keepalive' }>, 'type'>;

/** The event that tells of one BGP message. */
export function messageEvent(message: Message, common: Common): Event {
  switch (message.type) {
    case 'open':
      return { ...common, type: 'open', open: message.open };
    case 'update':
      return { ...common, type: 'update', update: message.update };
    case 'notification':
      return { ...common, type: 'notification', notification: message.notification };
    case 'keepalive':
      return { ...common, type: 'keepalive' };
    case 'route-refresh':
      return { ...common, type: 'refresh', refresh: message.refresh };
  }
}
