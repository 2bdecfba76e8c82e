import { NotificationError } from '../bgp/errors.ts';
import { decodeUpdate, type Update } from '../bgp/update.ts';
import type { BmpView, Direction } from '../events/event.ts';
import { bgpBody } from './bgp-message.ts';
import { statelessOf } from './indexed-tlv.ts';
import { inspectUpdate } from './inspect.ts';
import type { BmpMessage, PerPeerHeader } from './messages.ts';
import { fourOctetAs, type OriginExtras, viewDirection, viewOf, withoutPeerUp } from './peer.ts';
import type { PeerEntry, PeerTable } from './peers.ts';
import type { Reading } from './reading.ts';
import type { Recall } from './recall.ts';
import type { Teller } from './teller.ts';

type Monitoring = Extract<BmpMessage, { type: 'route-monitoring' }>;

/** Route Monitoring of one router: UPDATEs in, events out. */
export class RouteMonitor {
  readonly #teller: Teller;
  readonly #peers: PeerTable;
  readonly #recall: Recall;

  constructor(teller: Teller, peers: PeerTable, recall: Recall) {
    this.#teller = teller;
    this.#peers = peers;
    this.#recall = recall;
  }

  receive(entry: PeerEntry, message: Monitoring, frame: Uint8Array): void {
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
      this.#teller.error(`route monitoring: ${err.message}`, frame);
      return;
    }
    this.#inspect(entry, header, view, update);
    const withdraw = update.action === 'treat-as-withdraw';
    const { context } = reading;
    const known = view !== undefined && this.#recall.apply(entry, { view, body, context, withdraw });
    const direction: Direction = viewed === 'out' ? 'send' : 'receive';
    const common = this.#teller.commonOf(entry, header, view, extrasOf(message, reading, known));
    this.#teller.emit({ ...common, type: 'update', direction, octets, negotiated: peer.negotiated, update });
    if (view !== undefined && update.endOfRib !== undefined) this.#endOfRib(entry, view, update.endOfRib);
  }

  #inspect(entry: PeerEntry, header: PerPeerHeader, view: BmpView | undefined, update: Update): void {
    const { peer, record } = entry;
    const now = this.#teller.now();
    if (view !== undefined) {
      const from = { peer, header, prePolicyIn: view === 'adj-rib-in-pre-policy' };
      inspectUpdate(update, from, record.view(view), now, (id, example) => this.#teller.note(id, example));
    }
    record.count(view, update);
  }

  #endOfRib(entry: PeerEntry, view: BmpView, family: number): void {
    entry.record.endOfRib(view, family, this.#teller.now());
    this.#recall.endOfRib(entry, view, family);
  }

  #trailing({ peer }: PeerEntry, trailing: number): void {
    this.#teller.counters.trailingOctets += trailing;
    this.#teller.note('trailing-octets', peer.neighbor.peerAddress);
  }

  /** Every one is counted and marked; only what was not known yet is worth an event. */
  #repaired(
    entry: PeerEntry,
    { peer: header, update: octets }: Monitoring,
    view: BmpView | undefined,
    { repaired: reason = '', surprising }: Reading,
  ): void {
    const teller = this.#teller;
    teller.counters.repaired++;
    entry.record.repaired++;
    const { peerAddress } = entry.peer.neighbor;
    if (reason.includes('with path')) teller.note('undeclared-path-ids', peerAddress);
    if (reason.includes('without path')) teller.note('missing-path-ids', peerAddress);
    if (reason.includes('AS numbers')) teller.note('as-width', peerAddress);
    if (!surprising) return;
    const { neighbor, bmp } = teller.commonOf(entry, header, view);
    teller.emit({ ...teller.common(), type: 'bmp', message: 'repaired', neighbor, bmp, reason, octets });
  }

  #imply(entry: PeerEntry, header: PerPeerHeader): void {
    this.#teller.note('routes-before-peer-up', entry.peer.neighbor.peerAddress);
    this.#peers.set(entry, header, withoutPeerUp('implied', entry.peer));
    entry.record.enter(this.#teller.now());
    this.#recall.confirm(entry);
  }
}

const NO_EXTRAS: OriginExtras = {};

function extrasOf({ trailing, tlvs }: Monitoring, { repaired }: Reading, unchanged: boolean): OriginExtras {
  const beside = tlvs?.filter(({ word }) => word !== 'bgp-message') ?? [];
  if (trailing === 0 && repaired === undefined && beside.length === 0 && !unchanged) return NO_EXTRAS;
  return {
    ...(repaired === undefined ? {} : { repaired }),
    ...(trailing === 0 ? {} : { trailing }),
    ...(unchanged ? { unchanged } : {}),
    ...(beside.length === 0 ? {} : { tlvs: beside }),
  };
}
