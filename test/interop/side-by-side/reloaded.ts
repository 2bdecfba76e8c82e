import { type Lab, ROUTER, type Scenario } from './lab.ts';
import { DUAL, JSON_HANDLER, neighbor, open } from './plan.ts';

const ROUTES = 'static { route 10.0.1.0/24 next-hop 10.0.0.1; route 10.0.2.0/24 next-hop 10.0.0.1; }';

/** What a reload does to a session that has routes of both origins. */
function reloads(
  name: string,
  change: (text: string) => string,
  after: (lab: Lab) => Promise<void>,
): Scenario {
  return {
    name: `reload: ${name}`,
    routers: [ROUTER],
    processes: JSON_HANDLER,
    neighbors: (port) =>
      neighbor(port, {
        families: DUAL,
        statements: ROUTES,
        api: 'neighbor-changes; signal; send { parsed; notification; }',
      }),
    async act(lab) {
      await lab.established(open(DUAL));
      await lab.command('announce route 10.9.0.0/16 next-hop 10.0.0.1');
      lab.program.rewrite(change);
      lab.program.signal('SIGUSR1');
      await after(lab);
    },
  };
}

export const RELOADED: readonly Scenario[] = [
  reloads(
    'a route more',
    (text) => text.replace('static {', 'static { route 10.0.3.0/24 next-hop 10.0.0.1;'),
    async (lab) => {
      const connection = await lab.connection();
      await connection.update('180a0003');
    },
  ),
  reloads(
    'a route less',
    (text) => text.replace('route 10.0.2.0/24 next-hop 10.0.0.1;', ''),
    async (lab) => {
      const connection = await lab.connection();
      await connection.update('0004180a0002');
    },
  ),
  reloads(
    'another hold time',
    (text) => text.replace('peer-as', 'hold-time 60; peer-as'),
    async (lab) => {
      await lab.heard('down');
      await lab.established(open(DUAL), { count: 2 });
    },
  ),
  reloads(
    'a bad configuration',
    (text) => text.replace('peer-as 65001;', 'peer-as nonsense;'),
    async (lab) => {
      await lab.command('announce route 10.10.0.0/16 next-hop 10.0.0.1');
    },
  ),
];
