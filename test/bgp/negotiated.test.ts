import { describe, expect, it } from 'vitest';
import { type CapabilityTlv, capabilityTlvs } from '../../src/bgp/capabilities/index.ts';
import { IPV4_MULTICAST, IPV4_UNICAST, IPV6_UNICAST } from '../../src/bgp/family.ts';
import { negotiate } from '../../src/bgp/negotiated.ts';
import { makeOpen } from '../../src/bgp/open.ts';

const local = (...tlvs: (readonly CapabilityTlv[])[]) => open(65001, 1, 180, tlvs);
const remote = (...tlvs: (readonly CapabilityTlv[])[]) => open(65002, 2, 90, tlvs);

function open(as: number, routerId: number, holdTimeSeconds: number, tlvs: (readonly CapabilityTlv[])[]) {
  return makeOpen({ as, routerId, holdTimeSeconds, capabilityTlvs: tlvs.flat() });
}

const both = capabilityTlvs('multiprotocol', [IPV4_UNICAST, IPV6_UNICAST]);

describe('negotiate', () => {
  it('takes the smaller hold time and the families of both in the order of the peer', () => {
    const theirs = capabilityTlvs('multiprotocol', [IPV6_UNICAST, IPV4_MULTICAST, IPV4_UNICAST]);
    const n = negotiate(local(both), remote(theirs));
    expect(n).toMatchObject({
      holdTimeSeconds: 90,
      families: [IPV6_UNICAST, IPV4_UNICAST],
      refresh: 'absent',
    });
    expect(n.receive).toMatchObject({ asn4: false, peering: 'external', maxMessageLength: 4096 });
  });

  it('gives sessions that agreed on the same the same contexts', () => {
    const [one, two] = [1, 2].map((id) => negotiate(local(both), open(65002, 10 + id, 90, [both])));
    expect(one?.receive).toBe(two?.receive);
    expect(one?.send).toBe(two?.send);
    expect(negotiate(local(both), open(65001, 13, 90, [both])).send).not.toBe(one?.send);
    expect(negotiate(local(both), remote()).receive).not.toBe(one?.receive);
  });

  it('takes a peer without families for one of IPv4 unicast', () => {
    expect(negotiate(local(both), remote()).families).toEqual([IPV4_UNICAST]);
  });

  it.each([
    { ours: [4200000001], theirs: [4200000002], asn4: true, peerAs: 4200000002 },
    { ours: [4200000001], theirs: [], asn4: false, peerAs: 65002 },
    { ours: [], theirs: [4200000002], asn4: false, peerAs: 65002 },
  ])('four-octet AS: $ours, $theirs', ({ ours, theirs, asn4, peerAs }) => {
    const tlvs = (as: readonly number[]) => as.flatMap((one) => capabilityTlvs('asn4', one));
    const n = negotiate(local(tlvs(ours)), remote(tlvs(theirs)));
    expect(n).toMatchObject({ asn4, peerAs });
    expect(n.send.asn4).toBe(asn4);
  });

  it('knows our AS number where our OPEN says AS_TRANS', () => {
    const ours = open(4200000001, 1, 180, []);
    expect(negotiate(ours, remote()).localAs).toBe(23456);
    expect(negotiate(ours, remote(), 4200000001)).toMatchObject({ localAs: 4200000001, asn4: false });
  });

  it.each([
    { ours: 3, theirs: 3, send: true, receive: true },
    { ours: 1, theirs: 3, send: false, receive: true },
    { ours: 2, theirs: 3, send: true, receive: false },
    { ours: 3, theirs: 1, send: true, receive: false },
    { ours: 2, theirs: 2, send: false, receive: false },
  ])('ADD-PATH $ours, $theirs', ({ ours, theirs, send, receive }) => {
    const mode = (m: number) => capabilityTlvs('addPath', [{ family: IPV4_UNICAST, mode: m }]);
    const n = negotiate(local(both, mode(ours)), remote(both, mode(theirs)));
    expect(n.addPath).toEqual({ send: send ? [IPV4_UNICAST] : [], receive: receive ? [IPV4_UNICAST] : [] });
    expect(n.send.addPath.has(IPV4_UNICAST)).toBe(send);
    expect(n.receive.addPath.has(IPV4_UNICAST)).toBe(receive);
  });

  it.each([
    { what: 'a limit', limits: [10], mode: 3, expected: [10] },
    { what: 'of two the first that is one', limits: [0, 7, 9], mode: 3, expected: [7] },
    { what: 'none for families whose paths have no identifiers', limits: [10], mode: 2, expected: [] },
  ])('PATHS-LIMIT: $what', ({ limits, mode, expected }) => {
    const theirs = [
      capabilityTlvs('addPath', [{ family: IPV4_UNICAST, mode }]),
      capabilityTlvs(
        'pathsLimit',
        limits.map((limit) => ({ family: IPV4_UNICAST, limit })),
      ),
    ];
    const ours = capabilityTlvs('addPath', [{ family: IPV4_UNICAST, mode: 3 }]);
    expect([...negotiate(local(both, ours), remote(both, ...theirs)).pathsLimits.values()]).toEqual(expected);
  });

  it.each([
    { ours: true, theirs: true, send: 65535, receive: 65535 },
    { ours: true, theirs: false, send: 4096, receive: 65535 },
    { ours: false, theirs: true, send: 4096, receive: 4096 },
  ])('extended messages $ours, $theirs', ({ ours, theirs, send, receive }) => {
    const flag = (on: boolean) => (on ? capabilityTlvs('extendedMessage', true) : []);
    const n = negotiate(local(flag(ours)), remote(flag(theirs)));
    expect(n.maxMessageLength).toBe(send);
    expect(n.send.maxMessageLength).toBe(send);
    expect(n.receive.maxMessageLength).toBe(receive);
  });

  it.each([
    { theirs: capabilityTlvs('routeRefresh', true), refresh: 'normal' },
    { theirs: capabilityTlvs('ciscoRouteRefresh', true), refresh: 'normal' },
    { theirs: capabilityTlvs('enhancedRouteRefresh', true), refresh: 'enhanced' },
    { theirs: [], refresh: 'absent' },
  ])('route refresh: $refresh', ({ theirs, refresh }) => {
    const ours = local(capabilityTlvs('routeRefresh', true), capabilityTlvs('enhancedRouteRefresh', true));
    expect(negotiate(ours, remote(theirs)).refresh).toBe(refresh);
  });

  it('has graceful restart when both have', () => {
    const tlvs = (flags: number) =>
      capabilityTlvs('gracefulRestart', { flags, timeSeconds: 120, families: [] });
    expect(negotiate(local(tlvs(0x8)), remote(tlvs(0xc))).gracefulRestart).toEqual({
      timeSeconds: 120,
      notification: false,
      families: [],
    });
    expect(negotiate(local(tlvs(0xc)), remote(tlvs(0x4))).gracefulRestart?.notification).toBe(true);
    expect(negotiate(local(), remote(tlvs(0xc))).gracefulRestart).toBeUndefined();
  });

  it('has long-lived graceful restart beside it, for the families agreed on', () => {
    const restart = capabilityTlvs('gracefulRestart', { flags: 8, timeSeconds: 120, families: [] });
    const entry = (family: number) => ({ family, flags: 0x80, timeSeconds: 3600 });
    const longLived = capabilityTlvs('longLivedGracefulRestart', [
      entry(IPV4_UNICAST),
      entry(IPV4_MULTICAST),
    ]);
    expect(negotiate(local(both, restart, longLived), remote(both, restart, longLived)).longLived).toEqual([
      entry(IPV4_UNICAST),
    ]);
    expect(negotiate(local(both, longLived), remote(both, longLived)).longLived).toEqual([]);
    expect(negotiate(local(both, restart), remote(both, restart, longLived)).longLived).toEqual([]);
  });

  it('knows what an external peer is by our role', () => {
    const role = capabilityTlvs('role', 0);
    const n = negotiate(local(both, role), remote(both));
    expect(n.peerRole).toBe('customer');
    expect(n.receive).toMatchObject({ peerRole: 'customer', peerAs: 65002 });
    expect(negotiate(local(both), remote(both, role)).peerRole).toBeUndefined();
    expect(negotiate(local(both, role), open(65001, 2, 90, [both])).peerRole).toBeUndefined();
  });

  it('takes link-local next hops when both do', () => {
    const link = capabilityTlvs('linkLocalNexthop', true);
    expect(negotiate(local(both, link), remote(both, link)).linkLocalNexthop).toBe(true);
    expect(negotiate(local(both), remote(both, link)).linkLocalNexthop).toBe(false);
  });
});
