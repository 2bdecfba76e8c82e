import { NotificationError } from '../bgp/errors.ts';
import { MESSAGE_TYPE } from '../bgp/iana.ts';
import { decodeNotification, encodeNotification, type NotificationMessage } from '../bgp/notification.ts';
import { ShortInputError } from '../wire/errors.ts';
import { Reader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';
import { bgpBody, bgpType, readBgpMessage } from './bgp-message.ts';
import { BmpError } from './errors.ts';
import type { PeerDownReason } from './messages.ts';
import { PEER_TLVS, readTlvs, writeTlvs } from './tlv.ts';

type Data = Omit<PeerDownReason, 'code' | 'word'>;

/** One reason: its word, what it means to a reader, and the form of its data. */
interface ReasonRow {
  readonly code: number;
  readonly word: string;
  readonly meaning: string;
  /** Undefined: the data is not of this form. */
  read(octets: Uint8Array): Data | undefined;
}

/** Peer Down reasons, RFC 7854 section 4.9 and RFC 9069 section 5.3. */
export const PEER_DOWN_REASONS: readonly ReasonRow[] = [
  {
    code: 1,
    word: 'local-notification',
    meaning: 'the router closed the session with a NOTIFICATION',
    read: readNotification,
  },
  {
    code: 2,
    word: 'local-no-notification',
    meaning: 'the router closed the session without a NOTIFICATION',
    read: (octets) => (octets.length === 2 ? { fsmEvent: new Reader(octets).u16() } : undefined),
  },
  {
    code: 3,
    word: 'remote-notification',
    meaning: 'the peer closed the session with a NOTIFICATION',
    read: readNotification,
  },
  { code: 4, word: 'remote-no-notification', meaning: 'the peer closed the session', read: readNothing },
  {
    code: 5,
    word: 'no-longer-monitored',
    meaning: 'the router stopped monitoring the peer',
    read: readNothing,
  },
  { code: 6, word: 'loc-rib-closed', meaning: 'the Loc-RIB instance was closed', read: readTable },
];

/** Peer Down, RFC 7854 section 4.9. @throws ShortInputError when even the reason is missing */
export function readPeerDown(r: Reader): PeerDownReason {
  const code = r.u8();
  const octets = r.rest();
  const row = PEER_DOWN_REASONS.find((candidate) => candidate.code === code);
  const data = row?.read(octets) ?? (octets.length === 0 ? {} : { octets });
  return { code, word: row?.word ?? `unknown-${code}`, ...data };
}

export function writePeerDown(w: Writer, reason: PeerDownReason): void {
  w.u8(reason.code, 'peer down reason');
  if (reason.octets !== undefined) w.octets(reason.octets);
  if (reason.notification !== undefined) w.octets(encodeNotification(reason.notification));
  if (reason.fsmEvent !== undefined) w.u16(reason.fsmEvent, 'FSM event');
  if (reason.tlvs !== undefined) writeTlvs(w, reason.tlvs);
}

/** A reason to be sent. */
export function peerDownReason(
  code: number,
  data: Pick<PeerDownReason, 'notification' | 'fsmEvent'> = {},
): PeerDownReason {
  const row = PEER_DOWN_REASONS.find((candidate) => candidate.code === code);
  return { code, word: row?.word ?? `unknown-${code}`, ...data };
}

/** What a reason means, for the `down` event. */
export function peerDownText(reason: PeerDownReason): string {
  const row = PEER_DOWN_REASONS.find((candidate) => candidate.code === reason.code);
  const text = row?.meaning ?? `peer down reason ${reason.code}`;
  return reason.fsmEvent === undefined ? text : `${text} (FSM event ${reason.fsmEvent})`;
}

function readNotification(octets: Uint8Array): Data | undefined {
  const notification = notificationIn(octets);
  return notification === undefined ? undefined : { notification };
}

function notificationIn(octets: Uint8Array): NotificationMessage | undefined {
  try {
    const message = readBgpMessage(new Reader(octets), 'NOTIFICATION');
    if (bgpType(message) !== MESSAGE_TYPE.notification) return undefined;
    return decodeNotification(bgpBody(message));
  } catch (err) {
    if (err instanceof BmpError || err instanceof NotificationError || err instanceof ShortInputError) {
      return undefined;
    }
    throw err;
  }
}

function readNothing(octets: Uint8Array): Data | undefined {
  return octets.length === 0 ? {} : undefined;
}

function readTable(octets: Uint8Array): Data | undefined {
  const { tlvs, problem } = readTlvs(new Reader(octets), PEER_TLVS);
  return problem === undefined ? { tlvs } : undefined;
}
