import type { FamilyId } from '../bgp/family.ts';
import type { Environment } from '../config/environment.ts';
import { sessionSettings } from '../daemon/session-settings.ts';
import type { Neighbor } from '../events/event.ts';
import { dottedQuad, formatAddress } from '../wire/address.ts';
import { CliError } from './exit.ts';
import { loadFiles } from './load.ts';

/** What a neighbor's configuration tells of its messages. */
export interface DecodeNeighbor {
  readonly neighbor: Neighbor;
  readonly asn4: boolean;
  readonly addPath: readonly FamilyId[];
}

/** The first neighbor of a file, as if its peer had agreed to all that we offer. @throws CliError */
export function firstNeighbor(file: string, environment: Environment): DecodeNeighbor {
  const [config] = loadFiles([file], environment, () => {}).neighbors;
  if (config === undefined) throw new CliError(`${file}: there is no neighbor in it`);
  const localAs = config.localAs ?? 0;
  const peerAddress = formatAddress(config.peer.address);
  const settings = sessionSettings(config, {
    peerAddress,
    defaultPort: 179,
    openWaitSeconds: 60,
    version: '',
  });
  const { capabilities } = settings.open(localAs, config.peerAs);
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
