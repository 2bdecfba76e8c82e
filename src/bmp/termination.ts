import { Reader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';
import type { BmpTermination } from './messages.ts';
import { readTlvs, TERMINATION_TLVS, writeTlvs } from './tlv.ts';

const REASON = 1;

/** Reason codes, RFC 7854 section 4.5, by index. */
export const TERMINATION_REASONS = [
  'administratively-closed',
  'unspecified',
  'out-of-resources',
  'redundant-connection',
  'permanently-closed',
] as const;

/** Termination, RFC 7854 section 4.5: the last message of a connection. */
export function readTermination(r: Reader): BmpTermination {
  const { tlvs, ...problem } = readTlvs(r, TERMINATION_TLVS);
  const value = tlvs.find((tlv) => tlv.type === REASON && tlv.value.length === 2)?.value;
  return { tlvs, reason: value === undefined ? undefined : reasonWord(new Reader(value).u16()), ...problem };
}

export function writeTermination(w: Writer, termination: BmpTermination): void {
  writeTlvs(w, termination.tlvs);
}

function reasonWord(code: number): string {
  return TERMINATION_REASONS[code] ?? `unknown-${code}`;
}
