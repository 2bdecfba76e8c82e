import { pino } from 'pino';
import { expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { ProtectedSockets } from '../../src/daemon/protected-sockets.ts';
import { rehearse } from '../../src/daemon/rehearsal.ts';
import { SYSTEM_CLOCK } from '../../src/session/clock.ts';
import { executing } from './rig.ts';

const CONF = `neighbor 2001:db8::1 {
  router-id 192.0.2.9; local-address 2001:db8::9; local-as 64500; peer-as 64501;
  family { ipv6 unicast; }
  rate-limit 1; auto-flush false; adj-rib-out false;
  static { route 2001:db8:1::/48 next-hop self; }
}`;

it.each(['usual', 'noted'])('makes an UPDATE of each line, and leaves no trace: %s', async (way) => {
  const traces: string[] = [];
  const trace = (what: string) => () => void traces.push(what);
  const [like] = loadConfig({ text: CONF, file: 'p.conf' }).config.neighbors;
  if (like === undefined) throw new Error('no neighbor');
  const asked: string[] = [];
  const updates = await rehearse({
    like,
    talker: {
      isRunning: () => asked.push('isRunning') < 0,
      ranMs: () => 0,
    },
    executing: {
      ...executing([], trace('log')),
      moved: trace('moved'),
      journal: trace('journal'),
      noted: () => asked.push('noted') > 0 && way === 'noted',
    },
    ofPeers: {
      clock: SYSTEM_CLOCK,
      log: pino({ level: 'trace' }, { write: trace('log') }),
      software: 'Peerline/1',
      defaultPort: 179,
      openWaitSeconds: 60,
      sockets: new ProtectedSockets(),
      emit: trace('emit'),
      room: () => undefined,
      watched: () => true,
      blocked: () => new Set(),
      holdsEndOfRib: () => false,
      monitor: () => {
        trace('monitor')();
        return { watches: true, on: trace('monitor') };
      },
    },
  });
  expect(updates).toBe(5);
  expect(new Set(asked)).toEqual(new Set(['noted', 'isRunning']));
  expect(traces).toEqual([]);
});
