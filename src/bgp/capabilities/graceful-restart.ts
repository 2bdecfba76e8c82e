import { FieldOverflowError } from '../../wire/errors.ts';
import { afiOf, type FamilyId, familyId, familyText, safiOf } from '../family.ts';
import type { Json } from '../json.ts';
import { capability } from './codec.ts';

/** Restart flags, RFC 4724 section 3 and RFC 8538 section 2: the four bits above the time. */
export const RESTART_FLAG = { restarting: 0x8, notification: 0x4 } as const;
/** Forwarding state was kept: the flag of a family. */
export const FORWARDING = 0x80;

export interface GracefulRestart {
  /** Four bits, see RESTART_FLAG. */
  readonly flags: number;
  /** 12 bits. */
  readonly timeSeconds: number;
  readonly families: readonly { readonly family: FamilyId; readonly flags: number }[];
}

function flagsJson(families: GracefulRestart['families']): Record<string, Json> {
  return Object.fromEntries(
    families.map((f) => [familyText(f.family, '/'), f.flags & FORWARDING ? ['restart'] : []]),
  );
}

/** Graceful Restart, RFC 4724 section 3: flags and time, then AFI, SAFI and flags of each family. */
export const gracefulRestart = capability<GracefulRestart, 'gracefulRestart'>({
  code: 64,
  key: 'gracefulRestart',
  word: 'graceful-restart',
  rfc: 'RFC 4724, RFC 8538',
  decode(r) {
    const first = r.u16();
    const families: { family: FamilyId; flags: number }[] = [];
    while (!r.done) families.push({ family: familyId(r.u16(), r.u8()), flags: r.u8() });
    return { flags: first >> 12, timeSeconds: first & 0xfff, families };
  },
  encode(w, value) {
    if (value.timeSeconds > 0xfff) throw new FieldOverflowError('restart time', value.timeSeconds, 0xfff);
    w.u16(value.flags * 0x1000 + value.timeSeconds, 'restart flags and time');
    for (const f of value.families) w.u16(afiOf(f.family)).u8(safiOf(f.family)).u8(f.flags);
  },
  // RFC 4724 section 3: all but the last instance are ignored
  merge: (_, second) => second,
  toJson: (value) => ({
    name: 'graceful restart',
    time: value.timeSeconds,
    'address-family-flags': flagsJson(value.families),
    'restart-flags': value.flags & RESTART_FLAG.restarting ? ['forwarding'] : [],
  }),
  toText(value) {
    const families = value.families.map((f) => `${familyText(f.family, '/')}=0x${f.flags.toString(16)}`);
    return `graceful restart flags 0x${value.flags.toString(16)} time ${value.timeSeconds} ${families.join(' ')}`;
  },
});
