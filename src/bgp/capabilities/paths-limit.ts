import { afiOf, type FamilyId, familyId, familyText, safiOf } from '../family.ts';
import { capability } from './codec.ts';

export interface PathsLimit {
  readonly family: FamilyId;
  readonly limit: number;
}

/** Paths limit, draft-abraitis-idr-addpath-paths-limit: AFI, SAFI, most paths per prefix; repeated. */
export const pathsLimit = capability<readonly PathsLimit[], 'pathsLimit'>({
  code: 76,
  key: 'pathsLimit',
  word: 'paths-limit',
  since: 6,
  rfc: 'draft-abraitis-idr-addpath-paths-limit',
  decode(r) {
    const limits: PathsLimit[] = [];
    while (!r.done) limits.push({ family: familyId(r.u16(), r.u8()), limit: r.u16() });
    return limits;
  },
  encode(w, limits) {
    for (const l of limits) w.u16(afiOf(l.family)).u8(safiOf(l.family)).u16(l.limit, 'paths limit');
  },
  merge: (first, second) => [...first, ...second],
  toJson: (limits) => ({
    name: 'paths-limit',
    ...Object.fromEntries(limits.map((l) => [familyText(l.family, '/'), l.limit])),
  }),
  toText: (limits) => `paths-limit(${limits.map((l) => `${familyText(l.family)} ${l.limit}`).join(',')})`,
});
