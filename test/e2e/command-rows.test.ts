import { expect, it } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { Driven } from '../support/driven.ts';
import { Daemon, eventually, freePort, workspace } from '../support/e2e.ts';
import { RawPeer, TYPE } from '../support/raw-peer.ts';

/** Two neighbors, the first with a session, of all families that commands have. */
async function running(version: string) {
  const dir = workspace();
  const port = await freePort();
  const handler = new Driven(dir);
  const more =
    'family { ipv6 unicast; ipv4 flow; ipv4 flow-vpn; ipv4 nlri-mpls; ipv4 mpls-vpn; l2vpn vpls; }';
  const neighbors = ['127.0.0.2', '127.0.0.3'].map((peer) => neighborConf({ port, more, peer }));
  await Daemon.run(dir, processConf(handler.run) + neighbors.join(''), { peerline_api_version: version });
  const peer = await RawPeer.established({ port });
  await handler.up('127.0.0.2');
  return { handler, peer };
}

/** The whole reply to each of many commands, written in one go. */
async function answers(handler: Driven, commands: readonly string[]): Promise<string[][]> {
  const before = handler.replies.length;
  handler.write(commands.map((line) => `${line}\n`).join(''));
  return eventually(() => {
    const replies: string[][] = [[]];
    for (const line of handler.replies.slice(before)) {
      replies.at(-1)?.push(line);
      if (line === 'done' || line === 'error') replies.push([]);
    }
    return replies.length > commands.length && replies.slice(0, -1);
  });
}

const lines = (text: string) => text.trim().split(/\n\s*/);
const FULL = 'local-ip 127.0.0.1 local-as 65001 peer-as 65002 router-id 192.0.2.1 family-allowed in-open';
const MATCH = 'match { destination 10.0.0.0/8; }';
const VPLS = 'vpls rd 192.168.201.1:123 endpoint 5 base 10702 offset 1 size 8 next-hop 192.168.201.1';

/** What every version of ExaBGP says to a line, `done` and `error`, where they agree on it. */
const TAKEN = lines(`
  announce eor
  announce eor ipv6 unicast
  announce eor ipv4 multicast
  announce route-refresh ipv4 unicast
  announce route-refresh ipv4 multicast
  announce operational asm afi ipv4 safi unicast advisory "x"
  announce operational rpcq afi ipv4 safi unicast sequence 1
  announce operational rpcp afi ipv4 safi unicast sequence 1 counter 2
  announce flow route destination 10.0.0.0/8 protocol tcp discard
  announce flow route { ${MATCH} then { discard; } }
  withdraw flow route { ${MATCH} }
  withdraw flow route { ${MATCH} then { discard; } }
  announce flow route { rd 1:1; ${MATCH} then { discard; } }
  announce ${VPLS}
  withdraw ${VPLS}
  neighbor 127.0.0.2, neighbor 127.0.0.9 announce route 10.1.0.0/16 next-hop self
  neighbor 127.0.0.2 ${FULL} announce route 10.1.0.0/16 next-hop self
  neighbor 127.0.0.2 withdraw watchdog foo
  announce watchdog foo
  announce watchdog
  withdraw watchdog
  announce route 10.9.9.0 next-hop self
  announce route 10.9.8.0/24 next-hop self;
  announce route 10.9.7.0/24 next-hop self community[65000:1 65000:2]
  announce route 10.9.7.0/24 next-hop self as-path[1,2,3]
  announce route 10.9.7.0/24 next-hop self aggregator(1:1.1.1.1)
  announce route 10.9.7.0/24 next-hop self withdraw
  announce route 10.9.7.0/24 next-hop self watchdog w
  announce route 10.9.7.0/24 next-hop self origin EGP
  announce route 10.9.7.0/24 next-hop self name label-only
  announce route 10.9.7.0/24 next-hop self aigp 5 path-information 1.2.3.4 local-preference 5
  announce route 2001:db8::/48 next-hop 1.2.3.4
  announce attribute next-hop self nlri 10.8.0.0/16 10.7.0.0/16
  withdraw attributes next-hop self nlri 10.200.0.0/16
  withdraw route 10.200.0.0/16
  withdraw route 10.200.0.0/16 next-hop 192.0.2.77 path-information 7
  clear adj-rib in
  # anything
`);
const REFUSED = lines(`
  neighbor 127.0.0.2 teardown
  neighbor 127.0.0.2 teardown x
  show
  show summary
  show neighbors
  show routes
  show adj-rib
  show neighbor bogus
  flush adj-rib
  flush route
  announce
  announce eor ipv4
  announce eor ipv4 bogus
  announce eor ipv4 unicast x
  announce route-refresh
  announce route
  announce 10.0.0.0/8 next-hop self
  withdraw 10.0.0.0/8
  neighbor
  neighbor 127.0.0.2
  neighbor 127.0.0.9 announce route 10.1.0.0/16 next-hop self
  neighbor 127.0.0.2 peer-as 65009 announce route 10.1.0.0/16 next-hop self
  neighbor 127.0.0.3 announce eor ipv4 unicast
  announce route 10.2.3.1/24 next-hop self
  announce route 10.2.0.0/33 next-hop self
  announce route 10.2.0.0/255.255.0.0 next-hop self
  announce route 10.2.0.0/16
  announce attributes med 5 nlri 10.0.0.0/8
  announce route 10.9.7.0/24 next-hop self bogus 1
  announce route 10.9.7.0/24 next-hop self extended-community color:1
  announce route 10.9.8.0/24 next-hop self; announce route 10.9.7.0/24 next-hop self
  announce route 2001:db8::/48 next-hop self
  crash
`);

