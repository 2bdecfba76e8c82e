import { setImmediate } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { Selection } from '../../src/daemon/selection.ts';
import { Speaker } from '../../src/daemon/speaker.ts';
import { SYSTEM_CLOCK } from '../../src/session/clock.ts';

function neighborsOf(second: string) {
  const neighbor = (n: number, process: string, routes = '') => `neighbor 127.0.0.${n} {
    router-id 192.0.2.1; local-as 65001; peer-as 65002; passive;
    static { ${routes} }
    api { processes [ ${process} ]; }
  }`;
  const text = `process one { run /bin/cat; } process other { run /bin/cat; }
    ${neighbor(2, 'one', 'route 10.0.0.0/18 next-hop self split /32;')} ${neighbor(3, second)}`;
  return loadConfig({ text, file: 'test.conf' }).config.neighbors;
}

it('who may command which neighbor is as the reload has it, though commands were carried out in its midst', async () => {
  const speaker = new Speaker({
    clock: SYSTEM_CLOCK,
    log: pino({ level: 'silent' }),
    software: 'Peerline/1',
    bind: [],
    defaultPort: 179,
    openWaitSeconds: 60,
    emit: () => undefined,
    room: () => undefined,
    blocked: () => new Set(),
    watched: () => false,
    holdsEndOfRib: () => false,
  });
  const selection = new Selection(() => speaker.takers);
  const commander = { config: { name: 'one', commandsAll: false } };
  const commanded = () => selection.of(commander, undefined).map(({ name }) => name.peer);
  await speaker.configure(neighborsOf('one'));
  expect(commanded()).toEqual(['127.0.0.2', '127.0.0.3']);
  let reloading = true;
  const reload = speaker.configure(neighborsOf('other')).finally(() => {
    reloading = false;
  });
  let asked = 0;
  for (; reloading; asked++) {
    commanded();
    await setImmediate();
  }
  await reload;
  expect(asked).toBeGreaterThan(2);
  expect(commanded()).toEqual(['127.0.0.2']);
  await speaker.stop();
});
