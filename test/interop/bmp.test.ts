import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Background, ready } from '../support/background.ts';
import { freePort, temporaryDirectory } from '../support/files.ts';
import { announcedIn, type LineEvent, withdrawnIn } from '../support/line-event.ts';
import { Peerline, RECORDER_NAME } from '../support/peerline.ts';
import { run } from '../support/programs.ts';
import { daemonSuite } from './lab.ts';
import { OUR_AS, ROUTER_AS } from './router.ts';

/** A program that reports to our station, with one BGP session to our speaker so that it has something to tell. */
interface Reporter {
  readonly name: string;
  readonly program: string;
  readonly net: number;
  readonly sysName: RegExp;
  start(place: Place): Promise<Background>;
}

interface Place {
  readonly directory: string;
  readonly ours: string;
  readonly address: string;
  readonly port: number;
  readonly stationPort: number;
}

const BGPD = '/usr/lib/frr/bgpd';

const FRR: Reporter = {
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
      'bmp monitor ipv4 unicast pre-policy',
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
    const vtysh = () =>
      run('/usr/bin/vtysh', ['--vty_socket', directory, '-d', 'bgpd', '-c', 'show version']);
    return ready(new Background(BGPD, args, { cwd: directory }), vtysh);
  },
};

const GOBGP: Reporter = {
  name: 'BMP from GoBGP',
  program: 'gobgpd',
  net: 8,
  sysName: /GoBGP/i,
  async start({ directory, ours, address, port, stationPort }) {
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
    const api = await freePort();
    const args = ['-f', 'gobgp.toml', '--api-hosts', `127.0.0.1:${api}`];
    const gobgp = () => run('gobgp', ['-p', String(api), 'global']);
    return ready(new Background('gobgpd', args, { cwd: directory }), gobgp);
  },
};

const API = `api { processes [ ${RECORDER_NAME} ]; neighbor-changes; receive { parsed; open; update; notification; } send { parsed; open; } }`;

function configuration({ ours, address, port, stationPort }: Place): string {
  return `
neighbor ${address} {
    router-id 10.9.0.1;
    local-address ${ours};
    local-as ${OUR_AS};
    peer-as ${ROUTER_AS};
    connect ${port};
    family { ipv4 unicast; ipv6 unicast; }
    static { route 192.0.2.0/24 next-hop 10.9.0.1 med 50 community [ 65001:1 ]; }
    ${API}
}
bmp { listen 127.0.0.1:${stationPort}; ${API} }
`;
}

interface BmpLab {
  readonly place: Place;
  readonly peerline: Peerline;
  readonly daemon: Background;
}

/** The station is up before the router: that one connects at once. */
async function startReporter(reporter: Reporter): Promise<BmpLab & { stop(): Promise<void> }> {
  const directory = temporaryDirectory();
  const prefix = `127.9.${reporter.net}`;
  const place: Place = {
    directory: directory.path,
    ours: `${prefix}.1`,
    address: `${prefix}.10`,
    port: await freePort(`${prefix}.10`),
    stationPort: await freePort(),
  };
  const peerline = await Peerline.start({ directory: directory.path, config: configuration(place) });
  let daemon: Background | undefined;
  const stop = async () => {
    await daemon?.stop();
    await peerline.stop();
    directory.remove();
  };
  try {
    daemon = await reporter.start(place);
    return { place, peerline, daemon, stop };
  } catch (err) {
    await stop();
    throw err;
  }
}

const isBmp = (event: LineEvent) => event.bmp !== undefined;
const saysBmp = (message: string) => (event: LineEvent) => event.bmp?.message === message;

function inView(view: string, fits: (event: LineEvent) => boolean) {
  return (event: LineEvent) => event.bmp?.view === view && event.type === 'update' && fits(event);
}

const PRE_POLICY = 'adj-rib-in-pre-policy';

function reporterSuite(reporter: Reporter): void {
  daemonSuite(reporter, () => {
    let started: Awaited<ReturnType<typeof startReporter>> | undefined;
    beforeAll(async () => {
      started = await startReporter(reporter);
    }, 60_000);
    afterAll(() => started?.stop());
    const lab = () => {
      if (started === undefined) throw new Error('the lab did not start');
      return started;
    };
    introduction(reporter, lab);
    routes(lab);
    ends(lab);
  });
}

