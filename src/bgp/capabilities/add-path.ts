import { afiOf, type FamilyId, familyId, familyText, safiOf } from '../family.ts';
import { capability } from './codec.ts';

/** Bits of the Send/Receive octet. */
export const ADD_PATH = { receive: 1, send: 2 } as const;

const MODES = ['disabled', 'receive', 'send', 'send/receive'] as const;

export interface AddPathFamily {
  readonly family: FamilyId;
  /** 1 receive, 2 send, 3 both; 0, which the RFC does not have, is neither. */
  readonly mode: number;
}

/**
 * ADD-PATH, RFC 7911 section 4: AFI, SAFI and what the speaker can do, repeated. A tuple with another
 * Send/Receive value is ignored, as the RFC has it.
 */
export const addPath = capability<readonly AddPathFamily[], 'addPath'>({
  code: 69,
  key: 'addPath',
  word: 'add-path',
  rfc: 'RFC 7911',
  decode(r) {
    const families: AddPathFamily[] = [];
    while (!r.done) families.push({ family: familyId(r.u16(), r.u8()), mode: r.u8() });
    return families.filter((f) => f.mode < MODES.length);
  },
  encode(w, families) {
    for (const f of families) w.u16(afiOf(f.family)).u8(safiOf(f.family)).u8(f.mode, 'Send/Receive');
  },
  merge: (first, second) => [...first, ...second],
  toJson: (families) => ({
    name: 'addpath',
    ...Object.fromEntries(families.map((f) => [familyText(f.family, '/'), MODES[f.mode]])),
  }),
  toText: (families) =>
    `addpath(${families.map((f) => `${MODES[f.mode]} ${familyText(f.family)}`).join(',')})`,
});
