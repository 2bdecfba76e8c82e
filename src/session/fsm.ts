import { notify } from '../bgp/errors.ts';
import type { NotificationSubcode } from '../bgp/iana.ts';
import { type NotificationMessage, notificationOf } from '../bgp/notification.ts';
import { COLLISION } from './collision.ts';

/** States of RFC 4271 section 8.2.2, by the words of events. */
export const STATES = ['IDLE', 'CONNECT', 'ACTIVE', 'OPENSENT', 'OPENCONFIRM', 'ESTABLISHED'] as const;
export type State = (typeof STATES)[number];

/** Events without more to say. Numbers are those of RFC 4271 section 8.1; 29 is RFC 9687's. */
export const PLAIN_EVENTS = [
  'start', // 1, 3
  'start-passive', // 4, 5
  'connect-retry-timer-expired', // 9
  'hold-timer-expired', // 10
  'open-wait-expired', // 10, while the peer has not yet said what its hold time is
  'keepalive-timer-expired', // 11
  'send-hold-timer-expired', // 29
  'tcp-connected', // 16, 17
  'tcp-failed', // 18
  'open', // 19
  'collision-dump', // 23
  'notification', // 24, 25
  'keepalive', // 26
  'update', // 27
  'route-refresh', // RFC 2918
] as const;

/** Events that come with what to tell the peer: 2 and 8, 21, 22, 28. */
export const TOLD_EVENTS = ['stop', 'header-error', 'open-error', 'update-error'] as const;

export type FsmEvent =
  | { readonly type: (typeof PLAIN_EVENTS)[number] }
  | {
      readonly type: (typeof TOLD_EVENTS)[number];
      /** Undefined: the connection closes without a word (graceful restart). */
      readonly notification: NotificationMessage | undefined;
    };

/** What the timers of a connection do. */
export type TimerEffect =
  | 'start-connect-retry-timer'
  | 'stop-connect-retry-timer'
  | 'start-open-wait'
  | 'start-keepalive-timer'
  | 'start-hold-timer'
  | 'restart-hold-timer';

export type Effect =
  | {
      readonly type:
        | TimerEffect
        | 'connect'
        | 'connected'
        | 'send-open'
        | 'negotiate'
        | 'send-keepalive'
        | 'report'
        | 'up'
        | 'drop'
        | 'down'
        | 'retry';
    }
  | { readonly type: 'notification'; readonly notification: NotificationMessage };

export interface Transition {
  readonly state: State;
  /** In order. */
  readonly effects: readonly Effect[];
}

type EffectType = Exclude<Effect['type'], 'notification'>;

function effects(...types: EffectType[]): readonly Effect[] {
  return types.map((type) => ({ type }));
}

function told(notification: NotificationMessage | undefined): readonly Effect[] {
  return notification === undefined ? [] : [{ type: 'notification', notification }];
}

/** Ends a session that had a connection; `retry` starts it again after the back-off. */
function end(notification: NotificationMessage | undefined, again = true): Transition {
  const last = again ? effects('drop', 'down', 'retry') : effects('drop', 'down');
  return { state: 'IDLE', effects: [...told(notification), ...last] };
}

const HOLD_TIMER_EXPIRED = notificationOf(notify('Hold Timer Expired', 'Unspecific'));
const SEND_HOLD_TIMER_EXPIRED = notificationOf(notify('Send Hold Timer Expired', 'Unspecific'));

/** RFC 6608: a subcode for each state. */
function unexpected(subcode: NotificationSubcode<'Finite State Machine Error'>): Transition {
  return end(notificationOf(notify('Finite State Machine Error', subcode)));
}

function stay(state: State, ...types: EffectType[]): Transition {
  return { state, effects: effects(...types) };
}

/**
 * The finite state machine of one connection, RFC 4271 section 8.2.2 without DelayOpen. Deviations:
 * a NOTIFICATION is never answered with another (OpenSent, event 25), the wait for an OPEN ends with 5/1,
 * header errors in Established are told as such (section 6.1) and not as FSM errors.
 */
export function transition(state: State, event: FsmEvent): Transition {
  switch (state) {
    case 'IDLE':
      return idle(event);
    case 'CONNECT':
      return connect(event);
    case 'ACTIVE':
      return active(event);
    case 'OPENSENT':
      return openSent(event);
    case 'OPENCONFIRM':
      return openConfirm(event);
    case 'ESTABLISHED':
      return established(event);
  }
}

function idle(event: FsmEvent): Transition {
  if (event.type === 'start') return stay('CONNECT', 'start-connect-retry-timer', 'connect');
  if (event.type === 'start-passive') return stay('ACTIVE');
  return stay('IDLE');
}

