import type { Socket } from 'node:net';
import type { Clock } from '../session/clock.ts';
import type { Spool } from './bmp-spool.ts';

/** Octets that the socket may hold: beyond, they wait in the spool. */
const SOCKET_BYTES = 1024 * 1024;
/** How long a station may take for what is left when we stop. */
const LINGER_MS = 2000;

export interface OutletOptions {
  readonly spool: Spool;
  readonly clock: Clock;
  /** What a station has to know first, as it is when each is asked for. */
  state(): Iterator<Uint8Array>;
  /** There was too much to wait, or it was lost: the station is told the state anew, over another connection. */
  gaveUp(reason: string, octets: number): void;
  /** All that there was to tell was handed to the connection. */
  idle?(): void;
  /** True: nothing waits for the first connection either, which begins with the state. */
  readonly startsBehind: boolean;
}

/**
 * One station that is told BMP: over one connection at a time, at its own speed, and whatever it does nobody waits
 * for it. What it does not take waits in the spool; where that is full what waits is given up, counted, and made good
 * by the state at the time of the next connection.
 */
export class Outlet {
  readonly #options: OutletOptions;
  #socket: Socket | undefined;
  /** What is told before anything that waits. */
  #state: Iterator<Uint8Array> | undefined;
  #behind: boolean;
  #gathering = false;
  /** Messages that went into the spool since it was empty. */
  #spooled = 0;
  #over: (() => void) | undefined;
  #drained: (() => void) | undefined;
  /** Messages that were to be told. */
  offered = 0;
  /** Messages that were given up, each made good by a later state. */
  coalesced = 0;
  /** Times that the state was told. */
  states = 0;

  constructor(options: OutletOptions) {
    this.#options = options;
    this.#behind = options.startsBehind;
  }

  get connected(): boolean {
    return this.#socket !== undefined;
  }

  /** Octets. */
  get waiting(): number {
    return this.#options.spool.size;
  }

  /** Nothing waits to be told. */
  get idle(): boolean {
    return this.#state === undefined && this.waiting === 0;
  }

  /** One whole message, not to be changed afterwards. */
  offer(octets: Uint8Array): void {
    this.offered++;
    if (this.#behind) {
      this.coalesced++;
      return;
    }
    const socket = this.#socket;
    if (socket !== undefined && this.idle && socket.writableLength < SOCKET_BYTES) {
      this.#gather(socket);
      socket.write(octets);
      return;
    }
    const refused = this.#options.spool.push(octets);
    if (refused === undefined) {
      this.#spooled = this.waiting === octets.length ? 1 : this.#spooled + 1;
      return;
    }
    this.coalesced++;
    this.#giveUp(refused);
  }

  /** Tells a station over this connection; resolves when it is over. */
  use(socket: Socket): Promise<void> {
    if (this.#behind) this.restate();
    this.#socket = socket;
    return new Promise((resolve) => {
      this.#over = resolve;
      // a station never says anything
      socket.resume();
      socket.on('drain', () => this.pump());
      socket.once('close', () => this.#closed());
      this.pump();
    });
  }

  /** Forgets what waits: what is told next is the state. */
  restate(): void {
    this.#options.spool.clear();
    this.#behind = false;
    this.states++;
    this.#state = this.#options.state();
  }

  /** From now on nothing waits: the next connection begins with the state. */
  fallBehind(): void {
    this.#options.spool.clear();
    this.#state = undefined;
    this.#behind = true;
  }

  /** Tells what waits, as far as the station takes it. */
  pump(): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    while (socket.writableLength < SOCKET_BYTES) {
      const octets = this.#next();
      if (octets === undefined) break;
      this.#gather(socket);
      socket.write(octets);
    }
    if (!this.idle) return;
    this.#drained?.();
    this.#options.idle?.();
  }

  /** Tells what waits, if the station takes it soon, and ends the connection. */
  async finish(): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined) return;
    const { clock } = this.#options;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(LINGER_MS, resolve);
      this.#drained = () => {
        this.#drained = undefined;
        cancel();
        resolve();
      };
      socket.once('close', () => this.#drained?.());
      this.pump();
    });
    await ended(socket, clock);
  }

  /** Ends the connection at once. */
  destroy(): void {
    this.#socket?.destroy();
  }

  #giveUp(reason: string): void {
    this.coalesced += this.#spooled;
    this.#options.gaveUp(reason, this.waiting);
    this.fallBehind();
    // whoever was told half of it has to be told all of it anew
    this.destroy();
  }

  #closed(): void {
    this.#socket = undefined;
    this.#over?.();
  }

  #next(): Uint8Array | undefined {
    if (this.#state !== undefined) {
      const { done, value } = this.#state.next();
      if (done !== true) return value;
      this.#state = undefined;
    }
    const { spool } = this.#options;
    const octets = spool.take();
    if (octets === undefined && spool.size > 0) this.#giveUp('cannot read from disk');
    return octets;
  }

  /** What is written in one go leaves in one call of the system. */
  #gather(socket: Socket): void {
    if (this.#gathering) return;
    this.#gathering = true;
    socket.cork();
    process.nextTick(() => {
      this.#gathering = false;
      socket.uncork();
    });
  }
}

/** Ends a connection so that what was written arrives, if the other side reads. */
function ended(socket: Socket, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) {
      resolve();
      return;
    }
    const cancel = clock.after(LINGER_MS, () => socket.destroy());
    socket.once('close', () => {
      cancel();
      resolve();
    });
    socket.end();
  });
}
