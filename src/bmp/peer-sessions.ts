import { encodeNotification } from '../bgp/notification.ts';
import { incompleteViews } from './completeness.ts';
import { inspectPeerUp } from './inspect.ts';
import type { BmpMessage, BmpPeerUp, PeerDownReason, PerPeerHeader } from './messages.ts';
import { readMirrored } from './mirrored.ts';
import { addsFamilies, peerUp, viewOf, withoutPeerUp } from './peer.ts';
import { peerDownText } from './peer-down.ts';
import type { PeerEntry, PeerTable } from './peers.ts';
import type { Recall } from './recall.ts';
import type { Teller } from './teller.ts';

type Of<T extends BmpMessage['type']> = Extract<BmpMessage, { type: T }>;

/** Local closes send the NOTIFICATION, remote ones receive it: RFC 7854 section 4.9. */
const LOCAL_NOTIFICATION = 1;

/** What a router tells of its peers beside their routes. */
export class PeerSessions {
  readonly #teller: Teller;
  readonly #peers: PeerTable;
  readonly #recall: Recall;

  constructor(teller: Teller, peers: PeerTable, recall: Recall) {
    this.#teller = teller;
    this.#peers = peers;
    this.#recall = recall;
  }

  up(entry: PeerEntry, { peer: header, up }: Of<'peer-up'>, frame: Uint8Array): void {
    const before = entry.peer;
    const adds = addsFamilies(before, header, up);
    inspectPeerUp(header, up, (id, example) => this.#teller.note(id, example));
    if (before.state === 'up' && !adds) {
      this.#teller.note('repeated-peer-up', before.neighbor.peerAddress);
      this.down(entry, header, 'second Peer Up without a Peer Down');
    }
    this.#peers.set(entry, header, peerUp(entry.peer, header, up, this.#teller.address));
    if (!adds) this.#enterUp(entry);
    this.#recall.confirm(entry);
    this.#opens(entry, header, up);
    if (!adds) this.#teller.emit({ ...this.#teller.commonOf(entry, header), type: 'state', state: 'up' });
    if (up.problem !== undefined) this.#teller.error(`peer up: ${up.problem}`, frame);
  }

  closed(entry: PeerEntry, { peer: header, reason }: Of<'peer-down'>, frame: Uint8Array): void {
    if (reason.notification !== undefined) {
      this.#teller.emit({
        ...this.#teller.commonOf(entry, header),
        type: 'notification',
        direction: reason.code === LOCAL_NOTIFICATION ? 'send' : 'receive',
        octets: encodeNotification(reason.notification),
        negotiated: entry.peer.negotiated,
        notification: reason.notification,
      });
    }
    const neverUp = entry.record.ups === 0 && entry.peer.state !== 'implied';
    if (neverUp) this.#teller.note('never-up', entry.peer.neighbor.peerAddress);
    this.down(entry, header, neverUp ? 'never up' : peerDownText(reason), reason);
    if (reason.octets !== undefined) {
      this.#teller.error(`peer down: data that does not fit reason ${reason.code}`, frame);
    }
  }

  /** The peer is gone, with its routes in all views: one event, however many those are. */
  down(entry: PeerEntry, header: PerPeerHeader, reason: string, bmpReason?: PeerDownReason): void {
    const routes = this.#recall.forget(entry);
    const more = routes === undefined || routes === 0 ? {} : { routes };
    this.#teller.emit({
      ...this.#teller.commonOf(entry, header, undefined, more),
      type: 'state',
      state: 'down',
      reason,
      ...(bmpReason === undefined ? {} : { bmpReason }),
    });
    this.#peers.set(entry, header, withoutPeerUp('down', entry.peer));
    entry.record.downs++;
    entry.record.downReason = reason;
    entry.record.enter(this.#teller.now());
  }

  statistics(entry: PeerEntry, { peer: header, statistics }: Of<'statistics'>): void {
    const teller = this.#teller;
    entry.record.keepStatistics(statistics);
    const { neighbor, bmp } = teller.commonOf(entry, header);
    teller.emit({ ...teller.common(), type: 'bmp', message: 'statistics', neighbor, bmp, statistics });
    for (const { view, ...found } of incompleteViews(
      entry,
      statistics,
      this.#recall.memory?.get(entry.key),
    )) {
      if (found.held === 0) teller.note('empty-view', neighbor.peerAddress);
      const told = { type: 'bmp', message: 'incomplete', neighbor, bmp: { ...bmp, view }, ...found } as const;
      teller.emit({ ...teller.common(), ...told });
    }
  }

  mirrored(entry: PeerEntry, { peer: header, information, octets }: Of<'route-mirroring'>): void {
    const teller = this.#teller;
    const { neighbor, bmp } = teller.commonOf(entry, header, viewOf(header));
    const told = { information: information?.word, octets, ...readMirrored(octets, entry.peer) };
    teller.emit({ ...teller.common(), type: 'bmp', message: 'mirroring', neighbor, bmp, ...told });
  }

  #enterUp({ record }: PeerEntry): void {
    record.ups++;
    record.downReason = undefined;
    record.enter(this.#teller.now());
  }

  #opens(entry: PeerEntry, header: PerPeerHeader, up: BmpPeerUp): void {
    const teller = this.#teller;
    const common = { ...teller.commonOf(entry, header), type: 'open', negotiated: undefined } as const;
    if (up.sent !== undefined) {
      teller.emit({ ...common, direction: 'send', open: up.sent, octets: up.sentOctets });
    }
    if (up.received !== undefined) {
      teller.emit({ ...common, direction: 'receive', open: up.received, octets: up.receivedOctets });
    }
    const { negotiated } = entry.peer;
    if (negotiated !== undefined) {
      teller.emit({ ...teller.commonOf(entry, header), type: 'negotiated', negotiated });
    }
  }
}
