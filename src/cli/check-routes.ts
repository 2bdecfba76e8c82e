import type { CodecContext } from '../bgp/context.ts';
import { NotificationError } from '../bgp/errors.ts';
import { decodeMessage } from '../bgp/message.ts';
import { familyRouteText } from '../bgp/route.ts';
import type { NeighborConfig } from '../config/model.ts';
import { printable } from '../wire/text.ts';
import { agreedWithMirror, encodeRoutes } from './encode-routes.ts';
import { offlineSession } from './offline-session.ts';

/** What came of sending a neighbor's routes to nobody and reading them back. */
export interface RoutesCheck {
  readonly routes: number;
  readonly updates: number;
  /** What would not arrive, each with the reason. */
  readonly problems: readonly string[];
}

/** Encodes every route of a neighbor as its session would, and decodes the UPDATEs as the peer would. */
export function checkRoutes(config: NeighborConfig): RoutesCheck {
  const { open, localAddress } = offlineSession(config, config.localAs ?? config.peerAs ?? 1);
  const negotiated = agreedWithMirror(open, config.peerAs);
  const routes = config.routes.filter(({ nlri }) => config.families.includes(nlri.family));
  const { updates, refused } = encodeRoutes(
    routes.map((route) => ({ route, withdraw: false })),
    { negotiated, localAddress },
    config.groupUpdates,
  );
  const problems = refused.map(({ route, reason }) => `${printable(familyRouteText(route))}: ${reason}`);
  let read = 0;
  for (const octets of updates) {
    const update = readUpdate(octets, negotiated.send);
    read += update.routes;
    problems.push(...update.problems);
  }
  const sent = routes.length - refused.length;
  if (read < sent) problems.push(`of ${sent} routes only ${read} could be read again`);
  return { routes: routes.length, updates: updates.length, problems };
}

/** Also a message that makes the peer end the session says so here. */
function readUpdate(octets: Uint8Array, context: CodecContext): { routes: number; problems: string[] } {
  try {
    const message = decodeMessage(octets, context);
    if (message.type !== 'update') return { routes: 0, problems: [] };
    const { announced, malformed } = message.update;
    const routes = announced.reduce((sum, { nlri }) => sum + nlri.length, 0);
    return { routes, problems: malformed.map(({ attribute, reason }) => `${attribute}: ${reason}`) };
  } catch (err) {
    if (!(err instanceof NotificationError)) throw err;
    return { routes: 0, problems: [`the peer would end the session: ${err.message}`] };
  }
}
