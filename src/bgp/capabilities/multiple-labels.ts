import { afiOf, type FamilyId, familyId, familyText, safiOf } from '../family.ts';
import { capability } from './codec.ts';

export interface MultipleLabels {
  readonly family: FamilyId;
  /** Most labels that the speaker can take; 255: no limit. */
  readonly count: number;
}

/** Multiple Labels, RFC 8277 section 2.1: AFI, SAFI, count; repeated. */
export const multipleLabels = capability<readonly MultipleLabels[], 'multipleLabels'>({
  code: 8,
  key: 'multipleLabels',
  word: 'multiple-labels',
  rfc: 'RFC 8277',
  decode(r) {
    const families: MultipleLabels[] = [];
    while (!r.done) families.push({ family: familyId(r.u16(), r.u8()), count: r.u8() });
    return families;
  },
  encode(w, families) {
    for (const f of families) w.u16(afiOf(f.family)).u8(safiOf(f.family)).u8(f.count, 'label count');
  },
  merge: (first, second) => [...first, ...second],
  toJson: (families) => ({
    name: 'multiple-labels',
    ...Object.fromEntries(families.map((f) => [familyText(f.family, '/'), f.count])),
  }),
  toText: (families) =>
    `multiple labels(${families.map((f) => `${familyText(f.family)} ${f.count}`).join(',')})`,
});
