import { describe, expect, it } from 'vitest';
import { cease } from '../../src/bgp/notification.ts';
import {
  type FsmEvent,
  PLAIN_EVENTS,
  STATES,
  type State,
  TOLD_EVENTS,
  transition,
} from '../../src/session/fsm.ts';

const CEASE = cease(2, 'bye');

function eventOf(type: FsmEvent['type']): FsmEvent {
  const told = (TOLD_EVENTS as readonly string[]).includes(type);
  return (told ? { type, notification: CEASE } : { type }) as FsmEvent;
}

/** Where an event leads and what it is told as; the section that says so. */
type Row = readonly [event: FsmEvent['type'], next: State, effects: string, section: string];

const END = 'drop down retry';
const OPENED = 'stop-connect-retry-timer connected send-open report start-open-wait';
const AGAIN = 'stop-connect-retry-timer drop retry';

const idleRow = (event: FsmEvent['type']): Row => [event, 'IDLE', '', 'RFC 4271 8.2.2 Idle: no change'];
const giveUp = (event: FsmEvent['type']): Row => [event, 'IDLE', AGAIN, 'RFC 4271 8.2.2: any other event'];

const TABLE: Readonly<Record<State, readonly Row[]>> = {
  IDLE: [
    ['start', 'CONNECT', 'start-connect-retry-timer connect', 'RFC 4271 8.2.2 Idle, events 1 and 3'],
    ['start-passive', 'ACTIVE', '', 'RFC 4271 8.2.2 Idle, events 4 and 5'],
    ...([...PLAIN_EVENTS.slice(2), ...TOLD_EVENTS] as FsmEvent['type'][]).map(idleRow),
  ],
  CONNECT: [
    ['start', 'CONNECT', '', 'RFC 4271 8.2.2 Connect: start is ignored'],
    ['start-passive', 'CONNECT', '', 'RFC 4271 8.2.2 Connect: start is ignored'],
    ['stop', 'IDLE', 'stop-connect-retry-timer drop', 'RFC 4271 8.2.2 Connect, event 2'],
    [
      'connect-retry-timer-expired',
      'CONNECT',
      'drop start-connect-retry-timer connect',
      'RFC 4271 8.2.2 Connect, event 9',
    ],
    ['tcp-connected', 'OPENSENT', OPENED, 'RFC 4271 8.2.2 Connect, events 16 and 17'],
    ['tcp-failed', 'IDLE', AGAIN, 'RFC 4271 8.2.2 Connect, event 18 without DelayOpen'],
    giveUp('hold-timer-expired'),
    giveUp('open-wait-expired'),
    giveUp('keepalive-timer-expired'),
    giveUp('send-hold-timer-expired'),
    giveUp('open'),
    giveUp('collision-dump'),
    giveUp('notification'),
    giveUp('keepalive'),
    giveUp('update'),
    giveUp('route-refresh'),
    giveUp('header-error'),
    giveUp('open-error'),
    giveUp('update-error'),
  ],
  ACTIVE: [
    ['start', 'ACTIVE', '', 'RFC 4271 8.2.2 Active: start is ignored'],
    ['start-passive', 'ACTIVE', '', 'RFC 4271 8.2.2 Active: start is ignored'],
    ['stop', 'IDLE', 'stop-connect-retry-timer drop', 'RFC 4271 8.2.2 Active, event 2'],
    [
      'connect-retry-timer-expired',
      'CONNECT',
      'start-connect-retry-timer connect',
      'RFC 4271 8.2.2 Active, event 9',
    ],
    ['tcp-connected', 'OPENSENT', OPENED, 'RFC 4271 8.2.2 Active, events 16 and 17'],
    ['tcp-failed', 'IDLE', AGAIN, 'RFC 4271 8.2.2 Active, event 18'],
    giveUp('hold-timer-expired'),
    giveUp('open-wait-expired'),
    giveUp('keepalive-timer-expired'),
    giveUp('send-hold-timer-expired'),
    giveUp('open'),
    giveUp('collision-dump'),
    giveUp('notification'),
    giveUp('keepalive'),
    giveUp('update'),
    giveUp('route-refresh'),
    giveUp('header-error'),
    giveUp('open-error'),
    giveUp('update-error'),
  ],
  OPENSENT: [
    ['start', 'OPENSENT', '', 'RFC 4271 8.2.2 OpenSent: start is ignored'],
    ['start-passive', 'OPENSENT', '', 'RFC 4271 8.2.2 OpenSent: start is ignored'],
    ['tcp-connected', 'OPENSENT', '', 'RFC 4271 8.2.2 OpenSent, events 16 and 17'],
    ['stop', 'IDLE', '6/2 drop down', 'RFC 4271 8.2.2 OpenSent, event 2'],
    ['connect-retry-timer-expired', 'IDLE', `5/1 ${END}`, 'RFC 6608 4'],
    ['hold-timer-expired', 'IDLE', `4/0 ${END}`, 'RFC 4271 8.2.2 OpenSent, event 10'],
    ['open-wait-expired', 'IDLE', `5/1 ${END}`, 'RFC 6608 4'],
    ['keepalive-timer-expired', 'IDLE', `5/1 ${END}`, 'RFC 6608 4'],
    ['send-hold-timer-expired', 'IDLE', `8/0 ${END}`, 'RFC 9687 4'],
    ['tcp-failed', 'ACTIVE', 'drop down start-connect-retry-timer', 'RFC 4271 8.2.2 OpenSent, event 18'],
    [
      'open',
      'OPENCONFIRM',
      'negotiate report send-keepalive start-keepalive-timer start-hold-timer',
      'RFC 4271 8.2.2 OpenSent, event 19',
    ],
    ['collision-dump', 'IDLE', `6/7 ${END}`, 'RFC 4271 8.2.2 OpenSent, event 23'],
    ['notification', 'IDLE', END, 'RFC 4271 8.2.2 OpenSent, event 24'],
    ['keepalive', 'IDLE', `5/1 ${END}`, 'RFC 6608 4'],
    ['update', 'IDLE', `5/1 ${END}`, 'RFC 6608 4'],
    ['route-refresh', 'IDLE', `5/1 ${END}`, 'RFC 6608 4'],
    ['header-error', 'IDLE', `6/2 ${END}`, 'RFC 4271 8.2.2 OpenSent, event 21'],
    ['open-error', 'IDLE', `6/2 ${END}`, 'RFC 4271 8.2.2 OpenSent, event 22'],
    ['update-error', 'IDLE', `5/1 ${END}`, 'RFC 6608 4'],
  ],
  OPENCONFIRM: [
    ['start', 'OPENCONFIRM', '', 'RFC 4271 8.2.2 OpenConfirm: start is ignored'],
    ['start-passive', 'OPENCONFIRM', '', 'RFC 4271 8.2.2 OpenConfirm: start is ignored'],
    ['tcp-connected', 'OPENCONFIRM', '', 'RFC 4271 8.2.2 OpenConfirm, events 16 and 17'],
    ['stop', 'IDLE', '6/2 drop down', 'RFC 4271 8.2.2 OpenConfirm, event 2'],
    ['connect-retry-timer-expired', 'IDLE', `5/2 ${END}`, 'RFC 6608 4'],
    ['hold-timer-expired', 'IDLE', `4/0 ${END}`, 'RFC 4271 8.2.2 OpenConfirm, event 10'],
    ['open-wait-expired', 'IDLE', `5/2 ${END}`, 'RFC 6608 4'],
    [
      'keepalive-timer-expired',
      'OPENCONFIRM',
      'send-keepalive start-keepalive-timer',
      'RFC 4271 8.2.2 OpenConfirm, event 11',
    ],
    ['send-hold-timer-expired', 'IDLE', `8/0 ${END}`, 'RFC 9687 4'],
    ['tcp-failed', 'IDLE', END, 'RFC 4271 8.2.2 OpenConfirm, event 18'],
    ['open', 'IDLE', `5/2 ${END}`, 'RFC 6608 4'],
    ['collision-dump', 'IDLE', `6/7 ${END}`, 'RFC 4271 8.2.2 OpenConfirm, event 23'],
    ['notification', 'IDLE', END, 'RFC 4271 8.2.2 OpenConfirm, event 25'],
    ['keepalive', 'ESTABLISHED', 'restart-hold-timer report up', 'RFC 4271 8.2.2 OpenConfirm, event 26'],
    ['update', 'IDLE', `5/2 ${END}`, 'RFC 6608 4'],
    ['route-refresh', 'IDLE', `5/2 ${END}`, 'RFC 6608 4'],
    ['header-error', 'IDLE', `6/2 ${END}`, 'RFC 4271 8.2.2 OpenConfirm, event 21'],
    ['open-error', 'IDLE', `6/2 ${END}`, 'RFC 4271 8.2.2 OpenConfirm, event 22'],
    ['update-error', 'IDLE', `5/2 ${END}`, 'RFC 6608 4'],
  ],
  ESTABLISHED: [
    ['start', 'ESTABLISHED', '', 'RFC 4271 8.2.2 Established: start is ignored'],
    ['start-passive', 'ESTABLISHED', '', 'RFC 4271 8.2.2 Established: start is ignored'],
    ['tcp-connected', 'ESTABLISHED', '', 'RFC 4271 8.2.2 Established, events 16 and 17'],
    ['stop', 'IDLE', '6/2 drop down', 'RFC 4271 8.2.2 Established, event 2'],
    ['connect-retry-timer-expired', 'IDLE', `5/3 ${END}`, 'RFC 6608 4'],
    ['hold-timer-expired', 'IDLE', `4/0 ${END}`, 'RFC 4271 8.2.2 Established, event 10'],
    ['open-wait-expired', 'IDLE', `5/3 ${END}`, 'RFC 6608 4'],
    [
      'keepalive-timer-expired',
      'ESTABLISHED',
      'send-keepalive start-keepalive-timer',
      'RFC 4271 8.2.2 Established, event 11',
    ],
    ['send-hold-timer-expired', 'IDLE', `8/0 ${END}`, 'RFC 9687 4'],
    ['tcp-failed', 'IDLE', END, 'RFC 4271 8.2.2 Established, event 18'],
    ['open', 'IDLE', `5/3 ${END}`, 'RFC 6608 4'],
    ['collision-dump', 'IDLE', `6/7 ${END}`, 'RFC 4271 8.2.2 Established, event 23'],
    ['notification', 'IDLE', END, 'RFC 4271 8.2.2 Established, event 25'],
    ['keepalive', 'ESTABLISHED', 'restart-hold-timer', 'RFC 4271 8.2.2 Established, event 26'],
    ['update', 'ESTABLISHED', 'restart-hold-timer', 'RFC 4271 8.2.2 Established, event 27'],
    ['route-refresh', 'ESTABLISHED', '', 'RFC 2918 4'],
    ['header-error', 'IDLE', `6/2 ${END}`, 'RFC 4271 6.1'],
    ['open-error', 'IDLE', `5/3 ${END}`, 'RFC 6608 4'],
    ['update-error', 'IDLE', `6/2 ${END}`, 'RFC 4271 8.2.2 Established, event 28'],
  ],
};

function effectsText(state: State, event: FsmEvent): string {
  return transition(state, event)
    .effects.map((e) =>
      e.type === 'notification' ? `${e.notification.code}/${e.notification.subcode}` : e.type,
    )
    .join(' ');
}

describe.each(STATES)('%s', (state) => {
  it.each(TABLE[state])('%s: %s, %s (%s)', (type, next, effects) => {
    const event = eventOf(type);
    expect(transition(state, event).state).toBe(next);
    expect(effectsText(state, event)).toBe(effects);
  });

  it('has a row for every event', () => {
    const rows = TABLE[state].map(([event]) => event).sort();
    expect(rows).toEqual([...PLAIN_EVENTS, ...TOLD_EVENTS].sort());
  });
});
