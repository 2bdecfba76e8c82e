import { CommonValues, textOf } from '../wire/common-values.ts';
import type { FamilyId } from './family.ts';
import type { Role } from './roles.ts';

/**
 * What the octets of one direction of one session depend on: given to every decode and encode.
 * A session has two of these (see negotiated.ts), a BMP peer one per RIB view direction.
 */
export interface CodecContext {
  /** AS numbers in AS_PATH and AGGREGATOR have four octets (RFC 6793). */
  readonly asn4: boolean;
  /** Families whose NLRI carry a path identifier in this direction (RFC 7911). */
  readonly addPath: ReadonlySet<FamilyId>;
  /** Longest message in octets: 4096, or 65535 with RFC 8654. */
  readonly maxMessageLength: number;
  /** Decides what RFC 7606 discards from external peers; undefined (BMP, files) judges nothing. */
  readonly peering: 'internal' | 'external' | 'confederation' | undefined;
  /** Attributes with wrong flags are malformed though nothing else is judged: messages as their sender wrote them. */
  readonly judgesFlags?: boolean;
  /** What is malformed is told, and its routes stay announced: what an archive says of them. */
  readonly keepsMalformed?: boolean;
  /** The families agreed on; undefined takes any. */
  readonly families: ReadonlySet<FamilyId> | undefined;
  /** What the neighbor is to us, with its AS (RFC 9234): routes that it should not have sent are told. */
  readonly peerRole?: Role;
  readonly peerAs?: number;
  /** There are OPERATIONAL messages. */
  readonly operational?: boolean;
  /** AIGP is enabled towards this external peer (RFC 7311 section 3.1); internal ones always get it. */
  readonly aigp?: boolean;
}

/** How octets of unknown origin are read: four-octet AS, no path identifiers, any family and length. */
export const DEFAULT_CONTEXT: CodecContext = {
  asn4: true,
  addPath: new Set(),
  maxMessageLength: 65535,
  peering: undefined,
  families: undefined,
};

const CONTEXTS = new CommonValues<CodecContext>(256);

/** The same, once for all sessions that agreed on it. */
export function sharedContext(context: CodecContext): CodecContext {
  return CONTEXTS.of(textOf(context), () => context);
}
