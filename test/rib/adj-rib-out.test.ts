import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { IPV4_UNICAST, IPV6_UNICAST } from '../../src/bgp/family.ts';
import { encodeNlri } from '../../src/bgp/nlri/index.ts';
import type { Route } from '../../src/bgp/route.ts';
import { parseCommand } from '../../src/commands/parse.ts';
import { AdjRibOut } from '../../src/rib/adj-rib-out.ts';
import { toHex } from '../../src/wire/hex.ts';
import { written } from '../../src/wire/writer.ts';
import { bodies, desired, Neighborhood, OPTIONS, PeerTable, route, session, TURNS } from './neighbor.ts';

/** The route that the command announces. */
function routeOf(text: string): Route {
  const command = parseCommand(`announce ${text}`);
  const [first] = command.type === 'announce' ? command.routes : [];
  if (first === undefined) throw new Error(text);
  return first;
}

const MANUAL = { ...OPTIONS, manualEor: true };
const hex = (text: string) => text.replaceAll(' ', '');
const IBGP = '40010100 400200 400304c0000201 40050400000064';

describe('what is sent again, and what is not', () => {
  const one = () => route('10.0.0.0/24', '192.0.2.1', { med: 1 });

  it('leaves out a route that is announced again unchanged', () => {
    const rib = new AdjRibOut(MANUAL);
    rib.sessionUp(session());
    expect(rib.announce(one())).toBe('changed');
    expect(rib.take()).toHaveLength(1);
    expect(rib.announce(one())).toBe('same');
    expect(rib.take()).toEqual([]);
    expect(rib.announce(route('10.0.0.0/24', '192.0.2.1', { med: 2 }))).toBe('changed');
    expect(rib.take()).toHaveLength(1);
  });

  it.each([
    ['route 10.0.0.0/24 next-hop 192.0.2.1 label 5', 'route 10.0.0.0/24 next-hop 192.0.2.1 label [ 5 6 ]'],
    [
      'route 10.0.0.0/24 next-hop 192.0.2.1 rd 1:1 label 5',
      'route 10.0.0.0/24 next-hop 192.0.2.1 rd 1:1 label 6',
    ],
    [
      'vpls rd 1:1 endpoint 5 base 100 offset 1 size 8 next-hop 192.0.2.1',
      'vpls rd 1:1 endpoint 5 base 200 offset 1 size 8 next-hop 192.0.2.1',
    ],
    [
      'ipv4 mup mup-t1st 10.0.0.1/32 rd 1:1 teid 5 qfi 9 endpoint 10.0.0.9 next-hop 192.0.2.1',
      'ipv4 mup mup-t1st 10.0.0.1/32 rd 1:1 teid 6 qfi 9 endpoint 10.0.0.9 next-hop 192.0.2.1',
    ],
    [
      'l2vpn evpn mac-ip rd 1:1 esi - ethernet-tag 0 mac 00:11:22:33:44:55 label 5 next-hop 192.0.2.1',
      'l2vpn evpn mac-ip rd 1:1 esi - ethernet-tag 0 mac 00:11:22:33:44:55 label 6 next-hop 192.0.2.1',
    ],
  ])('sends what differs beside the key: %s', (first, second) => {
    const [before, after] = [routeOf(first), routeOf(second)];
    const { family } = after.nlri;
    const rib = new AdjRibOut(MANUAL);
    rib.configure([before]);
    rib.sessionUp(session({ families: [family] }));
    expect(rib.take()).toHaveLength(1);
    expect(rib.announce(routeOf(first))).toBe('same');
    expect(rib.announce(after)).toBe('changed');
    const nlri = toHex(written((w) => encodeNlri(w, after.nlri, DEFAULT_CONTEXT, false)));
    expect(bodies(rib.take())).toEqual([expect.stringContaining(nlri)]);
    expect(rib.size).toBe(1);
    rib.configure([after]);
    expect(rib.take()).toEqual([]);
    rib.configure([before]);
    expect(rib.take()).toHaveLength(1);
  });

  it.each([
    [65000, '400504 00000001'],
    [65001, ''],
  ])('LOCAL_PREF as a raw attribute, to AS %i: %s', (peerAs, octets) => {
    const rib = new AdjRibOut(MANUAL);
    rib.sessionUp(session({ localAs: 65000, peerAs, families: [IPV4_UNICAST] }));
    rib.announce(routeOf('route 10.0.0.0/24 next-hop 192.0.2.1 attribute [ 0x05 0x40 0x00000001 ]'));
    const path = peerAs === 65000 ? '400200' : '400206 0201 0000fde8';
    const attributes = hex(`40010100 ${path} 400304c0000201 ${octets}`);
    const length = (attributes.length / 2).toString(16).padStart(4, '0');
    expect(bodies(rib.take())).toEqual([`0000${length}${attributes}180a0000`]);
  });

  it('leaves out a FlowSpec rule that is written in another order', () => {
    const rib = new AdjRibOut(MANUAL);
    const rule = routeOf('flow route source 10.0.0.0/24 destination 10.1.0.0/24 discard');
    rib.sessionUp(session({ families: [rule.nlri.family] }));
    expect(rib.announce(rule)).toBe('changed');
    const other = routeOf('flow route destination 10.1.0.0/24 source 10.0.0.0/24 discard');
    expect(rib.announce(other)).toBe('same');
  });

  it('sends it with adj-rib-out false', () => {
    const rib = new AdjRibOut({ ...MANUAL, adjRibOut: false });
    rib.sessionUp(session());
    rib.announce(one());
    rib.take();
    rib.announce(one());
    expect(rib.take()).toHaveLength(1);
  });

  it('with adj-rib-out false forgets what it sent, but for the configuration', () => {
    const rib = new AdjRibOut({ ...MANUAL, adjRibOut: false });
    const configured = route('10.1.0.0/24', '192.0.2.1');
    rib.configure([configured]);
    rib.announce(one());
    expect(rib.size).toBe(2);
    rib.sessionUp(session({ families: [IPV4_UNICAST] }));
    expect(rib.take()).toHaveLength(2);
    expect([...rib.routes()].map(({ nlri }) => nlri)).toEqual([configured.nlri]);
    expect(rib.size).toBe(1);
    rib.resend();
    expect(bodies(rib.take())).toEqual([hex(`0000 0015 ${IBGP} 180a0100`)]);
    rib.withdraw(one());
    expect(bodies(rib.take())).toEqual(['0004180a00000000']);
    rib.sessionDown();
    rib.announce(one());
    rib.sessionUp(session({ families: [IPV4_UNICAST] }));
    expect(rib.take()).toHaveLength(2);
  });

  it('sends nothing of a route that was withdrawn before the session', () => {
    const rib = new AdjRibOut(MANUAL);
    rib.announce(one());
    rib.withdraw(one());
    rib.sessionUp(session());
    expect(rib.take()).toEqual([]);
  });

  it('sends only the last word on a route of one turn', () => {
    const rib = new AdjRibOut(MANUAL);
    rib.sessionUp(session());
    rib.announce(one());
    rib.withdraw(one());
    expect(bodies(rib.take())).toEqual(['0004180a00000000']);
    rib.announce(route('10.0.0.0/24', '192.0.2.7'));
    rib.withdraw(one());
    rib.announce(route('10.0.0.0/24', '192.0.2.1'));
    expect(bodies(rib.take())).toEqual([hex(`0000 0015 ${IBGP} 180a0000`)]);
  });

  it('sends only the latest of two before the session, and all again on the next one', () => {
    const rib = new AdjRibOut(OPTIONS);
    rib.announce(route('10.0.0.0/24', '192.0.2.7'));
    rib.announce(route('10.0.0.0/24', '192.0.2.1'));
    const expected = [hex(`0000 0015 ${IBGP} 180a0000`), '00000000', hex('0000 0007 900f 0003 0002 01')];
    for (let times = 0; times < 2; times++) {
      rib.sessionUp(session());
      expect(bodies(rib.take())).toEqual(expected);
      rib.sessionDown();
      expect(rib.take()).toEqual([]);
    }
  });

  it('refreshes between the markers of RFC 7313', () => {
    const rib = new AdjRibOut(OPTIONS);
    rib.announce(one());
    expect(rib.resend()).toBe(false);
    rib.sessionUp(session({ refresh: 'enhanced', families: [IPV4_UNICAST] }));
    expect(rib.take()).toHaveLength(2);
    rib.resend(IPV4_UNICAST);
    rib.resend(IPV4_UNICAST);
    const [begin, update, end, ...others] = bodies(rib.take());
    expect([begin, end, others]).toEqual(['5: 00010101', '5: 00010201', []]);
    expect(update).toMatch(/180a0000$/);
  });

  it('keeps End-of-RIB behind a refresh that comes before it', () => {
    const rib = new AdjRibOut(OPTIONS);
    rib.announce(one());
    rib.sessionUp(session({ families: [IPV4_UNICAST] }));
    expect(rib.take(1)).toHaveLength(1);
    rib.resend();
    const messages = bodies(rib.take());
    expect(messages).toHaveLength(2);
    expect(messages[1]).toBe('00000000');
  });

  it('owes one refresh to a peer that asks again and again, and reads nothing', () => {
    const rib = new AdjRibOut(MANUAL);
    const announce = (n: number) => rib.announce(route(`10.0.${n}.0/24`, '192.0.2.1'));
    announce(0);
    rib.sessionUp(session({ refresh: 'enhanced', families: [IPV4_UNICAST, IPV6_UNICAST] }));
    rib.take();
    for (let n = 1; n <= 200; n++) {
      announce(n);
      for (let times = 0; times < 100; times++) rib.resend(times % 2 === 0 ? IPV4_UNICAST : IPV6_UNICAST);
    }
    // the routes, and of each family the markers and the table between them
    expect(rib.pending).toBe(200 + 6);
    const messages = bodies(rib.take());
    const markers = messages.filter((body) => body.startsWith('5:'));
    expect(markers).toEqual(['5: 00010101', '5: 00010201', '5: 00020101', '5: 00020201']);
    const peer = new PeerTable(session().negotiated.send);
    peer.receive(rib.take());
    rib.resend(IPV4_UNICAST);
    peer.receive(rib.take());
    expect(peer.routes.size).toBe(201);
  });

  it('goes on where it stopped', () => {
    const rib = new AdjRibOut(MANUAL);
    for (let i = 0; i < 10; i++) rib.announce(route(`10.0.${i}.0/24`, '192.0.2.1'));
    rib.sessionUp(session());
    const peer = new PeerTable(session().negotiated.send);
    for (let messages = rib.take(3); messages.length > 0; messages = rib.take(3)) peer.receive(messages);
    expect(peer.routes.size).toBe(10);
  });
});

