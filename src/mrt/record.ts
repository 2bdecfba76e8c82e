import type { FamilyId } from '../bgp/family.ts';

/** A speaker as a file names it. */
export interface MrtPeer {
  /** 4 or 16 octets. */
  readonly address: Uint8Array;
  readonly as: number;
  /** BGP identifier; 0 where the record has none. */
  readonly routerId: number;
}

/** One route of a table, as one peer announced it. */
export interface RibEntry {
  readonly peer: MrtPeer;
  /** Seconds since 1970 when the route came. */
  readonly originatedSeconds: number;
  readonly pathId: number | undefined;
  /** The path attributes as the file has them: MP_REACH_NLRI may be shortened (RFC 6396 section 4.3.4). */
  readonly attributes: Uint8Array;
  /** 4 or 16 octets where the record tells it outside of the attributes. */
  readonly nextHop?: Uint8Array;
}

interface Common {
  readonly seconds: number;
  readonly microseconds: number | undefined;
}

/** What the lines of bgpdump call the kinds of table records. */
export type RibFormat = 'TABLE_DUMP' | 'TABLE_DUMP2' | 'BGP4MP';

/** A record of an MRT file, RFC 6396 and 8050. Octets are views of the file's: valid until the next read. */
export type MrtRecord =
  | (Common & {
      readonly type: 'peer-index';
      readonly collectorId: number;
      readonly viewName: string;
      readonly peers: readonly MrtPeer[];
    })
  | (Common & {
      readonly type: 'rib';
      readonly format: RibFormat;
      readonly family: FamilyId;
      /** The record names its family itself (RIB_GENERIC). */
      readonly generic: boolean;
      /** The NLRI without path identifier, as UPDATEs have it. */
      readonly nlri: Uint8Array;
      readonly asn4: boolean;
      readonly entries: readonly RibEntry[];
    })
  | (Common & {
      readonly type: 'message';
      readonly format: 'BGP' | 'BGP4MP';
      readonly peer: MrtPeer;
      readonly local: MrtPeer;
      /** The collector sent the message (the LOCAL subtypes). */
      readonly sent: boolean;
      readonly asn4: boolean;
      readonly addPath: boolean;
      /** The whole BGP message with its header. */
      readonly octets: Uint8Array;
    })
  | (Common & {
      readonly type: 'state';
      readonly format: 'BGP' | 'BGP4MP';
      readonly peer: MrtPeer;
      readonly local: MrtPeer | undefined;
      /** FSM states by their numbers, RFC 6396 section 4.4.1: 1 Idle to 6 Established. */
      readonly from: number;
      readonly to: number;
    })
  /** A record of another protocol, or one that says nothing of routes: passed over, counted. */
  | (Common & { readonly type: 'other'; readonly code: number; readonly subtype: number });
