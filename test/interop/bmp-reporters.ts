import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Background, ready } from '../support/background.ts';
import { freePort } from '../support/files.ts';
import { run } from '../support/programs.ts';
import { OUR_AS, ROUTER_AS } from './router.ts';

/** A program that reports to our station, with one BGP session to our speaker so that it has something to tell. */
export interface Reporter {
  readonly name: string;
  readonly program: string;
  readonly net: number;
  readonly sysName: RegExp;
  start(place: Place): Promise<Background>;
  /** Its best routes of IPv4 unicast. */
  table(place: Place): Promise<Map<string, OwnRoute>>;
  /** The views of IPv4 unicast that this version reports, where it is told to report all. */
  views(place: Place): Promise<readonly string[]>;
}

export interface Place {
  readonly directory: string;
  readonly ours: string;
  readonly address: string;
  readonly port: number;
  readonly stationPort: number;
  /** Where the program is asked for its tables, if not at a socket in its directory. */
  readonly apiPort: number;
}

/** A route as the program itself shows it. */
export interface OwnRoute {
  readonly nextHop: string;
  readonly asPath: string;
  readonly med: number;
}

const BGPD = '/usr/lib/frr/bgpd';

export const FRR: Reporter = {
  name: 'BMP from FRR',
  program: BGPD,
  net: 7,
  sysName: /./,
  async start({ directory, ours, address, port, stationPort }) {
    const lines = [
      `router bgp ${ROUTER_AS}`,
      'bgp router-id 10.9.0.2',
      'no bgp ebgp-requires-policy',
      'no bgp default ipv4-unicast',
      `neighbor ${ours} remote-as ${OUR_AS}`,
      `neighbor ${ours} ebgp-multihop`,
      `neighbor ${ours} passive`,
      'bmp targets ours',
      // a version that lacks one of these says so, and goes on
      ...['pre-policy', 'post-policy', 'loc-rib', 'adj-rib-out pre-policy', 'adj-rib-out post-policy'].map(
        (view) => `bmp monitor ipv4 unicast ${view}`,
      ),
      'bmp monitor ipv6 unicast pre-policy',
      'bmp stats interval 1000',
      `bmp connect 127.0.0.1 port ${stationPort} min-retry 100 max-retry 500`,
      'exit',
      ...['ipv4', 'ipv6'].flatMap((family) => [
        `address-family ${family} unicast`,
        `neighbor ${ours} activate`,
        `neighbor ${ours} soft-reconfiguration inbound`,
        'exit-address-family',
      ]),
      '',
    ];
    const file = join(directory, 'frr.conf');
    writeFileSync(file, lines.join('\n'));
    const files = ['-f', file, '-i', join(directory, 'bgpd.pid'), '--vty_socket', directory];
    const args = [...files, '-p', String(port), '-l', address, '-n', '-Z', '-S', '-P', '0', '-M', 'bmp'];
    return ready(new Background(BGPD, args, { cwd: directory }), () => vtysh(directory, 'show version'));
  },
  async table({ directory }) {
    const { routes } = JSON.parse(await vtysh(directory, 'show bgp ipv4 unicast json'));
    return new Map(
      Object.entries(routes as Record<string, FrrPath[]>).map(([prefix, [path]]) => [
        prefix,
        { nextHop: path?.nexthops[0]?.ip ?? '', asPath: path?.path ?? '', med: path?.metric ?? 0 },
      ]),
    );
  },
  async views({ directory }) {
    const text = await vtysh(directory, 'show running-config');
    return [...text.matchAll(/bmp monitor ipv4 unicast (.*)/g)].map(
      ([, view = '']) => FRR_VIEWS[view.trim()] ?? view,
    );
  },
};

interface FrrPath {
  readonly path: string;
  readonly metric?: number;
  readonly nexthops: readonly { readonly ip: string }[];
}

