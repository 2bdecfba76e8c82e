import type { LaneOptions } from './overflow.ts';

/** Under the policy `block`: whatever feeds the queue waits, but not for ever. */
export class Backpressure {
  readonly #clock: Pick<LaneOptions['clock'], 'after'>;
  readonly #onChange: (on: boolean) => void;
  #cancel: (() => void) | undefined;

  constructor(clock: Pick<LaneOptions['clock'], 'after'>, onChange: (on: boolean) => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  get on(): boolean {
    return this.#cancel !== undefined;
  }

  /** Does nothing where it is on. */
  begin(limitSeconds: number, tooLong: () => void): void {
    if (this.#cancel !== undefined) return;
    this.#cancel = this.#clock.after(limitSeconds * 1000, tooLong);
    this.#onChange(true);
  }

  /** Does nothing where it is not on. */
  end(): void {
    if (this.#cancel === undefined) return;
    this.#cancel();
    this.#cancel = undefined;
    this.#onChange(false);
  }
}
