import { until } from '../../support/wait.ts';
import { message, openMessage, updateMessage } from './fake-router.ts';
import { HANDLER, type Lab, ROUTER, type Scenario } from './lab.ts';
import {
  ALL,
  announced,
  DUAL,
  firstRoutes,
  IPV4,
  lives,
  neighbor,
  open,
  PEER_AS,
  ROUTES,
  started,
} from './plan.ts';

const BOTH = ['json', 'text'] as const;
type Encoder = (typeof BOTH)[number];

const as = (encoder: Encoder): Partial<Scenario> => ({ processes: { [HANDLER]: encoder } });

const ATTRIBUTES = '40010100 4002060201 0000fde9 400304 0a000002';

/** What a signal does to a session, and to the processes that want to know of signals. */
function signalled(signal: NodeJS.Signals, encoder: Encoder, act: (lab: Lab) => Promise<void>): Scenario {
  const api = 'neighbor-changes; signal; receive { parsed; notification; } send { parsed; notification; }';
  return lives(
    `${signal}, ${encoder}`,
    { families: DUAL, statements: ROUTES, api },
    async (lab) => {
      await lab.established(open(DUAL));
      lab.program.signal(signal);
      if (encoder === 'json') await lab.heard(signal);
      await act(lab);
    },
    as(encoder),
  );
}

const SIGNALS: readonly Scenario[] = BOTH.flatMap((encoder) => [
  ...(['SIGTERM', 'SIGHUP'] as const).map((signal) =>
    signalled(signal, encoder, async (lab) => {
      await lab.heard('shutdown');
      await until('the end', () => !lab.program.alive);
    }),
  ),
  signalled('SIGUSR1', encoder, (lab) => announced(lab)),
  signalled('SIGUSR2', encoder, async (lab) => {
    await started(lab, 2);
    await announced(lab);
  }),
  signalled('SIGALRM', encoder, async (lab) => {
    await started(lab, 2);
    const connection = await lab.connection(2);
    await connection.establish(open(DUAL));
    await firstRoutes(connection);
    await announced(lab, 2);
  }),
]);

/** The router opens the connection. */
const PASSIVE: readonly Scenario[] = BOTH.map((encoder) => ({
  name: `a passive session, ${encoder}`,
  routers: [ROUTER],
  dialing: true,
  processes: { [HANDLER]: encoder },
  neighbors: (port) =>
    neighbor(port, { statements: `passive; ${ROUTES}` }).replace(`connect ${port}`, `listen ${port}`),
  async act(lab) {
    await lab.dial();
    const connection = await lab.established(open());
    connection.send(updateMessage({ attributes: ATTRIBUTES, nlri: '100a01' }));
    await lab.heard('10.1.0.0/16');
    connection.close();
    await lab.heard('down');
    await lab.dial();
    await lab.established(open(), { count: 2 });
  },
}));

const COMPACT: Scenario = lives(
  'api.compact',
  {
    families: ALL,
    api: 'receive { parsed; update; } send { parsed; update; }',
    localAs: PEER_AS,
    statements: ROUTES,
  },
  async (lab) => {
    const connection = await lab.established(open(ALL));
    const internal = `${ATTRIBUTES} 400504 00000064`;
    connection.send(updateMessage({ attributes: internal, nlri: '100a01 20c0000201' }));
    connection.send(updateMessage({ withdrawn: '100a01' }));
    const six = '900e001c 0002 01 10 20010db8000000000000000000000002 00 30 20010db80001';
    connection.send(updateMessage({ attributes: `40010100 400200 400504 00000064 ${six}` }));
    const vpn = '900e001f 0001 80 0c 0000000000000000 0a000002 00 68 000641 0000fdea00000064 0a01';
    connection.send(updateMessage({ attributes: `40010100 400200 400504 00000064 ${vpn}` }));
    await lab.heard('65002:100');
    await lab.command('announce route 10.7.0.0/16 next-hop 10.0.0.1');
  },
  { settings: { 'exabgp.api.compact': 'true' } },
);

/** A peer of before RFC 6793: two octets in AS_PATH, the rest in AS4_PATH. */
const OLD_PEER: readonly Scenario[] = BOTH.map((encoder) =>
  lives(
    `a peer of 2-octet AS numbers, ${encoder}`,
    {
      api: 'neighbor-changes; negotiated; receive { parsed; open; update; } send { parsed; open; update; }',
      statements: `static {
        route 10.0.1.0/24 next-hop 10.0.0.1 as-path [ 65000 65010 ];
        route 10.0.2.0/24 next-hop 10.0.0.1 as-path [ 65000 4200000000 ];
        route 10.0.3.0/24 next-hop 10.0.0.1 aggregator ( 65000:10.0.0.9 );
      }`,
    },
    async (lab) => {
      const connection = await lab.connection();
      await connection.establish({ as: PEER_AS, capabilities: '0104 00010001' });
      await lab.fence();
      const old = (path: string, more = '') =>
        updateMessage({ attributes: `40010100 ${path} 400304 0a000002 ${more}`, nlri: '100a01' });
      connection.send(old('4002040201 fde9'));
      connection.send(old('4002060202 fde9 5ba0', 'c0110a 0202 0000fde9 fa56ea00'));
      connection.send(old('4002060202 fde9 5ba0', 'c0110e 0203 0000fde9 fa56ea00 fa56ea01'));
      connection.send(old('4002060202 fde9 5ba0', 'c01106 0201 fa56ea00'));
      connection.send(old('4002040201 fde9', 'c00706 fde9 0a000009'));
      connection.send(updateMessage({ withdrawn: '20c6120001' }));
      await lab.heard('198.18.0.1/32');
    },
    as(encoder),
  ),
);

