import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { cease } from '../bgp/notification.ts';
import { Seldom } from '../hooks/seldom.ts';
import type { Clock } from '../session/clock.ts';
import { SystemCallError } from '../session/native.ts';
import { refuse } from '../session/refuse.ts';
import { plainAddress } from '../wire/address.ts';
import type { Peer } from './peer.ts';
import type { ProtectedSockets } from './protected-sockets.ts';

/** A Cease subcode, RFC 4486. */
const CONNECTION_REJECTED = 5;

interface AdmissionOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly sockets: ProtectedSockets;
  /** Whose connection it is, from and to these addresses; undefined: nobody's. */
  readonly peerFor: (peerAddress: string, localAddress: string, localPort?: number) => Peer | undefined;
}

/** Gives connections to the neighbors that they are from, and refuses those of strangers. */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #strangers: Seldom;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#strangers = new Seldom(() => options.clock.now());
  }

  accept(socket: Socket): void {
    const { clock, log, peerFor } = this.#options;
    const peerAddress = plainAddress(socket.remoteAddress);
    const localAddress = plainAddress(socket.localAddress);
    const peer = peerFor(peerAddress, localAddress, socket.localPort);
    if (peer !== undefined) {
      this.#confine(socket, peer);
      peer.accept(socket);
      return;
    }
    this.#strangers.tell((counted) =>
      log.warn(
        { peer: peerAddress, local: localAddress, ...counted },
        'connection from an address without a neighbor',
      ),
    );
    refuse(socket, cease(CONNECTION_REJECTED), clock);
  }

  /** The system took these options from a socket of its own before; one that is gone already needs none. */
  #confine(socket: Socket, peer: Peer): void {
    try {
      this.#options.sockets.confine(socket, peer.config);
    } catch (err) {
      if (!(err instanceof SystemCallError)) throw err;
      this.#options.log.warn({ peer: peer.name.peer, reason: err.message }, 'connection refused');
      socket.destroy();
    }
  }
}
