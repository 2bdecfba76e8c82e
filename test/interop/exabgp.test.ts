import { writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { Background, ready } from '../support/background.ts';
import { announcedIn, type LineEvent, type LineRoute, withdrawnIn } from '../support/line-event.ts';
import { until } from '../support/wait.ts';
import {
  isIpv6,
  type Rig,
  ROUTER_AS,
  type Router,
  type SeenRoute,
  type SessionPlan,
  sorted,
  THEIR_NEXT_HOP6,
} from './router.ts';
import { interopSuite } from './scenarios.ts';

const RECORDER = fileURLToPath(new URL('../support/recorder.mjs', import.meta.url));

let rig: Rig;
let handler: Socket | undefined;
let server: Server | undefined;
const originated = new Map<string, string>();
/** What it has from each of our addresses, as its events told. */
const table = new Map<string, Map<string, LineRoute>>();

function neighbor(plan: SessionPlan): string {
  const port = plan.passive ? `connect ${rig.ourPort};` : `passive; listen ${rig.routerPort};`;
  return `
neighbor ${rig.address(plan.name)} {
  router-id 10.9.0.2;
  local-address ${rig.routerAddress};
  local-as ${ROUTER_AS};
  peer-as ${plan.localAs};
  ${port}
  family { ipv4 unicast; ipv6 unicast; }
  capability { route-refresh; }
  api { processes [ recorder ]; neighbor-changes; receive { parsed; update; notification; } }
}
`;
}

function configuration(path: string): string {
  const run = `run ${process.execPath} ${RECORDER} ${path};`;
  return `process recorder { ${run} encoder json; }\n${rig.sessions.map(neighbor).join('')}`;
}

function follow(line: string): void {
  if (!line.startsWith('{')) return;
  const event = JSON.parse(line) as LineEvent;
  const peer = event.neighbor?.address.peer ?? '';
  if (event.neighbor?.state === 'down') table.delete(peer);
  const routes = table.get(peer) ?? new Map<string, LineRoute>();
  table.set(peer, routes);
  for (const prefix of withdrawnIn(event)) routes.delete(prefix);
  for (const route of announcedIn(event)) routes.set(route.prefix, route);
}

async function listen(path: string): Promise<void> {
  const opened = createServer((socket) => {
    handler = socket;
    socket.on('error', () => socket.destroy());
    createInterface({ input: socket }).on('line', follow);
  });
  server = opened;
  await new Promise<void>((done) => opened.listen(path, done));
}

/** It shows the number of a route origin as an address. */
function plainNumber(text: string): string {
  return text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...quad: string[]) =>
    String(quad.slice(0, 4).reduce((sum, octet) => sum * 256 + Number(octet), 0)),
  );
}

function seenRoute({ nextHop, attributes }: LineRoute): SeenRoute {
  const numbers = (values: readonly (readonly number[])[] | undefined) =>
    sorted(values?.map((value) => value.join(':')));
  const extended = attributes['extended-community']?.map(({ string }) =>
    plainNumber(string)
      .replace(/^target4?:(\d+)L?:/, 'rt:$1:')
      .replace(/^origin:/, 'soo:'),
  );
  return {
    nextHop,
    origin: attributes.origin ?? '',
    asPath: (attributes['as-path'] as readonly number[] | undefined) ?? [],
    med: attributes.med,
    localPreference: attributes['local-preference'],
    communities: numbers(attributes.community),
    largeCommunities: numbers(attributes['large-community']),
    extendedCommunities: sorted(extended),
    atomicAggregate: attributes['atomic-aggregate'] ?? false,
    aggregator: attributes.aggregator?.replace(':', ' '),
  };
}

const EXABGP: Router = {
  name: 'ExaBGP',
  program: 'exabgp',
  net: 6,
  async start(started) {
    rig = started;
    const path = join(rig.directory, 'exabgp.sock');
    await listen(path);
    const file = join(rig.directory, 'exabgp.conf');
    writeFileSync(file, configuration(path));
    const daemon = new Background('exabgp', [file], {
      cwd: rig.directory,
      env: {
        'exabgp.daemon.user': 'root',
        'exabgp.cli.pipe': '',
        'exabgp.log.all': 'true',
        'exabgp.tcp.bind': '',
        'exabgp.api.cli': 'false',
        'exabgp.daemon.drop': 'false',
      },
    });
    return ready(daemon, () => until('its handler', () => handler !== undefined));
  },
  async seen(prefix, session) {
    const route = table.get(rig.address(session))?.get(prefix);
    return route && seenRoute(route);
  },
  async originate(prefix, med) {
    const route = `route ${prefix} next-hop ${isIpv6(prefix) ? THEIR_NEXT_HOP6 : '10.9.0.2'} med ${med}`;
    originated.set(prefix, route);
    handler?.write(`announce ${route}\n`);
  },
  async retract(prefix) {
    handler?.write(`withdraw ${originated.get(prefix)}\n`);
  },
  async refresh() {
    handler?.write('announce route-refresh ipv4 unicast\n');
  },
};

afterAll(() => {
  handler?.destroy();
  server?.close();
});

interopSuite(EXABGP);