function introduction(reporter: Reporter, lab: () => BmpLab): void {
  it('introduces itself', async () => {
    const { peerline } = lab();
    await peerline.event('connected', saysBmp('connected'));
    const event = await peerline.event('initiation', saysBmp('initiation'));
    expect(event.bmp?.name).toMatch(reporter.sysName);
  });

  it('tells of the peer that came up, with both OPENs', async () => {
    const { peerline, place } = lab();
    const ofPeer = (event: LineEvent) => isBmp(event) && event.neighbor?.address.peer === place.ours;
    const up = await peerline.event('up', (e) => ofPeer(e) && e.neighbor?.state === 'up', { ms: 30_000 });
    expect(up.neighbor?.asn).toEqual({ local: ROUTER_AS, peer: OUR_AS });
    const opens = peerline.events.filter((event) => ofPeer(event) && event.type === 'open');
    const byDirection = new Map(opens.map((event) => [event.neighbor?.direction, event.neighbor?.open?.asn]));
    expect(byDirection).toEqual(
      new Map([
        ['send', ROUTER_AS],
        ['receive', OUR_AS],
      ]),
    );
  }, 60_000);
}

function routes(lab: () => BmpLab): void {
  it('tells of a route that was there, with its attributes', async () => {
    const { peerline, place } = lab();
    const event = await peerline.event(
      'the route',
      inView(PRE_POLICY, (e) => announcedIn(e).some(({ prefix }) => prefix === '192.0.2.0/24')),
    );
    expect(event.neighbor?.address.peer).toBe(place.ours);
    const [route] = announcedIn(event);
    expect(route).toMatchObject({
      nextHop: '10.9.0.1',
      attributes: { origin: 'igp', med: 50, community: [[65001, 1]] },
    });
    expect(JSON.stringify(route?.attributes['as-path'])).toContain(String(OUR_AS));
  });

  it.each([
    ['198.51.100.0/25', '10.9.0.1'],
    ['2001:db8:7::/48', '2001:db8:9::1'],
  ])('tells of %s when it is announced and when it is withdrawn', async (prefix, nextHop) => {
    const { peerline } = lab();
    await peerline.command(`announce route ${prefix} next-hop ${nextHop} large-community [ ${OUR_AS}:1:2 ]`);
    const announced = await peerline.event(
      'the route',
      inView(PRE_POLICY, (e) => announcedIn(e).some((route) => route.prefix === prefix)),
    );
    const [route] = announcedIn(announced);
    expect(route).toMatchObject({ nextHop, attributes: { 'large-community': [[OUR_AS, 1, 2]] } });
    await peerline.command(`withdraw route ${prefix}`);
    await peerline.event(
      'the withdrawal',
      inView(PRE_POLICY, (e) => withdrawnIn(e).includes(prefix)),
    );
  });

  it('sends statistics', async () => {
    const event = await lab().peerline.event('statistics', saysBmp('statistics'), { ms: 40_000 });
    expect(Object.keys(event.bmp?.statistics as object).length).toBeGreaterThan(0);
  }, 60_000);

  it('sends nothing that is taken for an error', () => {
    expect(lab().peerline.events.filter(saysBmp('error'))).toEqual([]);
  });
}

function ends(lab: () => BmpLab): void {
  it('tells why the peer went down', async () => {
    const { peerline, place } = lab();
    const after = peerline.events.length;
    await peerline.command('teardown 2 for the night');
    const down = await peerline.event(
      'peer down',
      (e) => isBmp(e) && e.neighbor?.state === 'down' && e.neighbor.address.peer === place.ours,
      { after },
    );
    expect(down.bmp?.down).toMatchObject({ notification: { code: 6, subcode: 2 } });
    expect(JSON.stringify(down.bmp?.down)).toContain('for the night');
  }, 60_000);

  it('is told as disconnected when it is killed, and the station lives on', async () => {
    const { peerline, daemon } = lab();
    const after = peerline.events.length;
    await daemon.kill();
    await peerline.event('disconnected', saysBmp('disconnected'), { after });
    await sleep(100);
    expect(await peerline.command('version')).toBe('done');
  });
}

reporterSuite(FRR);
reporterSuite(GOBGP);