const RICH = {
  families: DUAL,
  capability: 'route-refresh; graceful-restart 120; add-path send/receive; asn4 enable; nexthop;',
  statements: `description "a neighbor"; hold-time 90; group-updates false; host-name host; domain-name example.org;
    outgoing-ttl 5; adj-rib-in false; adj-rib-out true; auto-flush true; manual-eor false;
    ${ROUTES}`,
} as const;

const SHOWN = ['configuration', 'extensive', 'summary'].flatMap((what) => [
  `show neighbor ${what}`,
  `show neighbor ${ROUTER} ${what}`,
  `show neighbor 127.0.0.9 ${what}`,
  `neighbor ${ROUTER} show neighbor ${what}`,
]);

/** Questions about neighbors, with and without a session. */
const QUESTIONS: readonly Scenario[] = [
  lives('commands: show neighbor, of few words', {}, async (lab) => {
    await lab.established(open());
    for (const line of SHOWN) await lab.command(line);
  }),
  lives('commands: show neighbor before the session', {}, async (lab) => {
    await lab.connection();
    for (const line of SHOWN) await lab.command(line, { fence: false });
    await lab.established(open());
  }),
  lives('commands: show neighbor, of many words', RICH, async (lab) => {
    await lab.established(open(DUAL, '0200 4006 0078 00010180 4504 00010103 4504 00020103'));
    for (const line of SHOWN) await lab.command(line);
  }),
];

/** A process that ends by itself is started anew, and what it announced stays. */
const ENDINGS: readonly Scenario[] = BOTH.map((encoder) =>
  lives(
    `a process that ends, ${encoder}`,
    { statements: ROUTES },
    async (lab) => {
      const connection = await lab.established(open());
      await lab.command('announce route 10.9.0.0/16 next-hop 10.0.0.1');
      for (const life of [2, 3, 4]) {
        lab.program.handler(HANDLER).exit();
        await started(lab, life);
        await lab.command(`announce route 10.${life}.0.0/16 next-hop 10.0.0.1`);
      }
      connection.send(updateMessage({ attributes: ATTRIBUTES, nlri: '100a01' }));
      await lab.heard('10.1.0.0/16');
      await lab.command('show adj-rib out');
    },
    as(encoder),
  ),
);

const LAST_WORDS: readonly Scenario[] = [
  lives(
    'a process that is not started anew',
    // told of nothing: what ExaBGP 4.2 writes to a process that is gone ends it
    { statements: ROUTES, api: '', processes: [HANDLER, 'other'] },
    async (lab) => {
      await lab.established(open());
      await lab.command('announce route 10.9.0.0/16 next-hop 10.0.0.1');
      lab.program.handler(HANDLER).exit();
      await lab.fence(ROUTER, 1, 'other');
      await lab.command('show adj-rib out', { process: 'other' });
    },
    { processes: { [HANDLER]: 'json', other: 'json' }, settings: { 'exabgp.api.respawn': 'false' } },
  ),
  lives('answers switched off', { statements: ROUTES }, async (lab) => {
    const connection = await lab.established(open());
    lab.program.handler(HANDLER).write('announce route 10.9.0.0/16 next-hop 10.0.0.1');
    await connection.update('100a09');
    lab.program.handler(HANDLER).write('nonsense');
    lab.program.handler(HANDLER).write('announce route 10.8.0.0/16 next-hop 10.0.0.1');
    await connection.update('100a08');
  }),
];

/** A connection that the router refuses to speak on, and one that it never answers on. */
const ATTEMPTS: readonly Scenario[] = BOTH.map((encoder) =>
  lives(
    `connections that come to nothing, ${encoder}`,
    {
      api: 'neighbor-changes; fsm; receive { parsed; open; notification; } send { parsed; open; notification; }',
    },
    async (lab) => {
      const first = await lab.connection();
      await first.next(1);
      first.close();
      const second = await lab.connection(2);
      await second.next(1);
      second.send(message(3, '0605'));
      second.close();
      const third = await lab.connection(3);
      await third.next(1);
      third.send(openMessage(open(IPV4)));
      await third.next(4);
      third.close();
      await lab.established(open(), { count: 4 });
    },
    as(encoder),
  ),
);

export const LIVING: readonly Scenario[] = [
  ...SIGNALS,
  ...PASSIVE,
  COMPACT,
  ...OLD_PEER,
  ...QUESTIONS,
  ...ENDINGS,
  ...LAST_WORDS,
  ...ATTEMPTS,
];
