import type { BmpView } from '../events/event.ts';
import { octetsOfText } from '../wire/text.ts';
import { BMP_HEADER_LENGTH } from './header.ts';
import { encodeBmp } from './index.ts';
import { SYS_DESCR, SYS_NAME } from './initiation.ts';
import type { BmpStatistic, InformationTlv, PeerDownReason, PerPeerHeader } from './messages.ts';
import { MICROSECONDS, PEER_FLAG, PEER_TYPE, VIEW_FLAGS } from './per-peer.ts';
import { type StatisticName, statisticOf } from './statistics.ts';
import { TERMINATION_REASONS } from './termination.ts';

const PER_PEER_LENGTH = 42;
const TIME_AT = BMP_HEADER_LENGTH + PER_PEER_LENGTH - 8;
const STRING = 0;
const REASON = 1;

/** Who a session is with, as every message of it says. */
export interface MonitoredSession {
  /** 4 or 16 octets. */
  readonly peerAddress: Uint8Array;
  readonly peerAs: number;
  readonly peerId: number;
  /** AS numbers in AS_PATH have four octets. */
  readonly asn4: boolean;
  /** Tells sessions with the same address apart; 0: the first of them. */
  readonly instance: number;
}

/** Its per-peer header, of the Adj-RIB-In before policy. A second session with an address is a local instance. */
export function sessionHeader(session: MonitoredSession, timestamp: number): PerPeerHeader {
  const { peerAddress: address, peerAs: as, peerId: id, asn4, instance } = session;
  const distinguisher = new Uint8Array(8);
  new DataView(distinguisher.buffer).setUint32(4, instance);
  const type = instance === 0 ? PEER_TYPE.global : PEER_TYPE.local;
  const flags = (address.length === 16 ? PEER_FLAG.ipv6 : 0) | (asn4 ? 0 : PEER_FLAG.twoOctetAs);
  return { type, flags, distinguisher, address, as, id, timestamp };
}

/** The octets before the UPDATE in Route Monitoring of one peer and view. */
export function monitoringHead(header: PerPeerHeader, view: BmpView): Uint8Array {
  const peer = { ...header, flags: header.flags | VIEW_FLAGS[view] };
  return encodeBmp({ type: 'route-monitoring', peer, update: new Uint8Array(0), trailing: 0 });
}

/** Route Monitoring of an UPDATE as it is. @param timeMs since 1970 */
export function monitoringFrame(head: Uint8Array, update: Uint8Array, timeMs: number): Uint8Array {
  const frame = new Uint8Array(head.length + update.length);
  frame.set(head);
  frame.set(update, head.length);
  const view = new DataView(frame.buffer);
  view.setUint32(1, frame.length);
  const seconds = Math.floor(timeMs / 1000);
  view.setUint32(TIME_AT, seconds);
  view.setUint32(TIME_AT + 4, Math.min(Math.floor((timeMs - seconds * 1000) * 1000), MICROSECONDS - 1));
  return frame;
}

function text(type: number, word: string, value: string): InformationTlv {
  return { type, word, value: octetsOfText(value), text: value };
}

export function initiationFrame(router: { readonly sysName: string; readonly sysDescr: string }): Uint8Array {
  const tlvs = [text(SYS_DESCR, 'sys-descr', router.sysDescr), text(SYS_NAME, 'sys-name', router.sysName)];
  return encodeBmp({ type: 'initiation', initiation: { tlvs } });
}

export function terminationFrame(reason: (typeof TERMINATION_REASONS)[number], why: string): Uint8Array {
  const code = Uint8Array.of(0, TERMINATION_REASONS.indexOf(reason));
  const tlvs = [{ type: REASON, word: 'reason', value: code }, text(STRING, 'string', why)];
  return encodeBmp({ type: 'termination', termination: { tlvs, reason } });
}

/** What Peer Up says of a session. */
export interface SessionOpening {
  readonly localAddress: Uint8Array;
  readonly localPort: number;
  readonly remotePort: number;
  /** Both OPENs octet by octet, as they were on the wire. */
  readonly sentOctets: Uint8Array;
  readonly receivedOctets: Uint8Array;
  /** What the operator calls the neighbor; empty: nothing. */
  readonly description: string;
}

export function peerUpFrame(peer: PerPeerHeader, session: SessionOpening): Uint8Array {
  const { description, localAddress, localPort, remotePort, sentOctets, receivedOctets } = session;
  const tlvs = description === '' ? [] : [text(STRING, 'string', description)];
  const opens = { sent: undefined, received: undefined, sentOctets, receivedOctets };
  return encodeBmp({ type: 'peer-up', peer, up: { localAddress, localPort, remotePort, ...opens, tlvs } });
}

export function peerDownFrame(peer: PerPeerHeader, reason: PeerDownReason): Uint8Array {
  return encodeBmp({ type: 'peer-down', peer, reason });
}

/** A Statistics Report: names with numbers, some of one family. */
export function statisticsFrame(
  peer: PerPeerHeader,
  counted: readonly (readonly [StatisticName, number, family?: number])[],
): Uint8Array {
  const statistics: BmpStatistic[] = counted.map(([word, value, family]) => statisticOf(word, value, family));
  return encodeBmp({ type: 'statistics', peer, statistics });
}

/** Route Mirroring of a message that cannot be read: its octets, and that it is errored. */
export function mirroringFrame(peer: PerPeerHeader, octets: Uint8Array): Uint8Array {
  const information = { code: 0, word: 'errored-pdu' };
  return encodeBmp({ type: 'route-mirroring', peer, information, octets });
}