const SUMMARY = 'Peer            AS        up/down state       |     #sent     #recvd';
const HINTS = [
  'please specify summary, extensive or configuration',
  'you can filter by peer ip address adding it after the word neighbor',
];
const PEERLINE = expect.stringMatching(/^peerline \d/);
/** Payloads before `done`, where they are short. */
const TOLD: readonly (readonly [command: string, ...payload: unknown[]])[] = [
  ['version', PEERLINE],
  ['version extra', PEERLINE],
  ['neighbor 1.1.1.1 version', PEERLINE],
  ['show neighbor', ...HINTS],
  ['show neighbor 10.9.9.9 summary', SUMMARY],
  ['neighbor 1.2.3.4 show neighbor summary', SUMMARY],
  [
    'show neighbor 127.0.0.2 summary',
    SUMMARY,
    expect.stringMatching(/^127\.0\.0\.2 {7}65002 +\d:\d\d:\d\d established +\d+ +\d+$/),
  ],
  ['show adj-rib out l2vpn'],
  ['show adj-rib out 127.0.0.9'],
  ['reload', 'reload in progress'],
];

it.each(['4', '5'])('lines and what version %s says to them', async (version) => {
  const { handler, peer } = await running(version);
  const rows = [
    ...TAKEN.map((line) => [line, 'done'] as const),
    ...REFUSED.map((line) => [line, 'error'] as const),
    ...TOLD.map(([line, ...payload]) => [line, ...payload, 'done'] as const),
  ];
  const replies = await answers(
    handler,
    rows.map(([line]) => line),
  );
  for (const [i, [line, ...reply]] of rows.entries()) expect.soft(replies[i], line).toEqual(reply);
  const [help = []] = await answers(handler, ['help']);
  expect.soft(help[0]).toBe('');
  expect.soft(help.length).toBeGreaterThan(40);
  // without a neighbor it ends nothing
  expect.soft(await handler.command('teardown 3')).toEqual(['done']);
  expect.soft(await handler.command('show neighbor summary')).toHaveLength(version === '4' ? 3 : 4);
  expect.soft(await handler.command('neighbor 127.0.0.2 teardown 3')).toEqual(['done']);
  const told = await peer.next(TYPE.notification);
  expect.soft(told).toBe(`0603${Buffer.from('Peer De-configured').toString('hex')}`);
  await handler.event('state', ({ neighbor }) => neighbor.state === 'down');
});

it('what of a route counts, and that a table is flushed and cleared as a whole', async () => {
  const { handler, peer } = await running('5');
  await handler.command('announce route 10.1.0.0/16 next-hop 192.0.2.9 med 1 med 2 withdraw');
  expect(await peer.update('100a01')).toContain('80040400000001');
  // of an announcement with another next hop, which identity does not have
  await handler.command('withdraw route 10.1.0.0/16 next-hop 192.0.2.77');
  await peer.update('0003100a010000');
  await handler.command('announce route 10.1.0.0/16 next-hop 192.0.2.9');
  const sent = () => peer.of(TYPE.update).filter((body) => body.endsWith('100a01')).length;
  await eventually(() => sent() === 2);
  // flushed and cleared as a whole
  await handler.command('flush adj-rib out');
  await eventually(() => sent() === 3);
  expect(await handler.command('clear adj-rib out')).toEqual(['done']);
  expect(await handler.command('show adj-rib out')).toEqual(['done']);
  await handler.command('announce route 10.1.0.0/16 next-hop 192.0.2.9');
  await eventually(() => sent() === 4);
});
