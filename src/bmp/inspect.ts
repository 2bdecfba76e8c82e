import type { Update } from '../bgp/update.ts';
import { formatAddress } from '../wire/address.ts';
import { Reader } from '../wire/reader.ts';
import type { LintId } from './lint.ts';
import type { BmpPeerUp, PerPeerHeader } from './messages.ts';
import type { BmpPeer } from './peer.ts';
import type { ViewRecord } from './peer-record.ts';
import { EARLIEST_SECONDS, PEER_TYPE } from './per-peer.ts';

/** Port 179 with its octets in the wrong order. */
const SWAPPED_BGP_PORT = 0xb300;
/** Withdrawals without one announcement that are no accident. */
const MANY_WITHDRAWALS = 100;
/** Routes that come this soon after an End-of-RIB with nothing before it are the table. */
const SOON_MS = 5000;

type Note = (id: LintId, example?: string) => void;

/** What a per-peer header shows of its sender. */
export function inspectHeader(header: PerPeerHeader, note: Note): void {
  const { timestamp, clamped, type, address, distinguisher } = header;
  if (clamped === true) note('microseconds');
  if (timestamp === 0) note('zero-timestamp');
  else if (timestamp < EARLIEST_SECONDS) note('early-timestamp');
  if (type > PEER_TYPE.local) return;
  if (header.as === 0) note('zero-as', formatAddress(address));
  if (address.every((octet) => octet === 0)) note('unspecified-peer');
  if (type !== PEER_TYPE.rd) return;
  const r = new Reader(distinguisher);
  if (r.u16() === 0 && r.u16() === 0) note('vrf-as-distinguisher', formatAddress(address));
}

/** What a Peer Up shows of its sender. */
export function inspectPeerUp(header: PerPeerHeader, up: BmpPeerUp, note: Note): void {
  const peer = formatAddress(header.address);
  if (header.id === 0) note('zero-identifier', peer);
  for (const [open, octets] of [
    [up.sent, up.sentOctets],
    [up.received, up.receivedOctets],
  ] as const) {
    if (open === undefined) note(octets.length < 29 ? 'stand-in-open' : 'unreadable-open', peer);
    else if (open.capabilityTlvs.length === 0) note('no-capabilities', peer);
  }
  if (header.type > PEER_TYPE.local) return;
  if (up.localPort === SWAPPED_BGP_PORT || up.remotePort === SWAPPED_BGP_PORT) note('swapped-ports', peer);
  if (up.localPort === 0 || up.remotePort === 0) note('zero-port', peer);
}

/** What an UPDATE shows of its sender. `record` does not count it yet. */
export function inspectUpdate(
  update: Update,
  from: { readonly peer: BmpPeer; readonly header: PerPeerHeader; readonly prePolicyIn: boolean },
  record: ViewRecord,
  nowMs: number,
  note: Note,
): void {
  const { localAs, peerAs, peerAddress } = from.peer.neighbor;
  const { attributes, announced, endOfRib } = update;
  if (endOfRib !== undefined) {
    if (record.endOfRib.has(endOfRib)) note('repeated-end-of-rib', peerAddress);
    return;
  }
  if (announced.length === 0) {
    const withdrawn = record.withdrawn + update.withdrawn.length;
    if (record.announced === 0 && withdrawn === MANY_WITHDRAWALS) note('withdrawals-only', peerAddress);
    return;
  }
  if (record.announced === 0) {
    for (const { family } of announced) {
      const ended = record.endOfRib.get(family);
      if (ended !== undefined && nowMs - ended < SOON_MS) note('empty-first-end-of-rib', peerAddress);
    }
  }
  if (localAs === peerAs && localAs !== 0 && from.header.type === PEER_TYPE.local)
    note('internal-as-local-instance', peerAddress);
  if (!from.prePolicyIn || localAs === 0 || localAs === peerAs) return;
  if (attributes.localPreference !== undefined) note('external-local-preference', peerAddress);
  if (attributes.asPath?.[0]?.asns[0] === localAs) note('local-as-prepended', peerAddress);
}
