import type { CodecContext } from './context.ts';
import type { FamilyId } from './family.ts';

/** What two OPENs agree on. Computed once, when both are known. */
export interface Negotiated {
  readonly localAs: number;
  readonly peerAs: number;
  /** The identifiers of both speakers as unsigned numbers. */
  readonly localId: number;
  readonly peerId: number;
  /** Seconds; 0 means neither KEEPALIVEs nor a hold timer. */
  readonly holdTimeSeconds: number;
  readonly asn4: boolean;
  /** In the order of the peer's OPEN. */
  readonly families: readonly FamilyId[];
  readonly refresh: 'absent' | 'normal' | 'enhanced';
  /** 4096 or 65535 octets. */
  readonly maxMessageLength: number;
  readonly addPath: { readonly send: readonly FamilyId[]; readonly receive: readonly FamilyId[] };
  /** RFC 8950: families whose next hop may be of another AFI. */
  readonly extendedNextHop: readonly { readonly family: FamilyId; readonly nextHopAfi: number }[];
  /** RFC 4724, as the peer announced it; undefined unless both sides did. */
  readonly gracefulRestart: { readonly timeSeconds: number; readonly notification: boolean } | undefined;
  readonly multisession: boolean;
  readonly operational: boolean;
  /** How to read what the peer sends, and write what it reads. */
  readonly receive: CodecContext;
  readonly send: CodecContext;
}
