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
import {
  OUR_NEXT_HOP,
  OUR_NEXT_HOP6,
  type Rig,
  ROUTER_AS,
  type SessionPlan,
  THEIR_NEXT_HOP6,
} from './router.ts';

/** Families by BIRD's channel, which gives its table the name. */
const CHANNELS = new Map([
  ['vpn4 mpls', 'ipv4 mpls-vpn'],
  ['vpn6 mpls', 'ipv6 mpls-vpn'],
  ['ipv4 mpls', 'ipv4 nlri-mpls'],
  ['ipv6 mpls', 'ipv6 nlri-mpls'],
  ['ipv4 multicast', 'ipv4 multicast'],
  ['ipv6 multicast', 'ipv6 multicast'],
  ['flow4', 'ipv4 flow'],
  ['flow6', 'ipv6 flow'],
]);
const sessions = [
  familySession('ours', 11, [...CHANNELS.values()]),
  familySession('passed', 12, [...CHANNELS.values()]),
];

let rig: Rig;

const table = (channel: string) => `t_${channel.replace(' ', '_')}`;
const kind = (channel: string) => channel.split(' ')[0] ?? '';

/** To `ours` go routes of its own, to `passed` also ours, as they came. */
function channelText(channel: string, session: string): string {
  const hop = channel.includes('6') ? THEIR_NEXT_HOP6 : '10.9.0.2';
  const wanted = session === 'passed' ? 'proto = "to_ours"' : 'source = RTS_STATIC';
  const nextHop = session === 'passed' ? 'next hop keep;' : `next hop address ${hop};`;
  const options = channel.startsWith('flow') ? '' : nextHop;
  return `${channel} { table ${table(channel)}; import all; export where ${wanted}; ${options} };`;
}

interface Theirs {
  readonly channel: string;
  /** After `route`, of a static protocol. */
  readonly route: string;
  readonly nlri: Readonly<Record<string, unknown>>;
  readonly nextHop: string;
}

/** As the last hop it asks for no label: 3, implicit null (RFC 3032). */
const THEIRS: readonly Theirs[] = [
  {
    channel: 'vpn4 mpls',
    route: '65002:1 198.51.100.0/24 via "lo" mpls 200',
    nlri: { nlri: '198.51.100.0/24', label: [[3]], rd: '65002:1' },
    nextHop: '10.9.0.2',
  },
  {
    channel: 'vpn6 mpls',
    route: '10.9.0.2:7 2001:db8:2::/48 via "lo" mpls 200',
    nlri: { nlri: '2001:db8:2::/48', label: [[3]], rd: '10.9.0.2:7' },
    nextHop: THEIR_NEXT_HOP6,
  },
  {
    channel: 'ipv4 mpls',
    route: '198.51.100.0/24 via "lo" mpls 200/300',
    nlri: { nlri: '198.51.100.0/24', label: [[3]] },
    nextHop: '10.9.0.2',
  },
  {
    channel: 'ipv6 mpls',
    route: '2001:db8:2::/48 via "lo" mpls 200',
    nlri: { nlri: '2001:db8:2::/48', label: [[3]] },
    nextHop: THEIR_NEXT_HOP6,
  },
  {
    channel: 'ipv4 multicast',
    route: '198.51.100.0/24 unreachable',
    nlri: { nlri: '198.51.100.0/24' },
    nextHop: '10.9.0.2',
  },
  {
    channel: 'ipv6 multicast',
    route: '2001:db8:2::/48 unreachable',
    nlri: { nlri: '2001:db8:2::/48' },
    nextHop: THEIR_NEXT_HOP6,
  },
  {
    channel: 'flow4',
    route:
      'flow4 { dst 198.51.100.0/24; proto = 6 || = 17; dport 80..90 || 8080; tcp flags 0x02/0x02; fragment is_fragment; }',
    nlri: {
      'destination-ipv4': ['198.51.100.0/24'],
      protocol: ['=tcp', '=udp'],
      'destination-port': ['>=80&<=90', '=8080'],
      'tcp-flags': ['=syn'],
      fragment: ['=is-fragment'],
    },
    nextHop: 'no-nexthop',
  },
  {
    channel: 'flow6',
    route: 'flow6 { dst ::1:2:3:0:0/112 offset 64; next header = 6; label 7; }',
    nlri: { 'next-header': ['=tcp'], 'flow-label': ['=7'] },
    nextHop: 'no-nexthop',
  },
];

function staticText({ channel, route }: Theirs): string {
  return `
protocol static static_${table(channel)} {
  ${kind(channel)} { table ${table(channel)}; };
  route ${route} { bgp_ext_community.add((rt, 65002, 1)); };
}`;
}

function sessionText({ name, localAs }: SessionPlan): string {
  return `
protocol bgp to_${name} {
  local ${rig.routerAddress} port ${rig.routerPort} as ${ROUTER_AS};
  neighbor ${rig.address(name)} as ${localAs};
  multihop; passive yes; strict bind yes; error wait time 1, 1;
  ${[...CHANNELS.keys()].map((channel) => channelText(channel, name)).join('\n  ')}
}`;
}

