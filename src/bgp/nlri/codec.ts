import type { Words } from '../../syntax/words.ts';
import type { Reader } from '../../wire/reader.ts';
import type { Writer } from '../../wire/writer.ts';
import type { CodecContext } from '../context.ts';
import type { FamilyId } from '../family.ts';
import type { ApiVersion, JsonObject } from '../json.ts';
import type { Skip } from './skip.ts';

/** The address that routes go to: 4 or 16 octets, with what MP_REACH_NLRI may carry beside it. */
export interface NextHop {
  readonly address: Uint8Array;
  /** The link-local address after a global one, RFC 2545. */
  readonly linkLocal?: Uint8Array;
}

/**
 * One address family. The path identifier (RFC 7911) is read and written outside, in index.ts.
 * `Value` is the NLRI without path identifier.
 */
export interface NlriCodec<Value> {
  readonly family: FamilyId;
  /** RFC that defines it, for the support matrix. */
  readonly rfc: string;
  /** Octets of zero Route Distinguisher before each next-hop address in MP_REACH_NLRI: 8 for VPN families. */
  readonly nextHopRd?: boolean;
  /** MP_REACH_NLRI may have a next hop of no octets (FlowSpec). */
  readonly nextHopOptional?: boolean;
  /**
   * @throws RangeError, PrefixError or ShortInputError when malformed
   */
  decode(r: Reader, context: CodecContext, withdraw: boolean): Value;
  encode(w: Writer, value: Value, context: CodecContext, withdraw: boolean): void;
  /**
   * What is wrong with a route whose end was found all the same: from a peer it is treated as withdrawn, and told.
   * Reports of others (BMP, files) show it as it is. Undefined: nothing.
   */
  problem?(value: Value): string | undefined;
  /**
   * Goes by the framing alone (types, lengths, unused bits), so that an unknown route type changes nothing. It finds
   * path identifiers that a report (BMP) has and nobody declared. Absent: the family has no form that could tell.
   */
  readonly skip?: Skip;
  /** An NLRI whose first octet is 0 is the default route, which many wrong readings end in. */
  readonly zeroIsDefault?: boolean;
  /** Identity in a RIB, without the path identifier. Labels are not part of it. */
  key(value: Value): string;
  /** Members of the NLRI's object in events, without `path-information`. In version 6 a next hop that is given is shown. */
  toJson(value: Value, version: ApiVersion, nextHop?: NextHop): JsonObject;
  /** The NLRI in text events and configuration, without next hop and path identifier. */
  toText(value: Value, version: ApiVersion): string;
  /** Reads what `toText` wrote, at the start of a route. Absent: the family cannot be configured. */
  parse?(words: Words): Value;
}

/** Lets each row infer its own value type while checking it. */
export function nlri<Value>(codec: NlriCodec<Value>): NlriCodec<Value> {
  return codec;
}

/** NLRI of a family without a codec: its octets, kept as they are. One value holds a whole field. */
export interface RawNlri {
  readonly octets: Uint8Array;
}
