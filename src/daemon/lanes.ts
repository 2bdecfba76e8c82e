import type { Event } from '../events/event.ts';
import { stringify } from '../events/stringify.ts';
import type { Gap } from '../hooks/gap.ts';

/** What a process must not miss has a lane of its own in its queue. */
export const LANES: Partial<Record<Event['type'], 'state'>> = {
  state: 'state',
  negotiated: 'state',
  bmp: 'state',
};

/** In JSON for every process. */
export function gapLine({ dropped, peers, sinceMs, untilMs }: Gap): string {
  const counts = Object.fromEntries(peers);
  return `${stringify({ type: 'gap', dropped, since: sinceMs / 1000, until: untilMs / 1000, peers: counts })}\n`;
}
