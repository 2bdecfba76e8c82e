import type { Words } from '../../syntax/words.ts';
import type { Reader } from '../../wire/reader.ts';
import type { Writer } from '../../wire/writer.ts';
import type { CodecContext } from '../context.ts';
import type { Action } from '../errors.ts';
import type { NotificationSubcode } from '../iana.ts';
import type { ApiVersion, Json } from '../json.ts';
import type { AttributeRender } from './render.ts';

/** Attribute flags, RFC 4271 section 4.3. */
export const FLAG = { optional: 0x80, transitive: 0x40, partial: 0x20, extendedLength: 0x10 } as const;

export const WELL_KNOWN = FLAG.transitive;
export const OPTIONAL_TRANSITIVE = FLAG.optional | FLAG.transitive;
export const OPTIONAL_NON_TRANSITIVE = FLAG.optional;

/**
 * One path attribute: everything that Peerline knows of it. Flags, duplicates, extended length, leftover
 * octets and the RFC 7606 reaction are handled once, in index.ts.
 */
export interface AttributeCodec<T, Key extends string = string> {
  /** Attribute type code. */
  readonly code: number;
  /** Its property on `Attributes`. */
  readonly key: Key;
  /** Its word in JSON, text and configuration. */
  readonly word: string;
  /** Other words that configuration and commands may use for it. */
  readonly aliases?: readonly string[];
  /** RFC that defines it, for the support matrix. */
  readonly rfc: string;
  readonly flags: number;
  /** RFC 7606 section 7: what a malformed one costs. */
  readonly malformed: Action;
  /** NOTIFICATION subcode where `malformed` ends the session, or where an UPDATE without routes carries it. */
  readonly subcode?: NotificationSubcode<'UPDATE Message Error'>;
  /** What wrong Optional or Transitive flags cost; absent: treat-as-withdraw (RFC 7606 section 3 c). */
  readonly wrongFlags?: Action;
  /** Present from an external peer it is dropped unread (LOCAL_PREF, ORIGINATOR_ID, CLUSTER_LIST). */
  readonly internalOnly?: boolean;
  /** Whether it may be sent on such a session; absent: on any. */
  sendTo?(context: CodecContext): boolean;
  /**
   * The value's octets; `r` holds just those, and whatever it leaves is an error.
   * @throws RangeError (message: what is wrong) or ShortInputError for a malformed value
   */
  decode(r: Reader, context: CodecContext): T;
  encode(w: Writer, value: T, context: CodecContext): void;
  /** Members of an event's `attribute` object, usually one; absent: never shown there (NEXT_HOP, MP_*). */
  toJson?(value: T, version: ApiVersion): Readonly<Record<string, Json>>;
  /** `med 50`: with its word, as text events show it. Absent: never shown. */
  toText?(value: T, version: ApiVersion): string;
  /** What configuration writes where that differs from the text of events: `parse` reads this back. */
  toConfig?(value: T): string;
  /** Octets to JSON octets without a value between, for what is in most UPDATEs. Absent: only the plain way. */
  readonly render?: AttributeRender;
  /** What follows the word in configuration and commands. Absent: cannot be configured by its own word. */
  parse?(words: Words): T;
}

/** Lets each row infer its own value type while checking it. */
export function attribute<T, const Key extends string>(
  codec: AttributeCodec<T, Key>,
): AttributeCodec<T, Key> {
  return codec;
}

/** An attribute that has no row, or that `attribute [ 0x.. 0x.. 0x.. ]` configures: kept as it is. */
export interface RawAttribute {
  readonly code: number;
  readonly flags: number;
  readonly value: Uint8Array;
}
