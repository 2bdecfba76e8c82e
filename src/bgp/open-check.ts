import { dottedQuad } from '../wire/address.ts';
import { octetsOfText } from '../wire/text.ts';
import { notify } from './errors.ts';
import { type Open, openAs } from './open.ts';
import { checkRole, type RoleSettings } from './roles.ts';

/** The AS that a session takes the peer's to be: capability 65 counts when both sides sent it. */
export function effectivePeerAs(localAsn4: boolean, remote: Open): number {
  return localAsn4 ? openAs(remote) : remote.myAs;
}

/**
 * Whether we take a peer's OPEN, RFC 4271 section 6.2, RFC 6286 and RFC 7607.
 * @param expected the AS that the neighbor should have; undefined takes any but 0
 * @throws NotificationError 2/2, 2/3, 2/6 (data: the reason as text, in ExaBGP's words), 2/11
 */
export function checkOpen(
  remote: Open,
  expected: {
    readonly peerAs: number | undefined;
    /** Undefined: the peer's, so that peering is internal. */
    readonly localAs: number | undefined;
    readonly routerId: number;
    readonly asn4: boolean;
    /** External peers only. */
    readonly role?: RoleSettings | undefined;
  },
): void {
  const as = effectivePeerAs(expected.asn4, remote);
  if (as === 0 || (expected.peerAs !== undefined && as !== expected.peerAs)) {
    const reason = `ASN in OPEN (${as}) did not match ASN expected (${expected.peerAs ?? 'any but 0'})`;
    throw notify('OPEN Message Error', 'Bad Peer AS', { reason, data: octetsOfText(reason) });
  }
  const internal = expected.localAs === undefined || expected.localAs === as;
  if (remote.routerId === 0 || (internal && remote.routerId === expected.routerId)) {
    const reason = `${dottedQuad(remote.routerId)} is an invalid router_id`;
    throw notify('OPEN Message Error', 'Bad BGP Identifier', { reason, data: octetsOfText(reason) });
  }
  if (remote.holdTimeSeconds === 1 || remote.holdTimeSeconds === 2) {
    const reason = `Hold Time is invalid (${remote.holdTimeSeconds})`;
    throw notify('OPEN Message Error', 'Unacceptable Hold Time', { reason, data: octetsOfText(reason) });
  }
  if (expected.role !== undefined && !internal) checkRole(remote, expected.role);
}
