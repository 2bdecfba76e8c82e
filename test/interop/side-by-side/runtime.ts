import { until } from '../../support/wait.ts';
import { message, openMessage, updateMessage } from './fake-router.ts';
import { HANDLER, ROUTER, type Scenario } from './lab.ts';
import {
  announced,
  DUAL,
  firstRoutes,
  IPV4,
  JSON_HANDLER,
  lives,
  neighbor,
  open,
  PEER_AS,
  ROUTE_REFRESH,
  ROUTES,
  started,
} from './plan.ts';

const BOTH = ['json', 'text'] as const;
const TOLD = 'neighbor-changes; signal; receive { parsed; notification; } send { parsed; notification; }';

/** What a process asks the daemon itself to do. */
const ASKED: readonly Scenario[] = [
  lives('SIGINT', { families: DUAL, statements: ROUTES, api: TOLD }, async (lab) => {
    await lab.established(open(DUAL));
    lab.program.signal('SIGINT');
    await lab.heard('shutdown');
    await until('the end', () => !lab.program.alive);
  }),
  lives('reload: by command', { families: DUAL, statements: ROUTES, api: TOLD }, async (lab) => {
    await lab.established(open(DUAL));
    lab.program.rewrite((text) => text.replace('static {', 'static { route 10.0.3.0/24 next-hop 10.0.0.1;'));
    await lab.command('reload', { fence: false });
    const connection = await lab.connection();
    await connection.update('180a0003');
    await announced(lab);
  }),
  lives('restart by command', { families: DUAL, statements: ROUTES, api: TOLD }, async (lab) => {
    await lab.established(open(DUAL));
    await lab.command('announce route 10.8.0.0/16 next-hop 10.0.0.1');
    await lab.command('restart', { fence: false });
    await started(lab, 2);
    const connection = await lab.connection(2);
    await connection.establish(open(DUAL));
    await connection.update('100a08');
    await firstRoutes(connection);
    await announced(lab, 2);
  }),
];

const WATCHED = `static {
  route 10.0.1.0/24 next-hop 10.0.0.1 watchdog dog;
  route 10.0.2.0/24 next-hop 10.0.0.1 watchdog dog withdraw;
  route 10.0.3.0/24 next-hop 10.0.0.1;
}`;

/** What a process said of its groups, when the session or the configuration is another. */
const WATCHDOGS: readonly Scenario[] = [
  lives('watchdogs over two sessions', { statements: WATCHED }, async (lab) => {
    const first = await lab.established(open());
    await lab.command('withdraw watchdog dog');
    first.close();
    await lab.heard('down');
    const second = await lab.established(open(), { count: 2 });
    await lab.command('show adj-rib out', { count: 2 });
    await lab.command('announce watchdog dog', { count: 2 });
    second.close();
    await lab.heard('down', { count: 2 });
    await lab.established(open(), { count: 3 });
    await lab.command('show adj-rib out', { count: 3 });
  }),
];

/** A reload that changes nothing takes groups back to the file. */
const RELOADED_DOGS: Scenario = lives(
  'reload: of watchdogs',
  { statements: WATCHED, api: TOLD },
  async (lab) => {
    const connection = await lab.established(open());
    await lab.command('withdraw watchdog dog');
    lab.program.rewrite((text) => text.replace('static {', 'static { route 10.0.9.0/24 next-hop 10.0.0.1;'));
    lab.program.signal('SIGUSR1');
    await connection.update('180a0009');
    await announced(lab);
    await lab.command('show adj-rib out', { fence: false });
  },
);

/** Four processes of one neighbor, each with an encoder and forms of its own. */
const FOUR: Scenario = lives(
  'four processes of one neighbor',
  {
    processes: [HANDLER],
    api: 'neighbor-changes; receive { parsed; update; }',
    statements: `
      api b { processes [ b ]; receive { packets; update; keepalive; } }
      api c { processes [ c ]; neighbor-changes; receive { parsed; update; } }
      api d { processes [ d ]; fsm; send { packets; update; } }`,
  },
  async (lab) => {
    const connection = await lab.established(open());
    connection.send(
      updateMessage({ attributes: '40010100 4002060201 0000fde9 400304 0a000002', nlri: '100a01' }),
    );
    connection.send(message(4));
    await lab.heard('10.1.0.0/16');
    await lab.command('announce route 10.2.0.0/16 next-hop 10.0.0.1', { process: 'b' });
    await lab.command('withdraw route 10.2.0.0/16', { process: 'c' });
    await lab.command('show adj-rib out', { process: 'd' });
    await lab.heard('100A01', { process: 'b' });
    await lab.heard('10.1.0.0', { process: 'c' });
  },
  { processes: { [HANDLER]: 'text', b: 'json', c: 'json', d: 'text' } },
);

