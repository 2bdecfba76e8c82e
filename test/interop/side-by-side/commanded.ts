import { message } from './fake-router.ts';
import { HANDLER, type Lab, ROUTER, type Scenario } from './lab.ts';
import {
  ALL,
  DUAL,
  JSON_HANDLER,
  type NeighborPlan,
  neighbor,
  open,
  PEER_AS,
  ROUTE_REFRESH,
} from './plan.ts';

/** Each is written once the one before is answered and on the wire. */
function commands(
  name: string,
  lines: readonly string[],
  plan: NeighborPlan & { capabilities?: string } = {},
): Scenario {
  return {
    name: `commands: ${name}`,
    routers: [ROUTER],
    processes: JSON_HANDLER,
    neighbors: (port) => neighbor(port, { api: 'neighbor-changes; send { parsed; update; }', ...plan }),
    async act(lab: Lab) {
      await lab.established(open(plan.families, plan.capabilities));
      for (const line of lines) await lab.command(line);
    },
  };
}

const ROUTES = [
  'announce route 10.2.0.0/16 next-hop 10.0.0.1',
  'announce route 10.2.0.0/16 next-hop 10.0.0.1',
  'announce route 10.2.0.0/16 next-hop 10.0.0.1 med 100',
  'announce route 10.2.0.0/16 next-hop 10.0.0.1 as-path [ 1 2 3 ] med 100 community [ 65000:1 65000:2 ]',
  'withdraw route 10.2.0.0/16',
  'withdraw route 10.2.0.0/16',
  'announce route 10.2.0.0/16 next-hop self',
  'withdraw route 10.2.0.0/16 next-hop 9.9.9.9',
  'announce route 10.9.9.0 next-hop 10.0.0.1',
  'announce route 10.3.0.0/22 next-hop 10.0.0.1 split /24',
  'withdraw route 10.3.0.0/22 next-hop 10.0.0.1 split /24',
  'announce attributes med 5 next-hop 10.0.0.1 nlri 10.4.1.0/24 10.4.2.0/24',
  'announce attribute local-preference 7 next-hop 10.0.0.1 nlri 10.4.3.0/24',
  'withdraw attributes med 5 next-hop 10.0.0.1 nlri 10.4.1.0/24 10.4.2.0/24',
  'announce   route   10.5.0.0/16	next-hop 10.0.0.1  ',
  'announce route 10.6.0.0/16 next-hop 10.0.0.1;',
  'announce route 10.7.0.0/16 next-hop 10.0.0.1 origin IGP',
  'announce route 10.8.0.0/16 next-hop 10.0.0.1 med 1 med 2',
  'announce route 2001:db8::/32 next-hop 2001:db8::1',
  'announce route 2001:db8:1::/48 next-hop 2001:db8::1 community [65000:1,65000:2]',
  'withdraw route 2001:db8::/32 next-hop 2001:db8::1',
  'announce route 10.10.0.0/16 next-hop 10.0.0.1 name customer',
  'announce route 10.11.0.0/16 next-hop 10.0.0.1 community [ 65000:1 no-export blackhole no-advertise no-peer nopeer 4259840001 0xfde80001 ]',
  'announce route 10.12.0.0/16 next-hop 10.0.0.1 extended-community [ target:65000:1 origin:65000:2 0x0002fde800000001 redirect:65000:1 l2info:19:0:1500:1 ]',
  'announce route 10.13.0.0/16 next-hop 10.0.0.1 aggregator ( 65000:10.0.0.1 ) atomic-aggregate',
  'announce route 10.14.0.0/16 next-hop 10.0.0.1 attribute [ 0x99 0xc0 0x0102 ]',
  'announce route 10.15.0.0/16 next-hop 10.0.0.1 watchdog dog',
  'announce route 10.16.0.0/16 next-hop 10.0.0.1 withdraw',
];

