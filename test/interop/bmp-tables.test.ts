import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Background } from '../support/background.ts';
import { temporaryDirectory } from '../support/files.ts';
import { announcedIn, type LineEvent, withdrawnIn } from '../support/line-event.ts';
import { Peerline, RECORDER_NAME } from '../support/peerline.ts';
import { until } from '../support/wait.ts';
import {
  configuration,
  FRR,
  GOBGP,
  type OwnRoute,
  type Place,
  placeOf,
  type Reporter,
} from './bmp-reporters.ts';
import { daemonSuite } from './lab.ts';
import { ROUTER_AS } from './router.ts';

const ROUTES = 10_000;
/** Prefixes of one command, which share their attributes. */
const TOGETHER = 500;
const CHANGED = 2_000;
const WITHDRAWN = 1_000;
const PATIENCE_MS = 60_000;

const PREFIXES = Array.from({ length: ROUTES }, (_, i) => `20.${i >> 8}.${i & 255}.0/24`);
const API = `api { processes [ ${RECORDER_NAME} ]; neighbor-changes; receive { parsed; update; } }`;
const STATION = 'rib { adj-rib-in; adj-rib-out; loc-rib; }';

/** What the station told of one peer, view by view, as a handler would keep it. */
class Told {
  readonly views = new Map<string, Map<string, OwnRoute>>();
  /** Withdrawals that the station made up after a reconnect. */
  resynced = 0;
  #at = 0;
  readonly #events: readonly LineEvent[];

  constructor(events: readonly LineEvent[]) {
    this.#events = events;
  }

  view(name: string): Map<string, OwnRoute> {
    for (; this.#at < this.#events.length; this.#at++) this.#take(this.#events[this.#at] as LineEvent);
    return this.#of(name);
  }

  #of(name: string): Map<string, OwnRoute> {
    const known = this.views.get(name) ?? new Map<string, OwnRoute>();
    this.views.set(name, known);
    return known;
  }

  #take(event: LineEvent): void {
    if (event.bmp === undefined) return;
    if (event.type === 'state' && event.neighbor?.state === 'down') this.#down(event);
    if (event.type !== 'update' || event.bmp.view === undefined) return;
    const view = this.#of(event.bmp.view);
    for (const { prefix, nextHop, attributes } of announcedIn(event)) {
      view.set(prefix, { nextHop, asPath: pathText(attributes['as-path']), med: attributes.med ?? 0 });
    }
    for (const prefix of withdrawnIn(event)) view.delete(prefix);
    if (event.bmp.reason === 'resync') this.resynced += withdrawnIn(event).length;
  }

  /** A Loc-RIB is a peer of its own. */
  #down({ bmp }: LineEvent): void {
    const local = bmp?.['peer-type'] === 'loc-rib';
    for (const [name, view] of this.views) if ((name === 'loc-rib') === local) view.clear();
  }
}

function pathText(asPath: unknown): string {
  const segments = Object.values((asPath ?? {}) as Record<string, { readonly value: readonly number[] }>);
  return segments.flatMap(({ value }) => value).join(' ');
}

interface TableLab {
  readonly place: Place;
  readonly peerline: Peerline;
  readonly told: Told;
  daemon: Background;
}

async function startLab(reporter: Reporter, net: number): Promise<TableLab & { stop(): Promise<void> }> {
  const directory = temporaryDirectory();
  const place = await placeOf(net, directory.path);
  const config = configuration(place, { api: API, station: STATION });
  const peerline = await Peerline.start({ directory: directory.path, config });
  const lab = {
    place,
    peerline,
    told: new Told(peerline.events),
    daemon: undefined as unknown as Background,
    async stop() {
      await lab.daemon?.stop();
      await peerline.stop();
      directory.remove();
    },
  };
  try {
    lab.daemon = await reporter.start(place);
    return lab;
  } catch (err) {
    await lab.stop();
    throw err;
  }
}

/** Commands for prefixes in groups that share a MED, which tells one time from another. */
async function command(
  peerline: Peerline,
  verb: 'announce' | 'withdraw',
  prefixes: readonly string[],
  med: number,
) {
  for (let from = 0; from < prefixes.length; from += TOGETHER) {
    const nlri = prefixes.slice(from, from + TOGETHER).join(' ');
    const attributes = `next-hop 10.9.0.1 med ${med + from / TOGETHER}`;
    expect(await peerline.command(`${verb} attributes ${attributes} nlri ${nlri}`)).toBe('done');
  }
}

