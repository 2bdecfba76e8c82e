import { hexOctet, toHex } from '../../wire/hex.ts';
import type { ApiVersion, Json, JsonObject } from '../json.ts';
import { FLAG, type RawAttribute } from './codec.ts';
import { type AnyAttribute, type Attributes, attributeRows } from './table.ts';

/** Words of configuration that name an attribute; `attribute` is the raw one. */
export const attributeWords: readonly string[] = [
  ...attributeRows().flatMap((row) => (row.parse === undefined ? [] : [row.word, ...(row.aliases ?? [])])),
  'attribute',
];

const BY_WORD = new Map<string, AnyAttribute>(
  attributeRows().flatMap((row) => {
    if (row.parse === undefined) return [];
    return [row.word, ...(row.aliases ?? [])].map((word) => [word, row] as const);
  }),
);

/** The row that a word of configuration or a command means. */
export function attributeByWord(word: string): AnyAttribute | undefined {
  return BY_WORD.get(word);
}

const upper = (octet: number) => `0x${hexOctet(octet).toUpperCase()}`;

/** Known to nobody here and passed on: RFC 4271 section 5 sets Partial, and so do events. */
function shownFlags(raw: RawAttribute): number {
  return (raw.flags & FLAG.transitive) !== 0 ? raw.flags | FLAG.partial : raw.flags;
}

/** ExaBGP drops unknown non-transitive attributes, and so do events. */
function isShown(raw: RawAttribute): boolean {
  return (raw.flags & FLAG.transitive) !== 0;
}

/** The attributes that `T` is shown of, by code. */
function inOrder<T>(
  attributes: Attributes,
  row: (codec: AnyAttribute, value: unknown) => T | undefined,
  raw: (one: RawAttribute) => T,
): T[] {
  const shown: { readonly code: number; readonly what: T }[] = [];
  for (const codec of attributeRows()) {
    const value = attributes[codec.key];
    const what = value === undefined ? undefined : row(codec, value);
    if (what !== undefined) shown.push({ code: codec.code, what });
  }
  for (const one of attributes.raw ?? []) shown.push({ code: one.code, what: raw(one) });
  return shown.sort((a, b) => a.code - b.code).map((entry) => entry.what);
}

/** The `attribute` object of an `update` event, by type code. */
export function attributesToJson(attributes: Attributes, version: ApiVersion): JsonObject {
  const members = inOrder<Readonly<Record<string, Json>>>(
    attributes,
    (codec, value) => codec.toJson?.(value, version),
    (raw) =>
      isShown(raw)
        ? { [`attribute-${upper(raw.code)}-${upper(shownFlags(raw))}`]: `0x${toHex(raw.value)}` }
        : {},
  );
  return Object.assign({}, ...members) as JsonObject;
}

/**
 * The attributes of a route in text events, by type code, with spaces between.
 * @param own a route of ours, as it was configured: an empty AS_PATH was asked for, nobody passed it on
 */
export function attributesToText(attributes: Attributes, version: ApiVersion, { own = false } = {}): string {
  const texts = inOrder<string>(
    attributes,
    (codec, value) => {
      const empty = codec.key === 'asPath' && Array.isArray(value) && value.length === 0;
      if (empty) return own ? 'as-path [ ]' : undefined;
      return codec.toText?.(value, version);
    },
    (raw) => {
      if (own) return rawText(raw, raw.flags);
      return isShown(raw) ? rawText(raw, shownFlags(raw)) : '';
    },
  );
  return texts.filter((text) => text !== '').join(' ');
}

/** The attributes as configuration writes them: reading it gives the same attributes. */
export function attributesToConfig(attributes: Attributes): string {
  return inOrder<string>(
    attributes,
    (codec, value) => codec.toConfig?.(value) ?? codec.toText?.(value, 6),
    (raw) => rawText(raw, raw.flags),
  ).join(' ');
}

function rawText(raw: RawAttribute, flags: number): string {
  return `attribute [ ${upper(raw.code)} ${upper(flags)} 0x${toHex(raw.value)} ]`;
}
