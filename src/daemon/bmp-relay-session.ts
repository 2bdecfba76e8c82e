import type { Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import type { Logger } from 'pino';
import { BMP_HEADER_LENGTH, BMP_TYPE } from '../bmp/header.ts';
import type { BmpRouter } from '../bmp/router.ts';
import { tableFrames } from '../bmp/table-frames.ts';
import type { BmpRelayConfig } from '../config/bmp-model.ts';
import type { Clock } from '../session/clock.ts';
import { toHex } from '../wire/hex.ts';
import { Dialer } from './bmp-dialer.ts';
import { Outlet } from './bmp-outlet.ts';
import { Spool } from './bmp-spool.ts';

/** What memory holds where there is no directory: a moment's worth. */
const MEMORY_BYTES = 16 * 1024 * 1024;
/** Type, flags but for those of views, distinguisher and address: which peer a message is of. */
const PEER_AT = BMP_HEADER_LENGTH;
const PEER_LENGTH = 26;

export interface RelaySessionOptions {
  readonly to: BmpRelayConfig;
  readonly router: BmpRouter;
  /** Of the spool; undefined: memory. */
  readonly file: string | undefined;
  readonly tls: SecureContextOptions | undefined;
  /** Whose Peer Ups are told again: those of others are not, as the station itself takes no more. */
  readonly maximumPeers: number;
  readonly clock: Clock;
  readonly log: Logger;
  /** The router is gone, and all was told that could be. */
  over(): void;
}

/**
 * What one router sends, forwarded octet by octet over a connection of its own. While there is none it waits in the
 * spool, after what a station has to know first: Initiation, Peer Ups and the tables as they were.
 */
export class RelaySession {
  readonly #options: RelaySessionOptions;
  readonly #spool: Spool;
  readonly #outlet: Outlet;
  readonly #dialer: Dialer;
  readonly #peerUps = new Map<string, Uint8Array>();
  #initiation: Uint8Array | undefined;
  #ended = false;
  #leaving = false;

  constructor(options: RelaySessionOptions) {
    this.#options = options;
    const { to, tls, clock, file, log, router } = options;
    const sizeBytes = file === undefined ? Math.min(to.sizeBytes, MEMORY_BYTES) : to.sizeBytes;
    this.#spool = new Spool({ file, sizeBytes, ageMs: to.ageSeconds * 1000, clock });
    this.#outlet = new Outlet({
      spool: this.#spool,
      clock,
      startsBehind: false,
      state: () => this.#state(),
      idle: () => {
        if (this.#ended) this.#leave();
      },
      gaveUp: (reason, octets) =>
        log.warn({ router: router.router, reason, octets }, 'relay: what waits is given up'),
    });
    this.#dialer = new Dialer({ to, tls, log, clock, use: (socket) => this.#use(socket) });
    this.#dialer.start();
  }

  get router(): BmpRouter {
    return this.#options.router;
  }

  get connected(): boolean {
    return this.#outlet.connected;
  }

  get waiting(): number {
    return this.#outlet.waiting;
  }

  get forwarded(): number {
    return this.#outlet.offered;
  }

  get coalesced(): number {
    return this.#outlet.coalesced;
  }

  /** One whole message of the router. */
  frame(octets: Uint8Array): void {
    const own = octets.slice();
    this.#remember(own);
    this.#outlet.offer(own);
  }

  /** The router is gone: what waits is still told. */
  end(): void {
    this.#ended = true;
    this.#outlet.pump();
    // there need not be a connection for nothing
    if (this.#outlet.idle) this.#leave();
  }

  async stop(): Promise<void> {
    this.#outlet.destroy();
    await this.#dialer.stop();
    this.#spool.close();
  }

  #remember(octets: Uint8Array): void {
    const type = octets[BMP_HEADER_LENGTH - 1];
    if (type === BMP_TYPE.initiation) this.#initiation = octets;
    if (type === BMP_TYPE['peer-up']) this.#rememberPeer(peerOf(octets), octets);
    if (type === BMP_TYPE['peer-down']) this.#peerUps.delete(peerOf(octets));
  }

  #rememberPeer(key: string, octets: Uint8Array): void {
    if (this.#peerUps.size < this.#options.maximumPeers || this.#peerUps.has(key))
      this.#peerUps.set(key, octets);
  }

  async #use(socket: Socket): Promise<void> {
    const { log, router } = this.#options;
    log.info({ router: router.router, waiting: this.waiting }, 'relay connected');
    await this.#outlet.use(socket);
    log.info({ router: router.router }, 'relay disconnected');
    // what was on its way may be lost: the next connection begins with the state
    if (!this.#leaving) this.#outlet.restate();
  }

  /** What a new connection is told first; frames that come meanwhile follow it. */
  #state(): Iterator<Uint8Array> {
    const frames = [this.#initiation, ...this.#peerUps.values()].filter((octets) => octets !== undefined);
    const tables = tableFrames(this.router);
    return (function* () {
      yield* frames;
      yield* tables;
    })();
  }

  #leave(): void {
    if (this.#leaving) return;
    this.#leaving = true;
    void this.#outlet.finish();
    void this.#dialer.stop({ gently: true }).then(() => {
      this.#spool.close();
      this.#options.over();
    });
  }
}

/** The peer of a message, whatever view it is of. */
function peerOf(octets: Uint8Array): string {
  const header = octets.slice(PEER_AT, PEER_AT + PEER_LENGTH);
  header[1] = 0;
  return toHex(header);
}
