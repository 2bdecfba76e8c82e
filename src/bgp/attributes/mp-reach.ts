import { afiOf, type FamilyId, familyId, safiOf } from '../family.ts';
import { attribute, OPTIONAL_NON_TRANSITIVE } from './codec.ts';

/** The fields of MP_REACH_NLRI as octets: the families' codecs read them, in update.ts. */
export interface MpReach {
  readonly family: FamilyId;
  readonly nextHop: Uint8Array;
  readonly nlri: Uint8Array;
}

/** MP_REACH_NLRI, RFC 4760 section 3. */
export const mpReach = attribute<MpReach, 'mpReach'>({
  code: 14,
  rfc: 'RFC 4760',
  key: 'mpReach',
  word: 'mp-reach-nlri',
  flags: OPTIONAL_NON_TRANSITIVE,
  malformed: 'session-reset',
  subcode: 'Optional Attribute Error',
  wrongFlags: 'session-reset',
  decode(r) {
    const family = familyId(r.u16(), r.u8());
    const nextHop = r.octets(r.u8()).slice();
    r.u8(); // reserved, ignored on receipt
    return { family, nextHop, nlri: r.rest().slice() };
  },
  encode(w, value) {
    w.u16(afiOf(value.family)).u8(safiOf(value.family));
    w.u8Length('next hop', () => w.octets(value.nextHop));
    w.u8(0).octets(value.nlri);
  },
});

/** The fields of MP_UNREACH_NLRI as octets. */
export interface MpUnreach {
  readonly family: FamilyId;
  readonly nlri: Uint8Array;
}

/** MP_UNREACH_NLRI, RFC 4760 section 4. */
export const mpUnreach = attribute<MpUnreach, 'mpUnreach'>({
  code: 15,
  rfc: 'RFC 4760',
  key: 'mpUnreach',
  word: 'mp-unreach-nlri',
  flags: OPTIONAL_NON_TRANSITIVE,
  malformed: 'session-reset',
  subcode: 'Optional Attribute Error',
  wrongFlags: 'session-reset',
  decode: (r) => ({ family: familyId(r.u16(), r.u8()), nlri: r.rest().slice() }),
  encode(w, value) {
    w.u16(afiOf(value.family)).u8(safiOf(value.family)).octets(value.nlri);
  },
});
