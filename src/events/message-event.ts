import type { CodecContext } from '../bgp/context.ts';
import type { Message } from '../bgp/message.ts';
import type { Negotiated } from '../bgp/negotiated.ts';
import type { Update } from '../bgp/update.ts';
import type { BmpOrigin, Direction, Event, Neighbor } from './event.ts';

type Common = Omit<Extract<Event, { readonly type: 'keepalive' }>, 'type'>;

/** The event of an UPDATE: its value is made when an encoder asks for it. */
class UpdateEvent {
  readonly type = 'update';
  readonly neighbor: Neighbor;
  readonly timeMs: number;
  readonly direction: Direction;
  readonly octets: Uint8Array;
  readonly negotiated: Negotiated | undefined;
  readonly bmp: BmpOrigin | undefined;
  readonly regular: CodecContext | undefined;
  readonly #message: Extract<Message, { readonly type: 'update' }>;

  constructor(common: Common, message: Extract<Message, { readonly type: 'update' }>) {
    this.neighbor = common.neighbor;
    this.timeMs = common.timeMs;
    this.direction = common.direction;
    this.octets = common.octets;
    this.negotiated = common.negotiated;
    this.bmp = common.bmp;
    this.regular = message.regular;
    this.#message = message;
  }

  get update(): Update {
    return this.#message.update;
  }
}

/** The event that tells of one BGP message. */
export function messageEvent(message: Message, common: Common): Event {
  switch (message.type) {
    case 'open':
      return { ...common, type: 'open', open: message.open };
    case 'update':
      return new UpdateEvent(common, message);
    case 'notification':
      return { ...common, type: 'notification', notification: message.notification };
    case 'keepalive':
      return { ...common, type: 'keepalive' };
    case 'operational':
      return { ...common, type: 'operational', operational: message.operational };
    case 'route-refresh':
      return { ...common, type: 'refresh', refresh: message.refresh };
  }
}
