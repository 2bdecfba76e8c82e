import type { Words } from '../../syntax/words.ts';
import type { Reader } from '../../wire/reader.ts';
import type { Writer } from '../../wire/writer.ts';
import type { ApiVersion, Json } from '../json.ts';

/**
 * One entry of a label stack as NLRI carry it, RFC 8277 section 2.2: 24 bits, of which 20 are the label,
 * 3 the traffic class and the last one the bottom of the stack.
 */
export type LabelEntry = number;

/** RFC 8277 section 2.4: stands for any label in a withdrawal. RFC 3107 used 0 too. */
export const WITHDRAW_LABEL: LabelEntry = 0x800000;
const OLD_WITHDRAW_LABEL: LabelEntry = 0;
const BOTTOM = 1;
export const MAX_LABEL = 0xfffff;
const ENTRY_BITS = 24;

/** The entries of a stack of labels, top first: traffic class 0, bottom bit on the last. */
export function labelStack(labels: readonly number[]): LabelEntry[] {
  return labels.map((label, i) => label * 16 + (i === labels.length - 1 ? BOTTOM : 0));
}

export function labelOf(entry: LabelEntry): number {
  return entry >>> 4;
}

/**
 * The label entries at the start of a labelled NLRI: up to the bottom of the stack or a withdrawal's label.
 * Speakers of one label may leave the bottom bit clear (RFC 8277 section 2.2): a stack without an end is one label.
 * @param bits length of the whole NLRI in bits, `reserved` of which follow the labels at least
 * @throws RangeError when no label fits
 */
export function readLabels(
  r: Reader,
  bits: number,
  options: { withdraw: boolean; reserved?: number },
): LabelEntry[] {
  const room = Math.floor((bits - (options.reserved ?? 0)) / ENTRY_BITS);
  if (room < 1) throw new RangeError(`a length of ${bits} bits has no room for a label`);
  const count = stackDepth(r, room, options.withdraw);
  return Array.from({ length: count }, () => r.u24());
}

function stackDepth(r: Reader, room: number, withdraw: boolean): number {
  for (let i = 0; i < room; i++) {
    const [a, b, c] = [r.peek(3 * i), r.peek(3 * i + 1), r.peek(3 * i + 2)];
    if (a === undefined || b === undefined || c === undefined) break;
    const entry = (a << 16) | (b << 8) | c;
    if ((entry & BOTTOM) !== 0 || entry === WITHDRAW_LABEL) return i + 1;
    if (withdraw && entry === OLD_WITHDRAW_LABEL) return i + 1;
  }
  return 1;
}

/** Reads past a label stack, of an announcement or a withdrawal. Its bits; more than `bits` when there is no end in them. */
export function skipLabels(r: Reader, bits: number): number {
  for (let used = ENTRY_BITS; used <= bits; used += ENTRY_BITS) {
    const entry = r.u24();
    const isEnd = (entry & BOTTOM) !== 0 || entry === WITHDRAW_LABEL || entry === OLD_WITHDRAW_LABEL;
    if (isEnd) return used;
  }
  return bits + 1;
}

/** Writes the entries; a withdrawal without labels gets the one that stands for any. */
export function writeLabels(w: Writer, entries: readonly LabelEntry[], withdraw: boolean): void {
  for (const entry of sentEntries(entries, withdraw)) w.u24(entry, 'label');
}

/** How many bits `writeLabels` writes. */
export function labelBits(entries: readonly LabelEntry[], withdraw: boolean): number {
  return sentEntries(entries, withdraw).length * ENTRY_BITS;
}

function sentEntries(entries: readonly LabelEntry[], withdraw: boolean): readonly LabelEntry[] {
  if (entries.length > 0) return entries;
  if (!withdraw) throw new RangeError('a labelled route is announced with at least one label');
  return [WITHDRAW_LABEL];
}

/** `[[100]]`; with the 24-bit field beside each label `[[100, 1601]]`, unless that is 0. */
export function labelsToJson(entries: readonly LabelEntry[], withFields: boolean): Json {
  return entries.map((entry) => (withFields && entry !== 0 ? [labelOf(entry), entry] : [labelOf(entry)]));
}

/** ` label 100` or ` label [ 100 200 ]`, version 6 with the 24-bit field in parentheses; nothing for no labels. */
export function labelsToText(entries: readonly LabelEntry[], version: ApiVersion): string {
  const one = (entry: LabelEntry) => `${labelOf(entry)}${version === 6 ? ` (${entry})` : ''}`;
  if (entries.length === 0) return '';
  return entries.length === 1 ? ` label ${entries.map(one)}` : ` label [ ${entries.map(one).join(' ')} ]`;
}

/** `100` or `[ 100 200 ]`: what follows the word `label`. */
export function parseLabels(words: Words): number[] {
  return words.list((w) => w.unsigned('a label', MAX_LABEL), { commas: true });
}