/** FRR of that age has its own AS before the peer's in what it reports of eBGP sessions. */
function asItself(route: OwnRoute): OwnRoute {
  return { ...route, asPath: route.asPath.replace(new RegExp(`^${ROUTER_AS} `), '') };
}

function tableSuite(reporter: Reporter, net: number): void {
  daemonSuite({ ...reporter, name: `${reporter.name}, a table of ${ROUTES} routes` }, () => {
    let started: Awaited<ReturnType<typeof startLab>> | undefined;
    beforeAll(async () => {
      started = await startLab(reporter, net);
    }, 60_000);
    afterAll(() => started?.stop());
    const lab = () => {
      if (started === undefined) throw new Error('the lab did not start');
      return started;
    };

    /** Each view that the program reports becomes what the program's own table is. */
    const agrees = async (routes: number) => {
      const { place, told } = lab();
      let own = new Map<string, OwnRoute>();
      await until(
        `${routes} routes in its own table`,
        async () => {
          own = await reporter.table(place);
          return own.size === routes;
        },
        PATIENCE_MS,
      );
      const wanted = [...own].map(([prefix, route]) => `${prefix} ${JSON.stringify(asItself(route))}`).sort();
      const views = await reporter.views(place);
      expect(views.length).toBeGreaterThan(1);
      for (const view of views.filter((name) => !name.startsWith('adj-rib-out'))) {
        const seen = () =>
          [...told.view(view)]
            .map(([prefix, route]) => `${prefix} ${JSON.stringify(asItself(route))}`)
            .sort();
        const same = () => seen().join() === wanted.join();
        await until(`${view} is its table`, same, PATIENCE_MS).catch(() => expect(seen()).toEqual(wanted));
      }
    };

    it('is told as the program has it, in every view', async () => {
      const { peerline } = lab();
      await command(peerline, 'announce', PREFIXES, 0);
      await agrees(ROUTES);
    }, 120_000);

    it('is followed when some of it changes and some of it goes', async () => {
      const { peerline } = lab();
      await command(peerline, 'announce', PREFIXES.slice(0, CHANGED), 1000);
      await command(peerline, 'withdraw', PREFIXES.slice(-WITHDRAWN), (ROUTES - WITHDRAWN) / TOGETHER);
      await agrees(ROUTES - WITHDRAWN);
    }, 120_000);

    it('goes with its peer, counted, and comes back with it', async () => {
      const { peerline, place, told } = lab();
      const after = peerline.events.length;
      await peerline.command('neighbor * teardown 2');
      const isOurs = ({ bmp, neighbor }: LineEvent) =>
        bmp !== undefined && neighbor?.address.peer === place.ours;
      const down = await peerline.event(
        'the peer is down',
        (event) => isOurs(event) && event.neighbor?.state === 'down',
        { after },
      );
      const views = (await reporter.views(place)).filter((view) => view.startsWith('adj-rib-in'));
      // GoBGP has withdrawn those after its policy one by one before
      const whole = Array.from(views, (_, i) => (i + 1) * (ROUTES - WITHDRAWN));
      expect(whole).toContain(down.bmp?.routes);
      await peerline.event('the peer is up', (event) => isOurs(event) && event.neighbor?.state === 'up', {
        after,
        ms: PATIENCE_MS,
      });
      await agrees(ROUTES - WITHDRAWN);
      expect(told.resynced).toBe(0);
    }, 180_000);

    it('is remembered while the program is killed and starts anew', async () => {
      const { peerline, place, daemon } = lab();
      const after = peerline.events.length;
      await daemon.kill();
      const gone = await peerline.event('disconnected', ({ bmp }) => bmp?.message === 'disconnected', {
        after,
      });
      const stale = gone.bmp?.stale as { readonly routes: number } | undefined;
      expect(stale?.routes).toBeGreaterThanOrEqual(2 * (ROUTES - WITHDRAWN));
      lab().daemon = await reporter.start(place);
      await agrees(ROUTES - WITHDRAWN);
      expect(peerline.events.filter(({ bmp }) => bmp?.message === 'error')).toEqual([]);
    }, 180_000);
  });
}

tableSuite(FRR, 27);
tableSuite(GOBGP, 28);
