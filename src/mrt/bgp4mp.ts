import { familyId } from '../bgp/family.ts';
import { octetsOf } from '../wire/prefix.ts';
import type { Reader } from '../wire/reader.ts';
import { MrtError } from './errors.ts';
import type { MrtRecordOctets } from './header.ts';
import type { MrtPeer, MrtRecord } from './record.ts';

interface MessageSubtype {
  readonly asn4: boolean;
  readonly sent: boolean;
  readonly addPath: boolean;
}

const message = (asn4: boolean, sent: boolean, addPath: boolean): MessageSubtype => ({ asn4, sent, addPath });

/** Subtypes that hold a BGP message, RFC 6396 section 4.4 and RFC 8050 section 3. */
const MESSAGES: ReadonlyMap<number, MessageSubtype> = new Map([
  [1, message(false, false, false)],
  [4, message(true, false, false)],
  [6, message(false, true, false)],
  [7, message(true, true, false)],
  [8, message(false, false, true)],
  [9, message(true, false, true)],
  [10, message(false, true, true)],
  [11, message(true, true, true)],
]);
const STATE_CHANGE = 0;
const ENTRY = 2;
const STATE_CHANGE_AS4 = 5;

/** BGP4MP and BGP4MP_ET. @throws MrtError, ShortInputError */
export function readBgp4mp(
  { seconds, microseconds, subtype, ...rest }: MrtRecordOctets,
  r: Reader,
): MrtRecord {
  const common = { seconds, microseconds } as const;
  const kind = MESSAGES.get(subtype);
  if (kind !== undefined) {
    const ends = readEnds(r, kind.asn4);
    return { ...common, type: 'message', format: 'BGP4MP', ...ends, ...kind, octets: r.rest() };
  }
  if (subtype === STATE_CHANGE || subtype === STATE_CHANGE_AS4) {
    const ends = readEnds(r, subtype === STATE_CHANGE_AS4);
    return { ...common, type: 'state', format: 'BGP4MP', ...ends, from: r.u16(), to: r.u16() };
  }
  if (subtype === ENTRY) return readEntry(common, r);
  return { ...common, type: 'other', code: rest.type, subtype };
}

function readEnds(r: Reader, asn4: boolean): { readonly peer: MrtPeer; readonly local: MrtPeer } {
  const peerAs = asn4 ? r.u32() : r.u16();
  const localAs = asn4 ? r.u32() : r.u16();
  r.u16(); // interface index
  const octets = addressOctets(r.u16());
  return {
    peer: { as: peerAs, address: r.octets(octets), routerId: 0 },
    local: { as: localAs, address: r.octets(octets), routerId: 0 },
  };
}

/** @throws MrtError on an AFI that is neither IPv4 nor IPv6 */
export function addressOctets(afi: number): 4 | 16 {
  if (afi !== 1 && afi !== 2) throw new MrtError(`address family ${afi}`);
  return afi === 1 ? 4 : 16;
}

/** BGP4MP_ENTRY, RFC 6396 appendix B.2.7: one route of a table, with its next hop outside of the attributes. */
function readEntry(
  common: { readonly seconds: number; readonly microseconds: number | undefined },
  r: Reader,
): MrtRecord {
  const { peer } = readEnds(r, false);
  r.u16(); // view
  r.u16(); // status
  const originatedSeconds = r.u32();
  const family = familyId(r.u16(), r.u8());
  const nextHop = r.octets(r.u8());
  const nlri = prefixOctets(r);
  const attributes = r.octets(r.u16());
  const entries = [{ peer, originatedSeconds, pathId: undefined, attributes, nextHop }];
  const of = { format: 'BGP4MP', family, generic: false, nlri, asn4: false } as const;
  return { ...common, type: 'rib', ...of, entries };
}

/** A prefix with its length, as it stands. @throws MrtError when it is longer than an IPv6 address */
export function prefixOctets(r: Reader): Uint8Array {
  const bits = r.peek() ?? 0;
  if (bits > 128) throw new MrtError(`a prefix of ${bits} bits`);
  return r.octets(1 + octetsOf(bits));
}
