import type { Reader } from '../../wire/reader.ts';
import type { Writer } from '../../wire/writer.ts';
import type { ApiVersion, JsonObject } from '../json.ts';

/** One capability, RFC 5492: what its code means on the wire and in events. */
export interface CapabilityCodec<T, Key extends string = string> {
  readonly code: number;
  /** Property on `Capabilities`, the merged view of an OPEN's. */
  readonly key: Key;
  /** Its key among the capabilities of an OPEN that we sent, in events. */
  readonly word: string;
  /** Where version 4 events have another word. */
  readonly word4?: string;
  /** Events of earlier versions show it as unknown. */
  readonly since?: ApiVersion;
  /** RFC or draft that defines it, for the support matrix. */
  readonly rfc: string;
  /**
   * The value of one capability TLV.
   * @throws RangeError or ShortInputError when malformed: the capability is then ignored and told
   */
  decode(r: Reader): T;
  encode(w: Writer, value: T): void;
  /** A second TLV of the same code: what both mean together. Absent: the first counts. */
  merge?(first: T, second: T): T;
  /** How one value is spread over TLVs when sent (multiprotocol: one each). Absent: one TLV. */
  split?(value: T): readonly T[];
  /** Members of its object in an `open` event. */
  toJson(value: T, version: ApiVersion): JsonObject;
  /** `asn4(65001)` */
  toText(value: T): string;
}

export function capability<T, const Key extends string>(
  codec: CapabilityCodec<T, Key>,
): CapabilityCodec<T, Key> {
  return codec;
}

/** A capability that has no row, or that could not be read: kept as it is. */
export interface RawCapability {
  readonly code: number;
  readonly value: Uint8Array;
  /** Why it could not be read, when it has a row. */
  readonly malformed?: string;
}
