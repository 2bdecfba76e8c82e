import type { Reader } from '../../wire/reader.ts';
import { afiOf, type FamilyId, familyId, familyText, safiOf } from '../family.ts';
import { capability } from './codec.ts';

const MODES = ['none', 'receive', 'send', 'both'] as const;

export interface OrfFamily {
  readonly family: FamilyId;
  /** ORF type, and whether its entries are received (1), sent (2) or both (3). */
  readonly types: readonly { readonly type: number; readonly mode: number }[];
}

function orfFamily(r: Reader): OrfFamily {
  const afi = r.u16();
  r.u8();
  const family = familyId(afi, r.u8());
  const types = Array.from({ length: r.u8() }, () => ({ type: r.u8(), mode: r.u8() }));
  return { family, types };
}

/** Outbound Route Filtering, RFC 5291 section 5. */
export const orf = capability<readonly OrfFamily[], 'orf'>({
  code: 3,
  key: 'orf',
  word: 'outbound-route-filtering',
  rfc: 'RFC 5291',
  decode(r) {
    const families: OrfFamily[] = [];
    while (!r.done) families.push(orfFamily(r));
    return families;
  },
  encode(w, families) {
    for (const f of families) {
      w.u16(afiOf(f.family)).u8(0).u8(safiOf(f.family)).u8(f.types.length, 'number of ORFs');
      for (const t of f.types) w.u8(t.type).u8(t.mode);
    }
  },
  merge: (first, second) => [...first, ...second],
  toJson: (families) => ({
    name: 'outbound-route-filtering',
    families: families.map((f) => ({
      family: familyText(f.family, '/'),
      types: f.types.map((t) => ({ type: t.type, mode: MODES[t.mode] ?? t.mode })),
    })),
  }),
  toText: (families) => `outbound route filtering(${families.map((f) => familyText(f.family)).join(',')})`,
});
