import { familyText } from '../bgp/family.ts';
import type { Json, JsonObject } from '../bgp/json.ts';
import { familyRouteText, type Route } from '../bgp/route.ts';
import { dottedQuad, formatAddress } from '../wire/address.ts';
import { formatPrefix } from '../wire/prefix.ts';
import { Secret } from '../wire/secret.ts';
import type { Config, NeighborConfig } from './model.ts';

/** The model as JSON: every default filled in, addresses, families and routes as their text; secrets are `***`. */
export function exportConfig({ processes, neighbors, bmp }: Config): JsonObject {
  return {
    processes: processes.map(plain),
    neighbors: neighbors.map(neighborJson),
    bmp: bmp.map((section) => plain(section)),
  };
}

function neighborJson(config: NeighborConfig): JsonObject {
  const { peer, localAddress, routerId, families, addPathFamilies, nexthops, routes, ...rest } = config;
  return {
    peer: formatPrefix(peer).replace(/\/(32|128)$/, ''),
    localAddress: localAddress === undefined ? null : formatAddress(localAddress),
    routerId: dottedQuad(routerId),
    ...(plain(rest) as JsonObject),
    families: families.map((family) => familyText(family)),
    addPathFamilies: addPathFamilies?.map((family) => familyText(family)) ?? null,
    nexthops: nexthops.map(({ family, nextHopAfi }) => ({ family: familyText(family), nextHopAfi })),
    routes: routes.map((route: Route) => familyRouteText(route)),
  };
}

/** Sets as lists, octets as addresses, what is not there as null. */
function plain(value: unknown): Json {
  if (value === undefined || value === null) return null;
  if (value instanceof Secret) return String(value);
  if (value instanceof Set) return [...value].map(plain);
  if (value instanceof Uint8Array) return formatAddress(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  }
  return typeof value === 'bigint' ? String(value) : (value as Json);
}
