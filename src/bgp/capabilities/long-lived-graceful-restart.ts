import { afiOf, type FamilyId, familyId, familyText, safiOf } from '../family.ts';
import { capability } from './codec.ts';

export interface LongLivedFamily {
  readonly family: FamilyId;
  /** 0x80: forwarding state was kept. */
  readonly flags: number;
  /** Long-lived stale time, 24 bits. */
  readonly timeSeconds: number;
}

/** Long-Lived Graceful Restart, RFC 9494 section 3.1: AFI, SAFI, flags and a 24-bit time, repeated. */
export const longLivedGracefulRestart = capability<readonly LongLivedFamily[], 'longLivedGracefulRestart'>({
  code: 71,
  key: 'longLivedGracefulRestart',
  word: 'long-lived-graceful-restart',
  rfc: 'RFC 9494',
  decode(r) {
    const families: LongLivedFamily[] = [];
    while (!r.done) {
      families.push({ family: familyId(r.u16(), r.u8()), flags: r.u8(), timeSeconds: r.u24() });
    }
    return families;
  },
  encode(w, families) {
    for (const f of families) {
      w.u16(afiOf(f.family)).u8(safiOf(f.family)).u8(f.flags).u24(f.timeSeconds, 'long-lived stale time');
    }
  },
  merge: (_, second) => second,
  toJson: (families) => ({
    name: 'long-lived-graceful-restart',
    families: families.map((f) => ({
      family: familyText(f.family, '/'),
      time: f.timeSeconds,
      flags: f.flags & 0x80 ? ['forwarding'] : [],
    })),
  }),
  toText: (families) =>
    `long-lived graceful restart(${families.map((f) => `${familyText(f.family)} ${f.timeSeconds}`).join(',')})`,
});
