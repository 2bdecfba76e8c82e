import type { Reader } from '../wire/reader.ts';
import { printable, utf8 } from '../wire/text.ts';
import type { Writer } from '../wire/writer.ts';
import type { InformationTlv } from './messages.ts';

/** One type of TLV: its word in events, and whether its value is text. */
export interface TlvRow {
  readonly type: number;
  readonly word: string;
  readonly text: boolean;
}

const text = (type: number, word: string): TlvRow => ({ type, word, text: true });
const octets = (type: number, word: string): TlvRow => ({ type, word, text: false });

/** Initiation, RFC 7854 section 4.4. */
export const INITIATION_TLVS = [
  text(0, 'string'),
  text(1, 'sys-descr'),
  text(2, 'sys-name'),
  // Routers older than RFC 9736 number these two here, too.
  text(3, 'table-name'),
  text(4, 'admin-label'),
  octets(65531, 'router-id'),
] as const;

/** Termination, RFC 7854 section 4.5. */
export const TERMINATION_TLVS = [text(0, 'string'), octets(1, 'reason')] as const;

/** Peer Up and Peer Down, RFC 9736 section 3 and RFC 9069 section 5.3. */
export const PEER_TLVS = [text(0, 'string'), text(3, 'table-name'), text(4, 'admin-label')] as const;

/**
 * All TLVs that are left: 16-bit type, 16-bit length, value. A TLV that overruns the message ends the list
 * and is told in `problem`; those before it stand.
 */
export function readTlvs(
  r: Reader,
  rows: readonly TlvRow[],
): { readonly tlvs: InformationTlv[]; readonly problem?: string } {
  const tlvs: InformationTlv[] = [];
  while (!r.done) {
    const left = r.remaining;
    if (left < 4) return { tlvs, problem: `${left} stray octets after the TLVs` };
    const type = r.u16();
    const length = r.u16();
    if (length > r.remaining) {
      return { tlvs, problem: `TLV of type ${type} has length ${length}, ${r.remaining} octets are left` };
    }
    tlvs.push(informationTlv(type, r.octets(length), rows));
  }
  return { tlvs };
}

export function writeTlvs(w: Writer, tlvs: readonly InformationTlv[]): void {
  for (const { type, value } of tlvs) {
    w.u16(type, 'TLV type').u16Length('TLV', () => w.octets(value));
  }
}

/** A TLV of its octets; text that is no UTF-8 stays octets. */
export function informationTlv(type: number, value: Uint8Array, rows: readonly TlvRow[]): InformationTlv {
  const row = rows.find((candidate) => candidate.type === type);
  const word = row?.word ?? `unknown-${type}`;
  const read = row?.text === true ? utf8(value) : undefined;
  return read === undefined ? { type, word, value } : { type, word, value, text: printable(read) };
}

/** The text of the last TLV of a type: a repeated one replaces. */
export function tlvText(tlvs: readonly InformationTlv[], type: number): string | undefined {
  return tlvs.findLast((tlv) => tlv.type === type)?.text;
}
