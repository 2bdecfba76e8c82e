import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Background, ready } from '../support/background.ts';
import { run } from '../support/programs.ts';
import { until } from '../support/wait.ts';
import {
  type FamilyRouter,
  familySession,
  familySuite,
  goneNlri,
  heardNlri,
  shows,
  tell,
} from './families.ts';
import { OUR_NEXT_HOP, OUR_NEXT_HOP6, type Rig, ROUTER_AS } from './router.ts';

/** Our words for a family and FRR's. */
const FAMILIES = new Map([
  ['ipv4 mpls-vpn', 'ipv4 vpn'],
  ['ipv6 mpls-vpn', 'ipv6 vpn'],
  ['ipv4 nlri-mpls', 'ipv4 labeled-unicast'],
  ['ipv6 nlri-mpls', 'ipv6 labeled-unicast'],
  ['ipv4 multicast', 'ipv4 multicast'],
  ['ipv6 multicast', 'ipv6 multicast'],
  ['ipv4 flow', 'ipv4 flowspec'],
  ['ipv6 flow', 'ipv6 flowspec'],
  ['l2vpn evpn', 'l2vpn evpn'],
]);

const TARGET = 'extended-community [ target:65011:1 ]';
const ESI = '00:01:02:03:04:05:06:07:08:09';

/** Of the configuration: types 1 to 5. */
const OUR_EVPN = [
  {
    route: `ethernet-ad rd 65011:1 esi ${ESI} ethernet-tag 5 label 100`,
    shown: [`[1]:[5]:[${ESI}]:[32]:[0.0.0.0]`],
  },
  {
    route: 'mac-ip rd 65011:1 ethernet-tag 5 mac 00:11:22:33:44:55 ip 192.0.2.1 label 100',
    shown: ['[2]:[5]:[48]:[00:11:22:33:44:55]:[32]:[192.0.2.1]', 'RT:65011:1'],
  },
  { route: 'multicast rd 65011:1 ethernet-tag 5 ip 192.0.2.1', shown: ['[3]:[5]:[32]:[192.0.2.1]'] },
  {
    route: `ethernet-segment rd 65011:1 esi ${ESI} ip 192.0.2.1`,
    shown: [`[4]:[${ESI}]:[32]:[192.0.2.1]`],
  },
  {
    route: 'ip-prefix rd 65011:1 ethernet-tag 5 prefix 192.0.2.0/24 label 100',
    shown: ['[5]:[5]:[24]:[192.0.2.0]'],
  },
];
const evpn = OUR_EVPN.map(({ route }) => `evpn ${route} next-hop ${OUR_NEXT_HOP} ${TARGET};`).join(' ');

const sessions = [
  familySession('ours', 11, [...FAMILIES.keys()], `announce { l2vpn { ${evpn} } }`),
  familySession('passed', 12, [...FAMILIES.keys()]),
];

let rig: Rig;

function configuration(): string {
  const addresses = sessions.map(({ name, localAs }) => ({ address: rig.address(name), localAs }));
  return [
    'log file bgpd.log debugging',
    `router bgp ${ROUTER_AS}`,
    'bgp router-id 10.9.0.2',
    'no bgp ebgp-requires-policy',
    'no bgp network import-check',
    'no bgp default ipv4-unicast',
    ...addresses.flatMap(({ address, localAs }) => [
      `neighbor ${address} remote-as ${localAs}`,
      `neighbor ${address} ebgp-multihop`,
      `neighbor ${address} update-source ${rig.routerAddress}`,
      `neighbor ${address} advertisement-interval 0`,
      `neighbor ${address} passive`,
    ]),
    ...[...FAMILIES.values()].flatMap((family) => [
      `address-family ${family}`,
      ...addresses.flatMap(({ address }) => [
        `neighbor ${address} activate`,
        `neighbor ${address} soft-reconfiguration inbound`,
      ]),
      'exit-address-family',
    ]),
    'exit',
    '',
  ].join('\n');
}

