import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Background, ready } from '../support/background.ts';
import { run } from '../support/programs.ts';
import {
  type Rig,
  ROUTER_AS,
  type Router,
  type SeenRoute,
  type SessionPlan,
  sorted,
  THEIR_NEXT_HOP6,
} from './router.ts';
import { interopSuite } from './scenarios.ts';

let rig: Rig;

function neighbor({ name, localAs, passive }: SessionPlan): string {
  return `
neighbor ${rig.address(name)} {
  descr "${name}"
  remote-as ${localAs}
  local-address ${rig.routerAddress}
  ${passive ? `port ${rig.ourPort}` : 'passive'}
  ${localAs === ROUTER_AS ? '' : 'multihop 64'}
  announce IPv4 unicast
  announce IPv6 unicast
}
match to ${rig.address(name)} prefix 2001:db8::/32 prefixlen >= 32 set nexthop ${THEIR_NEXT_HOP6}
match to ${rig.address(name)} prefix 0.0.0.0/0 prefixlen >= 0 set nexthop 10.9.0.2
`;
}

function configuration(): string {
  return `
AS ${ROUTER_AS}
router-id 10.9.0.2
fib-update no
connect-retry 1
nexthop qualify via default
socket "${socket()}"
listen on ${rig.routerAddress} port ${rig.routerPort}
${rig.sessions.map(neighbor).join('')}
allow from any
allow to any
deny to any large-community 4200000001:1:2
`;
}

const socket = () => join(rig.directory, 'bgpd.sock');
const bgpctl = (...words: string[]) => run('/usr/sbin/bgpctl', ['-s', socket(), ...words]);

interface ObgpdPath {
  readonly prefix: string;
  readonly aspath: string;
  readonly exit_nexthop: string;
  readonly origin: string;
  readonly metric?: number;
  readonly localpref?: number;
  readonly communities?: readonly string[];
  readonly large_communities?: readonly string[];
  readonly extended_communities?: readonly string[];
  readonly attributes?: readonly {
    readonly type: string;
    readonly AS?: number;
    readonly router_id?: string;
  }[];
  readonly neighbor?: { readonly remote_addr: string };
}

const ORIGINS: Readonly<Record<string, string>> = { i: 'igp', e: 'egp', '?': 'incomplete' };

function seenRoute(path: ObgpdPath): SeenRoute {
  const attribute = (name: RegExp) => path.attributes?.find(({ type }) => name.test(type));
  const aggregator = attribute(/^aggregator$/i);
  return {
    nextHop: path.exit_nexthop,
    origin: ORIGINS[path.origin] ?? path.origin.toLowerCase(),
    asPath: path.aspath.split(' ').filter(Boolean).map(Number),
    med: path.metric,
    localPreference: path.localpref,
    communities: sorted(path.communities),
    largeCommunities: sorted(path.large_communities),
    extendedCommunities: sorted(path.extended_communities?.map((text) => text.replace(' ', ':'))),
    atomicAggregate: attribute(/atomic/i) !== undefined,
    aggregator: aggregator && `${aggregator.AS} ${aggregator.router_id}`,
  };
}

async function pathsOf(prefix: string, session: string): Promise<readonly ObgpdPath[]> {
  const text = await bgpctl('-j', 'show', 'rib', 'detail', 'in', 'neighbor', rig.address(session), prefix);
  const { rib = [] } = JSON.parse(text) as { rib?: readonly ObgpdPath[] };
  return rib;
}

/** Its unprivileged processes live there; elsewhere the service manager makes the directory. */
const CHROOT = '/run/openbgpd';

const OPENBGPD: Router = {
  name: 'OpenBGPD',
  program: '/usr/sbin/bgpctl',
  root: true,
  net: 5,
  start(started) {
    rig = started;
    const file = join(rig.directory, 'bgpd.conf');
    writeFileSync(file, configuration());
    chmodSync(file, 0o600);
    mkdirSync(CHROOT, { recursive: true });
    const daemon = new Background('/usr/sbin/bgpd', ['-d', '-v', '-f', file], { cwd: rig.directory });
    return ready(daemon, () => bgpctl('show', 'summary'));
  },
  async seen(prefix, session) {
    const path = (await pathsOf(prefix, session)).find((candidate) => candidate.prefix === prefix);
    return path && seenRoute(path);
  },
  originate: async (prefix, med) => void (await bgpctl('network', 'add', prefix, 'metric', String(med))),
  retract: async (prefix) => void (await bgpctl('network', 'delete', prefix)),
  refresh: async (session) => void (await bgpctl('neighbor', rig.address(session), 'refresh')),
  shutdown: async (session, text) => void (await bgpctl('neighbor', rig.address(session), 'down', text)),
  enable: async (session) => void (await bgpctl('neighbor', rig.address(session), 'up')),
  async refreshesHeard(session) {
    const text = await bgpctl('show', 'neighbor', rig.address(session));
    return Number(/^\s+Request\s+\d+\s+(\d+)$/m.exec(text)?.[1]);
  },
  lastError: (session) => bgpctl('show', 'neighbor', rig.address(session)),
};

interopSuite(OPENBGPD);
