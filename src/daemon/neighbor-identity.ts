import type { NeighborConfig } from '../config/model.ts';
import { formatAddress } from '../wire/address.ts';
import { formatPrefix } from '../wire/prefix.ts';
import { sameSecret } from '../wire/secret.ts';

/* What a neighbor is known by from one configuration to the next. */

export function isRange({ peer }: NeighborConfig): boolean {
  return peer.length < peer.address.length * 8;
}

/** Several neighbors may have the same addresses, with other AS numbers or ports: they go by their order. */
export function withIdentities(neighbors: readonly NeighborConfig[]): [string, NeighborConfig][] {
  const seen = new Map<string, number>();
  return neighbors.map((config) => {
    const identity = identityOf(config);
    const before = seen.get(identity) ?? 0;
    seen.set(identity, before + 1);
    return [before === 0 ? identity : `${identity} ${before}`, config];
  });
}

/** A neighbor is the same after a reload when its addresses are. */
export function identityOf({ peer, localAddress }: NeighborConfig): string {
  return `${formatPrefix(peer)} ${localAddress === undefined ? 'auto' : formatAddress(localAddress)}`;
}

/** Whether a session made of one fits the other: all but what `Peer.reconfigure` takes. */
export function sameSession(a: NeighborConfig, b: NeighborConfig): boolean {
  const session = ({ routes: _routes, api: _api, description: _description, ...rest }: NeighborConfig) =>
    JSON.stringify(rest);
  return (
    session(a) === session(b) &&
    sameSecret(a.protection.md5, b.protection.md5) &&
    sameSecret(a.protection.tcpAo?.key, b.protection.tcpAo?.key)
  );
}
