import { type CodecContext, DEFAULT_CONTEXT } from '../bgp/context.ts';
import { type Message, readMessage } from '../bgp/message.ts';
import type { Negotiated } from '../bgp/negotiated.ts';
import type { NotificationMessage } from '../bgp/notification.ts';
import type { FsmEvent, State } from './fsm.ts';

/** What a session tells its owner, in this order: connected, fsm, messages, negotiated, up; down, fsm. */
export type SessionEvent =
  | { readonly type: 'fsm'; readonly state: State }
  /** An attempt of ours to connect came to nothing; the next follows. */
  | { readonly type: 'connect-failed'; readonly reason: string }
  | {
      readonly type: 'connected';
      readonly localAddress: string;
      readonly peerAddress: string;
      readonly ports: { readonly local: number; readonly peer: number };
    }
  | { readonly type: 'negotiated'; readonly negotiated: Negotiated }
  | { readonly type: 'up'; readonly negotiated: Negotiated }
  | {
      readonly type: 'down';
      /** ExaBGP 5's words: `closing connection`, `notification sent (4,0)`. */
      readonly reason: string;
      readonly notification?: NotificationMessage;
      /** Of the notification. */
      readonly direction?: 'send' | 'receive';
      /** Whether the session was up before. */
      readonly established: boolean;
      /** What the state machine was told last. */
      readonly cause: FsmEvent['type'];
    }
  /** A message of the peer's that ends the session: why, and its octets (of a bad header, the octets at fault). */
  | { readonly type: 'rejected'; readonly reason: string; readonly octets: Uint8Array }
  | SessionMessage
  | { readonly type: 'drain' };

export interface SessionMessage {
  readonly type: 'message';
  readonly direction: 'send' | 'receive';
  /** The whole message; valid during the call that delivers the event. */
  readonly octets: Uint8Array;
  /** Decoded at the first look when we sent it, or when it is a regular UPDATE. */
  readonly message: Message;
}

/** What we sent, decoded when somebody looks. */
export function sentMessage(octets: Uint8Array, context: CodecContext = DEFAULT_CONTEXT): SessionMessage {
  let decoded: Message | undefined;
  return {
    type: 'message',
    direction: 'send',
    octets,
    get message() {
      // what an external peer may not send is another matter
      decoded ??= readMessage(octets, { ...context, peering: undefined });
      return decoded;
    },
  };
}

/** A message event that outlives its call. */
export function kept(event: SessionMessage): SessionMessage {
  const { message } = event;
  const decoded: Message = message.type === 'update' ? { type: 'update', update: message.update } : message;
  return { ...event, octets: event.octets.slice(), message: decoded };
}
