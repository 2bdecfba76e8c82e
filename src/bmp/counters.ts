import type { BmpMessage } from './messages.ts';

/** What was received of one router since it connected. */
export interface RouterCounters {
  /** Messages by kind. */
  readonly messages: Record<BmpMessage['type'], number>;
  octets: number;
  /** Messages that could not be read. */
  errors: number;
  /** UPDATEs that were read otherwise than announced. */
  repaired: number;
  /** Octets after the UPDATE in Route Monitoring. */
  trailingOctets: number;
  /** Timestamps with more than 999,999 microseconds. */
  clampedTimestamps: number;
  /** Messages of peers beyond the limit. */
  refusedPeers: number;
}

export function newCounters(): RouterCounters {
  return {
    messages: {
      'route-monitoring': 0,
      statistics: 0,
      'peer-down': 0,
      'peer-up': 0,
      initiation: 0,
      termination: 0,
      'route-mirroring': 0,
      unknown: 0,
    },
    octets: 0,
    errors: 0,
    repaired: 0,
    trailingOctets: 0,
    clampedTimestamps: 0,
    refusedPeers: 0,
  };
}
