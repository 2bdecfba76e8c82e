import type { Capabilities, CapabilityTlv } from './capabilities/index.ts';

/** OPEN, RFC 4271 section 4.2. */
export interface Open {
  readonly version: number;
  /** The two-octet My Autonomous System field as it stands on the wire: AS_TRANS for a larger one. */
  readonly myAs: number;
  /** Seconds. */
  readonly holdTimeSeconds: number;
  /** BGP Identifier as an unsigned number. */
  readonly routerId: number;
  /** In the order of the octets, one entry per TLV: what is sent, and what events list. */
  readonly capabilityTlvs: readonly CapabilityTlv[];
  /** The same, merged by kind. */
  readonly capabilities: Capabilities;
}