const vtysh = (...commands: string[]) =>
  run('/usr/bin/vtysh', ['--vty_socket', rig.directory, '-d', 'bgpd', ...commands.flatMap((c) => ['-c', c])]);

const BGPD = '/usr/lib/frr/bgpd';

const FRR: FamilyRouter = {
  name: 'FRR',
  program: BGPD,
  net: 14,
  sessions,
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
};

const OURS = [
  {
    family: 'ipv4 mpls-vpn',
    route: `192.0.2.0/24 rd 65011:1 label 100 next-hop ${OUR_NEXT_HOP} ${TARGET}`,
    show: 'show bgp ipv4 vpn 192.0.2.0/24',
    shown: ['65011:1:192.0.2.0/24', OUR_NEXT_HOP, 'RT:65011:1', 'Remote label: 100'],
  },
  {
    family: 'ipv6 mpls-vpn',
    route: `2001:db8:1::/48 rd 10.9.0.1:7 label 100 next-hop ${OUR_NEXT_HOP6} ${TARGET}`,
    show: 'show bgp ipv6 vpn 2001:db8:1::/48',
    shown: ['10.9.0.1:7:2001:db8:1::/48', OUR_NEXT_HOP6, 'RT:65011:1', 'Remote label: 100'],
  },
  {
    family: 'ipv4 nlri-mpls',
    route: `192.0.2.0/24 label 100 next-hop ${OUR_NEXT_HOP}`,
    show: 'show bgp ipv4 labeled-unicast 192.0.2.0/24',
    shown: ['192.0.2.0/24', OUR_NEXT_HOP, 'Remote label: 100'],
  },
  {
    family: 'ipv6 nlri-mpls',
    route: `2001:db8:1::/48 label 100 next-hop ${OUR_NEXT_HOP6}`,
    show: 'show bgp ipv6 labeled-unicast 2001:db8:1::/48',
    shown: ['2001:db8:1::/48', OUR_NEXT_HOP6, 'Remote label: 100'],
  },
  {
    family: 'ipv4 multicast',
    route: `192.0.2.0/24 next-hop ${OUR_NEXT_HOP}`,
    show: 'show bgp ipv4 multicast 192.0.2.0/24',
    shown: ['192.0.2.0/24', OUR_NEXT_HOP],
  },
  {
    family: 'ipv6 multicast',
    route: `2001:db8:1::/48 next-hop ${OUR_NEXT_HOP6}`,
    show: 'show bgp ipv6 multicast 2001:db8:1::/48',
    shown: ['2001:db8:1::/48', OUR_NEXT_HOP6],
  },
  {
    family: 'ipv4 flow',
    route:
      'destination 192.0.2.0/24 protocol [ =tcp =udp ] destination-port [ >=80&<=90 =8080 ] ' +
      'tcp-flags [ =syn ] fragment [ is-fragment ] rate-limit 9600',
    show: 'show bgp ipv4 flowspec detail',
    shown: ['Destination Address 192.0.2.0/24', 'rate 9600'],
  },
  {
    family: 'ipv6 flow',
    route: 'destination 2001:db8:1::/48/0 next-header =tcp flow-label =7 discard',
    show: 'show bgp ipv6 flowspec detail',
    shown: ['Destination Address 2001:db8:1::/48', 'Flow Label = 7'],
  },
];

interface Theirs {
  readonly family: string;
  readonly network: string;
  readonly nlri: Readonly<Record<string, unknown>>;
  readonly nextHop: string;
}

