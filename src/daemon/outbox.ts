import type { Clock } from '../session/clock.ts';

export interface OutboxOptions {
  readonly clock: Clock;
  /** Messages per second; undefined: as many as the socket takes. */
  readonly perSecond: number | undefined;
  readonly from: {
    /** The next messages, of some of what waits. */
    take(): Uint8Array[];
    /** How much waits: what was taken last may have made no message. */
    readonly pending: number;
    /** All before this place was taken. */
    readonly takenTo: number;
    /** All that waits has a place before this one. */
    readonly waitsTo: number;
  };
  readonly to: {
    /**
     * False: the socket is full, and `wake` follows when it is not.
     * @param now it leaves before anything else is done, with what was sent before; else when the caller is done
     */
    send(message: Uint8Array, now: boolean): boolean;
    /** What was sent leaves now. */
    flush(): void;
  };
}

const NOTHING: readonly Uint8Array[] = [];

/**
 * What goes out to one neighbor, a slice per turn of the loop: it stops where the socket is full or the rate
 * is used up, so that routes wait in the Adj-RIB-Out, where a newer state replaces an older one.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  #open = false;
  #taken: readonly Uint8Array[] = NOTHING;
  #scheduled: NodeJS.Immediate | undefined;
  #cancelWait: (() => void) | undefined;
  #awaited: { readonly upTo: number; readonly resolve: () => void }[] = [];
  #allowance = 0;
  #allowedAtMs = 0;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** A session came up. */
  open(): void {
    this.#open = true;
    this.#allowance = this.#options.perSecond ?? 0;
    this.#allowedAtMs = this.#options.clock.now();
    this.wake();
  }

  /** The session is gone; what was taken for it goes with it. */
  close(): void {
    this.#open = false;
    this.#taken = NOTHING;
    if (this.#scheduled !== undefined) clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    this.#cancelWait?.();
    this.#cancelWait = undefined;
    this.#settle();
  }

  /** Resolves when what waits now was sent, whatever came since, or the session is gone. */
  emptied(): Promise<void> {
    if (!this.#open) return Promise.resolve();
    this.wake();
    const upTo = this.#options.from.waitsTo;
    return new Promise((resolve) => this.#awaited.push({ upTo, resolve }));
  }

  /** Sends a first slice at once. */
  send(): void {
    if (!this.#open || this.#scheduled !== undefined || this.#cancelWait !== undefined) return;
    this.#slice(true);
    this.#options.to.flush();
  }

  /** There is something to send, or room for it. */
  wake(): void {
    if (!this.#open || this.#scheduled !== undefined || this.#cancelWait !== undefined) return;
    this.#scheduled = setImmediate(() => {
      this.#scheduled = undefined;
      this.#slice();
    });
  }

  /** @param now what is sent leaves at once */
  #slice(now = false): void {
    if (this.#taken.length === 0) this.#taken = this.#options.from.take();
    if (this.#taken.length === 0) {
      if (this.#options.from.pending > 0) this.wake();
      else this.#settle();
      return;
    }
    let sent = 0;
    let room = true;
    while (room && sent < this.#taken.length && this.#allowed()) {
      const message = this.#taken[sent++] as Uint8Array;
      room = this.#options.to.send(message, now && sent === this.#taken.length);
    }
    this.#taken = sent === this.#taken.length ? NOTHING : this.#taken.slice(sent);
    if (this.#taken.length === 0 && this.#awaited.length > 0) this.#settle(this.#options.from.takenTo);
    if (room && this.#cancelWait === undefined) this.wake();
  }

  /** @param takenTo all before this place was sent; absent: all was, or never will be */
  #settle(takenTo = Number.POSITIVE_INFINITY): void {
    const waiting = this.#awaited;
    this.#awaited = waiting.filter(({ upTo }) => upTo > takenTo);
    for (const { upTo, resolve } of waiting) if (upTo <= takenTo) resolve();
  }

  #allowed(): boolean {
    const { perSecond, clock } = this.#options;
    if (perSecond === undefined) return true;
    const now = clock.now();
    this.#allowance = Math.min(perSecond, this.#allowance + ((now - this.#allowedAtMs) / 1000) * perSecond);
    this.#allowedAtMs = now;
    if (this.#allowance >= 1) {
      this.#allowance--;
      return true;
    }
    this.#cancelWait = clock.after(((1 - this.#allowance) / perSecond) * 1000, () => {
      this.#cancelWait = undefined;
      this.wake();
    });
    return false;
  }
}
