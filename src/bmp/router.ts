import { NotificationError } from '../bgp/errors.ts';
import { encodeNotification } from '../bgp/notification.ts';
import { decodeUpdate, type Update } from '../bgp/update.ts';
import type { BmpOrigin, BmpView, Direction, Event } from '../events/event.ts';
import { bgpBody } from './bgp-message.ts';
import { newCounters, type RouterCounters } from './counters.ts';
import { BmpError } from './errors.ts';
import { BMP_HEADER_LENGTH, BMP_TYPE } from './header.ts';
import { decodeBmp } from './index.ts';
import { SYS_DESCR, SYS_NAME } from './initiation.ts';
import type { BmpMessage, BmpPeerUp, PeerDownReason, PerPeerHeader } from './messages.ts';
import {
  addsFamilies,
  type BmpPeer,
  fourOctetAs,
  hostOf,
  originOf,
  peerUp,
  viewDirection,
  viewOf,
  withoutPeerUp,
} from './peer.ts';
import { peerDownText } from './peer-down.ts';
import { PeerTable } from './peers.ts';
import { tlvText } from './tlv.ts';

type Of<T extends BmpMessage['type']> = Extract<BmpMessage, { type: T }>;

export interface BmpRouterOptions {
  /** `ADDRESS:PORT` of the router's connection. */
  readonly router: string;
  /** Milliseconds since 1970. */
  now(): number;
  emit(event: Event): void;
  /** Peers that are kept at once; messages of others are told once, counted and skipped. */
  readonly maximumPeers?: number;
}

const MAXIMUM_PEERS = 10_000;

/** Local closes send the NOTIFICATION, remote ones receive it: RFC 7854 section 4.9. */
const LOCAL_NOTIFICATION = 1;

/**
 * One monitored router's connection: its messages in, events out. Knows no socket and no clock.
 * Octets of events are views of the frame, valid during `emit`.
 */
export class BmpRouter {
  readonly router: string;
  readonly counters: RouterCounters = newCounters();
  readonly #address: string;
  readonly #now: () => number;
  readonly #emit: (event: Event) => void;
  readonly #peers: PeerTable;
  #name = '';
  #description = '';
  #ended = false;

  constructor(options: BmpRouterOptions) {
    this.router = options.router;
    this.#address = hostOf(options.router);
    this.#now = () => options.now();
    this.#emit = (event) => options.emit(event);
    this.#peers = new PeerTable(options.maximumPeers ?? MAXIMUM_PEERS, this.#address);
  }

  /** sysName of the last Initiation, printable. */
  get name(): string {
    return this.#name;
  }

  /** sysDescr of the last Initiation, printable. */
  get description(): string {
    return this.#description;
  }

  /** A Termination came: nothing may follow it. */
  get ended(): boolean {
    return this.#ended;
  }

  get peersUp(): number {
    return this.#peers.up().length;
  }

  connected(): void {
    this.#emit({ ...this.#common(), type: 'bmp', message: 'connected' });
  }

  /** The connection is gone, and with it all that the router told: each peer goes down. */
  disconnected(reason: string): void {
    for (const { peer, header } of this.#peers.up()) {
      this.#down(peer, header, `BMP connection lost: ${reason}`);
    }
    this.#emit({ ...this.#common(), type: 'bmp', message: 'disconnected', reason });
  }

  /** One whole message. A body that cannot be read is told, counted and skipped. */
  receive(frame: Uint8Array): void {
    try {
      const message = decodeBmp(retainable(frame));
      this.counters.messages[message.type]++;
      this.#message(message, frame);
    } catch (err) {
      if (!(err instanceof BmpError)) throw err;
      this.broken(err, frame);
    }
    this.counters.octets += frame.length;
  }

  /** A message that cannot be read, at the place in the stream that was reached. */
  broken({ reason, offset, fatal }: BmpError, octets: Uint8Array): void {
    this.#error(`${reason} (octet ${offset})`, octets, fatal);
  }

