import { message, openMessage } from './fake-router.ts';
import { HANDLER, type Lab, ROUTER, type Scenario } from './lab.ts';
import { DUAL, IPV4, type NeighborPlan, neighbor, open } from './plan.ts';

type End = (lab: Lab) => Promise<void>;
const BOTH = ['json', 'text'] as const;

/** A session that ends in some way, as JSON and as text. */
function ends(name: string, act: End, plan: NeighborPlan = {}): Scenario[] {
  return BOTH.map((encoder) => ({
    name: `${name}, ${encoder}`,
    routers: [ROUTER],
    processes: { [HANDLER]: encoder },
    neighbors: (port) => neighbor(port, plan),
    act,
  }));
}

/** The router sends a NOTIFICATION. */
function notified(code: string): End {
  return async (lab) => {
    const connection = await lab.established(open());
    connection.send(message(3, code));
    connection.close();
    await lab.heard(' down');
    await lab.established(open(), { count: 2 });
  };
}

function tornDown(subcode: number): End {
  return async (lab) => {
    await lab.established(open());
    await lab.command(`neighbor ${ROUTER} teardown ${subcode}`, { fence: false });
    await lab.heard('down');
    await lab.established(open(), { count: 2 });
  };
}

/** The session never gets beyond the OPEN that the router answers with. */
function refused(answer: string): End {
  return async (lab) => {
    const connection = await lab.connection();
    await connection.next(1);
    connection.send(answer);
    await connection.next(3);
    await lab.last('down');
  };
}

const CAPABILITIES = `0104 00010001 0104 00020001 0200 05060001 0001 0002 0600 4006 8078 0001 0180 4104 0000fde9 4504 00010103 4600 490c 04 686f7374 06 646f6d61696e 4202 6869 8000 b900`;

export const ENDED: readonly Scenario[] = [
  ...ends('the router closes the connection', async (lab) => {
    const connection = await lab.established(open());
    connection.close();
    await lab.heard('down');
    await lab.established(open(), { count: 2 });
  }),
  ...ends('NOTIFICATION 6/9', notified('0609')),
  ...ends('NOTIFICATION 6/3', notified('0603')),
  ...ends('NOTIFICATION 3/1', notified('0301 400101')),
  ...ends('teardown 3', tornDown(3)),
  ...ends('teardown 4', tornDown(4)),
  ...ends('teardown 6', tornDown(6)),
  ...ends(
    'an OPEN of another AS',
    refused(openMessage({ as: 65009, capabilities: '0104 00010001 4104 0000fdf1' })),
  ),
  ...ends('an OPEN with a hold time of 1', refused(openMessage(open(IPV4, '', { holdSeconds: 1 })))),
  ...ends('an OPEN without router-id', refused(openMessage(open(IPV4, '', { routerId: '00000000' })))),
  ...ends(
    'every capability',
    async (lab) => {
      await lab.established({ as: 65001, capabilities: CAPABILITIES });
    },
    {
      families: DUAL,
      capability: 'route-refresh; graceful-restart 120; nexthop; operational;',
      api: 'neighbor-changes; negotiated; receive { parsed; open; } send { parsed; open; }',
    },
  ),
  ...ends(
    'few capabilities',
    async (lab) => {
      const connection = await lab.connection();
      await connection.establish({ as: 65001, capabilities: '0104 00010001' });
      await connection.update('180a0001');
      await lab.heard('eor');
      await connection.next(2, 2);
    },
    {
      api: 'negotiated; receive { parsed; open; update; } send { parsed; open; update; }',
      capability: 'asn4 disable;',
      statements: 'static { route 10.0.1.0/24 next-hop 10.0.0.1 as-path [ 65000 4200000000 ]; }',
    },
  ),
  ...ends(
    'graceful restart and teardown',
    async (lab) => {
      await lab.established(open(IPV4, '40060078 00010180'));
      await lab.command(`neighbor ${ROUTER} teardown 3`, { fence: false });
      await lab.heard('down');
      await lab.established(open(IPV4, '40060078 00010180'), { count: 2 });
    },
    {
      capability: 'graceful-restart 120;',
      api: 'neighbor-changes; fsm; receive { parsed; open; update; } send { parsed; open; update; }',
    },
  ),
  ...ends(
    'the hold timer runs out',
    async (lab) => {
      await lab.established(open(IPV4, '', { holdSeconds: 3 }));
      await lab.last('down');
    },
    { api: 'neighbor-changes; receive { parsed; notification; } send { parsed; notification; }' },
  ),
  ...ends(
    'a step of the state machine at a time',
    async (lab) => {
      const connection = await lab.established(open());
      connection.close();
      await lab.heard('down');
      await lab.established(open(), { count: 2 });
    },
    {
      api: 'neighbor-changes; negotiated; fsm; signal; receive { parsed; open; keepalive; } send { parsed; open; keepalive; }',
    },
  ),
  ...ends(
    'a shutdown',
    async (lab) => {
      await lab.established(open());
      lab.program.signal('SIGTERM');
      await lab.heard('shutdown');
    },
    { api: 'neighbor-changes; fsm; signal; send { parsed; notification; }' },
  ),
  ...ends('a shutdown by command', async (lab) => {
    await lab.established(open());
    await lab.command('shutdown', { fence: false });
    await lab.heard('shutdown');
  }),
];
