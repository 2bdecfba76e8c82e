import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { BMP_HEADER_LENGTH, BMP_TYPE } from '../bmp/header.ts';
import type { BmpRouter } from '../bmp/router.ts';
import { tableFrames } from '../bmp/table-frames.ts';
import type { BmpRelayConfig } from '../config/bmp-model.ts';
import type { Clock } from '../session/clock.ts';
import { toHex } from '../wire/hex.ts';
import { Dialer } from './bmp-dialer.ts';
import { Spool } from './bmp-spool.ts';

/** Octets that the socket may hold: beyond, they wait in the spool. */
const SOCKET_BYTES = 1024 * 1024;
/** Type, flags but for those of views, distinguisher and address: which peer a message is of. */
const PEER_AT = BMP_HEADER_LENGTH;
const PEER_LENGTH = 26;

export interface RelaySessionOptions {
  readonly to: BmpRelayConfig;
  readonly router: BmpRouter;
  /** Of the spool; undefined: memory. */
  readonly file: string | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * What one router sends, forwarded octet by octet over a connection of its own. While there is none it waits in the
 * spool, after what a station has to know first: Initiation, Peer Ups and the tables as they were. Where the spool
 * is full what waits is given up, counted, and made good by the same from the time of the next connection.
 */
export class RelaySession {
  readonly #options: RelaySessionOptions;
  readonly #spool: Spool;
  readonly #dialer: Dialer;
  readonly #peerUps = new Map<string, Uint8Array>();
  #initiation: Uint8Array | undefined;
  #socket: Socket | undefined;
  /** What is told first on a connection that is not the first. */
  #state: Iterator<Uint8Array> | undefined;
  #behind = false;
  #ended = false;
  #over: (() => void) | undefined;
  forwarded = 0;
  /** Messages that were given up, each made good by a later state. */
  coalesced = 0;

  constructor(options: RelaySessionOptions) {
    this.#options = options;
    const { to, clock, file, log } = options;
    this.#spool = new Spool({ file, sizeBytes: to.sizeBytes, ageMs: to.ageSeconds * 1000, clock });
    this.#dialer = new Dialer({ to, tls: undefined, log, clock, use: (socket) => this.#use(socket) });
    this.#dialer.start();
  }

  get router(): BmpRouter {
    return this.#options.router;
  }

  get connected(): boolean {
    return this.#socket !== undefined;
  }

  get waiting(): number {
    return this.#spool.size;
  }

  /** Nothing is left to do. */
  get done(): boolean {
    return this.#ended && this.#spool.size === 0 && this.#state === undefined;
  }

  /** One whole message of the router. */
  frame(octets: Uint8Array): void {
    this.#remember(octets);
    this.forwarded++;
    if (this.#behind) {
      this.coalesced++;
      return;
    }
    const socket = this.#socket;
    const direct = socket !== undefined && this.#state === undefined && this.#spool.size === 0;
    if (direct && socket.writableLength < SOCKET_BYTES) {
      socket.write(octets.slice());
      return;
    }
    const refused = this.#spool.push(octets);
    if (refused !== undefined) this.#giveUp(refused);
  }

  /** The router is gone: what waits is still told. */
  end(): void {
    this.#ended = true;
    this.#pump();
  }

  async stop(): Promise<void> {
    this.#socket?.destroy();
    await this.#dialer.stop();
    this.#spool.close();
  }

  #remember(octets: Uint8Array): void {
    const type = octets[BMP_HEADER_LENGTH - 1];
    if (type === BMP_TYPE.initiation) this.#initiation = octets.slice();
    if (type === BMP_TYPE['peer-up']) this.#peerUps.set(peerOf(octets), octets.slice());
    if (type === BMP_TYPE['peer-down']) this.#peerUps.delete(peerOf(octets));
  }

  #giveUp(reason: string): void {
    const { log, router } = this.#options;
    log.warn({ router: router.router, reason, octets: this.#spool.size }, 'relay: what waits is given up');
    this.coalesced++;
    this.#spool.clear();
    this.#state = undefined;
    this.#behind = true;
    // whoever is told half of it has to be told all of it anew
    this.#socket?.destroy();
  }

  #use(socket: Socket): Promise<void> {
    const { log, router } = this.#options;
    if (this.#behind) this.#begin();
    this.#socket = socket;
    log.info({ router: router.router, waiting: this.#spool.size }, 'relay connected');
    return new Promise((resolve) => {
      this.#over = resolve;
      // a station never says anything
      socket.resume();
      socket.on('drain', () => this.#pump());
      socket.once('close', () => this.#lost());
      this.#pump();
    });
  }

  #lost(): void {
    const { log, router } = this.#options;
    this.#socket = undefined;
    log.info({ router: router.router }, 'relay disconnected');
    if (!this.done) {
      // what was on its way may be lost: the next connection begins with the state
      this.#spool.clear();
      this.#begin();
    }
    this.#over?.();
  }

  /** What a new connection is told first; frames that come meanwhile follow it. */
  #begin(): void {
    this.#behind = false;
    const { router } = this.#options;
    const frames = [this.#initiation, ...this.#peerUps.values()].filter((octets) => octets !== undefined);
    this.#state = (function* () {
      yield* frames;
      yield* tableFrames(router);
    })();
  }

  #pump(): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    while (socket.writableLength < SOCKET_BYTES) {
      const octets = this.#next();
      if (octets === undefined) break;
      socket.write(octets);
    }
    if (this.done) {
      socket.end();
      void this.#dialer.stop().then(() => this.#spool.close());
    }
  }

  #next(): Uint8Array | undefined {
    if (this.#state !== undefined) {
      const { done, value } = this.#state.next();
      if (done !== true) return value;
      this.#state = undefined;
    }
    return this.#spool.take();
  }
}

/** The peer of a message, whatever view it is of. */
function peerOf(octets: Uint8Array): string {
  const header = octets.slice(PEER_AT, PEER_AT + PEER_LENGTH);
  header[1] = 0;
  return toHex(header);
}