  #error(reason: string, octets: Uint8Array, fatal = false): void {
    this.counters.errors++;
    const offset = this.counters.octets;
    this.#emit({ ...this.#common(), type: 'bmp', message: 'error', reason, offset, octets, fatal });
  }

  #message(message: BmpMessage, frame: Uint8Array): void {
    switch (message.type) {
      case 'initiation':
        this.#initiation(message, frame);
        break;
      case 'termination':
        this.#termination(message, frame);
        break;
      case 'unknown':
        break;
      case 'route-monitoring':
      case 'statistics':
      case 'peer-up':
      case 'peer-down':
      case 'route-mirroring':
        this.#ofPeer(message, frame);
        break;
    }
  }

  #initiation({ initiation }: Of<'initiation'>, frame: Uint8Array): void {
    this.#name = tlvText(initiation.tlvs, SYS_NAME) ?? this.#name;
    this.#description = tlvText(initiation.tlvs, SYS_DESCR) ?? this.#description;
    this.#emit({ ...this.#common(), type: 'bmp', message: 'initiation', initiation });
    if (initiation.problem !== undefined) this.#error(`initiation: ${initiation.problem}`, frame);
  }

  #termination({ termination }: Of<'termination'>, frame: Uint8Array): void {
    this.#ended = true;
    this.#emit({ ...this.#common(), type: 'bmp', message: 'termination', termination });
    if (termination.problem !== undefined) this.#error(`termination: ${termination.problem}`, frame);
  }

  #ofPeer(message: Extract<BmpMessage, { peer: PerPeerHeader }>, frame: Uint8Array): void {
    if (message.peer.clamped === true) this.counters.clampedTimestamps++;
    const peer = this.#peers.of(message.peer);
    if (peer === undefined) {
      this.#refuse(frame);
      return;
    }
    switch (message.type) {
      case 'route-monitoring':
        this.#routes(peer, message, frame);
        break;
      case 'statistics':
        this.#statistics(peer, message);
        break;
      case 'peer-up':
        this.#peerUp(peer, message.peer, message.up, frame);
        break;
      case 'peer-down':
        this.#peerDown(peer, message, frame);
        break;
      case 'route-mirroring':
        this.#mirroring(peer, message);
        break;
    }
  }

  #refuse(frame: Uint8Array): void {
    this.counters.refusedPeers++;
    if (this.counters.refusedPeers === 1)
      this.#error('too many peers: messages of further ones are skipped', frame);
  }

  #peerUp(before: BmpPeer, header: PerPeerHeader, up: BmpPeerUp, frame: Uint8Array): void {
    const adds = addsFamilies(before, header, up);
    if (before.state === 'up' && !adds) this.#down(before, header, 'second Peer Up without a Peer Down');
    const peer = this.#peers.set(header, peerUp(before, header, up, this.#address));
    this.#opens(peer, header, up);
    if (!adds) this.#emit({ ...this.#commonOf(peer, header), type: 'state', state: 'up' });
    if (up.problem !== undefined) this.#error(`peer up: ${up.problem}`, frame);
  }

  #opens(peer: BmpPeer, header: PerPeerHeader, up: BmpPeerUp): void {
    const common = { ...this.#commonOf(peer, header), type: 'open', negotiated: undefined } as const;
    if (up.sent !== undefined) {
      this.#emit({ ...common, direction: 'send', open: up.sent, octets: up.sentOctets });
    }
    if (up.received !== undefined) {
      this.#emit({ ...common, direction: 'receive', open: up.received, octets: up.receivedOctets });
    }
    const { negotiated } = peer;
    if (negotiated !== undefined) {
      this.#emit({ ...this.#commonOf(peer, header), type: 'negotiated', negotiated });
    }
  }

  #peerDown(peer: BmpPeer, { peer: header, reason }: Of<'peer-down'>, frame: Uint8Array): void {
    if (reason.notification !== undefined) {
      this.#emit({
        ...this.#commonOf(peer, header),
        type: 'notification',
        direction: reason.code === LOCAL_NOTIFICATION ? 'send' : 'receive',
        octets: encodeNotification(reason.notification),
        negotiated: peer.negotiated,
        notification: reason.notification,
      });
    }
    this.#down(peer, header, peer.state === 'new' ? 'never up' : peerDownText(reason), reason);
    if (reason.octets !== undefined) {
      this.#error(`peer down: data that does not fit reason ${reason.code}`, frame);
    }
  }

  #down(peer: BmpPeer, header: PerPeerHeader, reason: string, bmpReason?: PeerDownReason): void {
    this.#emit({
      ...this.#commonOf(peer, header),
      type: 'state',
      state: 'down',
      reason,
      ...(bmpReason === undefined ? {} : { bmpReason }),
    });
    this.#peers.set(header, withoutPeerUp('down', peer.neighbor));
  }

  #routes(known: BmpPeer, message: Of<'route-monitoring'>, frame: Uint8Array): void {
    const { peer: header, update: octets } = message;
    this.counters.trailingOctets += message.trailing;
    const peer = known.state === 'up' || known.state === 'implied' ? known : this.#imply(known, header);
    const view = viewOf(header);
    const viewed = viewDirection(view);
    const body = bgpBody(octets);
    const { context, repaired } = peer.reading.of(body, {
      view: view ?? '',
      direction: viewed,
      asn4: fourOctetAs(header),
    });
    if (repaired !== undefined) this.counters.repaired++;
    let update: Update;
    try {
      update = decodeUpdate(body, context);
    } catch (err) {
      if (!(err instanceof NotificationError)) throw err;
      this.#error(`route monitoring: ${err.message}`, frame);
      return;
    }
    const direction: Direction = viewed === 'out' ? 'send' : 'receive';
    const common = this.#commonOf(peer, header, view, repaired);
    this.#emit({ ...common, type: 'update', direction, octets, negotiated: peer.negotiated, update });
  }

  #imply(peer: BmpPeer, header: PerPeerHeader): BmpPeer {
    return this.#peers.set(header, withoutPeerUp('implied', peer.neighbor));
  }

  #statistics(peer: BmpPeer, { peer: header, statistics }: Of<'statistics'>): void {
    const { neighbor, bmp } = this.#commonOf(peer, header);
    this.#emit({ ...this.#common(), type: 'bmp', message: 'statistics', neighbor, bmp, statistics });
  }

  #mirroring(peer: BmpPeer, { peer: header, information, octets }: Of<'route-mirroring'>): void {
    const { neighbor, bmp } = this.#commonOf(peer, header, viewOf(header));
    this.#emit({ ...this.#common(), type: 'bmp', message: 'mirroring', neighbor, bmp, information, octets });
  }

  #common(): { timeMs: number; router: string; routerName: string } {
    return { timeMs: this.#now(), router: this.router, routerName: this.#name };
  }

  #commonOf(
    peer: BmpPeer,
    header: PerPeerHeader,
    view?: BmpView,
    repaired?: string,
  ): { timeMs: number; neighbor: BmpPeer['neighbor']; bmp: BmpOrigin } {
    const from = { router: this.router, routerName: this.#name, view, repaired };
    return { timeMs: this.#now(), neighbor: peer.neighbor, bmp: originOf(peer, header, from) };
  }
}

/** A copy of a Peer Up, whose OPENs outlive the read that brought them; others as they are. */
function retainable(frame: Uint8Array): Uint8Array {
  return frame[BMP_HEADER_LENGTH - 1] === BMP_TYPE['peer-up'] ? frame.slice() : frame;
}
