import { NotificationError } from '../bgp/errors.ts';
import { encodeNotification } from '../bgp/notification.ts';
import { decodeUpdate, type Update } from '../bgp/update.ts';
import type { BmpOrigin, BmpView, Direction, Event, Neighbor } from '../events/event.ts';
import { bgpBody } from './bgp-message.ts';
import { newCounters, type RouterCounters } from './counters.ts';
import { BmpError } from './errors.ts';
import { BMP_HEADER_LENGTH, BMP_TYPE } from './header.ts';
import { decodeBmp } from './index.ts';
import { statelessOf } from './indexed-tlv.ts';
import { SYS_DESCR, SYS_NAME } from './initiation.ts';
import { inspectHeader, inspectPeerUp, inspectUpdate } from './inspect.ts';
import { Lint, type LintId } from './lint.ts';
import type { BmpMessage, BmpPeerUp, PeerDownReason, PerPeerHeader } from './messages.ts';
import { readMirrored } from './mirrored.ts';
import {
  addsFamilies,
  fourOctetAs,
  hostOf,
  type OriginExtras,
  originOf,
  peerUp,
  viewDirection,
  viewOf,
  withoutPeerUp,
} from './peer.ts';
import { peerDownText } from './peer-down.ts';
import { type PeerEntry, PeerTable } from './peers.ts';
import { type ProfileName, profileOf } from './profile.ts';
import type { AddPathMode, Reading } from './reading.ts';
import { tlvText } from './tlv.ts';

type Of<T extends BmpMessage['type']> = Extract<BmpMessage, { type: T }>;

export interface BmpRouterOptions {
  /** `ADDRESS:PORT` of the router's connection. */
  readonly router: string;
  /** Milliseconds since 1970. */
  now(): number;
  emit(event: Event): void;
  /** Peers that are kept at once; messages of others are told once, counted and skipped. */
  readonly maximumPeers?: number | undefined;
  /** Whether NLRI have path identifiers: undefined finds out. */
  readonly addPath?: AddPathMode | undefined;
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
  readonly lint = new Lint();
  readonly #address: string;
  readonly #now: () => number;
  readonly #emit: (event: Event) => void;
  readonly #peers: PeerTable;
  #name = '';
  #description = '';
  #initiated = false;
  #ended = false;

