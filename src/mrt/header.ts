import type { Framing } from '../wire/framer.ts';
import { Reader } from '../wire/reader.ts';
import { MrtFramingError } from './errors.ts';

/** MRT common header, RFC 6396 section 2: timestamp, type, subtype and the length of what follows. */
export const MRT_HEADER_LENGTH = 12;
const LENGTH_AT = 8;

/** No record is near this; a longer one means that the file is no MRT, or lost its framing. */
const MAX_LENGTH = 16 * 1024 * 1024;

/** Types by code, RFC 6396 section 4 and its appendix B.1. */
export const MRT_TYPE = {
  bgp: 5,
  ospfv2: 11,
  tableDump: 12,
  tableDumpV2: 13,
  bgp4mp: 16,
  bgp4mpEt: 17,
  isis: 32,
  isisEt: 33,
  ospfv3: 48,
  ospfv3Et: 49,
} as const;

const EXTENDED: ReadonlySet<number> = new Set([MRT_TYPE.bgp4mpEt, MRT_TYPE.isisEt, MRT_TYPE.ospfv3Et]);

/** One record with its header read. */
export interface MrtRecordOctets {
  /** Seconds since 1970. */
  readonly seconds: number;
  /** 0 to 999999; undefined for the types that have none. */
  readonly microseconds: number | undefined;
  readonly type: number;
  readonly subtype: number;
  /** What follows the header and the microseconds. */
  readonly body: Uint8Array;
}

/**
 * Where MRT records end. The framer's errors are
 * @throws MrtFramingError on a length that no record has
 */
export const MRT_FRAMING: Framing = {
  headerLength: MRT_HEADER_LENGTH,
  lengthOf(octets, at) {
    const first = at + LENGTH_AT;
    const high = ((octets[first] ?? 0) << 8) | (octets[first + 1] ?? 0);
    const length = high * 0x10000 + (((octets[first + 2] ?? 0) << 8) | (octets[first + 3] ?? 0));
    if (length > MAX_LENGTH) throw new MrtFramingError(`a record of ${length} octets`);
    return MRT_HEADER_LENGTH + length;
  },
};

/** @throws ShortInputError when a record of an extended type has no room for its microseconds */
export function readHeader(octets: Uint8Array): MrtRecordOctets {
  const r = new Reader(octets);
  const seconds = r.u32();
  const type = r.u16();
  const subtype = r.u16();
  r.u32();
  const microseconds = EXTENDED.has(type) ? r.u32() : undefined;
  return { seconds, microseconds, type, subtype, body: r.rest() };
}
