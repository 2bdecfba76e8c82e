import { setImmediate } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { parseCommand } from '../../src/commands/parse.ts';
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

function idleSpeaker(): Speaker {
  return new Speaker({
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
}

/** How often the loop turns until the work is done; `each` is called in each turn. */
async function turnsOf(work: Promise<void>, each: () => void): Promise<number> {
  let working = true;
  const done = work.finally(() => {
    working = false;
  });
  let turns = 0;
  for (; working; turns++) {
    each();
    await setImmediate();
  }
  await done;
  return turns;
}

it('who may command which neighbor is as the reload has it, though commands were carried out in its midst', async () => {
  const speaker = idleSpeaker();
  const selection = new Selection(() => speaker.takers);
  const commander = { config: { name: 'one', commandsAll: false } };
  const commanded = () => selection.of(commander, undefined).map(({ name }) => name.peer);
  await speaker.configure(neighborsOf('one'));
  expect(commanded()).toEqual(['127.0.0.2', '127.0.0.3']);
  expect(await turnsOf(speaker.configure(neighborsOf('other')), commanded)).toBeGreaterThan(2);
  expect(commanded()).toEqual(['127.0.0.2']);
  await speaker.stop();
});

const LONG = 'route 10.0.0.0/18 next-hop self split /32;';

function tables(...neighbors: readonly (readonly [number, string, string])[]) {
  const text = neighbors.map(
    ([n, session, routes]) => `neighbor 127.0.0.${n} {
      router-id 192.0.2.1; local-as 65001; peer-as 65002; passive; ${session}
      static { ${routes} }
    }`,
  );
  return loadConfig({ text: text.join('\n'), file: 'test.conf' }).config.neighbors;
}

it('a neighbor with a long table that a reload adds, or gives another session, has it a little at a time', async () => {
  const speaker = idleSpeaker();
  const sizes = () => speaker.peers.map(({ adjRibOut }) => adjRibOut.size);
  await speaker.configure(tables([2, '', '']));
  expect(await turnsOf(speaker.configure(tables([2, '', ''], [3, '', LONG])), sizes)).toBeGreaterThan(2);
  expect(sizes()).toEqual([0, 16384]);
  const commanded = parseCommand('announce route 192.0.2.0/24 next-hop 192.0.2.1');
  const known = speaker.peers[1];
  for (const route of commanded.type === 'announce' ? commanded.routes : []) known?.adjRibOut.announce(route);
  const seen = new Set<number | undefined>();
  const others = tables([2, '', ''], [3, 'hold-time 30;', 'route 10.128.0.0/18 next-hop self split /32;']);
  const turns = await turnsOf(speaker.configure(others), () => seen.add(sizes()[1]));
  expect(turns).toBeGreaterThan(2);
  // none is gone before its time
  expect(Math.min(...[...seen].map(Number))).toBeGreaterThan(16384);
  expect(speaker.peers[1]).not.toBe(known);
  expect(sizes()).toEqual([0, 16385]);
  expect(known?.adjRibOut.size).toBe(0);
  await speaker.stop();
});
