import type { Words } from '../../syntax/words.ts';
import { attribute, OPTIONAL_TRANSITIVE } from './codec.ts';
import { items, listText } from './list.ts';
import { renderCommunity } from './render.ts';

/** Well-known communities, RFC 1997, 3765, 7999. The first name of a value is the one shown. */
const NAMES = {
  'no-export': 0xffffff01,
  no_export: 0xffffff01,
  'no-advertise': 0xffffff02,
  no_advertise: 0xffffff02,
  'no-export-subconfed': 0xffffff03,
  'no-peer': 0xffffff04,
  nopeer: 0xffffff04,
  blackhole: 0xffff029a,
} as const;

const VALUES = new Map<string, number>(Object.entries(NAMES));
const SHOWN = new Map<number, string>(
  Object.entries(NAMES)
    .reverse()
    .map(([name, value]) => [value, name]),
);

const EXPECTED = "a community: 'N:N' with each half from 0 to 65535, a 32-bit number, or a name";

/** Undefined: it is none. */
export function communityOf(text: string): number | undefined {
  const named = VALUES.get(text.toLowerCase());
  if (named !== undefined) return named;
  const halves = /^(\d{1,5}):(\d{1,5})$/.exec(text);
  if (halves !== null) {
    const high = Number(halves[1]);
    const low = Number(halves[2]);
    return high <= 0xffff && low <= 0xffff ? high * 0x10000 + low : undefined;
  }
  if (!/^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(text)) return undefined;
  const value = Number(text);
  return value <= 0xffffffff ? value : undefined;
}

export function communityText(value: number): string {
  return SHOWN.get(value) ?? `${value >>> 16}:${value & 0xffff}`;
}

function parseOne(words: Words): number {
  const word = words.next(EXPECTED);
  return communityOf(word.text) ?? words.fail(word, EXPECTED, Object.keys(NAMES));
}

const ascending = (values: readonly number[]) => [...values].sort((a, b) => a - b);

/** COMMUNITIES, RFC 1997: 32-bit numbers in the order of the octets; written in ascending order. */
export const community = attribute<readonly number[], 'community'>({
  code: 8,
  rfc: 'RFC 1997',
  key: 'community',
  word: 'community',
  flags: OPTIONAL_TRANSITIVE,
  malformed: 'treat-as-withdraw',
  decode: (r) => items(r, 4, (item) => item.u32()),
  encode: (w, value) => {
    for (const one of ascending(value)) w.u32(one, 'community');
  },
  toJson: (value, version) => ({
    community: (version === 5 ? ascending(value) : value).map((one) => [one >>> 16, one & 0xffff]),
  }),
  toText: (value) => listText('community', ascending(value).map(communityText)),
  render: renderCommunity,
  parse: (words) => words.list(parseOne),
});
