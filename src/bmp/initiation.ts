import type { Reader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';
import type { BmpInitiation } from './messages.ts';
import { INITIATION_TLVS, readTlvs, writeTlvs } from './tlv.ts';

/** Types of the TLVs that describe and name the router. */
export const SYS_DESCR = 1;
export const SYS_NAME = 2;

/** Initiation, RFC 7854 section 4.3: TLVs in any order; may come again with new values. */
export function readInitiation(r: Reader): BmpInitiation {
  return readTlvs(r, INITIATION_TLVS);
}

export function writeInitiation(w: Writer, initiation: BmpInitiation): void {
  writeTlvs(w, initiation.tlvs);
}
