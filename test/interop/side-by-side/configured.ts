import { message } from './fake-router.ts';
import { HANDLER, ROUTER, type Scenario } from './lab.ts';
import { lives, open, PEER_AS, ROUTES } from './plan.ts';

/** Statements that few configurations have, and what becomes of sessions by them. */
const BOTH = ['json', 'text'] as const;
const ROUTE = 'announce route 10.9.0.0/16 next-hop 10.0.0.1';

const UNFLUSHED: Scenario = lives(
  'commands: auto-flush false',
  { statements: `auto-flush false; ${ROUTES}` },
  async (lab) => {
    const connection = await lab.established(open());
    await lab.command(ROUTE, { fence: false });
    await connection.update('100a09');
    await lab.command('withdraw route 10.9.0.0/16');
    await lab.command('flush adj-rib out');
  },
);

/** Our AS number does not fit into what we say of it. */
const FOUR_OCTETS: readonly Scenario[] = BOTH.map((encoder) =>
  lives(
    `asn4 disable of a 4-octet AS, ${encoder}`,
    { localAs: 4200000001, capability: 'asn4 disable;', statements: ROUTES },
    async (lab) => {
      await lab.established(open());
      await lab.command(`neighbor ${ROUTER} local-as 4200000001 ${ROUTE}`);
      await lab.command(`neighbor ${ROUTER} teardown 4`, { fence: false });
      await lab.last('down');
    },
    { processes: { [HANDLER]: encoder } },
  ),
);

const OCTETS: Scenario = lives(
  'packets and what is negotiated',
  {
    statements: ROUTES,
    api: `negotiated; receive { packets; open; update; notification; }
      send { packets; open; update; notification; }`,
  },
  async (lab) => {
    const connection = await lab.established({ as: PEER_AS, capabilities: '0104 00010001 4002 0078' });
    connection.send(message(3, '0604'));
    await lab.connection(2);
  },
);

export const CONFIGURED: readonly Scenario[] = [UNFLUSHED, ...FOUR_OCTETS, OCTETS];
