import { u16At } from '../../bgp/attributes/render.ts';
import { written } from '../../wire/writer.ts';

const OPTIONAL_TRANSITIVE = 0xc0;
const EXTENDED_LENGTH = 0x10;
const COMMUNITY = 8;

/** Undefined: the route is to go. The same array: they stay. */
export type ReplaceCommunities = (communities: readonly number[]) => readonly number[] | undefined;

/** Well-formed path attributes with other communities; the same octets where those stay. */
export function withCommunities(all: Uint8Array, replace: ReplaceCommunities): Uint8Array | undefined {
  const { from, value, to } = fieldOf(all);
  const before = numbersOf(all.subarray(value, to));
  const after = replace(before);
  if (after === undefined || after === before) return after && all;
  const field = written((w) => {
    w.u8(OPTIONAL_TRANSITIVE | EXTENDED_LENGTH).u8(COMMUNITY);
    w.u16Length('community', () => {
      for (const community of after) w.u32(community);
    });
  });
  return Buffer.concat([all.subarray(0, from), field, all.subarray(to)]);
}

/** Where it begins, its value does, and it ends; of none where it would stand. */
function fieldOf(all: Uint8Array): { readonly from: number; readonly value: number; readonly to: number } {
  let place = all.length;
  for (let from = 0, to = 0; from < all.length; from = to) {
    const extended = ((all[from] as number) & EXTENDED_LENGTH) !== 0;
    const value = from + (extended ? 4 : 3);
    to = value + (extended ? u16At(all, from + 2) : (all[from + 2] as number));
    const code = all[from + 1] as number;
    if (code === COMMUNITY) return { from, value, to };
    if (code > COMMUNITY) place = Math.min(place, from);
  }
  return { from: place, value: place, to: place };
}

function numbersOf(octets: Uint8Array): number[] {
  const numbers: number[] = [];
  for (let at = 0; at < octets.length; at += 4)
    numbers.push(((u16At(octets, at) << 16) | u16At(octets, at + 2)) >>> 0);
  return numbers;
}
