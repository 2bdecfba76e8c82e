import { afterAll, beforeAll, expect, it } from 'vitest';
import { announcedIn, type LineEvent, type LineRoute, withdrawnIn } from '../support/line-event.ts';
import { until } from '../support/wait.ts';
import { daemonSuite, ofSession, selector, startLab } from './lab.ts';
import {
  isIpv6,
  type Lab,
  OUR_AS,
  OUR_NEXT_HOP,
  OUR_NEXT_HOP6,
  type Router,
  type SeenRoute,
} from './router.ts';

const OURS = ['192.0.2.0/24', '2001:db8:1::/48'];
const THEIRS = ['198.51.100.0/24', '2001:db8:2::/48'];

const COMMON =
  'community [ 65001:2 65001:1 ] large-community [ 4200000001:1:2 65001:3:4 ] ' +
  'extended-community [ target:65001:100 origin:65001:5 target:4200000001:7 ] ' +
  `atomic-aggregate aggregator ( ${OUR_AS}:10.9.0.9 ) origin egp med 50`;

const SEEN: SeenRoute = {
  nextHop: OUR_NEXT_HOP,
  origin: 'egp',
  asPath: [OUR_AS, 65010, 65020],
  med: 50,
  localPreference: undefined,
  communities: ['65001:1', '65001:2'],
  largeCommunities: ['4200000001:1:2', '65001:3:4'],
  extendedCommunities: ['rt:4200000001:7', 'rt:65001:100', 'soo:65001:5'],
  atomicAggregate: true,
  aggregator: `${OUR_AS} 10.9.0.9`,
};

function nextHopFor(prefix: string): string {
  return isIpv6(prefix) ? OUR_NEXT_HOP6 : OUR_NEXT_HOP;
}

/** Announces a route with every common attribute on the session. */
export async function announce(lab: Lab, session: string, route: string): Promise<void> {
  expect(await lab.peerline.command(`${selector(lab, session)} announce route ${route}`)).toBe('done');
}

export async function waitUp(lab: Lab, session: string, after = 0): Promise<void> {
  const mine = ofSession(lab, session);
  await lab.peerline.event(
    `session ${session} up`,
    (event) => event.type === 'state' && event.neighbor?.state === 'up' && mine(event),
    { after, ms: 30_000 },
  );
}

/** Whether an event tells that we sent the prefix on the session. */
function weSent(lab: Lab, session: string, prefix: string): (event: LineEvent) => boolean {
  const mine = ofSession(lab, session);
  return (event) =>
    mine(event) &&
    event.neighbor?.direction === 'send' &&
    announcedIn(event).some((route) => route.prefix === prefix);
}

interface Heard {
  readonly session: string;
  readonly prefix: string;
  readonly med?: number;
  /** How many events to pass over. */
  readonly after?: number;
}

/** Waits for the router's route in our events; gives its attributes and next hop. */
export async function heard(lab: Lab, { session, prefix, med, after = 0 }: Heard): Promise<LineRoute> {
  const mine = ofSession(lab, session);
  const find = (event: LineEvent) =>
    announcedIn(event).find(
      (route) => route.prefix === prefix && (med === undefined || route.attributes.med === med),
    );
  const event = await lab.peerline.event(
    `${prefix} announced on ${session}`,
    (e) => mine(e) && e.neighbor?.direction === 'receive' && find(e) !== undefined,
    { after },
  );
  const route = find(event);
  if (route === undefined) throw new Error('no route');
  return route;
}

/** What must hold against every router. The session order matters: the lab is one and the same for all. */
export function interopSuite(router: Router, more: (lab: () => Lab) => void = () => undefined): void {
  daemonSuite(router, () => {
    let lab: Awaited<ReturnType<typeof startLab>> | undefined;
    beforeAll(async () => {
      lab = await startLab(router);
    }, 60_000);
    afterAll(() => lab?.stop());
    const current = () => {
      if (lab === undefined) throw new Error('the lab did not start');
      return lab;
    };
    sessionTests(current);
    ourRoutes(router, current);
    theirRoutes(router, current);
    refreshes(router, current);
    more(current);
    endings(router, current);
    holdTimer(current);
  });
}

