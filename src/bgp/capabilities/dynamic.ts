import { capability } from './codec.ts';

/** Dynamic capability, draft-ietf-idr-dynamic-cap: codes that may be revised during the session. */
export const dynamic = capability<readonly number[], 'dynamic'>({
  code: 67,
  key: 'dynamic',
  word: 'dynamic',
  rfc: 'draft-ietf-idr-dynamic-cap',
  decode: (r) => [...r.rest()],
  encode(w, codes) {
    for (const code of codes) w.u8(code);
  },
  merge: (first, second) => [...first, ...second],
  toJson: (codes) => ({ name: 'dynamic', capabilities: codes.map(String) }),
  toText: (codes) => `dynamic(${codes.join(',')})`,
});
