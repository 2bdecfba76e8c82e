import type { NeighborConfig } from '../config/model.ts';
import type { Talker } from './departure.ts';
import { compileAtOnce } from './v8-flags.ts';

/** Has the way of a command ready before the first one comes: once, when there is somebody to command, and a neighbor. */
export class FirstCommand {
  readonly #neighbor: () => NeighborConfig | undefined;
  readonly #rehearse: (like: NeighborConfig, talker: Talker) => void;
  #talker: Talker | undefined;
  #rehearsed = false;

  /** @param neighbor one that commands may be for */
  constructor(
    neighbor: () => NeighborConfig | undefined,
    rehearse: (like: NeighborConfig, talker: Talker) => void,
  ) {
    this.#neighbor = neighbor;
    this.#rehearse = rehearse;
  }

  /** Somebody may command soon. */
  expectFrom(talker: Talker | undefined): void {
    if (this.#talker !== undefined) return;
    this.#talker = talker;
    compileAtOnce();
    this.rehearse();
  }

  /** Neighbors may have come. */
  rehearse(): void {
    const talker = this.#talker;
    const like = this.#neighbor();
    if (this.#rehearsed || talker === undefined || like === undefined) return;
    this.#rehearsed = true;
    setImmediate(() => this.#rehearse(like, talker));
  }
}