const step = fc.record({
  what: fc.constantFrom('announce', 'announce', 'announce', 'withdraw', ...TURNS),
  prefix: fc.constantFrom('10.0.0.0/24', '10.0.1.0/24', '10.0.1.0/25', '2001:db8::/48', '2001:db8:1::/48'),
  med: fc.integer({ min: 0, max: 2 }),
});

describe('the peer', () => {
  it('does not lose a route that comes back while all are sent again', () => {
    const rib = new AdjRibOut(OPTIONS);
    const enhanced = session({ refresh: 'enhanced' });
    const peer = new PeerTable(enhanced.negotiated.send);
    const one = route('10.0.0.0/24', '192.0.2.1', { med: 0 });
    rib.sessionUp(enhanced);
    rib.announce(one);
    peer.receive(rib.take());
    rib.withdraw(one);
    rib.resend();
    rib.announce(one);
    peer.receive(rib.take());
    expect(peer.routes).toEqual(desired([one]));
  });

  it('ends with the routes it shall have, whatever happened before', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.boolean(), (steps, groupUpdates) => {
        const neighbor = new Neighborhood({ ...OPTIONS, groupUpdates });
        const { rib } = neighbor;
        for (const { what, prefix, med } of steps) {
          const nextHop = prefix.includes(':') ? '2001:db8::1' : '192.0.2.1';
          if (what === 'announce') rib.announce(route(prefix, nextHop, { med }));
          else if (what === 'withdraw') rib.withdraw(route(prefix, undefined));
          else if (what !== 'clear' || med === 0)
            neighbor.turn(what, 2, med === 0 ? undefined : IPV4_UNICAST);
        }
        expect(neighbor.settled()).toEqual(desired(rib.routes()));
        expect(rib.pending).toBe(0);
      }),
    );
  });
});
