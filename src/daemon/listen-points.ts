import type { NeighborConfig } from '../config/model.ts';
import { formatAddress, isLinkLocal } from '../wire/address.ts';
import type { Endpoint, ListenPoint } from './listener.ts';

/** Those of `endpoints` that are none of `others`. */
export function except(endpoints: readonly Endpoint[], others: readonly Endpoint[]): readonly Endpoint[] {
  return endpoints.filter(
    ({ address, port }) => !others.some((each) => each.address === address && each.port === port),
  );
}

/** Endpoints of `bind` and those that neighbors name, each with the neighbors that may connect to it. */
export function listenPoints(
  bind: readonly Endpoint[],
  neighbors: readonly NeighborConfig[],
): readonly ListenPoint[] {
  const comers = neighbors.map((config) => ({ config, places: placesOf(config) }));
  return distinct([...bind, ...endpointsOf(neighbors)]).map((endpoint) => ({
    ...endpoint,
    peers: comers
      .filter(({ places }) => places === undefined || places.has(endpoint.address))
      .filter(({ config }) => sameFamily(endpoint, config))
      .map(({ config: { peer, protection } }) => ({ peer, protection })),
  }));
}

function endpointsOf(neighbors: readonly NeighborConfig[]): Endpoint[] {
  return neighbors.flatMap((config) => {
    const { listen, localAddress, md5Ip, peer } = config;
    if (listen === undefined) return [];
    const any = peer.address.length === 4 ? '0.0.0.0' : '::';
    const own = md5Ip ?? localAddress;
    return [{ address: own === undefined ? any : zonedText(own, config), port: listen }];
  });
}

/** An own address: a link-local one is one of the interface. */
function zonedText(own: Uint8Array, { protection }: NeighborConfig): string {
  const zone = isLinkLocal(own) ? protection.sourceInterface : undefined;
  return zone === undefined ? formatAddress(own) : `${formatAddress(own)}%${zone}`;
}

/** A thousand neighbors may listen in one place. */
function distinct(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  return [...new Map(endpoints.map((each) => [`${each.address} ${each.port}`, each])).values()];
}

/** The addresses at which connections of the neighbor may arrive; undefined: any of its family. */
function placesOf(config: NeighborConfig): ReadonlySet<string> | undefined {
  const { localAddress, md5Ip } = config;
  const own = [localAddress, md5Ip].flatMap((ip) => (ip === undefined ? [] : [zonedText(ip, config)]));
  return own.length === 0 ? undefined : new Set(['0.0.0.0', '::', ...own]);
}

function sameFamily({ address }: Endpoint, { peer }: NeighborConfig): boolean {
  return address.includes(peer.address.length === 4 ? '.' : ':');
}