function configuration(): string {
  const channels = [...CHANNELS.keys()];
  return `
log "${join(rig.directory, 'bird.log')}" all;
router id 10.9.0.2;
protocol device { }
${channels.map((channel) => `${kind(channel)} table ${table(channel)};`).join('\n')}
${THEIRS.map(staticText).join('')}
${sessions.map(sessionText).join('')}
`;
}

const control = () => join(rig.directory, 'bird.ctl');
const birdc = (...words: string[]) => run('/usr/sbin/birdc', ['-s', control(), ...words]);
const seen = (channel: string) => birdc(`show route table ${table(channel)} protocol to_ours all`);

const BIRD: FamilyRouter = {
  name: 'BIRD',
  program: 'bird',
  net: 12,
  sessions,
  async start(started) {
    rig = started;
    writeFileSync(join(rig.directory, 'bird.conf'), configuration());
    const daemon = new Background('/usr/sbin/bird', ['-c', 'bird.conf', '-s', control(), '-f'], {
      cwd: rig.directory,
    });
    return ready(daemon, () => birdc('show', 'status'));
  },
};

const TARGET = 'extended-community [ target:65011:1 ]';
const SHOWN_TARGET = '(rt, 65011, 1)';

const OURS = [
  {
    channel: 'vpn4 mpls',
    labels: [[100]],
    route: `192.0.2.0/24 rd 65011:1 label 100 next-hop ${OUR_NEXT_HOP} ${TARGET}`,
    shown: [
      '65011:1 192.0.2.0/24',
      'BGP.mpls_label_stack: 100',
      `BGP.next_hop: ${OUR_NEXT_HOP}`,
      SHOWN_TARGET,
    ],
  },
  {
    channel: 'vpn6 mpls',
    labels: [[100]],
    route: `2001:db8:1::/48 rd 10.9.0.1:7 label 100 next-hop ${OUR_NEXT_HOP6} ${TARGET}`,
    shown: ['10.9.0.1:7 2001:db8:1::/48', 'BGP.mpls_label_stack: 100', `BGP.next_hop: ${OUR_NEXT_HOP6}`],
  },
  {
    channel: 'ipv4 mpls',
    labels: [[100], [101]],
    route: `192.0.2.0/24 label [ 100 101 ] next-hop ${OUR_NEXT_HOP}`,
    shown: ['192.0.2.0/24', /BGP.mpls_label_stack: 100.101/, `BGP.next_hop: ${OUR_NEXT_HOP}`],
  },
  {
    channel: 'ipv6 mpls',
    labels: [[100]],
    route: `2001:db8:1::/48 label 100 next-hop ${OUR_NEXT_HOP6}`,
    shown: ['2001:db8:1::/48', 'BGP.mpls_label_stack: 100', `BGP.next_hop: ${OUR_NEXT_HOP6}`],
  },
  {
    channel: 'ipv4 multicast',
    route: `192.0.2.0/24 next-hop ${OUR_NEXT_HOP}`,
    shown: ['192.0.2.0/24', `BGP.next_hop: ${OUR_NEXT_HOP}`],
  },
  {
    channel: 'ipv6 multicast',
    route: `2001:db8:1::/48 next-hop ${OUR_NEXT_HOP6}`,
    shown: ['2001:db8:1::/48', `BGP.next_hop: ${OUR_NEXT_HOP6}`],
  },
  {
    channel: 'flow4',
    route:
      'destination 192.0.2.0/24 protocol [ =tcp =udp ] destination-port [ >=80&<=90 =8080 ] ' +
      'tcp-flags [ =syn ] fragment [ is-fragment ] rate-limit 9600',
    shown: [
      'flow4 { dst 192.0.2.0/24; proto 6,17; dport 80..90,8080; tcp flags 0x2/0x2; fragment !!is_fragment; }',
      '(generic, 0x80060000, 0x46160000)',
    ],
  },
  {
    channel: 'flow6',
    route: 'destination 2001:db8:1::/48/0 next-header =tcp flow-label =7 discard',
    shown: ['flow6 { dst 2001:db8:1::/48; next header 6; label 7; }'],
  },
];

familySuite(BIRD, (lab) => {
  it.each(THEIRS)('tells of its $channel route: $route', async ({ channel, nlri, nextHop }) => {
    const family = CHANNELS.get(channel) ?? '';
    const heard = await heardNlri(lab(), 'ours', family, nlri);
    expect(heard.nextHop).toBe(nextHop);
    expect(heard.attributes['extended-community']?.map(({ string }) => string)).toEqual(['target:65002:1']);
    await birdc('disable', `static_${table(channel)}`);
    await goneNlri(lab(), 'ours', family, nlri);
  });

  it.each(OURS)(
    'has our $channel route, and passes it on: $route',
    async ({ channel, route, shown, ...row }) => {
      const family = CHANNELS.get(channel) ?? '';
      await tell(lab(), 'ours', `announce ${family} ${route}`);
      await shows(() => seen(channel), shown);
      await heardNlri(lab(), 'passed', family, row.labels === undefined ? {} : { label: row.labels });
      await tell(lab(), 'ours', `withdraw ${family} ${route}`);
      await until('the withdrawal', async () => !/BGP\./.test(await seen(channel)));
      await goneNlri(lab(), 'passed', family, {});
    },
  );
});
