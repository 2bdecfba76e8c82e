/*
 * What feeds a process waits for it while it reads, so that a whole table reaches a handler that is slower than its
 * peer; a process that does not read is not waited for: its queue fills, and the queue's policy says what goes.
 */
/** More than this waits: it is time to wait. */
const CROWDED_BYTES = 512 * 1024;
/** No more than this waits: there is room again. */
const ROOMY_BYTES = 128 * 1024;
/** A process that took nothing for so long does not read. */
const PATIENCE_MS = 250;
/** A disk that took nothing for so long is not waited for either. */
export const DISK_PATIENCE_MS = 2_000;

export interface PaceOptions {
  readonly clock: { now(): number; after(ms: number, action: () => void): () => void };
  readonly queuedBytes: () => number;
  /** Whether it would take something, and was given nothing: what waits is about to be handed on. */
  readonly idle?: () => boolean;
  readonly patienceMs?: number;
}

/** Whether a process (or the disk that its lines go to) takes what it is given, and when there is room for more lines. */
export class Pace {
  readonly #options: PaceOptions;
  /** When the process took something last, or was given something while nothing was on its way. */
  #movedMs = Number.NEGATIVE_INFINITY;
  #waiting: { readonly room: Promise<void>; readonly settle: () => void } | undefined;
  #cancel: (() => void) | undefined;

  constructor(options: PaceOptions) {
    this.#options = options;
  }

  /** A chunk was handed to the pipe, or the pipe took it. */
  moved(): void {
    this.#movedMs = this.#options.clock.now();
    if (this.#waiting !== undefined && this.#options.queuedBytes() <= ROOMY_BYTES) this.stop();
  }

  /** Undefined: go on. Else resolves when there is room again, or the process has stopped reading. */
  room(): Promise<void> | undefined {
    if (this.#waiting !== undefined) return this.#waiting.room;
    if (this.#options.queuedBytes() <= CROWDED_BYTES || this.#patienceMs() <= 0) return undefined;
    let settle = () => {};
    const room = new Promise<void>((resolve) => {
      settle = resolve;
    });
    this.#waiting = { room, settle };
    this.#watch();
    return room;
  }

  /** Nobody waits any longer: the process is gone. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#waiting?.settle();
    this.#waiting = undefined;
  }

  #patienceMs(): number {
    const { clock, idle, patienceMs = PATIENCE_MS } = this.#options;
    return idle?.() === true ? patienceMs : this.#movedMs + patienceMs - clock.now();
  }

  #watch(): void {
    const left = this.#patienceMs();
    if (left <= 0) this.stop();
    else this.#cancel = this.#options.clock.after(left, () => this.#watch());
  }
}