const FRR_VIEWS: Readonly<Record<string, string>> = {
  'pre-policy': 'adj-rib-in-pre-policy',
  'post-policy': 'adj-rib-in-post-policy',
  'adj-rib-out pre-policy': 'adj-rib-out-pre-policy',
  'adj-rib-out post-policy': 'adj-rib-out-post-policy',
};

function vtysh(directory: string, command: string): Promise<string> {
  return run('/usr/bin/vtysh', ['--vty_socket', directory, '-d', 'bgpd', '-c', command]);
}

export const GOBGP: Reporter = {
  name: 'BMP from GoBGP',
  program: 'gobgpd',
  net: 8,
  sysName: /GoBGP/i,
  async start({ directory, ours, address, port, stationPort, apiPort: api }) {
    const config = `
[global.config]
  as = ${ROUTER_AS}
  router-id = "10.9.0.2"
  port = ${port}
  local-address-list = ["${address}"]
[[neighbors]]
  [neighbors.config]
    neighbor-address = "${ours}"
    peer-as = ${OUR_AS}
  [neighbors.transport.config]
    passive-mode = true
    local-address = "${address}"
  [neighbors.timers.config]
    idle-hold-time-after-reset = 1
  [[neighbors.afi-safis]]
    [neighbors.afi-safis.config]
      afi-safi-name = "ipv4-unicast"
  [[neighbors.afi-safis]]
    [neighbors.afi-safis.config]
      afi-safi-name = "ipv6-unicast"
[[bmp-servers]]
  [bmp-servers.config]
    address = "127.0.0.1"
    port = ${stationPort}
    route-monitoring-policy = "all"
    statistics-timeout = 15
`;
    writeFileSync(join(directory, 'gobgp.toml'), config);
    const args = ['-f', 'gobgp.toml', '--api-hosts', `127.0.0.1:${api}`];
    const gobgp = () => run('gobgp', ['-p', String(api), 'global']);
    return ready(new Background('gobgpd', args, { cwd: directory }), gobgp);
  },
  async table({ apiPort }) {
    const routes: Record<string, GobgpPath[]> = JSON.parse(
      await run('gobgp', ['-p', String(apiPort), 'global', 'rib', '-j']),
    );
    return new Map(Object.entries(routes).map(([prefix, [path]]) => [prefix, ownRoute(path)]));
  },
  views: () => Promise.resolve(['adj-rib-in-pre-policy', 'adj-rib-in-post-policy', 'loc-rib']),
};

interface GobgpPath {
  readonly attrs: readonly {
    readonly type: number;
    readonly nexthop?: string;
    readonly metric?: number;
    readonly as_paths?: readonly { readonly asns: readonly number[] }[];
  }[];
}

function ownRoute(path: GobgpPath | undefined): OwnRoute {
  const of = (type: number) => path?.attrs.find((attribute) => attribute.type === type);
  const asPath = (of(2)?.as_paths ?? []).flatMap(({ asns }) => asns).join(' ');
  return { nextHop: of(3)?.nexthop ?? '', asPath, med: of(4)?.metric ?? 0 };
}

/** Our session with a reporter, and our station; `more` stands in the neighbor, `station` in the station. */
export function configuration(
  { ours, address, port, stationPort }: Place,
  {
    api,
    more = '',
    station = '',
  }: { readonly api: string; readonly more?: string; readonly station?: string },
): string {
  return `
neighbor ${address} {
    router-id 10.9.0.1;
    local-address ${ours};
    local-as ${OUR_AS};
    peer-as ${ROUTER_AS};
    connect ${port};
    family { ipv4 unicast; ipv6 unicast; }
    ${more}
    ${api}
}
bmp { listen 127.0.0.1:${stationPort}; ${station} ${api} }
`;
}

/** Addresses in 127.9.N.0/24, and ports. */
export async function placeOf(net: number, directory: string): Promise<Place> {
  const prefix = `127.9.${net}`;
  return {
    directory,
    ours: `${prefix}.1`,
    address: `${prefix}.10`,
    port: await freePort(`${prefix}.10`),
    stationPort: await freePort(),
    apiPort: await freePort(),
  };
}
