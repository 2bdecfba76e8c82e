import { afiOf, type FamilyId, familyId, familyText, safiOf } from '../family.ts';
import { capability } from './codec.ts';

/**
 * Multiprotocol Extensions, RFC 4760 section 8: AFI, a reserved octet, SAFI. One TLV per family.
 * Value: the families.
 */
export const multiprotocol = capability<readonly FamilyId[], 'multiprotocol'>({
  code: 1,
  key: 'multiprotocol',
  word: 'multiprotocol',
  rfc: 'RFC 4760',
  decode(r) {
    const afi = r.u16();
    r.u8();
    return [familyId(afi, r.u8())];
  },
  encode(w, families) {
    for (const family of families) w.u16(afiOf(family)).u8(0).u8(safiOf(family));
  },
  merge: (first, second) => [...new Set([...first, ...second])],
  split: (families) => families.map((family) => [family]),
  toJson: (families) => ({ name: 'multiprotocol', families: families.map((f) => familyText(f, '/')) }),
  toText: (families) => `multiprotocol(${families.map((f) => familyText(f)).join(',')})`,
});
