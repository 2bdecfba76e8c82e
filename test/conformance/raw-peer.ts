import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { IPV4_UNICAST, IPV6_UNICAST } from '../../src/bgp/family.ts';
import { BgpFraming, messageTypeWord } from '../../src/bgp/header.ts';
import { KEEPALIVE } from '../../src/bgp/keepalive.ts';
import { encodeOpen } from '../../src/bgp/open.ts';
import { makeOpenFor } from '../../src/bgp/open-layout.ts';
import { Framer } from '../../src/wire/framer.ts';

const POLL_MS = 10;
const CONNECT_TRIES = 200;

/** A BGP speaker that sends what it is told, right or wrong, and keeps what comes back. */
export class RawPeer {
  readonly received: Uint8Array[] = [];
  closed = false;
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const framer = new Framer(new BgpFraming({ maxLength: 65535 }));
    socket.on('data', (chunk) => {
      for (const message of framer.push(chunk)) this.received.push(message.slice());
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
    });
  }

  /** Connects from `address`; a daemon that is still starting is tried again. */
  static async connect(address: string, port: number): Promise<RawPeer> {
    for (let tries = 0; ; tries++) {
      const socket = connect({ host: '127.0.0.1', port, localAddress: address });
      const connected = await new Promise<boolean>((resolve) => {
        socket.once('connect', () => resolve(true));
        socket.once('error', () => resolve(false));
      });
      if (connected) return new RawPeer(socket);
      if (tries >= CONNECT_TRIES) throw new Error(`no daemon listens on port ${port}`);
      await wait(POLL_MS * 5);
    }
  }

  send(octets: Uint8Array): void {
    if (!this.closed) this.#socket.write(octets);
  }

  /** OPEN and KEEPALIVE of AS 65001; whether the session came up. */
  async establish(timeoutMs: number): Promise<boolean> {
    this.send(goodOpen());
    if (!(await this.eventually((peer) => peer.count('open') > 0, timeoutMs))) return false;
    this.send(KEEPALIVE);
    return await this.eventually((peer) => peer.count('keepalive') > 0, timeoutMs);
  }

  count(type: string): number {
    return this.received.filter((message) => messageTypeWord(message) === type).length;
  }

  /** `2/1`, the code and subcode of the NOTIFICATION that came. */
  get notification(): string | undefined {
    const found = this.received.find((message) => messageTypeWord(message) === 'notification');
    return found === undefined ? undefined : `${found[19]}/${found[20]}`;
  }

  async eventually(found: (peer: RawPeer) => boolean, timeoutMs: number): Promise<boolean> {
    for (let waited = 0; waited < timeoutMs; waited += POLL_MS) {
      if (found(this)) return true;
      await wait(POLL_MS);
    }
    return found(this);
  }

  end(): void {
    this.#socket.destroy();
  }
}

function goodOpen(): Uint8Array {
  return encodeOpen(
    makeOpenFor({
      as: 65001,
      holdTimeSeconds: 30,
      routerId: 0x0a090001,
      families: [IPV4_UNICAST, IPV6_UNICAST],
      asn4: true,
      nexthops: undefined,
      addPath: [],
      routeRefresh: true,
      operational: false,
      extendedMessage: false,
      linkLocalNexthop: false,
      multiSession: false,
    }),
  );
}