const THEIRS: readonly Theirs[] = [
  {
    family: 'ipv4 mpls-vpn',
    network: '198.51.100.0/24 rd 65002:1 label 200',
    nlri: { nlri: '198.51.100.0/24', label: [[200]], rd: '65002:1' },
    nextHop: '127.9.14.10',
  },
  {
    family: 'ipv6 mpls-vpn',
    network: '2001:db8:2::/48 rd 65002:1 label 200',
    nlri: { nlri: '2001:db8:2::/48', label: [[200]], rd: '65002:1' },
    nextHop: '::ffff:127.9.14.10',
  },
  {
    family: 'ipv4 multicast',
    network: '198.51.100.0/24',
    nlri: { nlri: '198.51.100.0/24' },
    nextHop: '127.9.14.10',
  },
  {
    family: 'l2vpn evpn',
    // It shows segment and gateway of its own route, and sends neither.
    network: `198.51.100.0/24 rd 65002:1 ethtag 6 label 200 esi ${ESI} gwip 198.51.100.254 routermac 00:aa:bb:cc:dd:ee`,
    nlri: { code: 5, rd: '65002:1', 'ethernet-tag': 6, ip: '198.51.100.0', iplen: 24, label: [[200, 3201]] },
    nextHop: '::ffff:127.9.14.10',
  },
];

/** What FRR cannot originate it passes on from the session `ours`. */
const PASSED_ON = [
  {
    family: 'ipv4 flow',
    route: 'destination 192.0.2.128/25 destination-port [ >=80&<=90 =8080 ] rate-limit 9600',
    nlri: { 'destination-ipv4': ['192.0.2.128/25'], 'destination-port': ['>=80&<=90', '=8080'] },
    communities: ['rate-limit:9600'],
  },
  {
    family: 'ipv6 flow',
    route: 'destination 2001:db8:1:8000::/49/0 next-header =tcp discard',
    nlri: { 'destination-ipv6': ['2001:db8:1:8000::/49/0'], 'next-header': ['=tcp'] },
    communities: ['rate-limit:0'],
  },
];

const EVPN_PASSED_ON = [
  { code: 2, rd: '65011:1', mac: '00:11:22:33:44:55', ip: '192.0.2.1', label: [[100, 1601]] },
  { code: 3, rd: '65011:1', 'ethernet-tag': 5, ip: '192.0.2.1' },
  { code: 4, rd: '65011:1', esi: ESI, ip: '192.0.2.1' },
];

familySuite(FRR, (lab) => {
  it.each(OURS)('has our $family route: $route', async ({ family, route, show, shown }) => {
    await tell(lab(), 'ours', `announce ${family} ${route}`);
    await shows(() => vtysh(show), shown);
    await tell(lab(), 'ours', `withdraw ${family} ${route}`);
    await until('the withdrawal', async () => !(await vtysh(show)).includes(shown[0] ?? ''));
  });

  it.each(OUR_EVPN)('has our EVPN route: $route', async ({ shown }) => {
    await shows(() => vtysh('show bgp l2vpn evpn'), ['65011:1', ...shown]);
  });

  it.each(THEIRS)('tells of its $family route: $network', async ({ family, network, nlri, nextHop }) => {
    const configure = (line: string) =>
      vtysh('configure terminal', `router bgp ${ROUTER_AS}`, `address-family ${FAMILIES.get(family)}`, line);
    await configure(`network ${network}`);
    const heard = await heardNlri(lab(), 'passed', family, nlri);
    expect(heard.nextHop).toBe(nextHop);
    await configure(`no network ${network.replace(/ routermac.*/, '')}`);
    await goneNlri(lab(), 'passed', family, nlri);
  });

  it.each(EVPN_PASSED_ON)('passes our EVPN route of type $code on', async (nlri) => {
    await heardNlri(lab(), 'passed', 'l2vpn evpn', nlri);
  });

  it.each(PASSED_ON)('passes our $family route on: $route', async ({ family, route, nlri, communities }) => {
    await tell(lab(), 'ours', `announce ${family} ${route}`);
    const heard = await heardNlri(lab(), 'passed', family, nlri);
    expect(heard.attributes['extended-community']?.map(({ string }) => string)).toEqual(communities);
    await tell(lab(), 'ours', `withdraw ${family} ${route}`);
    await goneNlri(lab(), 'passed', family, nlri);
  });

  it.skip('tells of its labelled unicast route: without zebra it has no labels', () => undefined);
  it.skip('has our flow-vpn, VPLS, RTC, BGP-LS, MUP, SR policy route: FRR 8.4 has no such family', () =>
    undefined);
});
