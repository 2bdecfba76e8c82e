import { until } from '../../support/wait.ts';
import { HANDLER, type Lab, ROUTER, type Scenario } from './lab.ts';
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
      await lab.heard('SIGUSR1');
      await after(lab);
    },
  };
}

const SECOND = '127.0.0.2';
const API = 'neighbor-changes; signal; send { parsed; notification; }';

/** A part of the file that a reload takes away or brings. */
const part = (text: string, there: boolean) => (there ? text : text.replaceAll(/^/gm, '#| '));
const takenAway = (text: string) =>
  text.slice(0, text.lastIndexOf('neighbor ')) + part(text.slice(text.lastIndexOf('neighbor ')), false);
const brought = (text: string) => text.replaceAll(/^#\| /gm, '');

/** Two neighbors, of which the second may not be there from the start. */
function neighborsChange(name: string, there: boolean, act: (lab: Lab) => Promise<void>): Scenario {
  return {
    name: `reload: ${name}`,
    routers: [ROUTER, SECOND],
    processes: JSON_HANDLER,
    neighbors: (port) => {
      const [first, second] = [ROUTER, SECOND].map((address) =>
        neighbor(port, { address, families: DUAL, statements: ROUTES, api: API }),
      );
      return first + part(second ?? '', there);
    },
    act,
  };
}

function reload(lab: Lab, change: (text: string) => string): void {
  lab.program.rewrite(change);
  lab.program.signal('SIGUSR1');
}

const NEIGHBORS: readonly Scenario[] = [
  neighborsChange('a neighbor less', true, async (lab) => {
    await lab.established(open(DUAL));
    const second = await lab.established(open(DUAL), { address: SECOND });
    reload(lab, takenAway);
    await until('the end of the connection', () => second.ended);
    await lab.heard('"down"');
  }),
  neighborsChange('a neighbor more', false, async (lab) => {
    await lab.established(open(DUAL));
    reload(lab, brought);
    const second = await lab.connection(1, SECOND);
    await second.establish(open(DUAL));
    await second.update('180a0001');
    await lab.heard('"state": "up"', { count: 2 });
  }),
  neighborsChange('another neighbor changes', true, async (lab) => {
    await lab.established(open(DUAL));
    await lab.established(open(DUAL), { address: SECOND });
    reload(lab, (text) => {
      const at = text.lastIndexOf('neighbor ');
      return text.slice(0, at) + text.slice(at).replace('peer-as', 'hold-time 60; peer-as');
    });
    const again = await lab.connection(2, SECOND);
    await again.establish(open(DUAL));
    await again.update('180a0001');
    await lab.heard('"state": "up"', { count: 3 });
  }),
];

/** Processes that come, go and run another command. */
function processesChange(
  name: string,
  change: (text: string) => string,
  act: (lab: Lab) => Promise<void>,
): Scenario {
  return {
    name: `reload: ${name}`,
    routers: [ROUTER],
    processes: { [HANDLER]: 'json', second: 'json' },
    later: ['third'],
    neighbors: (port) => neighbor(port, { families: DUAL, api: API, processes: [HANDLER, 'second'] }),
    async act(lab) {
      await lab.established(open(DUAL));
      reload(lab, change);
      await lab.heard('SIGUSR1');
      await act(lab);
    },
  };
}

/** The section of a process, and what of it a copy needs. */
const sectionOf = (name: string) => new RegExp(`process ${name} \\{.*\\}`);
const inApi = (text: string, names: string) => text.replace(/processes \[.*?\]/, `processes [ ${names} ]`);
/** Says a route, as one process or the other; ExaBGP 4.2 sends no fence after a reload. */
async function says(lab: Lab, process: string, octet: number): Promise<void> {
  await lab.command(`announce route 10.${octet}.0.0/16 next-hop 10.0.0.1`, { process, fence: false });
  const connection = await lab.connection();
  await connection.update(`100a${octet.toString(16).padStart(2, '0')}`);
}

const PROCESSES: readonly Scenario[] = [
  processesChange(
    'a process less',
    (text) => inApi(text.replace(sectionOf('second'), ''), HANDLER),
    (lab) => says(lab, HANDLER, 9),
  ),
  processesChange(
    'another process in place of one',
    (text) => inApi(text.replaceAll('second', 'third'), `${HANDLER}, third`),
    async (lab) => {
      await until('the third process', () => lab.program.handler('third').attached);
      await says(lab, HANDLER, 9);
    },
  ),
];

export const RELOADED: readonly Scenario[] = [
  ...NEIGHBORS,
  ...PROCESSES,
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
