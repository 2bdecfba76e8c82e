import { AFI, familyId, SAFI } from '../bgp/family.ts';
import { octetsOf } from '../wire/prefix.ts';
import type { Reader } from '../wire/reader.ts';
import { written } from '../wire/writer.ts';
import { MrtError } from './errors.ts';
import type { MrtRecordOctets } from './header.ts';
import type { MrtRecord } from './record.ts';

/** Subtypes: the address family, and for the last two four-octet AS numbers, as bgpdump and Quagga know them. */
const SUBTYPES: ReadonlyMap<number, { readonly afi: number; readonly asn4: boolean }> = new Map([
  [1, { afi: AFI.ipv4, asn4: false }],
  [2, { afi: AFI.ipv6, asn4: false }],
  [3, { afi: AFI.ipv4, asn4: true }],
  [4, { afi: AFI.ipv6, asn4: true }],
]);

/** TABLE_DUMP, RFC 6396 section 4.2: one route of one peer. @throws MrtError, ShortInputError */
export function readTableDump(
  { seconds, microseconds, type, subtype }: MrtRecordOctets,
  r: Reader,
): MrtRecord {
  const kind = SUBTYPES.get(subtype);
  if (kind === undefined) return { type: 'other', seconds, microseconds, code: type, subtype };
  const octets = kind.afi === AFI.ipv4 ? 4 : 16;
  r.u16(); // view
  r.u16(); // sequence
  const prefix = r.octets(octets);
  const bits = r.u8();
  if (bits > octets * 8) throw new MrtError(`a prefix of ${bits} bits`);
  r.u8(); // status
  const originatedSeconds = r.u32();
  const address = r.octets(octets);
  const peer = { address, as: kind.asn4 ? r.u32() : r.u16(), routerId: 0 };
  const attributes = r.octets(r.u16());
  return {
    type: 'rib',
    format: 'TABLE_DUMP',
    seconds,
    microseconds,
    family: familyId(kind.afi, SAFI.unicast),
    generic: false,
    nlri: written((w) => w.u8(bits).octets(prefix.subarray(0, octetsOf(bits)))),
    asn4: kind.asn4,
    entries: [{ peer, originatedSeconds, pathId: undefined, attributes }],
  };
}