function sessionTests(lab: () => Lab): void {
  it('establishes sessions, active and passive', async () => {
    for (const { name, neverUp } of lab().rig.sessions) {
      if (neverUp !== true) await waitUp(lab(), name);
    }
  }, 60_000);
}

function ourRoutes(router: Router, lab: () => Lab): void {
  it.each(OURS)('has our route %s with every attribute', async (prefix) => {
    const path = `as-path [ ${OUR_AS} 65010 65020 ]`;
    await announce(lab(), 'outer', `${prefix} next-hop ${nextHopFor(prefix)} ${path} ${COMMON}`);
    const seen = await until(prefix, () => router.seen(prefix, 'outer'));
    expect({ ...seen, localPreference: undefined }).toEqual({ ...SEEN, nextHop: nextHopFor(prefix) });
  });

  it.each(['192.0.2.128/25', '2001:db8:1:8000::/49'])('has our internal route %s', async (prefix) => {
    const path = 'as-path [ 65010 65020 ] local-preference 222';
    await announce(lab(), 'inner', `${prefix} next-hop ${nextHopFor(prefix)} ${path} ${COMMON}`);
    const seen = await until(prefix, () => router.seen(prefix, 'inner'));
    const expected = { ...SEEN, nextHop: nextHopFor(prefix), asPath: [65010, 65020], localPreference: 222 };
    expect(seen).toEqual(expected);
  });

  it.each(OURS)('has the replacement of %s', async (prefix) => {
    await announce(lab(), 'outer', `${prefix} next-hop ${nextHopFor(prefix)} med 51`);
    const seen = await until('the replacement', async () => {
      const route = await router.seen(prefix, 'outer');
      return route?.med === 51 && route;
    });
    expect(seen).toMatchObject({ origin: 'igp', asPath: [OUR_AS], communities: [], atomicAggregate: false });
  });

  it.each(OURS)('loses %s when we withdraw it', async (prefix) => {
    expect(await lab().peerline.command(`${selector(lab(), 'outer')} withdraw route ${prefix}`)).toBe('done');
    await until('the withdrawal', async () => (await router.seen(prefix, 'outer')) === undefined);
  });
}

function theirRoutes(router: Router, lab: () => Lab): void {
  it.each(THEIRS)('tells of its route %s, of the replacement and of the withdrawal', async (prefix) => {
    const { peerline } = lab();
    await router.originate(prefix, 77);
    const first = await heard(lab(), { session: 'outer', prefix });
    expect(first.attributes).toMatchObject({
      origin: expect.any(String),
      med: 77,
      'as-path': { 0: { element: 'as-sequence', value: [65002] } },
    });
    await heard(lab(), { session: 'inner', prefix });
    const after = peerline.events.length;
    await router.originate(prefix, 78);
    await heard(lab(), { session: 'outer', prefix, after, med: 78 });
    await router.retract(prefix);
    const mine = ofSession(lab(), 'outer');
    await peerline.event(
      'the withdrawal',
      (event) =>
        mine(event) && event.neighbor?.direction === 'receive' && withdrawnIn(event).includes(prefix),
      { after },
    );
  });
}

