import type { CommandOf } from '../commands/command.ts';
import { CommandError } from '../commands/command-error.ts';
import type { NeighborConfig } from '../config/model.ts';
import type { Process } from './commander.ts';
import { createdNeighbor } from './create-neighbor.ts';
import { neighborName, neighborText } from './neighbor-name.ts';
import type { Peer } from './peer.ts';

/** Who starts and ends neighbors. */
export interface Neighbors {
  /** False: there is such a neighbor. */
  createNeighbor(config: NeighborConfig): boolean;
  /** False: it is in the configuration. */
  deleteNeighbor(peer: Peer): boolean;
}

/** @throws CommandError */
export function createNeighbor(
  process: Process,
  command: CommandOf<'peer-create'>,
  neighbors: Neighbors,
): string[] {
  const config = createdNeighbor(command, process.config.name);
  if (neighbors.createNeighbor(config)) return [];
  throw new CommandError(1, `peer already exists: ${neighborText(neighborName(config, command.peer))}`);
}

/** @throws CommandError at the first that is configured */
export function deleteNeighbors(peers: readonly Peer[], neighbors: Neighbors): string[] {
  for (const peer of peers) {
    if (neighbors.deleteNeighbor(peer)) continue;
    throw new CommandError(1, 'the neighbor is in the configuration: remove it there');
  }
  return [];
}
