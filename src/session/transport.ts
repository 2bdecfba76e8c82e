import type { Socket } from 'node:net';
import { NotificationError } from '../bgp/errors.ts';
import { Lane } from '../loop/turns.ts';
import { plainAddress } from '../wire/address.ts';
import { Framer, type Framing } from '../wire/framer.ts';
import type { Clock } from './clock.ts';
import { isShared, keep, release, shareReading } from './shared-reading.ts';
import { SocketWriter } from './socket-writer.ts';

/** After this much work on messages others have their turn. */
const SLICE_MS = 2;
const SESSIONS = new Lane();
/** The clock is looked at once per so many messages. */
const MESSAGES_PER_LOOK = 8;
/** How long a peer may take to acknowledge our end of the connection. */
const LINGER_MS = 2_000;
const TCP_KEEPALIVE_MS = 30_000;

export interface TransportHandlers {
  /** Octets came, and nothing of them is handed on yet: who has no room for what is in them calls `pause`. */
  arrived(): void;
  /** One message; the octets are valid during the call only. */
  message(octets: Uint8Array): void;
  /**
   * Messages in a row from `from` on, the last maybe in part: the first that `message` is to be called with is the
   * one at the offset that this gives. Valid during the call only.
   */
  run(octets: Uint8Array, from: number): number;
  /** The stream lost its framing: nothing more is read. */
  broken(error: NotificationError): void;
  /** The connection ended or failed, after all that came before was handed on. */
  failed(): void;
  drain(): void;
  /** The system took octets of ours. */
  progress(): void;
}

function nothing(): void {}

/** Messages over one connected socket: cut, time-sliced, paused, and closed so that the last one arrives. */
export class Transport {
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #framer: Framer;
  readonly #writer: SocketWriter;
  readonly #handlers: TransportHandlers;
  /** A chunk is being worked off. */
  #busy = false;
  /** A copy of what is left of the chunk. */
  #kept: Uint8Array | undefined;
  #paused = false;
  #sliced = false;
  /** Reads though paused, until this says that it was enough. */
  #urged: (() => boolean) | undefined;
  #ended = false;
  readonly #pumpNow = (): void => this.#pump();
  readonly #run = (octets: Uint8Array, from: number): number => this.#handlers.run(octets, from);
  #closing: Promise<boolean> | undefined;

