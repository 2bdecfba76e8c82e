import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { exportConfig } from '../../src/config/export.ts';
import { loadConfig } from '../../src/config/load.ts';
import { printConfig } from '../../src/config/print.ts';

const load = (text: string) =>
  loadConfig({ text, file: 'peer.conf', resolveProgram: (path) => ({ path }) }).config;

const FULL = `
process p { run /bin/cat "two words" '{"a": 1}'; encoder text; respawn false; version 4; queue { policy spill /tmp/x; limit-lines 100; spill-bytes 2M; } on-exit withdraw;
  user nobody; directory /tmp; environment clean; environment A "b c"; environment TERM; nice 5; memory 1G; persist /tmp/p; ready 5; }
process q { run /bin/cat; respawn { limit unlimited; window 10; max-delay 3; } }
template { neighbor base { hold-time 30; capability { add-path send/receive; graceful-restart 120 notification; route-refresh; role peer strict; multiple-labels 3; long-lived-graceful-restart 99; } } }
neighbor 2001:db8::2 {
  inherit base;
  description "the \\"edge\\" router";
  router-id 192.0.2.1;
  local-address 2001:db8::1;
  local-as 4200000000; peer-as 65001;
  host-name edge; domain-name example.net;
  rate-limit 100; manual-eor; passive; listen 1790; connect 1791;
  outgoing-ttl 5; incoming-ttl 250; source-interface lo;
  group-updates false; auto-flush false; adj-rib-in true;
  family { ipv4 unicast; ipv6 unicast; ipv4 flow; l2vpn vpls; }
  nexthop { ipv4 unicast ipv6; }
  send-hold-time 77; local-link-local fe80::1;
  maximum-prefix { ipv4 unicast 100; ipv6 unicast 7 warn; restart 300; }
  add-path { ipv6 unicast limit 4; }
  api watch { processes [ p q ]; neighbor-changes; graceful-restart; receive { snapshot; parsed; update; open; } send { consolidate; update; } }
  static { route 192.0.2.0/24 next-hop self med 5 community [ 65000:1 no-export ] as-path [ 1 2 ] watchdog dog withdraw; }
  announce { ipv6 { unicast 2001:db8:1::/48 next-hop 2001:db8::1; } }
  flow { route { match { destination 192.0.2.0/24; port =80; } then { discard; } } }
}
neighbor 10.0.0.0/8 { passive; router-id 192.0.2.1; }
bmp {
  listen 127.0.0.1:11019; listen [::1]:11020; connect 192.0.2.7:1790; idle-timeout 9; add-path no;
  tls { certificate package.json; key package.json; ca package.json; }
  router 192.0.2.0/24; router 2001:db8::1 { name "edge 1"; add-path yes; }
  rib { adj-rib-in; loc-rib; }
  resync { quiet-time 5; limit 50; }
  limits { routers 5; per-address 2; peers 7; message-size 8192; }
  relay 192.0.2.20:1; relay [2001:db8::20]:2 { directory /var/spool/x; size 3; age 4; tls; }
  export 192.0.2.30:3;
  export listen [::]:4 { adj-rib-in; adj-rib-out-pre-policy; neighbor 192.0.2.1; station [ 10.0.0.0/8 ]; sys-name us; sys-descr "a b"; statistics 0; buffer 2; route-mirroring; tls; }
  api { processes [ p ]; neighbor-changes; receive { parsed; update; snapshot; }
    select { router [ edge1 192.0.2.0/24 ]; peer-as 65001; view loc-rib; family ipv6 unicast; prefix 10.0.0.0/8 longer; community [ 65001:1 65001:2 ]; large-community 1:2:3; changes-only; } }
  api { processes [ q ]; receive { parsed; update; } }
}
bmp { export 192.0.2.31:3; }
`;

it.each<readonly [string, string]>([
  ['every keyword', FULL],
  ...readdirSync('etc/samples').map((name) => [name, readFileSync(`etc/samples/${name}`, 'utf8')] as const),
])('%s: what is printed reads as the same configuration', (_, text) => {
  const config = load(text);
  const printed = printConfig(config);
  expect(load(printed)).toEqual(config);
});

it('keywords stand in the order of ExaBGP', () => {
  const [, neighbor = ''] = printConfig(load(FULL)).split(/^neighbor /m);
  const words = neighbor.matchAll(/^\t([a-z-]+) /gm);
  expect([...words].map(([, word]) => word).slice(0, 28)).toEqual(
    (
      'description router-id host-name domain-name local-address local-as peer-as hold-time send-hold-time ' +
      'local-link-local rate-limit manual-eor ' +
      'passive listen connect outgoing-ttl incoming-ttl source-interface group-updates auto-flush adj-rib-in ' +
      'adj-rib-out capability family nexthop add-path maximum-prefix api'
    ).split(' '),
  );
});

const SECRET = `neighbor 192.0.2.2 { router-id 192.0.2.1; local-address 192.0.2.1; local-as 1; peer-as 2; md5-password sesame; }
neighbor 192.0.2.3 { router-id 192.0.2.1; local-address 192.0.2.1; local-as 1; peer-as 2;
  tcp-ao { keyid 7; algorithm hmac-sha-256; password sesame; } }`;

it('no secret is printed or exported', () => {
  const config = load(SECRET);
  const shown = printConfig(config) + JSON.stringify(exportConfig(config));
  expect(shown).not.toContain('sesame');
  expect(shown).toContain('# md5-password ***;');
  expect(shown).toContain('"md5":"***"');
  expect(load(printConfig(config)).neighbors[0]?.protection.md5).toBeUndefined();
});

it('the export has every default, and addresses, families and routes as text', () => {
  const [neighbor, range] = JSON.parse(JSON.stringify(exportConfig(load(FULL)))).neighbors;
  expect(neighbor).toMatchObject({
    peer: '2001:db8::2',
    localAddress: '2001:db8::1',
    routerId: '192.0.2.1',
    holdTimeSeconds: 30,
    families: ['ipv4 unicast', 'ipv4 flow', 'ipv6 unicast', 'l2vpn vpls'],
    routes: expect.arrayContaining(['ipv6 unicast 2001:db8:1::/48 next-hop 2001:db8::1']),
    api: [{ processes: ['p', 'q'], receive: { kinds: ['update', 'open'] } }],
  });
  expect(range).toMatchObject({ peer: '10.0.0.0/8', localAs: null, holdTimeSeconds: 180 });
});
