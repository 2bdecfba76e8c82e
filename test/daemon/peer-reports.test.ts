import { pino } from 'pino';
import { expect, it } from 'vitest';
import { API_VERSIONS, type ApiVersion } from '../../src/bgp/json.ts';
import { loadConfig } from '../../src/config/load.ts';
import { PeerReports } from '../../src/daemon/peer-reports.ts';
import type { Event } from '../../src/events/event.ts';
import { SYSTEM_CLOCK } from '../../src/session/clock.ts';

const CONF = `process p { run /bin/cat; encoder json; }
  neighbor 192.0.2.2 { router-id 192.0.2.1; local-as 1; peer-as 2;
    api { processes [ p ]; neighbor-changes; fsm; } }`;

/** What is told of a session that is lost, as its state machine goes. */
function told(reason = 'closing connection'): Event[] {
  const [config] = loadConfig({ text: CONF, file: 'p.conf' }).config.neighbors;
  if (config === undefined) throw new Error('no neighbor');
  const events: Event[] = [];
  const reports = new PeerReports({
    config,
    peerAddress: '192.0.2.2',
    clock: SYSTEM_CLOCK,
    log: pino({ level: 'silent' }),
    emit: (event) => void events.push(event),
    watched: () => false,
  });
  reports.fsm({ state: 'ACTIVE' });
  reports.fsm({ state: 'IDLE' });
  reports.connected('192.0.2.1');
  reports.fsm({ state: 'CONNECT' });
  reports.down({ type: 'down', reason, established: false, cause: 'tcp-failed' });
  reports.fsm({ state: 'IDLE' });
  return events;
}

const states = (events: readonly Event[]) =>
  events.map((event) => (event.type === 'fsm' || event.type === 'state' ? event.state : event.type));

const toldTo = (version: ApiVersion, events: readonly Event[]) =>
  events.filter((event) => {
    const versions = 'versions' in event ? event.versions : undefined;
    return versions === undefined || versions.includes(version);
  });

it.each([
  'stop, message [shutting down]',
  'graceful restarted negotiated, closing without sending any notification',
])('QUIRK: version 4 is told IDLE behind down where we end without a word: %s', (reason) => {
  expect(states(toldTo(4, told(reason)))).toEqual(['ACTIVE', 'connected', 'CONNECT', 'down', 'IDLE']);
});

it.each(API_VERSIONS)(
  'QUIRK: version 4 is told IDLE once, before down; 5 and 6 behind it: version %i',
  (version) => {
    const heard = toldTo(version, told());
    expect(states(heard)).toEqual(
      version === 4
        ? ['ACTIVE', 'connected', 'CONNECT', 'IDLE', 'down']
        : ['ACTIVE', 'IDLE', 'connected', 'CONNECT', 'down', 'IDLE'],
    );
  },
);
