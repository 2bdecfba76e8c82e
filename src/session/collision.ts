import { notify } from '../bgp/errors.ts';
import { notificationOf } from '../bgp/notification.ts';

/** What the connection is told that loses. */
export const COLLISION = notificationOf(notify('Cease', 'Connection Collision Resolution'));

/** One end of two connections between the same speakers. */
export interface Speaker {
  /** BGP Identifier, compared unsigned. */
  readonly id: number;
  readonly as: number;
}

/**
 * Which of two connections stays, RFC 4271 section 6.8 with RFC 6286 section 2.3: the one that the speaker
 * with the higher identifier opened; of equal identifiers, the one that the higher AS opened.
 */
export function survivor(local: Speaker, remote: Speaker): 'opened-by-us' | 'opened-by-peer' {
  const ours = local.id === remote.id ? local.as > remote.as : local.id > remote.id;
  return ours ? 'opened-by-us' : 'opened-by-peer';
}
