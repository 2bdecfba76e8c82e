import type { FamilyId } from '../bgp/family.ts';
import type { NotificationMessage } from '../bgp/notification.ts';
import type { Open } from '../bgp/open.ts';

/** Per-peer header, RFC 7854 section 4.2 with RFC 8671 and RFC 9069. */
export interface PerPeerHeader {
  readonly type: number;
  readonly flags: number;
  /** Eight octets. */
  readonly distinguisher: Uint8Array;
  /** 4 or 16 octets, by the V flag (never for type 3, whose bit is F). */
  readonly address: Uint8Array;
  readonly as: number;
  /** BGP identifier as an unsigned number. */
  readonly id: number;
  /** Seconds since 1970 with microseconds; 0 when not available. */
  readonly timestamp: number;
  /** The microseconds were more than 999,999, which `timestamp` has in their place. */
  readonly clamped?: true;
}

/** A TLV of Initiation, Termination or Peer Up: its word where it has one, and its octets. */
export interface InformationTlv {
  readonly type: number;
  readonly word: string;
  readonly value: Uint8Array;
  /** Printable text of string TLVs. */
  readonly text?: string;
}

/** A TLV of Route Monitoring in version 4: the index names a group of routes, 0 all of them. */
export interface IndexedTlv {
  readonly type: number;
  readonly index: number;
  readonly word: string;
  readonly value: Uint8Array;
  /** Printable text of string TLVs. */
  readonly text?: string;
  readonly pathStatus?: PathStatus;
  /** Members of the group that a group TLV names. */
  readonly routes?: readonly number[];
}

/** What the router makes of a path, by words (draft-ietf-grow-bmp-path-marking-tlv section 2). */
export interface PathStatus {
  readonly status: readonly string[];
  readonly reason: string | undefined;
}

export interface BmpInitiation {
  readonly tlvs: readonly InformationTlv[];
  /** Why octets after the TLVs were left unread. */
  readonly problem?: string;
}

export interface BmpTermination {
  readonly tlvs: readonly InformationTlv[];
  /** RFC 7854 section 4.5, by name; undefined when it was not sent. */
  readonly reason: string | undefined;
  /** Why octets after the TLVs were left unread. */
  readonly problem?: string;
}

/** One counter or gauge of a Statistics Report; `word` is `unknown-N` where the type has no row. */
export interface BmpStatistic {
  readonly type: number;
  readonly word: string;
  /** Undefined when the length is not that of a counter: then only `octets` tell. */
  readonly value: bigint | undefined;
  readonly family?: FamilyId;
  readonly octets: Uint8Array;
}

/** Peer Down, RFC 7854 section 4.9 and RFC 9069 section 5.3. */
export interface PeerDownReason {
  readonly code: number;
  readonly word: string;
  readonly notification?: NotificationMessage;
  readonly fsmEvent?: number;
  readonly tlvs?: readonly InformationTlv[];
  /** Data that is not of the reason's form, kept as it is. */
  readonly octets?: Uint8Array;
}

/** Peer Up, RFC 7854 section 4.10; an OPEN that is no complete message is undefined. */
export interface BmpPeerUp {
  readonly localAddress: Uint8Array;
  readonly localPort: number;
  readonly remotePort: number;
  readonly sent: Open | undefined;
  readonly received: Open | undefined;
  readonly sentOctets: Uint8Array;
  readonly receivedOctets: Uint8Array;
  readonly tlvs: readonly InformationTlv[];
  /** What could not be read of the OPENs or the TLVs; the peer is up nonetheless. */
  readonly problem?: string;
}

/** Route Mirroring, RFC 7854 section 4.7. */
export interface BmpMirroring {
  /** Why it is told, by name; `unknown-N` for a code that the registry does not have. */
  readonly information: { readonly code: number; readonly word: string } | undefined;
  /** One whole BGP message as it was on the wire, whatever is wrong with it. */
  readonly octets: Uint8Array | undefined;
}

/** One BMP message as a plain value. Octets inside are views of the frame. */
export type BmpMessage = BmpBody & {
  /** Absent: version 3. */
  readonly version?: 4;
};

type BmpBody =
  | {
      readonly type: 'route-monitoring';
      readonly peer: PerPeerHeader;
      /** One whole BGP UPDATE, header included. */
      readonly update: Uint8Array;
      /** How many octets follow the UPDATE, and what they are. */
      readonly trailing: number;
      readonly rest?: Uint8Array;
      /** Version 4: all TLVs in their order, the one that holds the UPDATE included. */
      readonly tlvs?: readonly IndexedTlv[];
    }
  | {
      readonly type: 'statistics';
      readonly peer: PerPeerHeader;
      readonly statistics: readonly BmpStatistic[];
    }
  | { readonly type: 'peer-down'; readonly peer: PerPeerHeader; readonly reason: PeerDownReason }
  | { readonly type: 'peer-up'; readonly peer: PerPeerHeader; readonly up: BmpPeerUp }
  | { readonly type: 'initiation'; readonly initiation: BmpInitiation }
  | { readonly type: 'termination'; readonly termination: BmpTermination }
  | ({ readonly type: 'route-mirroring'; readonly peer: PerPeerHeader } & BmpMirroring)
  /** A message type without a file here: its octets after the common header. */
  | { readonly type: 'unknown'; readonly code: number; readonly octets: Uint8Array };
