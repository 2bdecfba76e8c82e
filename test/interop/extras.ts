import { expect, it } from 'vitest';
import { until } from '../support/wait.ts';
import { ofSession } from './lab.ts';
import { type Lab, OUR_AS, OUR_NEXT_HOP, OUR_NEXT_HOP6, PROTECTED, ROLES, type Router } from './router.ts';
import { announce, heard } from './scenarios.ts';

/** What the sessions agreed on, by their `negotiated` events. */
async function negotiated(lab: Lab, session: string): Promise<Readonly<Record<string, unknown>>> {
  const mine = ofSession(lab, session);
  const event = await lab.peerline.event('negotiated', (e) => mine(e) && e.type === 'negotiated');
  return event.neighbor?.negotiated ?? {};
}

/** ADD-PATH, RFC 7911, on the session `paths`. */
export function addPathTests(router: Router, lab: () => Lab): void {
  it('takes several paths of one prefix, and gives its own an identifier', async () => {
    const { add_path: agreed } = await negotiated(lab(), 'paths');
    expect(agreed).toEqual({
      send: expect.arrayContaining(['ipv4 unicast']),
      receive: expect.arrayContaining(['ipv4 unicast']),
    });
    const prefix = '192.0.2.64/26';
    for (const id of [1, 2]) {
      await announce(
        lab(),
        'paths',
        `${prefix} next-hop ${OUR_NEXT_HOP} path-information 0.0.0.${id} med ${id}`,
      );
    }
    const seen = await until('two paths', async () => {
      const paths = (await router.paths?.(prefix, 'paths')) ?? [];
      return paths.length === 2 && paths;
    });
    expect(seen.map(({ med }) => med).sort()).toEqual([1, 2]);
    await router.originate('198.51.100.128/25', 77);
    const route = await heard(lab(), { session: 'paths', prefix: '198.51.100.128/25' });
    expect(route.pathId).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  });
}

/** TCP MD5 and TTL security: the sessions of PROTECTED. */
export function protectionTests(router: Router, lab: () => Lab): void {
  it.each(['signed', 'signed_back', 'guarded'])('takes our route on the session %s', async (session) => {
    const host = PROTECTED.find(({ name }) => name === session)?.host;
    const prefix = `203.0.113.${host}/32`;
    await announce(lab(), session, `${prefix} next-hop ${OUR_NEXT_HOP}`);
    expect(await until('the route', () => router.seen(prefix, session))).toBeDefined();
  });

  it('has no session with us where the passwords differ, and we say why', async () => {
    await until('the reason', () =>
      lab().peerline.log.includes('segments dropped for their TCP MD5 signature'),
    );
    const mine = ofSession(lab(), 'mismatched');
    expect(lab().peerline.events.filter((e) => mine(e) && e.type === 'state')).toEqual([]);
    expect(lab().peerline.log).not.toContain('Zebra');
  });
}

/** Roles and OTC, RFC 9234: the session of ROLES, where the router is our provider. */
export function roleTests(router: Router, lab: () => Lab): void {
  it('has its routes marked for customers only, and ours as they are', async () => {
    const prefix = '198.51.100.64/26';
    await router.originate(prefix, 79);
    const route = await heard(lab(), { session: ROLES.name, prefix });
    // its AS, 65002
    expect(route.attributes).toMatchObject({ 'attribute-0x23-0xE0': '0x0000fdea' });
    await announce(lab(), ROLES.name, `203.0.113.64/26 next-hop ${OUR_NEXT_HOP}`);
    expect(await until('the route', () => router.seen('203.0.113.64/26', ROLES.name))).toBeDefined();
  });
}

/** Extended next hop encoding, RFC 8950, on the session `paths`. */
export function extendedNextHopTests(router: Router, lab: () => Lab): void {
  it('takes an IPv4 route with an IPv6 next hop', async () => {
    const { nexthop } = await negotiated(lab(), 'paths');
    expect(nexthop).toEqual(['ipv4 unicast ipv6']);
    const prefix = '192.0.2.32/27';
    await announce(lab(), 'paths', `${prefix} next-hop ${OUR_NEXT_HOP6} path-information 0.0.0.1`);
    const seen = await until('the route', () => router.seen(prefix, 'paths'));
    expect(seen.nextHop).toBe(OUR_NEXT_HOP6);
  });
}

/** A session without 4-octet AS numbers, RFC 6793, on the session `old`. */
export function oldSpeakerTests(router: Router, lab: () => Lab): void {
  it('puts the path together from AS_PATH and AS4_PATH, and its aggregator too', async () => {
    expect(await negotiated(lab(), 'old')).toMatchObject({ asn4: false });
    const prefix = '192.0.2.16/28';
    const path = `as-path [ 65006 ${OUR_AS} ] aggregator ( ${OUR_AS}:10.9.0.9 )`;
    await announce(lab(), 'old', `${prefix} next-hop ${OUR_NEXT_HOP} ${path}`);
    const seen = await until('the route', () => router.seen(prefix, 'old'));
    expect(seen).toMatchObject({ asPath: [65006, OUR_AS], aggregator: `${OUR_AS} 10.9.0.9` });
    // Its routes come with 2-octet AS numbers, AS_TRANS and AS4_PATH; ours of the 4-octet AS is among them.
    await announce(lab(), 'outer', `192.0.2.8/29 next-hop ${OUR_NEXT_HOP}`);
    const passedOn = await heard(lab(), { session: 'old', prefix: '192.0.2.8/29' });
    expect(passedOn.attributes['as-path']).toEqual({
      0: { element: 'as-sequence', value: [65002, OUR_AS] },
    });
  });
}
