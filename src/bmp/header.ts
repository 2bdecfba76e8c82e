import { u32At as lengthAt } from '../bgp/attributes/render.ts';
import type { Framing } from '../wire/framer.ts';
import { BmpError } from './errors.ts';

/** Octets of the common header: version, length, type. RFC 7854 section 4.1. */
export const BMP_HEADER_LENGTH = 6;
/** RFC 7854, and draft-ietf-grow-bmp-tlv, which adds TLVs to messages that had none. */
export const BMP_VERSIONS = [3, 4] as const;
export type BmpVersion = (typeof BMP_VERSIONS)[number];
/** The RFC sets no limit; two OPENs or an extended UPDATE with TLVs need far less than this. */
export const BMP_MAXIMUM_LENGTH = 1024 * 1024;

/** Message types, RFC 7854 section 10.1. */
export const BMP_TYPE = {
  'route-monitoring': 0,
  statistics: 1,
  'peer-down': 2,
  'peer-up': 3,
  initiation: 4,
  termination: 5,
  'route-mirroring': 6,
} as const;

/**
 * Where BMP messages end, the longest having `maximum` octets. The length counts the common header.
 * @throws BmpError, fatal, for a version other than 3 and 4 or a length out of range
 */
export function bmpFraming(maximum: number = BMP_MAXIMUM_LENGTH): Framing {
  return {
    headerLength: BMP_HEADER_LENGTH,
    lengthOf(octets, at) {
      const version = octets[at] as number;
      if (!isBmpVersion(version)) {
        const reason = `BMP version ${version} is not ${BMP_VERSIONS.join(' or ')}`;
        throw new BmpError({ offset: 0, reason, fatal: true });
      }
      const length = lengthAt(octets, at + 1);
      if (length < BMP_HEADER_LENGTH || length > maximum) {
        const reason = `message length ${length} is not ${BMP_HEADER_LENGTH} to ${maximum}`;
        throw new BmpError({ offset: 1, reason, fatal: true });
      }
      return length;
    },
  };
}

/** With the limit that is set where nobody says otherwise. */
export const BMP_FRAMING: Framing = bmpFraming();

/** Versions 1 and 2 have no length field: nothing in such a stream can be found. */
export function isBmpVersion(version: number | undefined): version is BmpVersion {
  return BMP_VERSIONS.some((known) => known === version);
}