  constructor(
    socket: Socket,
    options: { readonly clock: Clock; readonly framing: Framing; readonly handlers: TransportHandlers },
  ) {
    this.#socket = socket;
    this.#clock = options.clock;
    this.#framer = new Framer(options.framing);
    this.#handlers = options.handlers;
    this.#writer = new SocketWriter(socket, () => this.#handlers.progress());
    shareReading(socket);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, TCP_KEEPALIVE_MS);
    socket.on('data', (chunk: Uint8Array) => this.#data(chunk));
    socket.on('drain', () => {
      if (this.#closing === undefined) this.#handlers.drain();
    });
    // 'close' follows every error
    socket.on('error', nothing);
    const ended = () => this.#end();
    socket.on('end', ended);
    socket.on('close', ended);
  }

  get localAddress(): string {
    return plainAddress(this.#socket.localAddress);
  }

  get peerAddress(): string {
    return plainAddress(this.#socket.remoteAddress);
  }

  /** Ports, 0 where the socket is gone already. */
  get ports(): { readonly local: number; readonly peer: number } {
    return { local: this.#socket.localPort ?? 0, peer: this.#socket.remotePort ?? 0 };
  }

  /** Octets that the system has not taken yet. */
  get writableLength(): number {
    return this.#writer.length;
  }

  /** Octets that were written to this connection, taken or not. */
  get writtenLength(): number {
    return this.#writer.total;
  }

  /** False: enough is queued, `drain` will be called. The octets must not change before they are sent. */
  write(octets: Uint8Array): boolean {
    return this.#closing === undefined && this.#writer.write(octets);
  }

  /** As `write`, and they leave before this is done, behind what was written before. */
  writeNow(octets: Uint8Array): boolean {
    return this.#closing === undefined && this.#writer.writeNow(octets);
  }

  /** What was written leaves now. */
  flush(): void {
    this.#writer.flush();
  }

  /** The peer's octets wait in the system. */
  get paused(): boolean {
    return this.#paused;
  }

  pause(): void {
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#paused = false;
    if (!this.#sliced) this.#pump();
  }

  /**
   * Hands on what waits and what comes, even while paused: then no more of it than it takes until `enough`. While
   * messages of a chunk are left no other chunk may come.
   */
  urge(enough: () => boolean): void {
    this.#urged = enough;
    if (!this.#busy) this.#socket.resume();
    else if (!this.#sliced) this.#pump();
  }

  /**
   * Sends `last`, then our end of the stream; what the peer still sends is read and dropped. Resolves when the socket is
   * closed: true, the peer ended its own stream, as who has read all does.
   * @param patienceMs to wait for that for as long as the peer is not silent for so long; else all has two seconds
   */
  close(last?: Uint8Array, patienceMs?: number): Promise<boolean> {
    if (this.#closing !== undefined) return this.#closing;
    const socket = this.#socket;
    this.#writer.settle();
    this.#closing = new Promise((resolve) => {
      if (socket.closed) {
        resolve(socket.readableEnded);
        return;
      }
      const wait = () => this.#clock.after(patienceMs ?? LINGER_MS, () => socket.destroy());
      let cancel = wait();
      if (patienceMs !== undefined) {
        socket.on('data', () => {
          cancel();
          cancel = wait();
        });
      }
      let ended = socket.readableEnded;
      socket.once('end', () => {
        ended = true;
      });
      socket.once('close', () => {
        cancel();
        resolve(ended);
      });
      if (last !== undefined && socket.writable) socket.write(last);
      socket.end();
      // octets left unread would turn our end into a reset, and the last message could be lost
      socket.resume();
    });
    return this.#closing;
  }

  #data(chunk: Uint8Array): void {
    if (this.#closing !== undefined) return;
    this.#framer.feed(chunk);
    this.#busy = true;
    this.#handlers.arrived();
    if (!SESSIONS.run(this.#pumpNow)) this.#sleep();
    if (this.#busy && isShared(chunk)) this.#framer.move((rest) => this.#keep(rest));
  }

  /** The next chunk, maybe another connection's, comes into the same memory. */
  #keep(rest: Uint8Array): Uint8Array {
    this.#kept = keep(rest);
    return this.#kept;
  }

  #end(): void {
    this.#ended = true;
    if (!this.#busy) this.#finish();
  }

  #finish(): void {
    if (this.#closing === undefined) this.#handlers.failed();
  }

  #pump(): void {
    this.#sliced = false;
    const until = this.#clock.now() + SLICE_MS;
    for (let count = 1; this.#closing === undefined; count++) {
      if (this.#paused && this.#enough()) {
        this.#socket.pause();
        return;
      }
      const ran = this.#busy && !this.#paused && this.#framer.skim(this.#run);
      if (!ran) {
        const message = this.#next();
        if (message === undefined) break;
        this.#handlers.message(message);
      }
      if ((ran || count % MESSAGES_PER_LOOK === 0) && this.#clock.now() >= until) {
        this.#yield();
        return;
      }
    }
    this.#chunkDone();
  }

  #chunkDone(): void {
    this.#busy = false;
    if (this.#kept !== undefined) release(this.#kept);
    this.#kept = undefined;
    if (this.#closing !== undefined) return;
    if (this.#ended) {
      this.#finish();
      return;
    }
    // what is left of the chunk may be a part of a message: an urge goes on with the next one
    if (this.#paused && this.#enough()) this.#socket.pause();
    else this.#socket.resume();
  }

  #enough(): boolean {
    if (this.#urged?.() === false) return false;
    this.#urged = undefined;
    return true;
  }

  #yield(): void {
    this.#sleep();
    SESSIONS.soon(this.#pumpNow);
  }

  /** Until it is our turn. */
  #sleep(): void {
    this.#sliced = true;
    this.#socket.pause();
  }

  #next(): Uint8Array | undefined {
    if (!this.#busy) return undefined;
    try {
      return this.#framer.next();
    } catch (err) {
      if (!(err instanceof NotificationError)) throw err;
      this.#busy = false;
      this.#handlers.broken(err);
      return undefined;
    }
  }
}