/** Settings of a neighbor that change when routes leave. */
const TABLES: readonly Scenario[] = [
  lives(
    'End-of-RIB by command',
    {
      families: DUAL,
      statements: `manual-eor true; ${ROUTES}`,
      api: 'neighbor-changes; send { parsed; update; }',
    },
    async (lab) => {
      await lab.established(open(DUAL));
      await lab.command('announce route 10.2.0.0/16 next-hop 10.0.0.1');
      await lab.command('announce eor ipv4 unicast');
      await lab.command('announce eor ipv6 unicast');
    },
  ),
  lives(
    'no Adj-RIB-Out',
    { statements: `adj-rib-out false; ${ROUTES}`, api: 'neighbor-changes; send { parsed; update; }' },
    async (lab) => {
      const first = await lab.established(open());
      await lab.command('announce route 10.2.0.0/16 next-hop 10.0.0.1');
      await lab.command('announce route 10.2.0.0/16 next-hop 10.0.0.1');
      await lab.command('withdraw route 10.2.0.0/16');
      await lab.command('announce route 10.3.0.0/16 next-hop 10.0.0.1');
      first.close();
      await lab.heard('down');
      await lab.established(open(), { count: 2 });
      await lab.command('show adj-rib out', { count: 2 });
    },
  ),
  lives(
    'flush and clear, and the session after',
    { families: DUAL, api: 'neighbor-changes; send { parsed; update; }', statements: ROUTES },
    async (lab) => {
      const first = await lab.established(open(DUAL));
      for (const line of [
        'announce route 10.1.0.0/16 next-hop 10.0.0.1',
        'clear adj-rib in',
        `neighbor ${ROUTER} flush adj-rib out`,
        `neighbor ${ROUTER} clear adj-rib out`,
        'show adj-rib out',
        'announce route 10.2.0.0/16 next-hop 10.0.0.1',
      ])
        await lab.command(line);
      first.close();
      await lab.heard('down');
      await lab.established(open(DUAL), { count: 2 });
      await lab.command('show adj-rib out', { count: 2 });
    },
  ),
];

/** Sessions that end before, or as, they come up. */
const EARLY_ENDS: readonly Scenario[] = [
  lives('teardown before the session', {}, async (lab) => {
    await lab.connection();
    await lab.command(`neighbor ${ROUTER} teardown 2`, { fence: false });
    await lab.command('teardown 2', { fence: false });
    await lab.established(open());
    await lab.command('teardown 2');
  }),
  ...BOTH.map((encoder) =>
    lives(
      `a peer that changes its mind, ${encoder}`,
      {
        families: DUAL,
        api: 'neighbor-changes; negotiated; receive { parsed; open; } send { parsed; open; }',
      },
      async (lab) => {
        const first = await lab.established(open(DUAL, ROUTE_REFRESH));
        first.close();
        await lab.heard('down');
        const second = await lab.connection(2);
        await second.next(1);
        second.send(openMessage(open(IPV4, '', { holdSeconds: 30, routerId: '0a000009' })));
        await second.next(4);
        second.send(message(4));
        await lab.fence(ROUTER, 2);
      },
      { processes: { [HANDLER]: encoder } },
    ),
  ),
];

/** A neighbor for whoever comes of a network. */
const RANGE: Scenario = {
  name: 'a range of neighbors',
  routers: [ROUTER],
  dialing: true,
  processes: JSON_HANDLER,
  neighbors: (port) =>
    neighbor(port, {
      address: '127.0.0.0/24',
      statements: `passive; ${ROUTES}`,
      localAs: PEER_AS,
      api: 'neighbor-changes; receive { parsed; update; } send { parsed; update; }',
    }).replace(`connect ${port}`, `listen ${port}`),
  async act(lab) {
    // before anybody came
    await lab.command('announce route 10.7.0.0/16 next-hop 192.0.2.9', { fence: false });
    const connection = await lab.dial();
    await connection.establish(open());
    await connection.update('100a07');
    await connection.update('180a0001');
    await connection.next(2, 2);
    connection.send(updateMessage({ withdrawn: '100a01' }));
    await lab.heard('10.1.0.0/16');
  },
};

export const RUNTIME: readonly Scenario[] = [
  ...ASKED,
  ...WATCHDOGS,
  RELOADED_DOGS,
  FOUR,
  ...TABLES,
  ...EARLY_ENDS,
  RANGE,
];