const BAD = [
  'announce route 10.2.0.0/16',
  'announce route 10.2.3.1/24 next-hop 10.0.0.1',
  'announce route 10.2.0.0/33 next-hop 10.0.0.1',
  'announce route 10.2.0.0/255.255.0.0 next-hop 10.0.0.1',
  'announce route bad',
  'announce route 10.2.0.0/16 next-hop 10.0.0.1 nonsense 1',
  'announce route 10.2.0.0/16 next-hop nowhere',
  'announce route 10.2.0.0/16 next-hop 10.0.0.1; announce route 10.3.0.0/16 next-hop 10.0.0.1',
  'announce bogus',
  'announce 10.2.0.0/16 next-hop 10.0.0.1',
  'withdraw 10.2.0.0/16',
  'ANNOUNCE route 10.2.0.0/16 next-hop 10.0.0.1',
  'announce eor ipv4',
  'announce eor ipv4 bogus',
  'announce eor ipv4 unicast more',
  'announce route-refresh',
  'announce route-refresh ipv4 bogus',
  'neighbor 127.0.0.1 teardown',
  'neighbor 127.0.0.1 teardown x',
  'nonsense',
  'show routes',
  'neighbor 127.0.0.9 announce route 10.2.0.0/16 next-hop 10.0.0.1',
  'show adj-rib out',
];

const OTHER = [
  '# a comment',
  '#',
  'version',
  'api version',
  'version extra',
  'neighbor 127.0.0.1 version',
  'announce eor',
  'announce eor ipv6 unicast',
  'announce watchdog nobody',
  'withdraw watchdog nobody',
  'announce watchdog',
  'withdraw watchdog',
  'show neighbor',
  'show neighbor summary',
  'neighbor 127.0.0.1 show neighbor summary',
  'show neighbor 127.0.0.1 summary',
  'show neighbor 127.0.0.9 summary',
  'show neighbor extensive',
  'show adj-rib out',
  'show adj-rib in',
  'show adj-rib out extensive',
  'show adj-rib out 127.0.0.1',
  'show adj-rib out flow',
  'clear adj-rib in',
];

const SELECTED = [
  'neighbor 127.0.0.1 announce route 10.1.0.0/16 next-hop 10.0.0.1',
  'neighbor 127.0.0.1 local-ip 127.0.0.1 announce route 10.2.0.0/16 next-hop 10.0.0.1',
  'neighbor 127.0.0.1 local-as 65000 peer-as 65001 announce route 10.3.0.0/16 next-hop 10.0.0.1',
  'neighbor 127.0.0.1 router-id 10.0.0.1 family-allowed in-open announce route 10.4.0.0/16 next-hop 10.0.0.1',
  'neighbor 127.0.0.1 local-as 65009 announce route 10.5.0.0/16 next-hop 10.0.0.1',
  'neighbor 127.0.0.2, neighbor 127.0.0.1 announce route 10.6.0.0/16 next-hop 10.0.0.1',
  'neighbor 127.0.0.9, neighbor 127.0.0.2 announce route 10.7.0.0/16 next-hop 10.0.0.1',
  'announce route 10.8.0.0/16 next-hop 10.0.0.1',
  'neighbor 127.0.0.2 withdraw route 10.8.0.0/16',
  'neighbor absent announce route 10.9.0.0/16 next-hop 10.0.0.1',
  'show adj-rib out',
  'show adj-rib out 127.0.0.2',
  'show neighbor summary',
];

const FLOWS = [
  'announce flow route { match { source 4.4.4.4/32; } then { rate-limit 0; } }',
  'announce flow route { match { source 5.5.5.5/32; destination-port =80; protocol tcp; } then { discard; } }',
  'announce flow route destination 133.130.1.219/32 discard',
  'announce flow route { rd 65000:1; match { source 6.6.6.6/32; } then { redirect 65000:9; } }',
  'announce flow route { match { source 2001:db8::/32; } then { discard; } }',
  'withdraw flow route { match { source 4.4.4.4/32; } }',
  'withdraw flow route { match { source 5.5.5.5/32; destination-port =80; protocol tcp; } then { discard; } }',
  'withdraw flow route destination 133.130.1.219/32',
  'show adj-rib out',
  'show adj-rib out extensive',
];

