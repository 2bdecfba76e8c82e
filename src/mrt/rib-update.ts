import { FLAG } from '../bgp/attributes/codec.ts';
import { attributeByCode } from '../bgp/attributes/table.ts';
import { type CodecContext, DEFAULT_CONTEXT } from '../bgp/context.ts';
import { afiOf, type FamilyId, IPV4_UNICAST, safiOf } from '../bgp/family.ts';
import { message } from '../bgp/header.ts';
import { NLRI } from '../bgp/nlri/index.ts';
import { FieldOverflowError, ShortInputError } from '../wire/errors.ts';
import { Reader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';
import { MrtError } from './errors.ts';
import type { MrtRecord, RibEntry } from './record.ts';

type RibRecord = Extract<MrtRecord, { readonly type: 'rib' }>;

const NEXT_HOP = 3;
const MP_REACH = 14;
const MAX_UPDATE = 0xffff;
const NONE = new Uint8Array(0);

type MessageRecord = Extract<MrtRecord, { readonly type: 'message' }>;

const EVERY_FAMILY: ReadonlySet<FamilyId> = new Set(NLRI.map(({ family }) => family));

/** How the message of a record is to be read. With path identifiers, all its families have them (RFC 8050). */
export function messageContext({ asn4, addPath }: MessageRecord): CodecContext {
  return { ...DEFAULT_CONTEXT, asn4, addPath: addPath ? EVERY_FAMILY : new Set() };
}

/** How the UPDATE of a table's route is to be read. */
export function ribContext({ family, asn4 }: RibRecord, { pathId }: RibEntry): CodecContext {
  return {
    ...DEFAULT_CONTEXT,
    asn4,
    addPath: new Set(pathId === undefined ? [] : [family]),
    maxMessageLength: MAX_UPDATE,
  };
}

/**
 * The UPDATE, header included, that brings one route of a table: what a session would have brought, so that it
 * is read by the same code.
 * @throws MrtError when the path attributes are cut off, or too long for an UPDATE
 */
export function ribUpdate(record: RibRecord, entry: RibEntry): Uint8Array {
  try {
    return entryUpdate(record, entry);
  } catch (err) {
    if (!(err instanceof ShortInputError || err instanceof FieldOverflowError)) throw err;
    throw new MrtError(err.message, { cause: err });
  }
}

function entryUpdate(record: RibRecord, entry: RibEntry): Uint8Array {
  const found = readAttributes(entry.attributes);
  const reach = found.find(({ code }) => code === MP_REACH);
  const plain = record.family === IPV4_UNICAST && reach === undefined;
  if (plain && entry.nextHop?.length === 4 && found.every(({ code }) => code !== NEXT_HOP)) {
    found.push({ flags: FLAG.transitive, code: NEXT_HOP, value: entry.nextHop });
  }
  const nextHop = reach === undefined ? (entry.nextHop ?? NONE) : nextHopOf(reach.value);
  const nlri = (w: Writer) => {
    if (entry.pathId !== undefined) w.u32(entry.pathId);
    w.octets(record.nlri);
  };
  return message(
    'update',
    (w) => {
      w.u16(0);
      w.u16Length('path attributes', () => {
        for (const one of found) if (one !== reach) writeAttribute(w, one);
        if (!plain) writeReach(w, record.family, nextHop, nlri);
      });
      if (plain) nlri(w);
    },
    MAX_UPDATE,
  );
}

interface Found {
  readonly flags: number;
  readonly code: number;
  readonly value: Uint8Array;
}

function readAttributes(attributes: Uint8Array): Found[] {
  const found: Found[] = [];
  const r = new Reader(attributes);
  while (!r.done) {
    const flags = r.u8();
    const code = r.u8();
    const length = (flags & FLAG.extendedLength) === 0 ? r.u8() : r.u16();
    found.push({ flags, code, value: r.octets(length) });
  }
  return found;
}

/** Flags as the attribute has them by its RFC: BIRD writes 0 into its tables. Unknown ones keep theirs. */
function writeAttribute(w: Writer, { flags, code, value }: Found): void {
  const known = attributeByCode(code);
  const type = (known?.flags ?? flags) & (FLAG.optional | FLAG.transitive);
  w.u8(type | (flags & (FLAG.partial | FLAG.extendedLength))).u8(code);
  if ((flags & FLAG.extendedLength) === 0) w.u8(value.length);
  else w.u16(value.length);
  w.octets(value);
}

/** MP_REACH_NLRI of an entry: the next hop alone (RFC 6396), or whole, as some collectors write it. */
function nextHopOf(value: Uint8Array): Uint8Array {
  const r = new Reader(value);
  const alone = value[0] === value.length - 1;
  if (!alone) r.octets(3);
  return r.octets(r.u8());
}

function writeReach(w: Writer, family: FamilyId, nextHop: Uint8Array, nlri: (w: Writer) => void): void {
  w.u8(FLAG.optional | FLAG.extendedLength).u8(MP_REACH);
  w.u16Length('MP_REACH_NLRI', () => {
    w.u16(afiOf(family)).u8(safiOf(family));
    w.u8Length('next hop', () => w.octets(nextHop));
    w.u8(0);
    nlri(w);
  });
}
