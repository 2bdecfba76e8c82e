import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Background, ready } from '../support/background.ts';
import { freePort } from '../support/files.ts';
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
  type SessionPlan,
  sorted,
  THEIR_NEXT_HOP6,
} from './router.ts';
import { interopSuite } from './scenarios.ts';

let rig: Rig;
let apiPort = 0;

const FAMILIES = ['ipv4-unicast', 'ipv6-unicast'];

function neighbor({ name, localAs, passive, password, ttlSecurity }: SessionPlan): string {
  const families = FAMILIES.map(
    (family) => `
  [[neighbors.afi-safis]]
    [neighbors.afi-safis.config]
      afi-safi-name = "${family}"
    [neighbors.afi-safis.add-paths.config]
      receive = ${name === PATHS.name}
      send-max = ${name === PATHS.name ? 8 : 0}`,
  );
  return `
[[neighbors]]
  [neighbors.config]
    neighbor-address = "${rig.address(name)}"
    peer-as = ${localAs}
    ${password === undefined ? '' : `auth-password = "${password}"`}
  [neighbors.transport.config]
    local-address = "${rig.routerAddress}"
    passive-mode = ${!passive}
    ${passive ? `remote-port = ${rig.ourPort}` : ''}
  [neighbors.ebgp-multihop.config]
    enabled = ${localAs !== ROUTER_AS && ttlSecurity !== true}
    multihop-ttl = 10
  [neighbors.ttl-security.config]
    enabled = ${ttlSecurity === true}
    ttl-min = 254
  [neighbors.timers.config]
    connect-retry = 1
    idle-hold-time-after-reset = 1
${families.join('')}
`;
}

function configuration(): string {
  return `
[global.config]
  as = ${ROUTER_AS}
  router-id = "10.9.0.2"
  port = ${rig.routerPort}
  local-address-list = ["${rig.routerAddress}"]
${rig.sessions.map(neighbor).join('')}
`;
}

const gobgp = (...words: string[]) => run('gobgp', ['-u', '127.0.0.1', '-p', String(apiPort), ...words]);

/** One path attribute in GoBGP's JSON: its members differ by type. */
interface GoAttribute {
  readonly type: number;
  readonly value?: unknown;
  readonly metric?: number;
  readonly nexthop?: string;
  readonly as_paths?: readonly { readonly asns: readonly number[] }[];
  readonly communities?: readonly number[];
  readonly as?: number;
  readonly address?: string;
}

interface GoPath {
  readonly 'source-id'?: string;
  readonly 'neighbor-ip'?: string;
  readonly attrs: readonly GoAttribute[];
}

interface GoExtended {
  readonly subtype: number;
  readonly value: string;
}

interface GoLarge {
  readonly ASN: number;
  readonly LocalData1: number;
  readonly LocalData2: number;
}

const ORIGINS = ['igp', 'egp', 'incomplete'];
/** It shows the octets of a 4-octet AS as two numbers. */
function plainAs(text: string): string {
  return text.replace(/^(\d+)\.(\d+):/, (_, high, low) => `${Number(high) * 65536 + Number(low)}:`);
}

const EXTENDED: Readonly<Record<number, string>> = { 2: 'rt', 3: 'soo' };

function seenRoute({ attrs }: GoPath): SeenRoute {
  const of = (type: number) => attrs.find((attribute) => attribute.type === type);
  const list = <T>(type: number) => (of(type)?.value ?? []) as readonly T[];
  const aggregator = of(7);
  return {
    nextHop: of(14)?.nexthop ?? of(3)?.nexthop ?? '',
    origin: ORIGINS[Number(of(1)?.value)] ?? '',
    asPath: of(2)?.as_paths?.flatMap(({ asns }) => asns) ?? [],
    med: of(4)?.metric,
    localPreference: of(5)?.value as number | undefined,
    communities: sorted(of(8)?.communities?.map((value) => `${value >>> 16}:${value & 0xffff}`)),
    largeCommunities: sorted(
      list<GoLarge>(32).map(({ ASN, LocalData1, LocalData2 }) => `${ASN}:${LocalData1}:${LocalData2}`),
    ),
    extendedCommunities: sorted(
      list<GoExtended>(16).map(({ subtype, value }) => `${EXTENDED[subtype]}:${plainAs(value)}`),
    ),
    atomicAggregate: of(6) !== undefined,
    aggregator: aggregator && `${aggregator.as} ${aggregator.address}`,
  };
}

const familyWords = (prefix: string) => ['-a', isIpv6(prefix) ? 'ipv6' : 'ipv4'];

async function pathsOf(prefix: string, session: string): Promise<readonly GoPath[]> {
  const address = rig.address(session);
  const text = await gobgp('neighbor', address, 'adj-in', ...familyWords(prefix), '-j');
  if (!text.startsWith('{')) return [];
  const table = JSON.parse(text) as Readonly<Record<string, readonly GoPath[]>>;
  return table[prefix] ?? [];
}

const GOBGP: Router = {
  name: 'GoBGP',
  program: 'gobgpd',
  net: 3,
  sessions: [PATHS, ...PROTECTED],
  async start(started) {
    rig = started;
    apiPort = await freePort();
    writeFileSync(join(rig.directory, 'gobgp.toml'), configuration());
    const args = ['-f', 'gobgp.toml', '--api-hosts', `127.0.0.1:${apiPort}`, '-l', 'debug', '-p'];
    const daemon = new Background('gobgpd', args, { cwd: rig.directory });
    return ready(daemon, () => gobgp('global'));
  },
  async seen(prefix, session) {
    const [path] = await pathsOf(prefix, session);
    return path && seenRoute(path);
  },
  paths: async (prefix, session) => (await pathsOf(prefix, session)).map(seenRoute),
  async originate(prefix, med) {
    const nextHop = isIpv6(prefix) ? THEIR_NEXT_HOP6 : '10.9.0.2';
    const route = [prefix, 'nexthop', nextHop, 'med', String(med)];
    await gobgp('global', 'rib', 'add', ...route, ...familyWords(prefix));
  },
  retract: async (prefix) => void (await gobgp('global', 'rib', 'del', prefix, ...familyWords(prefix))),
  shutdown: async (session, text) =>
    void (await gobgp('neighbor', rig.address(session), 'shutdown', '--reason', text)),
  enable: async (session) => void (await gobgp('neighbor', rig.address(session), 'enable')),
};

interopSuite(GOBGP, (lab) => {
  addPathTests(GOBGP, lab);
  protectionTests(GOBGP, lab);
});
