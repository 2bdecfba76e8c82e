import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IPV4_UNICAST } from '../../src/bgp/family.ts';
import { type Nlri, nlriKey } from '../../src/bgp/nlri/index.ts';
import { AdjRibOut } from '../../src/rib/adj-rib-out.ts';
import { bodies, OPTIONS, PeerTable, route, session } from './neighbor.ts';

const choices = (limit: number) => ({
  families: [IPV4_UNICAST],
  refresh: 'enhanced' as const,
  send: { addPath: new Set([IPV4_UNICAST]) },
  pathsLimits: new Map([[IPV4_UNICAST, limit]]),
});
const path = (pathId: number, med = 0, prefix = '10.0.0.0/24') =>
  route(prefix, '192.0.2.1', { med }, { pathId });

function limited(limit: number) {
  const held: number[] = [];
  const report = ({ pathId = 0 }: Nlri) => void held.push(pathId);
  const rib = new AdjRibOut({ ...OPTIONS, manualEor: true }, { heldBack: report });
  const chosen = session(choices(limit));
  const peer = new PeerTable(chosen.negotiated.send);
  rib.sessionUp(chosen);
  const ids = () => [...peer.routes.keys()].map((key) => Number(key.split(' ')[1])).sort();
  return { rib, peer, held, ids, heldBack: () => rib.heldBack(IPV4_UNICAST) };
}

describe('the most paths to a destination that a peer takes', () => {
  it('holds back those beyond, and tells each once', () => {
    const { rib, peer, held, ids, heldBack } = limited(2);
    for (let id = 1; id <= 4; id++) rib.announce(path(id));
    rib.announce(path(9, 0, '10.0.1.0/24'));
    peer.receive(rib.take());
    rib.announce(path(3, 7));
    peer.receive(rib.take());
    expect([ids(), held, heldBack()]).toEqual([[1, 2, 9], [3, 4], 2]);
    expect(rib.size).toBe(5);
  });

  it('sends a changed path that the peer has', () => {
    const { rib, peer, heldBack } = limited(1);
    rib.announce(path(1));
    peer.receive(rib.take());
    rib.announce(path(1, 7));
    peer.receive(rib.take());
    expect([[...peer.routes.values()], heldBack()]).toEqual([['c0000201 7'], 0]);
  });

  it('sends the next one behind the withdrawal that makes room', () => {
    const { rib, peer, ids, heldBack } = limited(1);
    for (let id = 1; id <= 3; id++) rib.announce(path(id));
    peer.receive(rib.take());
    rib.withdraw(path(1));
    const [withdrawal, ...others] = bodies(rib.take());
    expect([withdrawal, others]).toEqual(['000800000001180a00000000', []]);
    peer.receive(rib.take());
    expect(rib.pending).toBe(0);
    rib.withdraw(path(2));
    expect(heldBack()).toBe(1);
    while (rib.pending > 0) peer.receive(rib.take());
    expect([ids().includes(3), heldBack()]).toEqual([true, 0]);
  });

  it('withdraws nothing that the peer never had', () => {
    const { rib, held, heldBack } = limited(1);
    rib.announce(path(1));
    rib.announce(path(2));
    rib.take();
    rib.withdraw(path(2));
    expect([rib.take(), heldBack(), held]).toEqual([[], 0, [2]]);
  });

  it('gives room that a refused path took to the next', () => {
    const { rib, peer, ids } = limited(1);
    const asPath = [{ type: 'sequence' as const, asns: Array.from({ length: 2000 }, () => 1) }];
    rib.announce(route('10.0.0.0/24', '192.0.2.1', { asPath }, { pathId: 1 }));
    rib.announce(path(2));
    while (rib.pending > 0) peer.receive(rib.take());
    expect(ids()).toEqual([2]);
  });

  it('begins anew with each session, and without limits sends all', () => {
    const { rib, ids, peer, heldBack } = limited(1);
    for (let id = 1; id <= 3; id++) rib.announce(path(id));
    rib.take();
    rib.sessionDown();
    expect(heldBack()).toBe(0);
    rib.sessionUp(session({ ...choices(1), pathsLimits: new Map() }));
    peer.receive(rib.take());
    expect(ids()).toEqual([1, 2, 3]);
  });

  it('leaves held paths out of the table as it was sent', () => {
    const { rib, peer, ids } = limited(2);
    for (let id = 1; id <= 4; id++) rib.announce(path(id));
    rib.take();
    peer.receive([...rib.updates()]);
    expect(ids()).toEqual([1, 2]);
  });

  it('are not looked at any more by who reads the table slowly, once the session has ended', () => {
    const { rib } = limited(2);
    for (let id = 1; id <= 4; id++) rib.announce(path(id, id));
    const slowly = rib.updates();
    expect(slowly.next().done).toBe(false);
    rib.sessionDown();
    rib.sessionUp(session({ ...choices(1), pathsLimits: new Map() }));
    expect(slowly.next().done).toBe(true);
  });

  const step = fc.record({
    what: fc.constantFrom(
      'announce',
      'announce',
      'announce',
      'withdraw',
      'withdraw',
      'take',
      'resend',
      'clear',
    ),
    id: fc.integer({ min: 1, max: 5 }),
    med: fc.integer({ min: 0, max: 1 }),
    prefix: fc.constantFrom('10.0.0.0/24', '10.0.1.0/24'),
  });

  it('is never passed, and in the end the peer has as many as it takes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 3 }), (steps, limit) => {
        const { rib, peer, heldBack } = limited(limit);
        const countOf = (prefix: string) =>
          [...peer.routes.keys()].filter((key) => key.split(' ').slice(2).join(' ') === prefix).length;
        const prefixOf = (key: string) => key.split(' ').slice(2).join(' ');
        const take = (entries?: number) => {
          const messages = rib.take(entries);
          for (const message of messages) {
            peer.receive([message]);
            for (const key of peer.routes.keys()) expect(countOf(prefixOf(key))).toBeLessThanOrEqual(limit);
          }
        };
        for (const { what, id, med, prefix } of steps) {
          if (what === 'announce') rib.announce(path(id, med, prefix));
          if (what === 'withdraw') rib.withdraw(path(id, 0, prefix));
          if (what === 'resend') rib.resend();
          if (what === 'clear') rib.clear();
          if (what === 'take') take(id);
        }
        while (rib.pending > 0) take();
        const wanted = new Map<string, number>();
        for (const { nlri } of rib.routes()) {
          const prefix = prefixOf(nlriKey(nlri));
          wanted.set(prefix, (wanted.get(prefix) ?? 0) + 1);
        }
        for (const [prefix, count] of wanted) expect(countOf(prefix)).toBe(Math.min(limit, count));
        expect(heldBack()).toBe(rib.size - peer.routes.size);
        const meds = [...rib.routes()].map((r) => [nlriKey(r.nlri), `c0000201 ${r.attributes.med}`]);
        expect(Object.fromEntries(meds)).toMatchObject(Object.fromEntries(peer.routes));
      }),
    );
  });
});
