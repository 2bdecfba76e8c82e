import type { Reader } from '../../wire/reader.ts';
import { afiOf, afiWord, type FamilyId, familyId, familyText, safiOf } from '../family.ts';
import { capability } from './codec.ts';

/** Routes of `family` may have a next hop of `nextHopAfi`. */
export interface NextHopEncoding {
  readonly family: FamilyId;
  readonly nextHopAfi: number;
}

function encoding(r: Reader): NextHopEncoding {
  const afi = r.u16();
  const safi = r.u16();
  if (safi > 255) throw new RangeError(`SAFI ${safi} is more than 255`);
  return { family: familyId(afi, safi), nextHopAfi: r.u16() };
}

/** Extended Next Hop Encoding, RFC 8950 section 4: AFI, SAFI (two octets), AFI of the next hop, repeated. */
export const extendedNextHop = capability<readonly NextHopEncoding[], 'extendedNextHop'>({
  code: 5,
  key: 'extendedNextHop',
  word: 'nexthop',
  rfc: 'RFC 8950',
  decode(r) {
    const encodings: NextHopEncoding[] = [];
    while (!r.done) encodings.push(encoding(r));
    return encodings;
  },
  encode(w, encodings) {
    for (const e of encodings) w.u16(afiOf(e.family)).u16(safiOf(e.family)).u16(e.nextHopAfi);
  },
  merge: (first, second) => [...first, ...second],
  toJson: (encodings) => ({
    name: 'nexthop',
    conversion: encodings.map((e) => `${familyText(e.family, '/')}/${afiWord(e.nextHopAfi)}`),
  }),
  toText: (encodings) =>
    `nexthop(${encodings.map((e) => `${familyText(e.family)} ${afiWord(e.nextHopAfi)}`).join(',')})`,
});
