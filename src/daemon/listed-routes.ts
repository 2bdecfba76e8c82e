import type { ApiVersion } from '../bgp/json.ts';
import { nlriKey } from '../bgp/nlri/index.ts';
import type { Route } from '../bgp/route.ts';
import type { CommandOf } from '../commands/command.ts';
import { routeText } from '../commands/show-adj-rib.ts';
import { spacedJson } from '../commands/spaced-json.ts';
import type { RouteCommand } from './batch.ts';
import type { Peer } from './peer.ts';

/** What `routes` answers, and what it moves. */
export interface Listed {
  readonly line: string;
  readonly moves?: RouteCommand;
}

export function listedRoutes(
  peers: readonly Peer[],
  command: CommandOf<'routes'>,
  version: ApiVersion,
): Listed {
  const { action, index, selector } = command;
  if (action === 'list') return { line: listLine(peers, version) };
  const routes = command.routes ?? (index === undefined ? [] : indexed(peers, index));
  const [first] = routes;
  if (first === undefined) return { line: spacedJson({ removed: false, index: index ?? '' }) };
  const place = indexOf(first);
  const route = routeText(first, version);
  if (action === 'add') {
    return {
      line: spacedJson({ index: place, route, success: true }),
      moves: { type: 'announce', selector, routes },
    };
  }
  const removed = indexed(peers, place).length > 0;
  return {
    line: spacedJson({ removed, route, index: place }),
    moves: { type: 'withdraw', selector, routes },
  };
}

/** The same for all routes to the same destination. */
function indexOf({ nlri }: Pick<Route, 'nlri'>): string {
  return Buffer.from(nlriKey(nlri)).toString('hex');
}

/** Every route that the neighbors shall have. */
function listLine(peers: readonly Peer[], version: ApiVersion): string {
  const routes = peers.flatMap((peer) =>
    [...peer.adjRibOut.routes()].map((route) => ({
      index: indexOf(route),
      route: routeText(route, version),
      neighbor: peer.text,
    })),
  );
  return spacedJson(routes);
}

function indexed(peers: readonly Peer[], index: string): readonly Route[] {
  for (const peer of peers) {
    for (const route of peer.adjRibOut.routes()) if (indexOf(route) === index) return [route];
  }
  return [];
}
