import { octetsOfText } from '../wire/text.ts';
import { notify } from './errors.ts';
import { type Open, openAs } from './open.ts';

/** The AS that a session takes the peer's to be: capability 65 counts when both sides sent it. */
export function effectivePeerAs(localAsn4: boolean, remote: Open): number {
  return localAsn4 ? openAs(remote) : remote.myAs;
}

/**
 * Whether we take a peer's OPEN, RFC 4271 section 6.2, RFC 6286 and RFC 7607.
 * @param expected the AS that the neighbor should have; undefined takes any but 0
 * @throws NotificationError 2/2 (data: the reason as text), 2/3, 2/6
 */
export function checkOpen(
  remote: Open,
  expected: {
    readonly peerAs: number | undefined;
    /** Undefined: the peer's, so that peering is internal. */
    readonly localAs: number | undefined;
    readonly routerId: number;
    readonly asn4: boolean;
  },
): void {
  const as = effectivePeerAs(expected.asn4, remote);
  if (as === 0 || (expected.peerAs !== undefined && as !== expected.peerAs)) {
    const reason = `ASN in OPEN (${as}) did not match ASN expected (${expected.peerAs ?? 'any but 0'})`;
    throw notify('OPEN Message Error', 'Bad Peer AS', { reason, data: octetsOfText(reason) });
  }
  const internal = expected.localAs === undefined || expected.localAs === as;
  if (remote.routerId === 0 || (internal && remote.routerId === expected.routerId)) {
    throw notify('OPEN Message Error', 'Bad BGP Identifier');
  }
  if (remote.holdTimeSeconds === 1 || remote.holdTimeSeconds === 2) {
    throw notify('OPEN Message Error', 'Unacceptable Hold Time', {
      reason: `hold time of ${remote.holdTimeSeconds} seconds`,
    });
  }
}