  constructor(options: BmpRouterOptions) {
    this.router = options.router;
    this.#address = hostOf(options.router);
    this.#now = () => options.now();
    this.#emit = (event) => options.emit(event);
    this.#peers = new PeerTable({
      maximum: options.maximumPeers ?? MAXIMUM_PEERS,
      routerAddress: this.#address,
      addPath: options.addPath ?? 'auto',
    });
  }

  /** sysName of the last Initiation, printable. */
  get name(): string {
    return this.#name;
  }

  /** sysDescr of the last Initiation, printable. */
  get description(): string {
    return this.#description;
  }

  /** What kind of sender it is, by its Initiation. */
  get profile(): ProfileName | undefined {
    return profileOf(this.#description, this.#name);
  }

  /** A Termination came: nothing may follow it. */
  get ended(): boolean {
    return this.#ended;
  }

  get peersUp(): number {
    return this.#peers.up().length;
  }

  /** All peers that were seen, for what shows them. */
  get peers(): readonly PeerEntry[] {
    return this.#peers.all();
  }

  connected(): void {
    this.#emit({ ...this.#common(), type: 'bmp', message: 'connected' });
  }

  /** The connection is gone, and with it all that the router told: each peer goes down. */
  disconnected(reason: string): void {
    for (const entry of this.#peers.up()) {
      this.#down(entry, entry.header, `BMP connection lost: ${reason}`);
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
        this.#note('unknown-message', `type ${message.code}`);
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
    if (!this.#initiated && this.counters.octets > 0) this.#note('late-initiation');
    if (this.#name === '') this.#note('empty-sys-name');
    if ([this.#name, this.#description].includes('Not defined')) this.#note('sys-name-not-defined');
    this.#initiated = true;
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
    if (!this.#initiated) this.#note('no-initiation');
    inspectHeader(message.peer, (id, example) => this.#note(id, example));
    const entry = this.#peers.of(message.peer);
    if (entry === undefined) {
      this.#refuse(frame);
      return;
    }
    switch (message.type) {
      case 'route-monitoring':
        this.#routes(entry, message, frame);
        break;
      case 'statistics':
        this.#statistics(entry, message);
        break;
      case 'peer-up':
        this.#peerUp(entry, message.peer, message.up, frame);
        break;
      case 'peer-down':
        this.#peerDown(entry, message, frame);
        break;
      case 'route-mirroring':
        this.#mirroring(entry, message);
        break;
    }
  }

  #refuse(frame: Uint8Array): void {
    this.counters.refusedPeers++;
    if (this.counters.refusedPeers === 1)
      this.#error('too many peers: messages of further ones are skipped', frame);
  }

  #peerUp(entry: PeerEntry, header: PerPeerHeader, up: BmpPeerUp, frame: Uint8Array): void {
    const before = entry.peer;
    const adds = addsFamilies(before, header, up);
    inspectPeerUp(header, up, (id, example) => this.#note(id, example));
    if (before.state === 'up' && !adds) {
      this.#note('repeated-peer-up', before.neighbor.peerAddress);
      this.#down(entry, header, 'second Peer Up without a Peer Down');
    }
    this.#peers.set(entry, header, peerUp(entry.peer, header, up, this.#address));
    if (!adds) this.#enterUp(entry);
    this.#opens(entry, header, up);
    if (!adds) this.#emit({ ...this.#commonOf(entry, header), type: 'state', state: 'up' });
    if (up.problem !== undefined) this.#error(`peer up: ${up.problem}`, frame);
  }

  #enterUp({ record }: PeerEntry): void {
    record.ups++;
    record.downReason = undefined;
    record.enter(this.#now());
  }

  #opens(entry: PeerEntry, header: PerPeerHeader, up: BmpPeerUp): void {
    const common = { ...this.#commonOf(entry, header), type: 'open', negotiated: undefined } as const;
    if (up.sent !== undefined) {
      this.#emit({ ...common, direction: 'send', open: up.sent, octets: up.sentOctets });
    }
    if (up.received !== undefined) {
      this.#emit({ ...common, direction: 'receive', open: up.received, octets: up.receivedOctets });
    }
    const { negotiated } = entry.peer;
    if (negotiated !== undefined) {
      this.#emit({ ...this.#commonOf(entry, header), type: 'negotiated', negotiated });
    }
  }

  #peerDown(entry: PeerEntry, { peer: header, reason }: Of<'peer-down'>, frame: Uint8Array): void {
    if (reason.notification !== undefined) {
      this.#emit({
        ...this.#commonOf(entry, header),
        type: 'notification',
        direction: reason.code === LOCAL_NOTIFICATION ? 'send' : 'receive',
        octets: encodeNotification(reason.notification),
        negotiated: entry.peer.negotiated,
        notification: reason.notification,
      });
    }
    const neverUp = entry.peer.state === 'new';
    if (neverUp) this.#note('never-up', entry.peer.neighbor.peerAddress);
    this.#down(entry, header, neverUp ? 'never up' : peerDownText(reason), reason);
    if (reason.octets !== undefined) {
      this.#error(`peer down: data that does not fit reason ${reason.code}`, frame);
    }
  }

  #down(entry: PeerEntry, header: PerPeerHeader, reason: string, bmpReason?: PeerDownReason): void {
    this.#emit({
      ...this.#commonOf(entry, header),
      type: 'state',
      state: 'down',
      reason,
      ...(bmpReason === undefined ? {} : { bmpReason }),
    });
    this.#peers.set(entry, header, withoutPeerUp('down', entry.peer));
    entry.record.downs++;
    entry.record.downReason = reason;
    entry.record.enter(this.#now());
  }

  #routes(entry: PeerEntry, message: Of<'route-monitoring'>, frame: Uint8Array): void {
    const { peer: header, update: octets } = message;
    if (message.trailing > 0) this.#trailing(entry, message.trailing);
    if (entry.peer.state !== 'up' && entry.peer.state !== 'implied') this.#imply(entry, header);
    const { peer, record } = entry;
    const view = viewOf(header);
    const viewed = viewDirection(view);
    const body = bgpBody(octets);
    const reading = peer.reading.of(body, {
      view: view ?? '',
      direction: viewed,
      asn4: fourOctetAs(header),
      ...(message.tlvs === undefined ? {} : { stateless: statelessOf(message.tlvs, viewed) }),
    });
    if (reading.repaired !== undefined) this.#repaired(entry, message, view, reading);
    let update: Update;
    try {
      update = decodeUpdate(body, reading.context);
    } catch (err) {
      if (!(err instanceof NotificationError)) throw err;
      record.errors++;
      this.#error(`route monitoring: ${err.message}`, frame);
      return;
    }
    this.#inspect(entry, header, view, update);
    const direction: Direction = viewed === 'out' ? 'send' : 'receive';
    const common = this.#commonOf(entry, header, view, extrasOf(message, reading));
    this.#emit({ ...common, type: 'update', direction, octets, negotiated: peer.negotiated, update });
  }

  #inspect(entry: PeerEntry, header: PerPeerHeader, view: BmpView | undefined, update: Update): void {
    const { peer, record } = entry;
    const now = this.#now();
    if (view !== undefined) {
      const from = { peer, header, prePolicyIn: view === 'adj-rib-in-pre-policy' };
      inspectUpdate(update, from, record.view(view), now, (id, example) => this.#note(id, example));
    }
    record.count(view, update, now);
    if (view !== undefined && update.endOfRib !== undefined) {
      record.view(view).endOfRib.set(update.endOfRib, now);
    }
  }

  #trailing({ peer }: PeerEntry, trailing: number): void {
    this.counters.trailingOctets += trailing;
    this.#note('trailing-octets', peer.neighbor.peerAddress);
  }

  /** Every one is counted and marked; only what was not known yet is worth an event. */
  #repaired(
    entry: PeerEntry,
    { peer: header, update: octets }: Of<'route-monitoring'>,
    view: BmpView | undefined,
    { repaired: reason = '', surprising }: Reading,
  ): void {
    this.counters.repaired++;
    entry.record.repaired++;
    const { peerAddress } = entry.peer.neighbor;
    if (reason.includes('with path')) this.#note('undeclared-path-ids', peerAddress);
    if (reason.includes('without path')) this.#note('missing-path-ids', peerAddress);
    if (reason.includes('AS numbers')) this.#note('as-width', peerAddress);
    if (!surprising) return;
    const { neighbor, bmp } = this.#commonOf(entry, header, view);
    this.#emit({ ...this.#common(), type: 'bmp', message: 'repaired', neighbor, bmp, reason, octets });
  }

  #imply(entry: PeerEntry, header: PerPeerHeader): void {
    this.#note('routes-before-peer-up', entry.peer.neighbor.peerAddress);
    this.#peers.set(entry, header, withoutPeerUp('implied', entry.peer));
    entry.record.enter(this.#now());
  }

  #statistics(entry: PeerEntry, { peer: header, statistics }: Of<'statistics'>): void {
    entry.record.keepStatistics(statistics, this.#now());
    const { neighbor, bmp } = this.#commonOf(entry, header);
    this.#emit({ ...this.#common(), type: 'bmp', message: 'statistics', neighbor, bmp, statistics });
  }

  #mirroring(entry: PeerEntry, { peer: header, information, octets }: Of<'route-mirroring'>): void {
    const { neighbor, bmp } = this.#commonOf(entry, header, viewOf(header));
    const told = { information: information?.word, octets, ...readMirrored(octets, entry.peer) };
    this.#emit({ ...this.#common(), type: 'bmp', message: 'mirroring', neighbor, bmp, ...told });
  }

  #note(id: LintId, example?: string): void {
    this.lint.note(id, this.#now(), example);
  }

  #common(): { timeMs: number; router: string; routerName: string } {
    return { timeMs: this.#now(), router: this.router, routerName: this.#name };
  }

  #commonOf(
    { peer }: PeerEntry,
    header: PerPeerHeader,
    view?: BmpView,
    more?: OriginExtras,
  ): { timeMs: number; neighbor: Neighbor; bmp: BmpOrigin } {
    const from = { router: this.router, routerName: this.#name, view, ...(more && { more }) };
    return { timeMs: this.#now(), neighbor: peer.neighbor, bmp: originOf(peer, header, from) };
  }
}

const NO_EXTRAS: OriginExtras = {};

function extrasOf({ trailing, tlvs }: Of<'route-monitoring'>, { repaired }: Reading): OriginExtras {
  const beside = tlvs?.filter(({ word }) => word !== 'bgp-message') ?? [];
  if (trailing === 0 && repaired === undefined && beside.length === 0) return NO_EXTRAS;
  return {
    ...(repaired === undefined ? {} : { repaired }),
    ...(trailing === 0 ? {} : { trailing }),
    ...(beside.length === 0 ? {} : { tlvs: beside }),
  };
}

/** A copy of a Peer Up, whose OPENs outlive the read that brought them; others as they are. */
function retainable(frame: Uint8Array): Uint8Array {
  return frame[BMP_HEADER_LENGTH - 1] === BMP_TYPE['peer-up'] ? frame.slice() : frame;
}
