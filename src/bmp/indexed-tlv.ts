import { ADD_PATH } from '../bgp/capabilities/add-path.ts';
import { decodeCapabilities, mergeCapabilities } from '../bgp/capabilities/index.ts';
import { NotificationError } from '../bgp/errors.ts';
import type { FamilyId } from '../bgp/family.ts';
import { ShortInputError } from '../wire/errors.ts';
import { Reader } from '../wire/reader.ts';
import { printable, utf8 } from '../wire/text.ts';
import type { Writer } from '../wire/writer.ts';
import { startsBgpMessage } from './bgp-message.ts';
import { BmpError } from './errors.ts';
import type { IndexedTlv, PathStatus } from './messages.ts';
import type { ViewDirection } from './reading.ts';

/** What the TLVs of Route Monitoring are called, whatever their numbers. */
type IndexedTlvWord =
  | 'sequence'
  | 'extended-flags'
  | 'timestamp'
  | 'group'
  | 'table-name'
  | 'stateless-parsing'
  | 'bgp-message'
  | 'path-status';

/**
 * The numbers moved while draft-ietf-grow-bmp-tlv was written, and routers with either are in the field:
 * `draft-19` is what implementations had until 2026, `draft-20` the revision of March 2026.
 */
const CODE_POINTS: Readonly<Record<'draft-19' | 'draft-20', ReadonlyMap<number, IndexedTlvWord>>> = {
  'draft-19': new Map([
    [1, 'stateless-parsing'],
    [2, 'group'],
    [3, 'table-name'],
    [4, 'bgp-message'],
    [5, 'path-status'],
  ]),
  'draft-20': new Map([
    [1, 'sequence'],
    [2, 'extended-flags'],
    [3, 'timestamp'],
    [4, 'group'],
    [5, 'table-name'],
    [6, 'stateless-parsing'],
    [7, 'bgp-message'],
    [8, 'path-status'],
  ]),
};
type CodePoints = keyof typeof CODE_POINTS;

/** The high bit of a type: what follows is a vendor's own. */
const ENTERPRISE = 0x8000;

/**
 * The TLVs of Route Monitoring in BMP version 4: type, length, index, value; the length counts the value alone.
 * Which numbering a router uses shows by the type under which its BGP message stands.
 * @throws BmpError when a TLV overruns the message
 */
export function readIndexedTlvs(r: Reader): IndexedTlv[] {
  const raw: { type: number; index: number; value: Uint8Array }[] = [];
  while (!r.done) {
    const at = r.offset;
    const type = r.u16();
    const length = r.u16();
    const index = r.u16();
    if (length > r.remaining) {
      const reason = `TLV of type ${type} has length ${length}, ${r.remaining} octets are left`;
      throw new BmpError({ offset: at, reason });
    }
    raw.push({ type, index, value: r.octets(length) });
  }
  const words = CODE_POINTS[codePointsOf(raw)];
  return raw.map(({ type, index, value }) => indexedTlv(type, { index, value, words }));
}

export function writeIndexedTlvs(w: Writer, tlvs: readonly IndexedTlv[]): void {
  for (const { type, index, value } of tlvs) {
    w.u16(type, 'TLV type').u16(value.length, 'TLV length').u16(index, 'TLV index').octets(value);
  }
}

function codePointsOf(tlvs: readonly { readonly type: number; readonly value: Uint8Array }[]): CodePoints {
  const message = tlvs.find(({ value }) => startsBgpMessage(value))?.type;
  return message !== undefined && CODE_POINTS['draft-20'].get(message) === 'bgp-message'
    ? 'draft-20'
    : 'draft-19';
}

function indexedTlv(
  type: number,
  of: { index: number; value: Uint8Array; words: ReadonlyMap<number, IndexedTlvWord> },
): IndexedTlv {
  const { index, value, words } = of;
  if ((type & ENTERPRISE) !== 0) return { type, index, value, word: `enterprise-${type & ~ENTERPRISE}` };
  const word = words.get(type) ?? `unknown-${type}`;
  return { type, index, value, word, ...meaningOf(word, value) };
}

function meaningOf(word: string, value: Uint8Array): Pick<IndexedTlv, 'text' | 'pathStatus' | 'routes'> {
  if (word === 'table-name') {
    const text = utf8(value);
    return text === undefined ? {} : { text: printable(text) };
  }
  if (word === 'path-status') {
    const pathStatus = pathStatusOf(value);
    return pathStatus === undefined ? {} : { pathStatus };
  }
  return word === 'group' && value.length % 2 === 0 ? { routes: groupOf(value) } : {};
}

/** What a stateless parsing TLV says of how the UPDATE is to be read, whatever the OPENs say. */
export interface Stateless {
  readonly addPath: ReadonlyMap<FamilyId, boolean>;
  readonly asn4: true | undefined;
}

/**
 * All stateless parsing TLVs of a message: each holds a capability (RFC 5492). An ADD-PATH capability there
 * has `receive` for what the router receives, `send` for what it sends. Undefined: there is none that is read.
 */
export function statelessOf(tlvs: readonly IndexedTlv[], direction: ViewDirection): Stateless | undefined {
  const values = tlvs.filter(({ word }) => word === 'stateless-parsing').map(({ value }) => value);
  if (values.length === 0) return undefined;
  const bit = { in: ADD_PATH.receive, out: ADD_PATH.send, 'loc-rib': ADD_PATH.receive | ADD_PATH.send }[
    direction
  ];
  const capabilities = mergeCapabilities(values.flatMap(capabilitiesOf));
  const families = (capabilities.addPath ?? []).map(
    ({ family, mode }) => [family, (mode & bit) !== 0] as const,
  );
  return { addPath: new Map(families), asn4: capabilities.asn4 === undefined ? undefined : true };
}

function capabilitiesOf(value: Uint8Array): ReturnType<typeof decodeCapabilities> {
  try {
    return decodeCapabilities(value);
  } catch (err) {
    if (err instanceof NotificationError || err instanceof ShortInputError) return [];
    throw err;
  }
}

/** Bits of the path status, draft-ietf-grow-bmp-path-marking-tlv section 2, lowest first. */
const PATH_STATUS = [
  'invalid',
  'best',
  'non-selected',
  'primary',
  'backup',
  'non-installed',
  'best-external',
  'add-path',
  'filtered-inbound',
  'filtered-outbound',
  'stale',
  'suppressed',
] as const;

/** Reasons of the path status, from 1. */
const PATH_REASONS = [
  'as-loop',
  'unresolvable-next-hop',
  'local-preference',
  'as-path-length',
  'origin',
  'med',
  'peer-type',
  'igp-cost',
  'router-id',
  'peer-address',
  'aigp',
] as const;

/** The words of a path status and of its reason; undefined when the value is no path status. */
function pathStatusOf(value: Uint8Array): PathStatus | undefined {
  if (value.length !== 4 && value.length !== 6) return undefined;
  const r = new Reader(value);
  const bits = r.u32();
  const status = Array.from({ length: 32 }, (_, bit) => bit)
    .filter((bit) => (bits >>> bit) & 1)
    .map((bit) => PATH_STATUS[bit] ?? `bit-${bit}`);
  if (r.done) return { status, reason: undefined };
  const code = r.u16();
  return { status, reason: code === 0 ? undefined : (PATH_REASONS[code - 1] ?? `reason-${code}`) };
}

/** The routes of a group TLV: the index of the group, then those of its members. */
function groupOf(value: Uint8Array): readonly number[] {
  const r = new Reader(value);
  return Array.from({ length: value.length / 2 }, () => r.u16());
}
