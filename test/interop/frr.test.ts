import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Background, ready } from '../support/background.ts';
import { run } from '../support/programs.ts';
import { addPathTests, protectionTests } from './extras.ts';
import {
  isIpv6,
  PATHS,
  PROTECTED,
  type Rig,
  ROUTER_AS,
  type Router,
  type SeenRoute,
  sorted,
  THEIR_NEXT_HOP6,
} from './router.ts';
import { interopSuite } from './scenarios.ts';

let rig: Rig;

function neighborLines(name: string): string[] {
  const address = rig.address(name);
  const plan = rig.sessions.find((session) => session.name === name);
  return [
    `neighbor ${address} remote-as ${plan?.localAs}`,
    ...(plan?.localAs === ROUTER_AS || plan?.ttlSecurity ? [] : [`neighbor ${address} ebgp-multihop`]),
    ...(plan?.ttlSecurity ? [`neighbor ${address} ttl-security hops 2`] : []),
    ...(plan?.password === undefined ? [] : [`neighbor ${address} password ${plan.password}`]),
    `neighbor ${address} update-source ${rig.routerAddress}`,
    `neighbor ${address} timers connect 1`,
    `neighbor ${address} advertisement-interval 0`,
    plan?.passive ? `neighbor ${address} port ${rig.ourPort}` : `neighbor ${address} passive`,
  ];
}

function familyLines(family: string): string[] {
  const each = rig.sessions.flatMap(({ name }) => [
    `neighbor ${rig.address(name)} activate`,
    `neighbor ${rig.address(name)} route-map OUT out`,
    ...(name === PATHS.name ? [`neighbor ${rig.address(name)} addpath-tx-all-paths`] : []),
  ]);
  return [`address-family ${family} unicast`, ...each, 'exit-address-family'];
}

function configuration(): string {
  return [
    'log file bgpd.log debugging',
    'debug bgp neighbor-events',
    `router bgp ${ROUTER_AS}`,
    'bgp router-id 10.9.0.2',
    'no bgp ebgp-requires-policy',
    'no bgp network import-check',
    'no bgp default ipv4-unicast',
    'no bgp suppress-duplicates',
    ...rig.sessions.flatMap(({ name }) => neighborLines(name)),
    ...familyLines('ipv4'),
    ...familyLines('ipv6'),
    'exit',
    'bgp large-community-list standard OURS permit 4200000001:1:2',
    'route-map OUT deny 5',
    'match large-community OURS',
    'route-map OUT permit 10',
    `set ipv6 next-hop global ${THEIR_NEXT_HOP6}`,
    '',
  ].join('\n');
}

const vtysh = (...commands: string[]) =>
  run('/usr/bin/vtysh', ['--vty_socket', rig.directory, '-d', 'bgpd', ...commands.flatMap((c) => ['-c', c])]);

const configure = (...lines: string[]) => vtysh('configure terminal', `router bgp ${ROUTER_AS}`, ...lines);

interface FrrPath {
  readonly aspath?: { readonly segments?: readonly { readonly list: readonly number[] }[] };
  readonly origin?: string;
  readonly metric?: number;
  readonly locPrf?: number;
  readonly community?: { readonly list: readonly string[] };
  readonly largeCommunity?: { readonly list: readonly string[] };
  readonly extendedCommunity?: { readonly string: string };
  readonly atomicAggregate?: boolean;
  readonly aggregatorAs?: number;
  readonly aggregatorId?: string;
  readonly nexthops?: readonly { readonly ip: string; readonly scope?: string }[];
  readonly peer?: { readonly peerId: string };
}

async function pathsOf(prefix: string): Promise<readonly FrrPath[]> {
  const family = isIpv6(prefix) ? 'ipv6' : 'ipv4';
  const { paths = [] } = JSON.parse(await vtysh(`show bgp ${family} unicast ${prefix} json`));
  return paths;
}

function seenRoute(path: FrrPath): SeenRoute {
  const extended = (path.extendedCommunity?.string ?? '').split(' ').filter(Boolean);
  return {
    nextHop: path.nexthops?.find(({ scope }) => scope !== 'link-local')?.ip ?? '',
    origin: (path.origin ?? '').toLowerCase(),
    asPath: path.aspath?.segments?.flatMap(({ list }) => list) ?? [],
    med: path.metric,
    localPreference: path.locPrf,
    communities: sorted(path.community?.list),
    largeCommunities: sorted(path.largeCommunity?.list),
    extendedCommunities: sorted(extended.map((text) => text.replace(/^RT:/, 'rt:').replace(/^SoO:/, 'soo:'))),
    atomicAggregate: path.atomicAggregate ?? false,
    aggregator: path.aggregatorAs === undefined ? undefined : `${path.aggregatorAs} ${path.aggregatorId}`,
  };
}

async function network(prefix: string, line: string): Promise<void> {
  await configure(`address-family ${isIpv6(prefix) ? 'ipv6' : 'ipv4'} unicast`, line);
}

const BGPD = '/usr/lib/frr/bgpd';

const FRR: Router = {
  name: 'FRR',
  program: BGPD,
  net: 4,
  // Where both sides have enhanced route refresh, it heeds no request before its End-of-RIB (RFC 7313 section 4),
  // and it sends that only to peers with graceful restart.
  refreshSession: 'graceful',
  sessions: [
    PATHS,
    ...PROTECTED,
    {
      name: 'graceful',
      host: 4,
      localAs: 65004,
      statements: 'capability { route-refresh; graceful-restart 60; }',
    },
  ],
  start(started) {
    rig = started;
    const file = join(rig.directory, 'frr.conf');
    writeFileSync(file, configuration());
    const address = ['-p', String(rig.routerPort), '-l', rig.routerAddress];
    const files = ['-f', file, '-i', join(rig.directory, 'bgpd.pid'), '--vty_socket', rig.directory];
    const daemon = new Background(BGPD, [...files, ...address, '-n', '-Z', '-S', '-P', '0'], {
      cwd: rig.directory,
    });
    return ready(daemon, () => vtysh('show version'));
  },
  async seen(prefix, session) {
    const path = (await pathsOf(prefix)).find(({ peer }) => peer?.peerId === rig.address(session));
    return path && seenRoute(path);
  },
  async paths(prefix, session) {
    const all = await pathsOf(prefix);
    return all.filter(({ peer }) => peer?.peerId === rig.address(session)).map(seenRoute);
  },
  async originate(prefix, med) {
    const name = `MED${med}`;
    await vtysh('configure terminal', `route-map ${name} permit 10`, `set metric ${med}`);
    await network(prefix, `network ${prefix} route-map ${name}`);
  },
  retract: (prefix) => network(prefix, `no network ${prefix}`),
  refresh: async (session) => void (await vtysh(`clear bgp ${rig.address(session)} in`)),
  shutdown: (session, text) =>
    configure(`neighbor ${rig.address(session)} shutdown message ${text}`).then(() => undefined),
  enable: (session) => configure(`no neighbor ${rig.address(session)} shutdown`).then(() => undefined),
  lastError: () => run('/bin/cat', [join(rig.directory, 'bgpd.log')]),
};

interopSuite(FRR, (lab) => {
  addPathTests(FRR, lab);
  protectionTests(FRR, lab);
});
