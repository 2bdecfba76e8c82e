import type { NeighborConfig } from '../config/model.ts';
import type { Talker } from './departure.ts';
import { compileAtOnce } from './v8-flags.ts';

/** Has the way of a command ready before the first one comes: once, when there is somebody to command, and a neighbor. */
export class FirstCommand {
  readonly #neighbor: () => NeighborConfig | undefined;
  readonly #rehearse: (like: NeighborConfig, talker: Talker) => Promise<unknown>;
  readonly #collect: () => void;
  #talker: Talker | undefined;
  #rehearsed = false;

  constructor(options: {
    /** One that commands may be for. */
    readonly neighbor: () => NeighborConfig | undefined;
    readonly rehearse: (like: NeighborConfig, talker: Talker) => Promise<unknown>;
    /** Collects what the start and the rehearsal left: else V8 does so when it has got a little more, often in the first commands. */
    readonly collect: () => void;
  }) {
    this.#neighbor = options.neighbor;
    this.#rehearse = options.rehearse;
    this.#collect = options.collect;
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
    setImmediate(() => void this.#rehearse(like, talker).then(this.#collect));
  }
}
