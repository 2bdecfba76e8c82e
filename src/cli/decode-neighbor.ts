import type { FamilyId } from '../bgp/family.ts';
import type { Open } from '../bgp/open.ts';
import type { Environment } from '../config/environment.ts';
import type { NeighborConfig } from '../config/model.ts';
import type { Neighbor } from '../events/event.ts';
import { dottedQuad, formatAddress } from '../wire/address.ts';
import { safeLine } from '../wire/text.ts';
import { CliError } from './exit.ts';
import { loadFiles } from './load.ts';
import { offlineSession } from './offline-session.ts';
import { filesOf } from './stdin.ts';

/** What a neighbor's configuration tells of its messages. */
export interface DecodeNeighbor {
  readonly neighbor: Neighbor;
  readonly asn4: boolean;
  readonly addPath: readonly FamilyId[];
}

/** The first neighbor of a file, as if its peer had agreed to all that we offer. @throws CliError */
export function firstNeighbor(file: string, environment: Environment): DecodeNeighbor {
  const { config, open } = openOfFirst(file, environment);
  const localAs = config.localAs ?? 0;
  const peerAddress = formatAddress(config.peer.address);
  const { capabilities } = open;
  return {
    neighbor: {
      localAddress: config.localAddress === undefined ? 'auto' : formatAddress(config.localAddress),
      peerAddress,
      localAs,
      peerAs: config.peerAs ?? 0,
      routerId: dottedQuad(config.routerId),
      counter: { value: 0 },
    },
    asn4: config.capability.asn4,
    addPath: (capabilities.addPath ?? []).map(({ family }) => family),
  };
}

/** What the first neighbor of a file would be told in our OPEN. @throws CliError */
export function openOfFirst(
  file: string,
  environment: Environment,
  as?: number,
): { readonly config: NeighborConfig; readonly open: Open; readonly localAddress: Uint8Array } {
  const [config] = loadFiles(filesOf([file]), environment, () => {}).neighbors;
  if (config === undefined) throw new CliError(`${safeLine(file)}: there is no neighbor in it`);
  return { config, ...offlineSession(config, as ?? config.localAs ?? 0) };
}
