import { DEFAULT_CONTEXT } from '../bgp/context.ts';
import { NotificationError } from '../bgp/errors.ts';
import { decodeMessage, type Message } from '../bgp/message.ts';
import type { BmpPeer } from './peer.ts';

/** A mirrored message, or what is wrong with it: to tell that is what mirroring is for. */
export interface Mirrored {
  readonly mirrored?: Message;
  readonly problem?: string;
}

/**
 * Decodes what the peer sent. Mirrored messages are the session's own octets: unlike in Route Monitoring, the
 * OPENs alone say how they are coded.
 */
export function readMirrored(octets: Uint8Array | undefined, { negotiated }: BmpPeer): Mirrored {
  if (octets === undefined) return {};
  const { asn4, addPath } = negotiated?.receive ?? DEFAULT_CONTEXT;
  try {
    return { mirrored: decodeMessage(octets, { ...DEFAULT_CONTEXT, asn4, addPath, judgesFlags: true }) };
  } catch (err) {
    if (!(err instanceof NotificationError)) throw err;
    return { problem: err.message };
  }
}
