import { message } from '../bgp/header.ts';
import { MESSAGE_TYPE, type MessageType } from '../bgp/iana.ts';
import type { Reader } from '../wire/reader.ts';
import type { MrtRecordOctets } from './header.ts';
import type { MrtPeer, MrtRecord } from './record.ts';

/** Subtypes of the type BGP, RFC 6396 appendix B.1.2. */
const MESSAGES: ReadonlyMap<number, MessageType> = new Map([
  [1, 'update'],
  [5, 'open'],
  [6, 'notification'],
  [7, 'keepalive'],
]);
const STATE_CHANGE = 3;

/** The type BGP, used before BGP4MP: IPv4, two-octet AS numbers, messages without their header. */
export function readOldBgp({ seconds, microseconds, type, subtype }: MrtRecordOctets, r: Reader): MrtRecord {
  const common = { seconds, microseconds } as const;
  const kind = MESSAGES.get(subtype);
  if (kind !== undefined) {
    const [peer, local] = [readPeer(r), readPeer(r)];
    const octets = message(kind, (w) => w.octets(r.rest()), 65535);
    const flags = { sent: false, asn4: false, addPath: false } as const;
    return { ...common, type: 'message', format: 'BGP', peer, local, ...flags, octets };
  }
  if (subtype === STATE_CHANGE) {
    const peer = readPeer(r);
    return { ...common, type: 'state', format: 'BGP', peer, local: undefined, from: r.u16(), to: r.u16() };
  }
  return { ...common, type: 'other', code: type, subtype };
}

function readPeer(r: Reader): MrtPeer {
  return { as: r.u16(), address: r.octets(4), routerId: 0 };
}

/** Whether the octets of a message are an UPDATE. */
export function isUpdate(octets: Uint8Array): boolean {
  return octets[18] === MESSAGE_TYPE.update;
}
