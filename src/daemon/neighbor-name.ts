import { familyText } from '../bgp/family.ts';
import type { NeighborConfig } from '../config/model.ts';
import { dottedQuad, formatAddress } from '../wire/address.ts';

/** What selectors of commands are compared with, as ExaBGP names a neighbor. */
export interface NeighborName {
  readonly peer: string;
  readonly localIp: string;
  readonly localAs: string;
  readonly peerAs: string;
  readonly routerId: string;
  readonly familyAllowed: string;
}

export function neighborName(config: NeighborConfig, peerAddress: string): NeighborName {
  return {
    peer: peerAddress,
    localIp: config.localAddress === undefined ? 'auto' : formatAddress(config.localAddress),
    localAs: config.localAs === undefined ? 'auto' : String(config.localAs),
    peerAs: config.peerAs === undefined ? 'auto' : String(config.peerAs),
    routerId: dottedQuad(config.routerId),
    familyAllowed: config.capability.multiSession
      ? config.families.map((family) => familyText(family, '-')).join('/')
      : 'in-open',
  };
}

export function neighborText(name: NeighborName): string {
  return (
    `neighbor ${name.peer} local-ip ${name.localIp} local-as ${name.localAs} peer-as ${name.peerAs} ` +
    `router-id ${name.routerId} family-allowed ${name.familyAllowed}`
  );
}
