import type { Words } from '../../syntax/words.ts';
import { sameOctets } from '../../wire/address.ts';
import { toHex } from '../../wire/hex.ts';
import { Reader } from '../../wire/reader.ts';
import type { ApiVersion } from '../json.ts';
import { namedCommunity } from '../octets-of.ts';
import type { ExtendedCommunityCodec } from './codec.ts';
import { rawCommunity } from './octets.ts';
import { OTHERS } from './other.ts';
import { REGISTERED } from './registered.ts';
import { TARGETS } from './targets.ts';
import { TRAFFIC } from './traffic.ts';

/** Every extended community that has a name. Others are shown as octets and configured as `0x…`. */
export const EXTENDED_COMMUNITIES: readonly ExtendedCommunityCodec[] = [
  ...TARGETS,
  ...TRAFFIC,
  ...OTHERS,
  ...REGISTERED,
];

const BY_TYPE = new Map<number, ExtendedCommunityCodec>();
for (const codec of EXTENDED_COMMUNITIES) {
  const key = codec.type * 256 + codec.subtype;
  if (!BY_TYPE.has(key)) BY_TYPE.set(key, codec);
}

/** Words before the first colon of a configured community. */
export const extendedCommunityWords: readonly string[] = [
  ...new Set(EXTENDED_COMMUNITIES.filter((codec) => codec.parse !== undefined).map((codec) => codec.word)),
];

/** The eight octets as an unsigned number: `value` in JSON. */
export function extendedCommunityValue(octets: Uint8Array): bigint {
  return new Reader(octets).u64();
}

/** The `string` of JSON events: versions 4 and 5 leave it empty for what they do not know. */
export function extendedCommunityString(octets: Uint8Array, version: ApiVersion): string {
  const named = nameOf(octets, version);
  return named === '' && version === 6 ? `0x${toHex(octets).toUpperCase()}` : named;
}

/** In text events: what is not known shows as octets. */
export function extendedCommunityText(octets: Uint8Array, version: ApiVersion): string {
  return nameOf(octets, version) || `0x${toHex(octets).toUpperCase()}`;
}

/** In configuration: a name only where reading it gives the same octets back. */
export function extendedCommunityConfig(octets: Uint8Array): string {
  const text = codecOf(octets)?.toConfig?.(octets) ?? nameOf(octets, 6);
  const back = extendedCommunityOf(text);
  return back !== undefined && sameOctets(back, octets) ? text : `0x${toHex(octets)}`;
}

function codecOf(octets: Uint8Array): ExtendedCommunityCodec | undefined {
  return BY_TYPE.get((octets[0] ?? 0) * 256 + (octets[1] ?? 0));
}

function nameOf(octets: Uint8Array, version: ApiVersion): string {
  return codecOf(octets)?.toText(octets, version) ?? '';
}

/** `target:65000:1`, `65000:1` (a target), `0x0002fde800000001`; undefined when it is none of them. */
export function extendedCommunityOf(text: string): Uint8Array | undefined {
  const raw = rawCommunity(text);
  if (raw !== undefined) return raw;
  const named = /^([a-z][a-z0-9-]*)(?::(.*))?$/i.exec(text);
  const word = named?.[1]?.toLowerCase() ?? 'target';
  const value = named === null ? text : (named[2] ?? '');
  for (const codec of EXTENDED_COMMUNITIES) {
    if (codec.word !== word) continue;
    const octets = codec.parse?.(value);
    if (octets !== undefined) return namedCommunity(octets);
  }
  return undefined;
}

const EXPECTED = "an extended community: 'A:B', 'target:A:B' or 0x with 16 hexadecimal digits";

/** Also `mark 10` and `action sample`, as events show them. */
export function parseExtendedCommunity(words: Words): Uint8Array {
  const word = words.next(EXPECTED);
  const action = word.quoted ? undefined : trafficAction(word.text);
  return (
    extendedCommunityOf(word.text) ?? action?.(words) ?? words.fail(word, EXPECTED, extendedCommunityWords)
  );
}

const ACTIONS = new Map(
  EXTENDED_COMMUNITIES.flatMap(({ action }) =>
    action === undefined ? [] : [[action.word, action.parse] as const],
  ),
);

/** Words of a FlowSpec route that ask for an action, RFC 8955 section 7. */
export const trafficActionWords: readonly string[] = [...ACTIONS.keys()];

/** What follows such a word; undefined when it is none. */
export function trafficAction(word: string): ((words: Words) => Uint8Array) | undefined {
  return ACTIONS.get(word);
}