/** Not as they are meant to be written, and taken all the same. */
const UNEVEN = [
  'announce flow route { match { source 4.4.4.4/32; } then { discard; }',
  'announce flow route { match { source 5.5.5.5/32; } then { discard; } } }',
  'withdraw flow route { match { source 4.4.4.4/32;',
  'announce route 10.1.0.0/16 { next-hop 10.0.0.1; }',
  'announce route 10.2.0.0/16 { next-hop 10.0.0.1; med 5; community [ 1:1 ]; } }',
  'withdraw route 10.1.0.0/16 { next-hop 10.0.0.1; }',
  'neighbor 127.0.0.1, announce route 10.3.0.0/16 next-hop 10.0.0.1',
  'neighbor 127.0.0.9, neighbor 127.0.0.1,, announce route 10.4.0.0/16 next-hop 10.0.0.1',
];

const VPLS = [
  'announce vpls endpoint 5 base 10702 offset 1 size 8 next-hop 192.168.201.1 rd 192.168.201.1:123',
  'announce vpls rd 192.168.201.1:123 endpoint 6 base 10702 offset 1 size 8 next-hop 192.168.201.1 extended-community [ target:1:1 ]',
  'withdraw vpls endpoint 5 base 10702 offset 1 size 8 next-hop 192.168.201.1 rd 192.168.201.1:123',
  'show adj-rib out',
];

const VPN = [
  'announce route 10.1.0.0/24 next-hop 10.0.0.1 rd 65000:1 label 100',
  'announce route 10.1.0.0/24 next-hop 10.0.0.1 route-distinguisher 10.0.0.1:1 label [ 100 200 ]',
  'announce route 10.1.0.0/24 next-hop 10.0.0.1 label 100',
  'announce route 2001:db8:1::/48 next-hop 2001:db8::1 rd 65000:1 label 100',
  'announce attribute route-distinguisher 63333:100 label [ 110 ] next-hop 10.0.99.12 origin igp as-path [100, 500] local-preference 100 nlri 128.0.64.0/18 128.0.0.0/18',
  'withdraw route 10.1.0.0/24 next-hop 10.0.0.1 rd 65000:1 label 100',
  'withdraw route 10.1.0.0/24 next-hop 10.0.0.1 label 100',
  'show adj-rib out',
];

/** Watchdog groups of the configuration. */
const WATCHED = `static {
  route 10.0.1.0/24 next-hop 10.0.0.1 watchdog dog;
  route 10.0.2.0/24 next-hop 10.0.0.1 watchdog dog withdraw;
  route 10.0.3.0/24 next-hop 10.0.0.1 watchdog ${HANDLER} withdraw;
  route 10.0.4.0/24 next-hop 10.0.0.1 withdraw;
}`;
const DOGS = [
  'announce watchdog dog',
  'announce watchdog dog',
  'withdraw watchdog dog',
  'withdraw watchdog dog',
  'announce watchdog',
  'withdraw watchdog',
  'show adj-rib out',
];

/** Refused by 4.2, or not understood, and taken by later ones; of these no session hears. */
const SINCE_5 = [
  'withdraw attribute med 5 next-hop 10.0.0.1 nlri 10.4.1.0/24',
  'neighbor * withdraw route 10.5.0.0/16',
  'show neighbor json',
  'show neighbor 127.0.0.1 json',
  'show adj-rib out json',
  'ping',
  'status',
  'queue-status',
  'enable-ack',
];

const TWO = ['127.0.0.1', '127.0.0.2'] as const;

/** Routes that were commanded before there is a session. */
const EARLY: Scenario = {
  name: 'commands before the session',
  routers: [ROUTER],
  processes: JSON_HANDLER,
  neighbors: (port) =>
    neighbor(port, { families: DUAL, statements: 'static { route 10.0.1.0/24 next-hop 10.0.0.1; }' }),
  async act(lab: Lab) {
    await lab.connection();
    await lab.command('announce route 10.1.0.0/16 next-hop 10.0.0.1', { fence: false });
    await lab.command('announce route 10.2.0.0/16 next-hop 10.0.0.1', { fence: false });
    await lab.command('withdraw route 10.2.0.0/16', { fence: false });
    await lab.command('withdraw route 10.3.0.0/16', { fence: false });
    await lab.command('announce eor ipv4 unicast', { fence: false });
    await lab.command('announce route-refresh ipv4 unicast', { fence: false });
    await lab.command('show neighbor summary', { fence: false });
    for (const line of SINCE_5) await lab.command(line, { fence: false });
    await lab.established(open(DUAL));
  },
};

