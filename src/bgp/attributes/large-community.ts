import type { Words } from '../../syntax/words.ts';
import { attribute, OPTIONAL_TRANSITIVE } from './codec.ts';
import { items, listText } from './list.ts';
import { renderLargeCommunity } from './render.ts';

/** Global administrator and two local parts, 32 bits each. */
export type LargeCommunity = readonly [number, number, number];

const EXPECTED = "a large community: 'N:N:N' with each part from 0 to 4294967295, or a 96-bit number";
const WORD = 0xffffffffn;

function largeCommunityOf(text: string): LargeCommunity | undefined {
  const parts = /^(\d{1,10}):(\d{1,10}):(\d{1,10})$/.exec(text)?.slice(1).map(Number);
  if (parts !== undefined) {
    const [a = 0, b = 0, c = 0] = parts;
    return Math.max(a, b, c) <= 0xffffffff ? [a, b, c] : undefined;
  }
  if (!/^(0x[0-9a-f]{1,24}|\d{1,29})$/i.test(text)) return undefined;
  const value = BigInt(text);
  if (value >> 96n !== 0n) return undefined;
  return [Number(value >> 64n), Number((value >> 32n) & WORD), Number(value & WORD)];
}

function parseOne(words: Words): LargeCommunity {
  const word = words.next(EXPECTED);
  return largeCommunityOf(word.text) ?? words.fail(word, EXPECTED);
}

function compare(a: LargeCommunity, b: LargeCommunity): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

const ascending = (values: readonly LargeCommunity[]) => [...values].sort(compare);

/** Ascending and each once: RFC 8092 section 5 forbids duplicates on the wire. */
function canonical(values: readonly LargeCommunity[]): LargeCommunity[] {
  const sorted = ascending(values);
  return sorted.filter((value, i) => i === 0 || compare(value, sorted[i - 1] as LargeCommunity) !== 0);
}

/** LARGE_COMMUNITY, RFC 8092: triples in the order of the octets; written in ascending order. */
export const largeCommunity = attribute<readonly LargeCommunity[], 'largeCommunity'>({
  code: 32,
  rfc: 'RFC 8092',
  key: 'largeCommunity',
  word: 'large-community',
  flags: OPTIONAL_TRANSITIVE,
  malformed: 'treat-as-withdraw',
  decode: (r) => items(r, 12, (item) => [item.u32(), item.u32(), item.u32()] as const),
  encode: (w, value) => {
    for (const [a, b, c] of canonical(value))
      w.u32(a, 'large community').u32(b, 'large community').u32(c, 'large community');
  },
  toJson: (value) => ({ 'large-community': value.map((one) => [...one]) }),
  toText: (value) =>
    listText(
      'large-community',
      ascending(value).map((one) => one.join(':')),
    ),
  render: renderLargeCommunity,
  parse: (words) => words.list(parseOne),
});
