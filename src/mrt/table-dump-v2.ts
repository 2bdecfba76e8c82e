import { DEFAULT_CONTEXT } from '../bgp/context.ts';
import {
  type FamilyId,
  familyId,
  IPV4_MULTICAST,
  IPV4_UNICAST,
  IPV6_MULTICAST,
  IPV6_UNICAST,
} from '../bgp/family.ts';
import { nlriCodec } from '../bgp/nlri/index.ts';
import { PrefixError } from '../wire/prefix.ts';
import { Reader } from '../wire/reader.ts';
import { lenientText } from '../wire/text.ts';
import { prefixOctets } from './bgp4mp.ts';
import { MrtError } from './errors.ts';
import type { MrtRecordOctets } from './header.ts';
import type { MrtPeer, MrtRecord, RibEntry } from './record.ts';

/** Subtypes of TABLE_DUMP_V2, RFC 6396 section 4.3 and RFC 8050 section 4. */
const PEER_INDEX_TABLE = 1;
const RIBS: ReadonlyMap<number, { readonly family?: FamilyId; readonly addPath: boolean }> = new Map([
  [2, { family: IPV4_UNICAST, addPath: false }],
  [3, { family: IPV4_MULTICAST, addPath: false }],
  [4, { family: IPV6_UNICAST, addPath: false }],
  [5, { family: IPV6_MULTICAST, addPath: false }],
  [6, { addPath: false }],
  [8, { family: IPV4_UNICAST, addPath: true }],
  [9, { family: IPV4_MULTICAST, addPath: true }],
  [10, { family: IPV6_UNICAST, addPath: true }],
  [11, { family: IPV6_MULTICAST, addPath: true }],
  [12, { addPath: true }],
]);

const PEER_IPV6 = 0x01;
const PEER_AS4 = 0x02;

/**
 * TABLE_DUMP_V2. AS numbers have four octets throughout.
 * @param peers of the PEER_INDEX_TABLE that came last
 * @throws MrtError, ShortInputError
 */
export function readTableDumpV2(
  { seconds, microseconds, type, subtype }: MrtRecordOctets,
  r: Reader,
  peers: readonly MrtPeer[] | undefined,
): MrtRecord {
  const common = { seconds, microseconds } as const;
  if (subtype === PEER_INDEX_TABLE) return { ...common, type: 'peer-index', ...readPeerIndex(r) };
  const kind = RIBS.get(subtype);
  if (kind === undefined) return { ...common, type: 'other', code: type, subtype };
  if (peers === undefined) throw new MrtError('routes before the table of the peers they are of');
  r.u32(); // sequence
  const family = kind.family ?? familyId(r.u16(), r.u8());
  const nlri = kind.family === undefined ? genericNlri(r, family) : prefixOctets(r);
  const entries = counted(r.u16(), () => readEntry(r, kind.addPath, peers));
  const generic = kind.family === undefined;
  return { ...common, type: 'rib', format: 'TABLE_DUMP2', family, generic, nlri, asn4: true, entries };
}

/** PEER_INDEX_TABLE, RFC 6396 section 4.3.1. */
function readPeerIndex(r: Reader) {
  const collectorId = r.u32();
  const viewName = lenientText(r.octets(r.u16()));
  const peers = counted(r.u16(), () => readPeer(r));
  return { collectorId, viewName, peers };
}

/** So many of them. The array grows as they are read: a count alone takes no memory. */
function counted<T>(count: number, read: () => T): T[] {
  const all: T[] = [];
  while (all.length < count) all.push(read());
  return all;
}

function readPeer(r: Reader): MrtPeer {
  const flags = r.u8();
  const routerId = r.u32();
  const address = r.octets((flags & PEER_IPV6) === 0 ? 4 : 16).slice();
  return { address, routerId, as: (flags & PEER_AS4) === 0 ? r.u16() : r.u32() };
}

function readEntry(r: Reader, addPath: boolean, peers: readonly MrtPeer[]): RibEntry {
  const index = r.u16();
  const peer = peers[index];
  if (peer === undefined) throw new MrtError(`peer ${index} of a table of ${peers.length}`);
  const originatedSeconds = r.u32();
  const pathId = addPath ? r.u32() : undefined;
  return { peer, originatedSeconds, pathId, attributes: r.octets(r.u16()) };
}

/** RIB_GENERIC, RFC 6396 section 4.3.3: only the family's codec knows where its NLRI ends. */
function genericNlri(r: Reader, family: FamilyId): Uint8Array {
  const ahead = new Reader(r.ahead());
  try {
    nlriCodec(family).decode(ahead, DEFAULT_CONTEXT, false);
  } catch (err) {
    if (!(err instanceof RangeError || err instanceof PrefixError)) throw err;
    throw new MrtError(err.message, { cause: err });
  }
  return r.octets(ahead.offset);
}