const TO_OPEN_SENT = [
  'stop-connect-retry-timer',
  'connected',
  'send-open',
  'report',
  'start-open-wait',
] as const satisfies readonly EffectType[];

function connect(event: FsmEvent): Transition {
  switch (event.type) {
    case 'start':
    case 'start-passive':
      return stay('CONNECT');
    case 'stop':
      return stay('IDLE', 'stop-connect-retry-timer', 'drop');
    case 'connect-retry-timer-expired':
      return stay('CONNECT', 'drop', 'start-connect-retry-timer', 'connect');
    case 'tcp-connected':
      return stay('OPENSENT', ...TO_OPEN_SENT);
    default:
      return stay('IDLE', 'stop-connect-retry-timer', 'drop', 'retry');
  }
}

function active(event: FsmEvent): Transition {
  switch (event.type) {
    case 'start':
    case 'start-passive':
      return stay('ACTIVE');
    case 'stop':
      return stay('IDLE', 'stop-connect-retry-timer', 'drop');
    case 'connect-retry-timer-expired':
      return stay('CONNECT', 'start-connect-retry-timer', 'connect');
    case 'tcp-connected':
      return stay('OPENSENT', ...TO_OPEN_SENT);
    default:
      return stay('IDLE', 'stop-connect-retry-timer', 'drop', 'retry');
  }
}

function openSent(event: FsmEvent): Transition {
  switch (event.type) {
    case 'start':
    case 'start-passive':
    case 'tcp-connected': // a second connection has a machine of its own
      return stay('OPENSENT');
    case 'stop':
      return end(event.notification, false);
    case 'header-error':
    case 'open-error':
      return end(event.notification);
    case 'hold-timer-expired':
      return end(HOLD_TIMER_EXPIRED);
    case 'send-hold-timer-expired':
      return end(SEND_HOLD_TIMER_EXPIRED);
    case 'tcp-failed':
      return stay('ACTIVE', 'drop', 'down', 'start-connect-retry-timer');
    case 'open':
      return stay(
        'OPENCONFIRM',
        'negotiate',
        'report',
        'send-keepalive',
        'start-keepalive-timer',
        'start-hold-timer',
      );
    case 'collision-dump':
      return end(COLLISION);
    case 'notification':
      return end(undefined);
    case 'open-wait-expired':
    case 'connect-retry-timer-expired':
    case 'keepalive-timer-expired':
    case 'keepalive':
    case 'update':
    case 'update-error':
    case 'route-refresh':
      return unexpected('Receive Unexpected Message in OpenSent State');
  }
}

function openConfirm(event: FsmEvent): Transition {
  switch (event.type) {
    case 'start':
    case 'start-passive':
    case 'tcp-connected':
      return stay('OPENCONFIRM');
    case 'stop':
      return end(event.notification, false);
    case 'header-error':
    case 'open-error':
      return end(event.notification);
    case 'hold-timer-expired':
      return end(HOLD_TIMER_EXPIRED);
    case 'send-hold-timer-expired':
      return end(SEND_HOLD_TIMER_EXPIRED);
    case 'keepalive-timer-expired':
      return stay('OPENCONFIRM', 'send-keepalive', 'start-keepalive-timer');
    case 'tcp-failed':
    case 'notification':
      return end(undefined);
    case 'collision-dump':
      return end(COLLISION);
    case 'keepalive':
      return stay('ESTABLISHED', 'restart-hold-timer', 'report', 'up');
    case 'open':
    case 'open-wait-expired':
    case 'connect-retry-timer-expired':
    case 'update':
    case 'update-error':
    case 'route-refresh':
      return unexpected('Receive Unexpected Message in OpenConfirm State');
  }
}

function established(event: FsmEvent): Transition {
  switch (event.type) {
    case 'start':
    case 'start-passive':
    case 'tcp-connected':
    case 'route-refresh': // RFC 4271 restarts the hold timer for KEEPALIVE and UPDATE alone
      return stay('ESTABLISHED');
    case 'stop':
      return end(event.notification, false);
    case 'header-error':
    case 'update-error':
      return end(event.notification);
    case 'hold-timer-expired':
      return end(HOLD_TIMER_EXPIRED);
    case 'send-hold-timer-expired':
      return end(SEND_HOLD_TIMER_EXPIRED);
    case 'keepalive-timer-expired':
      return stay('ESTABLISHED', 'send-keepalive', 'start-keepalive-timer');
    case 'tcp-failed':
    case 'notification':
      return end(undefined);
    case 'collision-dump':
      return end(COLLISION);
    case 'keepalive':
    case 'update':
      return stay('ESTABLISHED', 'restart-hold-timer');
    case 'open':
    case 'open-error':
    case 'open-wait-expired':
    case 'connect-retry-timer-expired':
      return unexpected('Receive Unexpected Message in Established State');
  }
}
