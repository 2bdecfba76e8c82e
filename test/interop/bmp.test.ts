import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Background } from '../support/background.ts';
import { temporaryDirectory } from '../support/files.ts';
import { announcedIn, type LineEvent, withdrawnIn } from '../support/line-event.ts';
import { Peerline, RECORDER_NAME } from '../support/peerline.ts';
import { configuration, FRR, GOBGP, type Place, placeOf, type Reporter } from './bmp-reporters.ts';
import { daemonSuite } from './lab.ts';
import { OUR_AS, ROUTER_AS } from './router.ts';

const API = `api { processes [ ${RECORDER_NAME} ]; neighbor-changes; receive { parsed; open; update; notification; } send { parsed; open; } }`;

const ROUTE = 'static { route 192.0.2.0/24 next-hop 10.9.0.1 med 50 community [ 65001:1 ]; }';

interface BmpLab {
  readonly place: Place;
  readonly peerline: Peerline;
  readonly daemon: Background;
}

/** The station is up before the router: that one connects at once. */
async function startReporter(reporter: Reporter): Promise<BmpLab & { stop(): Promise<void> }> {
  const directory = temporaryDirectory();
  const place = await placeOf(reporter.net, directory.path);
  const config = configuration(place, { api: API, more: ROUTE });
  const peerline = await Peerline.start({ directory: directory.path, config });
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
    await peerline.command('neighbor * teardown 2 for the night');
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