function refreshes(router: Router, lab: () => Lab): void {
  const { refresh, refreshSession: session = 'outer' } = router;
  it.skipIf(refresh === undefined)('gets our routes again when it asks', async () => {
    const { peerline } = lab();
    await announce(lab(), 'outer', `192.0.2.0/24 next-hop ${OUR_NEXT_HOP}`);
    await until('the route', () => router.seen('192.0.2.0/24', 'outer'));
    const after = peerline.events.length;
    await refresh?.('outer');
    const mine = ofSession(lab(), 'outer');
    const event = await peerline.event('its request', (e) => mine(e) && e.type === 'refresh', { after });
    expect(event.neighbor?.['route-refresh']).toMatchObject({ subtype: 'query' });
    await peerline.event('our answer', weSent(lab(), 'outer', '192.0.2.0/24'), { after });
  });

  it('sends its routes again when we ask', async () => {
    const { peerline } = lab();
    await router.originate('198.51.100.0/24', 77);
    await heard(lab(), { session, prefix: '198.51.100.0/24' });
    await until('silence', () => quiet(lab()));
    const after = peerline.events.length;
    const command = `${selector(lab(), session)} announce route-refresh ipv4 unicast`;
    expect(await peerline.command(command)).toBe('done');
    const { refreshesHeard } = router;
    if (refreshesHeard !== undefined) {
      await until('our request there', async () => (await refreshesHeard(session)) > 0);
      return;
    }
    await heard(lab(), { session, prefix: '198.51.100.0/24', after });
  });
}

/** Whether no event came for half a second. */
async function quiet({ peerline }: Lab): Promise<boolean> {
  const before = peerline.events.length;
  await new Promise((done) => setTimeout(done, 500));
  return peerline.events.length === before;
}

function endings(router: Router, lab: () => Lab): void {
  it('takes our shutdown text, and the session comes back', async () => {
    const { peerline } = lab();
    const after = peerline.events.length;
    const text = 'maintenance until noon';
    expect(await peerline.command(`${selector(lab(), 'outer')} teardown 2 ${text}`)).toBe('done');
    const mine = ofSession(lab(), 'outer');
    const down = await peerline.event('down', (e) => mine(e) && e.neighbor?.state === 'down', { after });
    expect(down.neighbor?.reason).toBe('notification sent (6,2)');
    const { lastError } = router;
    if (lastError !== undefined) {
      await until('our text there', async () => (await lastError('outer')).includes(text));
    }
    await waitUp(lab(), 'outer', after);
  }, 60_000);

  const { shutdown, enable } = router;
  it.skipIf(shutdown === undefined)(
    'tells us its shutdown text',
    async () => {
      const { peerline } = lab();
      const after = peerline.events.length;
      await shutdown?.('outer', 'see you later');
      const mine = ofSession(lab(), 'outer');
      const event = await peerline.event(
        'its NOTIFICATION',
        (e) => mine(e) && e.type === 'notification' && e.neighbor?.direction === 'receive',
        { after },
      );
      expect(event.neighbor?.notification).toMatchObject({ code: 6, subcode: 2 });
      expect(event.neighbor?.notification?.message).toContain('see you later');
      const down = await peerline.event('down', (e) => mine(e) && e.neighbor?.state === 'down', { after });
      expect(down.neighbor?.reason).toBe('notification received (6,2)');
      const again = peerline.events.length;
      await enable?.('outer');
      await waitUp(lab(), 'outer', again);
    },
    60_000,
  );
}

function holdTimer(lab: () => Lab): void {
  it('is dropped when the hold timer expires, and taken back', async () => {
    const { peerline, daemon } = lab();
    const after = peerline.events.length;
    const mine = ofSession(lab(), 'brief');
    daemon.signal('SIGSTOP');
    try {
      const sent = await peerline.event(
        'our NOTIFICATION',
        (e) => mine(e) && e.type === 'notification' && e.neighbor?.direction === 'send',
        { after },
      );
      expect(sent.neighbor?.notification).toMatchObject({ code: 4, subcode: 0 });
      const down = await peerline.event('down', (e) => mine(e) && e.neighbor?.state === 'down', { after });
      expect(down.neighbor?.reason).toBe('notification sent (4,0)');
    } finally {
      daemon.signal('SIGCONT');
    }
    await waitUp(lab(), 'brief', after);
  }, 60_000);
}
