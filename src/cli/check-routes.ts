import { decodeMessage } from '../bgp/message.ts';
import { familyRouteText } from '../bgp/route.ts';
import type { NeighborConfig } from '../config/model.ts';
import { sessionSettings } from '../daemon/session-settings.ts';
import { formatAddress, numberToIpv4 } from '../wire/address.ts';
import { printable } from '../wire/text.ts';
import { agreedWithMirror, encodeRoutes } from './encode-routes.ts';

/** What came of sending a neighbor's routes to nobody and reading them back. */
export interface RoutesCheck {
  readonly routes: number;
  readonly updates: number;
  /** What would not arrive, each with the reason. */
  readonly problems: readonly string[];
}

/** Encodes every route of a neighbor as its session would, and decodes the UPDATEs as the peer would. */
export function checkRoutes(config: NeighborConfig): RoutesCheck {
  const peerAddress = formatAddress(config.peer.address);
  const settings = sessionSettings(config, {
    peerAddress,
    defaultPort: 179,
    openWaitSeconds: 60,
    version: '',
  });
  const negotiated = agreedWithMirror(
    settings.open(config.localAs ?? config.peerAs ?? 1, config.peerAs),
    config.peerAs,
  );
  const localAddress = config.localAddress ?? numberToIpv4(config.routerId);
  const routes = config.routes.filter(({ nlri }) => config.families.includes(nlri.family));
  const { updates, refused } = encodeRoutes(
    routes.map((route) => ({ route, withdraw: false })),
    { negotiated, localAddress },
    config.groupUpdates,
  );
  const problems = refused.map(({ route, reason }) => `${printable(familyRouteText(route))}: ${reason}`);
  let read = 0;
  for (const octets of updates) {
    const message = decodeMessage(octets, negotiated.send);
    if (message.type !== 'update') continue;
    for (const { nlri } of message.update.announced) read += nlri.length;
    problems.push(...message.update.malformed.map(({ attribute, reason }) => `${attribute}: ${reason}`));
  }
  const sent = routes.length - refused.length;
  if (read < sent) problems.push(`of ${sent} routes only ${read} could be read again`);
  return { routes: routes.length, updates: updates.length, problems };
}
