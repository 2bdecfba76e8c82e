import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Background, ready } from '../support/background.ts';
import { run } from '../support/programs.ts';
import { addPathTests, extendedNextHopTests, oldSpeakerTests, protectionTests, roleTests } from './extras.ts';
import {
  isIpv6,
  OLD,
  PATHS,
  PROTECTED,
  type Rig,
  ROLES,
  ROUTER_AS,
  type Router,
  type SeenRoute,
  sorted,
  THEIR_NEXT_HOP6,
} from './router.ts';
import { interopSuite } from './scenarios.ts';

let rig: Rig;
const originated = new Map<string, number>();

function statics(family: 'ipv4' | 'ipv6'): string {
  const routes = [...originated].filter(([prefix]) => isIpv6(prefix) === (family === 'ipv6'));
  const lines = routes.map(([prefix, med]) => `route ${prefix} unreachable { bgp_med = ${med}; };`);
  return `protocol static static_${family} { ${family}; ${lines.join(' ')} }`;
}

function configuration(): string {
  const sessions = rig.sessions.map(
    ({ name, localAs, passive, password, ttlSecurity }) => `
protocol bgp to_${name} from session {
  neighbor ${rig.address(name)} ${passive ? `port ${rig.ourPort}` : ''} as ${localAs};
  passive ${passive ? 'no' : 'yes'};
  ${password === undefined ? '' : `password "${password}";`}
  ${name === ROLES.name ? 'local role provider; require roles yes;' : ''}
  ${ttlSecurity ? 'multihop 2; ttl security on;' : ''}
  ipv4 { ${channel(name)} };
}`,
  );
  return `
log "${join(rig.directory, 'bird.log')}" all;
router id 10.9.0.2;
protocol device { }
${statics('ipv4')}
${statics('ipv6')}
template bgp session {
  local ${rig.routerAddress} port ${rig.routerPort} as ${ROUTER_AS};
  multihop; strict bind yes; connect delay time 1; connect retry time 1; error wait time 1, 1;
  ipv4 { import all; export where source = RTS_STATIC; next hop address 10.9.0.2; };
  ipv6 { import all; export where source = RTS_STATIC; next hop address ${THEIR_NEXT_HOP6}; };
}
${sessions.join('')}
`;
}

function channel(name: string): string {
  if (name === PATHS.name) return 'add paths yes; extended next hop yes;';
  return name === OLD.name ? 'export all;' : '';
}

const control = () => join(rig.directory, 'bird.ctl');
const birdc = (...words: string[]) => run('/usr/sbin/birdc', ['-s', control(), ...words]);

async function configure(): Promise<void> {
  writeFileSync(join(rig.directory, 'bird.conf'), configuration());
  await birdc('configure');
}

async function shownRoute(prefix: string, session: string): Promise<string> {
  try {
    return await birdc(`show route ${prefix} protocol to_${session} all`);
  } catch (err) {
    const { stdout = '' } = err as { stdout?: string };
    if (stdout.includes('not found')) return '';
    throw err;
  }
}

/** Rows `BGP.name: value` of `show route all`. */
function parseRoute(text: string): SeenRoute | undefined {
  const rows = new Map(
    [...text.matchAll(/^\s+BGP\.(\w+):[ \t]*(.*)$/gm)].map(([, key = '', value = '']) => [key, value.trim()]),
  );
  if (rows.size === 0) return undefined;
  const list = (key: string) =>
    sorted(
      (rows.get(key)?.match(/\(.*?\)/g) ?? []).map((part) => part.slice(1, -1).replaceAll(/,\s*/g, ':')),
    );
  const number = (key: string) => (rows.has(key) ? Number(rows.get(key)) : undefined);
  const [, address, as] = /^(\S+) AS(\d+)$/.exec(rows.get('aggregator') ?? '') ?? [];
  return {
    nextHop: rows.get('next_hop') ?? '',
    origin: (rows.get('origin') ?? '').toLowerCase(),
    asPath: (rows.get('as_path') ?? '').split(' ').filter(Boolean).map(Number),
    med: number('med'),
    localPreference: number('local_pref'),
    communities: list('community'),
    largeCommunities: list('large_community'),
    extendedCommunities: sorted(list('ext_community').map((text) => text.replace(/^ro:/, 'soo:'))),
    atomicAggregate: rows.has('atomic_aggr'),
    aggregator: as === undefined ? undefined : `${as} ${address}`,
  };
}

const BIRD: Router = {
  name: 'BIRD',
  program: 'bird',
  net: 2,
  sessions: [PATHS, OLD, ROLES, ...PROTECTED],
  async start(started) {
    rig = started;
    writeFileSync(join(rig.directory, 'bird.conf'), configuration());
    const daemon = new Background('/usr/sbin/bird', ['-c', 'bird.conf', '-s', control(), '-f'], {
      cwd: rig.directory,
    });
    return ready(daemon, () => birdc('show', 'status'));
  },
  seen: async (prefix, session) => parseRoute(await shownRoute(prefix, session)),
  async paths(prefix, session) {
    const texts = (await shownRoute(prefix, session)).split('Type: BGP').slice(1);
    return texts.map(parseRoute).filter((route) => route !== undefined);
  },
  async originate(prefix, med) {
    originated.set(prefix, med);
    await configure();
  },
  async retract(prefix) {
    originated.delete(prefix);
    await configure();
  },
  refresh: async (session) => void (await birdc(`reload in to_${session}`)),
  shutdown: async (session, text) => void (await birdc(`disable to_${session} "${text}"`)),
  enable: async (session) => void (await birdc(`enable to_${session}`)),
  lastError: () => run('/bin/cat', [join(rig.directory, 'bird.log')]),
};

interopSuite(BIRD, (lab) => {
  addPathTests(BIRD, lab);
  extendedNextHopTests(BIRD, lab);
  oldSpeakerTests(BIRD, lab);
  protectionTests(BIRD, lab);
  roleTests(BIRD, lab);
});