const SEVERAL: Scenario = {
  name: 'commands: selectors',
  routers: TWO,
  processes: JSON_HANDLER,
  neighbors: (port) => TWO.map((address) => neighbor(port, { address, api: 'neighbor-changes;' })).join('\n'),
  async act(lab: Lab) {
    for (const address of TWO) await lab.established(open(), { address });
    for (const line of SELECTED) {
      await lab.command(line);
      await lab.fence('127.0.0.2');
    }
  },
};

const REFRESHED: Scenario = {
  name: 'route refresh, asked and answered',
  routers: [ROUTER],
  processes: JSON_HANDLER,
  neighbors: (port) =>
    neighbor(port, {
      families: DUAL,
      capability: 'route-refresh;',
      api: 'neighbor-changes;',
      statements:
        'static { route 10.0.1.0/24 next-hop 10.0.0.1; route 2001:db8:1::/48 next-hop 2001:db8::1; }',
    }),
  async act(lab: Lab) {
    const connection = await lab.established(open(DUAL, ROUTE_REFRESH));
    await lab.command('announce route 10.2.0.0/16 next-hop 10.0.0.1');
    await lab.command('announce route-refresh ipv4 unicast');
    await lab.command('announce route-refresh ipv6 unicast');
    await lab.command('announce route-refresh ipv4 mpls-vpn');
    connection.send(message(5, '00010001'));
    await connection.next(2, 8);
    await lab.fence();
  },
};

/** A process may only command the neighbors that name it, and is told of no other. */
const STRANGER: Scenario = {
  name: 'commands of a process that no neighbor names',
  routers: [ROUTER],
  processes: { [HANDLER]: 'text', stranger: 'json' },
  neighbors: (port) => neighbor(port),
  async act(lab: Lab) {
    await lab.established(open());
    for (const line of [
      'announce route 10.1.0.0/16 next-hop 10.0.0.1',
      'show adj-rib out',
      'version',
      'nonsense',
    ]) {
      await lab.command(line, { process: 'stranger', fence: false });
    }
    await lab.fence();
  },
};

/** Two processes of one neighbor, which ask for different things. */
const TOGETHER: Scenario = {
  name: 'two processes of one neighbor',
  routers: [ROUTER],
  processes: { [HANDLER]: 'text', other: 'json' },
  neighbors: (port) =>
    neighbor(port, {
      api: 'neighbor-changes;',
      statements: 'api second { processes [ other ]; send { parsed; update; } }',
    }),
  async act(lab: Lab) {
    await lab.established(open());
    await lab.command('announce route 10.1.0.0/16 next-hop 10.0.0.1');
    await lab.command('announce route 10.2.0.0/16 next-hop 10.0.0.1', { process: 'other' });
  },
};

export const COMMANDED: readonly Scenario[] = [
  STRANGER,
  TOGETHER,
  commands('routes to an external peer', ROUTES, { families: DUAL }),
  commands('routes to an internal peer', ROUTES, { families: DUAL, localAs: PEER_AS }),
  commands('bad ones', BAD),
  commands('others', OTHER, { families: DUAL, capabilities: ROUTE_REFRESH }),
  commands('flow specifications', FLOWS, { families: ALL }),
  commands('uneven ones', UNEVEN, { families: ALL }),
  commands('VPLS', VPLS, { families: ALL }),
  commands('VPN', VPN, { families: ALL }),
  commands('watchdogs', DOGS, { statements: WATCHED }),
  commands(
    'flush and clear',
    [
      'announce route 10.1.0.0/16 next-hop 10.0.0.1',
      'flush adj-rib out',
      'clear adj-rib out',
      'announce route 10.1.0.0/16 next-hop 10.0.0.1',
    ],
    {
      statements: 'static { route 10.0.1.0/24 next-hop 10.0.0.1; }',
    },
  ),
  EARLY,
  SEVERAL,
  REFRESHED,
];
