import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { BmpError } from '../bmp/errors.ts';
import { BMP_HEADER_LENGTH, bmpFraming } from '../bmp/header.ts';
import type { BmpRouter } from '../bmp/router.ts';
import { pauses } from '../loop/sliced.ts';
import { Lane } from '../loop/turns.ts';
import type { Clock } from '../session/clock.ts';
import { SocketChunks } from '../session/socket-chunks.ts';
import { Framer } from '../wire/framer.ts';
import { toHexUpper } from '../wire/hex.ts';
import type { MemoryHolder } from './bmp-memories.ts';

/** Work on one router's octets is cut into slices of this, so that timers and others have their turn. */
const SLICE_MS = 2;
const ROUTERS = new Lane();
/** The clock is looked at once per so many messages. */
const MESSAGES_PER_LOOK = 8;
/** A message that begins has to end: no router takes a minute for one. */
const MESSAGE_MS = 60_000;

export interface BmpConnectionOptions {
  readonly socket: Socket;
  readonly router: BmpRouter;
  readonly log: Logger;
  readonly clock: Clock;
  /** Octets of the longest message. */
  readonly messageSize: number;
  /** 0: silence is legal. */
  readonly idleMs: number;
  /** Resolves when it may be read on; undefined: it may. */
  held(): Promise<void> | undefined;
  /** What to wait for before the next message: somebody who reads has too much to read. */
  room(): Promise<void> | undefined;
  /** Each whole message as it came, before it is looked at. */
  frame(octets: Uint8Array): void;
}

/** One router's connection: octets are read as they come, whatever becomes of them. */
export class BmpConnection implements MemoryHolder {
  readonly router: BmpRouter;
  readonly #options: BmpConnectionOptions;
  readonly #framer: Framer;
  readonly #chunks: SocketChunks;
  readonly startedMs: number;
  heardMs: number;
  #pendingSinceMs: number | undefined;
  #reason: string | undefined;
  #told = false;

  constructor(options: BmpConnectionOptions) {
    this.#options = options;
    this.router = options.router;
    this.#framer = new Framer(bmpFraming(options.messageSize));
    this.#chunks = new SocketChunks(options.socket, 'closed by the router');
    this.startedMs = options.clock.now();
    this.heardMs = this.startedMs;
  }

  get memory(): BmpRouter['memory'] {
    return this.#told ? undefined : this.router.memory;
  }

  replace(): void {
    this.close('replaced by a newer connection of the router');
    this.#end();
  }

  /** Ends it; what is told then says why. */
  close(reason: string): void {
    this.#reason ??= reason;
    this.#options.socket.destroy();
  }

  /** Time goes by. */
  tick(): void {
    const { clock, idleMs } = this.#options;
    const now = clock.now();
    this.router.tick();
    if (idleMs > 0 && now - this.heardMs >= idleMs) this.close('idle for too long');
    if (this.#pendingSinceMs !== undefined && now - this.#pendingSinceMs >= MESSAGE_MS) {
      this.close(`a message was not complete after ${MESSAGE_MS / 1000} s`);
    }
  }

  /** Does long work a little at a time, as there is room for what it tells; what comes is read meanwhile. */
  async carryOut(work: Generator<void, void, void>): Promise<void> {
    const pause = pauses();
    while (!this.#told && work.next().done !== true) await (this.#options.room() ?? pause());
  }

  /** Reads until the connection ends, and tells all of it. */
  async run(): Promise<void> {
    const { socket, log } = this.#options;
    log.info('BMP router connected');
    this.router.connected();
    const reason = await this.#read();
    socket.destroy();
    this.#reason ??= reason;
    this.#end();
  }

  #end(): void {
    if (this.#told) return;
    this.#told = true;
    const reason = this.#reason ?? 'closed';
    this.#options.log.info({ reason, counters: this.router.counters }, 'BMP router disconnected');
    this.router.disconnected(reason);
  }

  /** Resolves to why the connection ended. */
  async #read(): Promise<string> {
    for (let before = 0, count = 0; ; before += count) {
      for (let held = this.#options.held(); held !== undefined; held = this.#options.held()) await held;
      const chunk = await this.#chunks.next();
      if (this.#reason !== undefined) return this.#reason;
      if (typeof chunk === 'string') return this.#framer.pending === 0 ? chunk : `${chunk} in mid message`;
      count = chunk.length;
      this.heardMs = this.#options.clock.now();
      await this.#turn();
      try {
        await this.#frames(chunk);
      } catch (err) {
        if (!(err instanceof BmpError)) throw err;
        return this.#broken(err, chunk, before);
      }
      if (this.router.ended) return 'terminated by the router';
      if (this.#framer.pending === 0) this.#pendingSinceMs = undefined;
      else this.#pendingSinceMs ??= this.heardMs;
    }
  }

  #broken(err: BmpError, chunk: Uint8Array, before: number): string {
    const { octets: offset } = this.router.counters;
    const at = Math.max(offset - before, 0);
    const octets = chunk.subarray(at, at + BMP_HEADER_LENGTH);
    const told = { reason: err.reason, offset, octets: toHexUpper(octets) };
    this.#options.log.warn(told, 'not a BMP stream: connection closed');
    this.router.broken(err, octets);
    return err.reason;
  }

  async #frames(chunk: Uint8Array): Promise<void> {
    const { clock } = this.#options;
    let sliceStart = clock.now();
    let count = 0;
    try {
      for (const frame of this.#framer.push(chunk)) {
        // another connection took its place while it waited
        if (this.#told) return;
        const errors = this.router.counters.errors;
        this.#pendingSinceMs = undefined;
        this.#options.frame(frame);
        this.router.receive(frame);
        if (this.router.counters.errors > errors) this.#skipped();
        if (this.router.ended) return;
        const isSliceOver = ++count % MESSAGES_PER_LOOK === 0 && clock.now() - sliceStart >= SLICE_MS;
        if (!isSliceOver && this.#options.room() === undefined) continue;
        this.router.flush();
        await this.#turn();
        sliceStart = clock.now();
      }
    } finally {
      this.router.flush();
    }
  }

  /** Resolves when it is our turn and there is room: whoever waited is one of many, and the first of them may have filled it. */
  async #turn(): Promise<void> {
    for (;;) {
      await ROUTERS.turn();
      const room = this.#options.room();
      if (room === undefined) return;
      await room;
    }
  }

  /** Repeats are counted, not repeated: the first error of a router is logged, and each power of ten. */
  #skipped(): void {
    const { errors } = this.router.counters;
    if (!Number.isInteger(Math.log10(errors))) return;
    this.#options.log.warn({ errors }, 'BMP message skipped');
  }
}
