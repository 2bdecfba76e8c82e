import { NotificationError } from '../bgp/errors.ts';
import { MESSAGE_TYPE } from '../bgp/iana.ts';
import { decodeOpen, type Open } from '../bgp/open.ts';
import type { Reader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';
import { bgpBody, bgpType, readBgpMessage } from './bgp-message.ts';
import type { BmpPeerUp, PerPeerHeader } from './messages.ts';
import { addressForm, readPeerAddress, writePeerAddress } from './per-peer.ts';
import { PEER_TLVS, readTlvs, writeTlvs } from './tlv.ts';

/** Shorter ones are stand-ins for an OPEN that the router does not have. */
const SHORTEST_OPEN = 29;

/** Type of the TLV that names a VRF or table. */
export const TABLE_NAME = 3;

/**
 * Peer Up, RFC 7854 section 4.10: two whole OPENs, then TLVs.
 * @throws ShortInputError or BmpError when an OPEN is not there as a whole
 */
export function readPeerUp(r: Reader, peer: PerPeerHeader): BmpPeerUp {
  const localAddress = readPeerAddress(r, addressForm(peer.type, peer.flags));
  const localPort = r.u16();
  const remotePort = r.u16();
  const sentOctets = readBgpMessage(r, 'sent OPEN');
  const receivedOctets = readBgpMessage(r, 'received OPEN');
  const { tlvs, problem } = readTlvs(r, PEER_TLVS);
  const sent = openOf(sentOctets, 'sent OPEN');
  const received = openOf(receivedOctets, 'received OPEN');
  const problems = [sent.problem, received.problem, problem].filter((text) => text !== undefined);
  return {
    localAddress,
    localPort,
    remotePort,
    sent: sent.open,
    received: received.open,
    sentOctets,
    receivedOctets,
    tlvs,
    ...(problems.length === 0 ? {} : { problem: problems.join('; ') }),
  };
}

export function writePeerUp(w: Writer, up: BmpPeerUp): void {
  writePeerAddress(w, up.localAddress);
  w.u16(up.localPort, 'local port').u16(up.remotePort, 'remote port');
  w.octets(up.sentOctets).octets(up.receivedOctets);
  writeTlvs(w, up.tlvs);
}

function openOf(octets: Uint8Array, what: string): { open: Open | undefined; problem?: string } {
  const type = bgpType(octets);
  if (type !== MESSAGE_TYPE.open) return { open: undefined, problem: `${what} is BGP message type ${type}` };
  if (octets.length < SHORTEST_OPEN) return { open: undefined };
  try {
    return { open: decodeOpen(bgpBody(octets)) };
  } catch (err) {
    if (!(err instanceof NotificationError)) throw err;
    return { open: undefined, problem: `${what}: ${err.message}` };
  }
}
