import type { NeighborConfig } from '../config/model.ts';
import type { Clock } from '../session/clock.ts';

/** Which processes have still to announce their routes: End-of-RIB waits for them (RFC 4724 section 4.1). */
export class Readiness {
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #waiting = new Map<string, () => void>();
  /** Whose journal is being read; undefined: that of the control socket, which commands every neighbor. */
  readonly #reading = new Set<string | undefined>();

  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  /** A process was started. @param tell it did not say in time that it is ready */
  started(process: string, seconds: number, tell: () => void): void {
    this.#waiting.get(process)?.();
    const cancel = this.#clock.after(seconds * 1000, () => {
      tell();
      this.ready(process);
    });
    this.#waiting.set(process, cancel);
  }

  /** It said so, or is not to be waited for any longer. */
  ready(process: string): void {
    const cancel = this.#waiting.get(process);
    if (cancel === undefined) return;
    cancel();
    this.#waiting.delete(process);
    this.#changed();
  }

  reading(process: string | undefined, is: boolean): void {
    if (is) this.#reading.add(process);
    else if (this.#reading.delete(process)) this.#changed();
  }

  /** Whether one of the neighbor's processes is waited for. */
  holds({ api }: NeighborConfig): boolean {
    if (this.#waiting.size + this.#reading.size === 0) return false;
    if (this.#reading.has(undefined)) return true;
    return api.some(({ processes }) =>
      processes.some((name) => this.#waiting.has(name) || this.#reading.has(name)),
    );
  }

  stop(): void {
    for (const cancel of this.#waiting.values()) cancel();
    this.#waiting.clear();
    this.#reading.clear();
  }
}
