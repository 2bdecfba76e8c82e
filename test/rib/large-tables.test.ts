import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IPV4_UNICAST } from '../../src/bgp/family.ts';
import { nlriKey } from '../../src/bgp/nlri/index.ts';
import type { Route } from '../../src/bgp/route.ts';
import { AdjRibOut } from '../../src/rib/adj-rib-out.ts';
import { desired, OPTIONS, PeerTable, route, session } from './neighbor.ts';

/*
 * Tables that grow and move together do so a little at a time: routes come and go by the thousand here, so that many of
 * them do while it is under way.
 */
const LONG = process.env.PEERLINE_SOAK === '1';
const ROUTES = 6000;
const MEDS = 2;

/** Every third route is of IPv6. */
function prefixOf(n: number): string {
  return n % 3 === 0 ? `2001:db8:${n.toString(16)}::/48` : `10.${n >> 8}.${n & 255}.0/24`;
}

function routesOf(med: number): Route[] {
  return Array.from({ length: ROUTES }, (_, n) =>
    route(prefixOf(n), n % 3 === 0 ? '2001:db8::1' : '192.0.2.1', { med }),
  );
}

const announced = Array.from({ length: MEDS }, (_, med) => routesOf(med));
const withdrawn = Array.from({ length: ROUTES }, (_, n) => route(prefixOf(n), undefined));

const phase = fc.record({
  what: fc.constantFrom(
    'announce',
    'announce',
    'withdraw',
    'withdraw',
    'up',
    'down',
    'take',
    'resend',
    'clear',
  ),
  from: fc.nat(ROUTES - 1),
  count: fc.nat(ROUTES),
  step: fc.integer({ min: 1, max: 3 }),
  med: fc.nat(MEDS - 1),
  /** After so many changes the peer takes some of what waits; 0: it does not. */
  takes: fc.constantFrom(0, 0, 7, 500),
});

it('the neighbor has what it shall have, whatever came and went by the thousand', () => {
  const choices = session({ refresh: 'enhanced' });
  fc.assert(
    fc.property(fc.array(phase, { minLength: 4, maxLength: 24 }), (phases) => {
      const rib = new AdjRibOut(OPTIONS);
      const plain = new Map<string, Route>();
      let peer: PeerTable | undefined;
      const up = () => {
        if (peer !== undefined) return;
        peer = new PeerTable(choices.negotiated.send);
        rib.sessionUp(choices);
      };
      for (const { what, from, count, step, med, takes } of phases) {
        if (what === 'up') up();
        if (what === 'down') {
          rib.sessionDown();
          peer = undefined;
        }
        if (what === 'take') peer?.receive(rib.take(count));
        if (what === 'resend') rib.resend(med === 0 ? undefined : IPV4_UNICAST);
        if (what === 'clear' && med === 0) {
          rib.clear();
          plain.clear();
        }
        if (what !== 'announce' && what !== 'withdraw') continue;
        for (let i = 0; i < count; i++) {
          const n = (from + i * step) % ROUTES;
          const changed = (what === 'announce' ? announced[med] : withdrawn)?.[n] as Route;
          if (what === 'announce') {
            rib.announce(changed);
            plain.set(nlriKey(changed.nlri), changed);
          } else {
            rib.withdraw(changed);
            plain.delete(nlriKey(changed.nlri));
          }
          if (takes > 0 && i % takes === 0) peer?.receive(rib.take(takes));
        }
      }
      expect(desired(rib.routes())).toEqual(desired(plain.values()));
      up();
      while (rib.pending > 0) peer?.receive(rib.take());
      expect(peer?.routes).toEqual(desired(plain.values()));
      expect(rib.size).toBe(plain.size);
    }),
    { numRuns: LONG ? 1000 : 10 },
  );
}, 3_600_000);
